"""Weights are learned from what editors kept, where that is sure."""

from __future__ import annotations

import numpy as np
import pytest

from digest.learning import BY_HAND, Choice, Lesson, _in_points, learn_weights

SHIPPED = {"coverage": 40.0, "authority": 30.0, "kind": 20.0, "recency": 10.0}
NAMES = list(SHIPPED)
PRINTED = 10


def week(rng: np.random.Generator, taste: dict[str, float], *, noise: float = 5.0) -> list[Choice]:
    """Sixty stories of which an editor of this taste keeps ten."""
    values = rng.random((60, len(NAMES)))
    worth = values @ [taste.get(name, 0.0) for name in NAMES] + rng.normal(0, noise, 60)
    kept = set(np.argsort(-worth)[:PRINTED].tolist())
    return [Choice(dict(zip(NAMES, row, strict=True)), at in kept) for at, row in enumerate(values)]


def lesson_of(taste: dict[str, float], *, seed: int = 0, weeks: int = 10, **how: float) -> Lesson:
    rng = np.random.default_rng(seed)
    return learn_weights([week(rng, taste, **how) for _ in range(weeks)], SHIPPED)


def distance(one: dict[str, float], other: dict[str, float]) -> float:
    """Points that stand elsewhere."""
    return sum(abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in NAMES) / 2


def test_an_editors_taste_is_found():
    taste = {"recency": 70.0, "kind": 30.0}
    lesson = lesson_of(taste)
    assert distance(lesson.weights, taste) < distance(SHIPPED, taste) / 2
    assert lesson.after.precision > lesson.before.precision + 0.1
    assert lesson.after.found > lesson.before.found
    assert lesson.gain[1] > 0


def test_what_editors_dislike_weighs_nothing():
    lesson = lesson_of({"coverage": 60.0, "kind": 40.0, "authority": -40.0})
    assert lesson.weights["authority"] == 0.0


@pytest.mark.parametrize("seed", range(2))
def test_random_picks_hardly_move_the_weights(seed: int):
    lesson = lesson_of({}, seed=seed)
    assert distance(lesson.weights, SHIPPED) < 5


def test_an_editor_who_agrees_changes_nothing():
    lesson = lesson_of(SHIPPED)
    assert lesson.weights == SHIPPED
    assert lesson.before == lesson.after
    assert lesson.gain == (0.0, 0.0, 0.0)


def test_weights_keep_their_form():
    weights = lesson_of({"recency": 100.0}).weights
    assert list(weights) == NAMES
    assert min(weights.values()) >= 0
    assert sum(weights.values()) == pytest.approx(100, abs=0.3)


def test_what_was_learned_from_is_counted():
    lesson = lesson_of(SHIPPED, weeks=9)
    assert (lesson.issues, lesson.choices, lesson.kept) == (9, 540, 90)


def test_neither_the_order_of_stories_nor_that_of_signals_matters():
    rng = np.random.default_rng(3)
    weeks = [week(rng, {"recency": 70.0, "kind": 30.0}) for _ in range(8)]
    turned = [
        [Choice(dict(reversed(one.signals.items())), one.kept) for one in reversed(choices)]
        for choices in weeks
    ]
    assert learn_weights(weeks, SHIPPED) == learn_weights(turned, SHIPPED)


def test_what_an_editor_moved_by_hand_teaches_more():
    rng = np.random.default_rng(4)
    plain, by_hand = [], []
    for _ in range(8):
        choices = week(rng, SHIPPED)
        worst = min((one for one in choices if one.kept), key=lambda one: one.signals["kind"])
        dropped = Choice(worst.signals, kept=False)
        others = [one for one in choices if one is not worst]
        plain.append([*others, dropped])
        by_hand.append([*others, Choice(worst.signals, kept=False, counts=BY_HAND)])
    taught, taught_more = (learn_weights(one, SHIPPED).weights["kind"] for one in (plain, by_hand))
    assert taught_more >= taught


def test_a_signal_that_was_not_measured_yet_counts_as_nothing():
    rng = np.random.default_rng(5)
    weeks = [week(rng, SHIPPED) for _ in range(8)]
    newer = {**SHIPPED, "recency": 5.0, "votes": 5.0}
    assert set(learn_weights(weeks, newer).weights) == set(newer)


def test_weights_of_which_none_is_left_are_those_one_started_from():
    start = np.array([60.0, 40.0])
    assert _in_points(np.array([-1.0, -2.0]), start).tolist() == [60.0, 40.0]
    assert _in_points(np.array([-1.0, 3.0]), start).tolist() == [0.0, 100.0]
