"""Points are parted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_rows

from digest.partings import latent, partings, silhouettes

CORNERS = np.array([[0.0, 0.0], [0.0, 9.0], [9.0, 0.0], [9.0, 9.0]])
POINTS = np.concatenate([CORNERS + shift for shift in (0.0, 0.3, 0.7)])
POINTS += np.arange(24).reshape(12, 2) / 1000
TRUTH = {frozenset(range(corner, 12, 4)) for corner in range(4)}


def parts(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


def test_points_near_each_other_are_one_part() -> None:
    (found,) = partings(POINTS, [4])
    assert parts(found.labels) == TRUTH
    assert found.fit() > 0.8
    assert found.pairs() == 4


def test_each_number_of_parts_gives_a_parting() -> None:
    found = partings(POINTS, [1, 2, 4, 6])
    assert [len(set(one.labels.tolist())) for one in found] == [1, 2, 4, 6]
    assert max(found, key=lambda one: one.fit()) is found[2]


def test_the_right_number_fits_best() -> None:
    fits = [one.fit() for one in partings(POINTS, [2, 3, 4, 5])]
    assert max(fits) == fits[2]


def test_fewer_different_points_make_fewer_parts() -> None:
    (found,) = partings(np.ones((5, 2)), [3])
    assert found.labels.tolist() == [0] * 5
    assert found.pairs() == 1


def test_one_point_is_one_part() -> None:
    assert partings(np.ones((1, 2)), [1])[0].labels.tolist() == [0]


def test_the_first_parts_grow_round_the_centres_given() -> None:
    centres = CORNERS[[3, 1]]
    (found,) = partings(POINTS, [4], centres)
    assert parts(found.labels) == TRUTH
    assert found.labels[3] == 0
    assert found.labels[1] == 1


def test_a_centre_without_points_keeps_its_number() -> None:
    (found,) = partings(POINTS, [4], np.array([[99.0, 99.0], [9.0, 0.0]]))
    assert len(set(found.labels.tolist())) == 4
    assert found.labels[2] == 1


def test_there_is_a_part_more_than_centres_where_points_allow_it() -> None:
    (found,) = partings(POINTS, [1], CORNERS[[0]])
    assert len(set(found.labels.tolist())) == 2


def test_centres_among_few_different_points_leave_room_for_one_more() -> None:
    points = np.array([[0.0, 0.0]] * 3 + [[5.0, 5.0]] * 3)
    (found,) = partings(points, [4], points[[0]])
    assert parts(found.labels) == {frozenset({0, 1, 2}), frozenset({3, 4, 5})}


def test_a_lone_point_has_no_silhouette() -> None:
    values = silhouettes(np.array([[0.0], [0.1], [5.0]]), np.array([0, 0, 1]))
    assert values[2] == 0
    assert values[0] > 0.9


def test_latent_rows_have_length_one_whatever_the_seed() -> None:
    rows = random_rows(40, 60, density=0.2, random_state=np.random.default_rng(3), format="csr")
    one, other = (latent(rows, 5, seed=seed) for seed in (0, 1))
    assert one.shape == (40, 5)
    assert np.allclose(np.linalg.norm(one, axis=1), 1)
    assert np.abs(one - other).max() < 1e-5


@pytest.mark.parametrize("shape", [(2, 9), (9, 2), (5, 5)])
def test_rows_too_few_or_without_a_term_stay_as_they_are(shape: tuple[int, int]) -> None:
    rows = csr_matrix(shape)
    assert latent(rows, 3).shape == shape


def test_a_crowd_does_not_own_a_part(monkeypatch) -> None:
    """Fifty reports of one event beside three lone themes: the lone ones stay apart."""
    monkeypatch.setattr("digest.partings.CROWDS_FROM", 100)
    angles = np.radians([0.0] * 50 + [4.0] * 50 + [60.0, 63.0, 120.0, 123.0])
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    (found,) = partings(points, [3], crowded=True)
    assert parts(found.labels) == {
        frozenset(range(100)),
        frozenset({100, 101}),
        frozenset({102, 103}),
    }


def test_few_points_are_no_crowd() -> None:
    (one,), (other,) = partings(POINTS, [4], crowded=True), partings(POINTS, [4])
    assert one.labels.tolist() == other.labels.tolist()


def test_many_points_are_parted_by_a_sample_of_them(monkeypatch) -> None:
    monkeypatch.setattr("digest.partings.SAMPLE", 5)
    monkeypatch.setattr("digest.partings.CHUNK", 4)
    monkeypatch.setattr("digest.partings.CROWDS_FROM", 10)
    points = np.concatenate([POINTS, POINTS + 0.1])
    (found,) = partings(points[np.argsort(np.arange(24) % 4, kind="stable")], [4], crowded=True)
    assert len(set(found.labels.tolist())) == 4
