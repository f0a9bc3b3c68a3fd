"""Stories become themes."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from digest.model import Story
from digest.themes import Grouping, group_stories, theme_labels
from tests.builders import make_item
from tests.builders_clustering import THEMES, groups_of, shuffled, theme_stories, theme_texts

TITLES, KINDS = theme_texts()
EMPTY = [""] * len(TITLES)
TRUTH = {frozenset(t for t, k in zip(TITLES, KINDS, strict=True) if k == kind) for kind in THEMES}


def story(id: str, title: str) -> Story:
    return Story(id=id, items=(make_item(id, title, summary=""),))


def named(stories: list[Story], grouping: Grouping) -> set[frozenset[str]]:
    return {frozenset(stories[place].id for place in theme) for theme in grouping.themes}


@pytest.mark.parametrize("known", [4, None])
def test_texts_of_one_theme_get_one_label(known: int | None) -> None:
    labels = theme_labels(TITLES, EMPTY, n_themes=known)
    assert groups_of(labels.tolist(), TITLES) == TRUTH


@pytest.mark.parametrize("seed", range(3))
def test_another_order_gives_the_same_labels(seed: int) -> None:
    order = shuffled(len(TITLES), seed)
    moved = theme_labels([TITLES[i] for i in order], EMPTY)
    assert moved.tolist() == [theme_labels(TITLES, EMPTY).tolist()[i] for i in order]


@pytest.mark.parametrize(("count", "themes"), [(0, 0), (1, 1), (3, 1), (4, 2), (8, 4)])
def test_few_texts_have_few_themes(count: int, themes: int) -> None:
    assert len(set(theme_labels(TITLES[:count], EMPTY[:count]).tolist())) == themes


def test_more_themes_than_different_texts_are_not_made() -> None:
    assert theme_labels(["chips"] * 3, [""] * 3, n_themes=3).tolist() == [0, 0, 0]
    labels = theme_labels(["chips", "court", "robot"], [""] * 3, n_themes=3)
    assert sorted(labels.tolist()) == [0, 1, 2]


def test_texts_without_a_term_are_labelled_too() -> None:
    assert len(theme_labels(["", "the", "of", "and"], [""] * 4)) == 4


def test_stories_are_grouped_by_theme() -> None:
    stories = theme_stories()
    grouping = group_stories(stories)
    assert grouping.rest == ()
    assert named(stories, grouping) == {
        frozenset(f"{kind}-{n}" for n, own in enumerate(KINDS) if own == kind) for kind in THEMES
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_stories_changes_no_theme(seed: int) -> None:
    stories = theme_stories()
    moved = list(stories)
    random.Random(seed).shuffle(moved)
    first = [[stories[i].id for i in theme] for theme in group_stories(stories).themes]
    second = [[moved[i].id for i in theme] for theme in group_stories(moved).themes]
    assert [sorted(theme) for theme in first] == [sorted(theme) for theme in second]


@pytest.mark.parametrize(
    ("count", "grouping"),
    [
        (0, Grouping(())),
        (1, Grouping((), (0,))),
        (2, Grouping(((0, 1),), (), (None,))),
        (3, Grouping(((0, 1, 2),), (), (None,))),
    ],
)
def test_under_four_stories_are_one_theme(count: int, grouping: Grouping) -> None:
    assert group_stories(theme_stories()[:count]) == grouping


@pytest.mark.parametrize("count", range(4, 13))
def test_every_story_is_in_one_theme_of_two_or_more_or_in_the_rest(count: int) -> None:
    grouping = group_stories(theme_stories()[:count])
    places = sorted([*(i for theme in grouping.themes for i in theme), *grouping.rest])
    assert places == list(range(count))
    assert all(len(theme) >= 2 for theme in grouping.themes)


def test_twelve_stories_alike_are_dealt_into_four_themes() -> None:
    grouping = group_stories([story(f"s{n:02}", "the same words") for n in range(12)])
    assert [len(theme) for theme in grouping.themes] == [3, 3, 3, 3]


def test_stories_with_nothing_in_common_with_any_theme_are_the_rest() -> None:
    odd = story("odd", "rhubarb almond tart")
    stories = [*theme_stories(), odd]
    assert group_stories(stories).rest == (len(stories) - 1,)


def test_what_stories_show_draws_those_together_that_share_no_word() -> None:
    words = ["oak", "elm", "ash", "fir", "yew", "bay", "fig", "box", "tea", "rye", "hop", "pea"]
    stories = [story(word, f"{word} {word}wood") for word in words]
    shown = np.zeros((12, 4))
    shown[range(12), [n % 4 for n in range(12)]] = 2.0
    grouping = group_stories(stories, shown=shown)
    assert named(stories, grouping) == {frozenset(words[n::4]) for n in range(4)}


def test_a_seed_makes_a_theme_of_what_shows_its_subject() -> None:
    stories = theme_stories()
    shown = np.zeros((12, 1))
    shown[[0, 3, 6], 0] = 2.0
    grouping = group_stories(stories, shown=shown, pinned=1)
    seeded = dict(zip(grouping.seeds, grouping.themes, strict=True))[0]
    assert {0, 3, 6} >= set(seeded)
    assert len(seeded) >= 2
    assert grouping.seeds.count(None) >= 3


def test_a_seed_leaves_out_what_shows_another_subject() -> None:
    stories = [*theme_stories(), story("x", "foundry wafer yield")]
    shown = np.zeros((13, 2))
    shown[[0, 1], 0] = 2.0
    shown[12, 1] = 2.0
    grouping = group_stories(stories, shown=shown, pinned=1)
    seeded = dict(zip(grouping.seeds, grouping.themes, strict=True))[0]
    assert 12 not in seeded
    assert {0, 1} <= set(seeded)


def test_a_seed_that_one_story_shows_makes_no_theme() -> None:
    shown = np.zeros((12, 1))
    shown[0, 0] = 2.0
    grouping = group_stories(theme_stories(), shown=shown, pinned=1)
    assert set(grouping.seeds) == {None}


@pytest.mark.parametrize("count", [4, 5, 8, 11, 12])
def test_seeds_in_small_issues_leave_every_story_once(count: int) -> None:
    shown = np.zeros((count, 3))
    shown[range(count), [n % 3 for n in range(count)]] = 1.0
    grouping = group_stories(theme_stories()[:count], shown=shown, pinned=3)
    places = sorted([*(i for theme in grouping.themes for i in theme), *grouping.rest])
    assert places == list(range(count))
    assert all(len(theme) >= 2 for theme in grouping.themes)
    assert len(grouping.seeds) == len(grouping.themes)


def test_stories_alike_with_seeds_are_one_theme_at_most() -> None:
    shown = np.ones((12, 2))
    grouping = group_stories([story(f"s{n:02}", "same") for n in range(12)], shown=shown, pinned=2)
    assert sorted(i for theme in grouping.themes for i in theme) == list(range(12))


@pytest.mark.shared
def test_the_scores_on_labelled_topics_hold(shared: Path) -> None:
    from benchmarks.clustering import accuracy, read

    classes, titles, bodies = read(shared / "data" / "labelled" / "bbc.tsv.gz")
    classes, titles, bodies = classes[::3], titles[::3], bodies[::3]
    assert accuracy(classes, theme_labels(titles, bodies, n_themes=5)) >= 93
