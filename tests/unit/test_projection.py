"""Stories are placed on a map."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from digest.model import PinnedTheme, Story
from digest.projection import projected
from tests.builders import make_item
from tests.builders_clustering import shuffled, theme_stories

WEEK = theme_stories()


def story(id: str, title: str) -> Story:
    return Story(id=id, items=(make_item(id, title, summary=""),))


def distances(places: np.ndarray) -> np.ndarray:
    return np.linalg.norm(places[:, None] - places[None], axis=2)


@pytest.mark.parametrize("count", [0, 1])
def test_a_lone_story_stands_in_the_middle(count: int) -> None:
    assert projected(WEEK[:count]).tolist() == [[0.5, 0.5]] * count


def test_the_map_is_filled_from_edge_to_edge() -> None:
    places = projected(WEEK)
    assert places.min(axis=0).tolist() == [0.0, 0.0]
    assert places.max(axis=0).tolist() == [1.0, 1.0]


def test_stories_of_one_theme_are_nearer_than_others() -> None:
    near = [story(f"a{n}", f"Foundry ships accelerator wafers batch{n}") for n in range(4)]
    far = [story(f"b{n}", f"Senate debates chatbot bill reading{n}") for n in range(4)]
    gaps = distances(projected([*near, *far]))
    assert gaps[:4, :4].max() < gaps[:4, 4:].min()


@pytest.mark.parametrize("seed", range(3))
def test_another_order_gives_the_same_places(seed: int) -> None:
    order = shuffled(len(WEEK), seed)
    radii = [0.01 + 0.001 * (at % 3) for at in range(len(WEEK))]
    moved = projected([WEEK[at] for at in order], [radii[at] for at in order])
    assert moved.tolist() == projected(WEEK, radii)[order].tolist()


def test_dots_do_not_cover_each_other() -> None:
    gaps = distances(projected(WEEK, [0.03] * len(WEEK)))
    np.fill_diagonal(gaps, 1.0)
    assert gaps.min() >= 0.06 - 1e-3


def test_stories_at_one_place_are_parted() -> None:
    same = [story(f"s{n}", "Foundry ships accelerators") for n in range(3)]
    assert projected(same).tolist() == [[0.5, 0.5]] * 3
    gaps = distances(projected(same, [0.05] * 3))
    np.fill_diagonal(gaps, 1.0)
    assert gaps.min() >= 0.1 - 1e-3


def test_too_many_dots_stay_within_the_map() -> None:
    places = projected(WEEK, [0.3] * len(WEEK))
    assert places.min() >= 0.0
    assert places.max() <= 1.0


def test_texts_without_a_term_are_placed_too() -> None:
    places = projected([story("a", "the"), story("b", "of"), story("c", "Foundry chips")])
    assert np.isfinite(places).all()


def test_two_stories_stand_at_opposite_edges() -> None:
    places = projected([story("a", "Foundry chips"), story("b", "Senate law")])
    assert sorted(places[:, 0].tolist()) == [0.0, 1.0]


def test_an_editors_theme_draws_its_stories_together() -> None:
    pins = [PinnedTheme("Harbour", ("harbour", "quay", "crane", "tide"))]
    stories = [story("h1", "Harbour opens"), story("h2", "Quay closes"), *WEEK]
    apart, together = (distances(projected(stories, pins=one))[0, 1] for one in ((), pins))
    assert together < apart


def test_a_late_story_hardly_moves_the_others() -> None:
    lines = (files("digest") / "sample" / "week.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    week = [
        Story(id=row["url"], items=(make_item(row["url"], row["title"], summary=row["summary"]),))
        for row in rows[:60]
    ]
    moved = np.linalg.norm(projected(week[:-1]) - projected(week)[:-1], axis=1)
    assert np.median(moved) < 0.05
