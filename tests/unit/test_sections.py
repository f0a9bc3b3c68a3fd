"""The best stories become named themes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.headings import Heading
from digest.model import PinnedTheme, Story, Theme
from digest.sections import POOL, sections
from tests.builders import make_item

TITLES = {
    "Funding and Deals": [
        "Norvane raises $40M in a seed round",
        "Basalt doubles its valuation",
        "Tallow Labs to acquire Oakmere",
    ],
    "Chips and Hardware": [
        "Quarrystone tapes out a memory chip",
        "Foundry sells out of wafer capacity",
        "A GPU shortage in the north",
    ],
    "Policy and Law": [
        "Senate hears three witnesses",
        "Lawmakers want a kill switch",
        "White House signs an executive order",
    ],
    "Robots and Vehicles": [
        "A humanoid stacks shelves",
        "Robotaxi pilots begin in Fennel Bay",
        "Warehouse robot learns to fold",
    ],
    "Science and Health": [
        "Hospital tries a model for patients",
        "A clinical trial by chatbot",
        "Doctors on diagnosis by machine",
    ],
}
ODD = ["Rhubarb and almond tart", "Notes from a summit", "Otters return to the weir"]
LINES = [title for titles in TITLES.values() for title in titles]


def ranked(titles: list[str]) -> list[Story]:
    """A story a title, best first."""
    return [
        Story(
            id=f"s{place}",
            items=(make_item(f"s{place}", title, summary="", source="Fen Post"),),
            score=90.0 - place,
        )
        for place, title in enumerate(titles)
    ]


def titles_of(theme: Theme) -> list[str]:
    return [story.title for story in theme.stories]


def full() -> list[Story]:
    return ranked([*LINES, *ODD])


def test_stories_of_a_subject_stand_under_its_name() -> None:
    found = {theme.label: set(titles_of(theme)) for theme in sections(full(), 18)}
    assert found == {name: set(titles) for name, titles in TITLES.items()}


def test_what_fits_no_theme_is_in_none() -> None:
    printed = {title for theme in sections(full(), 18) for title in titles_of(theme)}
    assert printed.isdisjoint(ODD)


def test_the_theme_with_the_best_stories_stands_first_and_the_best_story_first_in_it() -> None:
    found = sections(full(), 18)
    assert [theme.label for theme in found] == list(TITLES)
    assert all(titles_of(theme) == TITLES[theme.label] for theme in found)


def test_stories_stand_by_score_where_they_come_in_another_order() -> None:
    pool = full()
    random.Random(2).shuffle(pool)
    for theme in sections(pool, 18):
        scores = [story.score for story in theme.stories]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("seed", range(3))
def test_the_seed_changes_nothing_that_a_reader_sees(seed: int) -> None:
    assert sections(full(), 18, seed=seed) == sections(full(), 18)


def test_each_theme_has_terms() -> None:
    assert all(theme.terms for theme in sections(full(), 18))


def test_too_many_stories_lose_the_weakest_and_keep_two_a_theme() -> None:
    found = sections(full(), 12)
    assert sum(len(theme.stories) for theme in found) == 12
    assert all(len(theme.stories) >= 2 for theme in found)
    assert "Doctors on diagnosis by machine" not in titles_of(found[-1])


def test_a_theme_without_one_of_the_best_stories_is_left_out() -> None:
    labels = {theme.label for theme in sections(full(), 12)}
    assert "Science and Health" not in labels or len(labels) == 4
    assert {theme.label for theme in sections(full(), 10)} <= set(TITLES)


def test_stories_far_below_are_not_looked_at() -> None:
    found = sections([*full(), *ranked(ODD * 40)], 4)
    assert len(found) <= 2
    assert all(story in full()[: POOL * 4] for theme in found for story in theme.stories)


@pytest.mark.parametrize(("count", "themes"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_very_few_stories_make_one_theme_or_none(count: int, themes: int) -> None:
    assert len(sections(ranked(LINES[:count]), 30)) == themes


def test_no_room_makes_no_theme() -> None:
    assert sections(full(), 0) == ()
    assert sections(full(), 1) == ()


def test_a_group_that_no_subject_fits_is_named_by_its_own_phrase() -> None:
    odd = [
        "Corn harvest begins in Fennel Bay",
        "Corn harvest is late",
        "Why the corn harvest fails",
        "A corn harvest by night",
    ]
    found = {theme.label: set(titles_of(theme)) for theme in sections(ranked([*LINES, *odd]), 20)}
    assert found["Corn Harvest"] == set(odd)


def test_a_story_in_the_wrong_group_moves_under_the_name_it_fits() -> None:
    titles = [*LINES, "Senate on the robot that learns to fold a wafer"]
    for theme in sections(ranked(titles), 20):
        if titles[-1] in titles_of(theme):
            assert theme.label in {
                "Policy and Law",
                "Robots and Vehicles",
                "Chips and Hardware",
            }


PINS = (
    PinnedTheme("Custom silicon", ("chip", "wafer")),
    PinnedTheme("Infra capex", ("capex", "data center")),
)


def test_a_pinned_theme_keeps_its_name_and_holds_what_shows_its_words() -> None:
    found = {theme.label: set(titles_of(theme)) for theme in sections(full(), 18, pins=PINS)}
    assert found["Custom silicon"] >= set(TITLES["Chips and Hardware"][:2])
    assert found["Custom silicon"] <= set(TITLES["Chips and Hardware"])


def test_a_pinned_theme_that_fewer_than_two_stories_fit_is_left_out() -> None:
    pool = ranked([*LINES, "A data center in the fen"])
    assert "Infra capex" not in {theme.label for theme in sections(pool, 18, pins=PINS)}


def test_themes_emerge_beside_pinned_ones() -> None:
    labels = {theme.label for theme in sections(full(), 18, pins=PINS)}
    assert labels >= {"Funding and Deals", "Policy and Law", "Robots and Vehicles"}


def test_a_pinned_theme_stands_though_its_stories_are_low() -> None:
    pool = ranked([*LINES, "Otters return", "Otters leave the weir"])
    pins = [PinnedTheme("Otter watch", ("otter",))]
    found = sections(pool, 10, pins=pins)
    assert found[-1].label == "Otter watch"
    assert titles_of(found[-1]) == ["Otters return", "Otters leave the weir"]


def test_a_pinned_theme_may_have_the_name_of_a_shipped_one() -> None:
    pins = [PinnedTheme("science and health", ("hospital", "doctor"))]
    labels = [theme.label for theme in sections(full(), 18, pins=pins)]
    assert "science and health" in labels
    assert "Science and Health" not in labels


def test_a_story_of_two_pins_is_under_the_one_it_shows_more() -> None:
    pins = [PinnedTheme("One", ("senate", "lawmaker")), PinnedTheme("Two", ("senate", "witness"))]
    found = {theme.label: set(titles_of(theme)) for theme in sections(full(), 18, pins=pins)}
    assert "Two" not in found or "Senate hears three witnesses" in found["Two"]


def test_pins_may_be_as_many_as_stories() -> None:
    pins = [PinnedTheme(f"Pin {n}", ("senate", f"word{n}")) for n in range(12)]
    assert len(sections(full(), 18, pins=pins)) <= 9


def labels_of(titles: list[str], most: int = 18) -> list[str]:
    return [theme.label for theme in sections(ranked(titles), most)]


def test_the_theme_of_the_best_story_leads_though_another_has_the_better_pair() -> None:
    pool = [replace(story, score=60.0 - place) for place, story in enumerate(full())]
    robots = TITLES["Robots and Vehicles"]
    scores = {robots[0]: 61.0, "Senate hears three witnesses": 60.5,
              "Lawmakers want a kill switch": 60.5}  # fmt: skip
    pool = [replace(story, score=scores.get(story.title, story.score)) for story in pool]
    pool.sort(key=lambda story: -story.score)
    assert [theme.label for theme in sections(pool, 18)][:2] == [
        "Robots and Vehicles",
        "Policy and Law",
    ]


def test_a_theme_tells_how_many_stories_lie_under_it_printed_or_not() -> None:
    senate = [f"Senate hears witness {name}" for name in "one two three four five six".split()]
    found = {theme.label: theme for theme in sections(ranked([*LINES, *senate]), 18)}
    law = found["Policy and Law"]
    assert law.found == 9
    assert law.size == 9 > len(law.stories)


def test_a_pair_that_holds_none_of_the_best_joins_its_kin() -> None:
    power = [
        "A data center in the fen",
        "The data center by the weir",
        "Two more data centers open",
    ]
    found = labels_of([*LINES[:3], *LINES[6:], *power, *LINES[3:5]])
    assert "Data Centers and Power" not in found
    assert "Chips and Data Centers" in found


def test_a_theme_of_kin_that_prints_one_part_has_the_name_and_size_of_that_part() -> None:
    heading = Heading(
        "Both", ("term",), (0, 1, 2, 5), parts=(("One", frozenset({0, 1})), ("Two", frozenset({2})))
    )
    assert heading.holding([0, 1]) == ("One", 2)
    assert heading.holding([0, 2]) == ("Both", 4)


def test_a_theme_all_about_one_part_of_a_subject_has_the_narrower_name() -> None:
    silicon = [f"Custom silicon tapes out in {name}" for name in ("Fen Bay", "Oakmere", "Wexcombe")]
    assert "Custom Silicon" in labels_of([*LINES[:3], *silicon, *LINES[6:]])
    assert "Chips and Hardware" in labels_of([*LINES[:3], silicon[0], *LINES[4:]])


@pytest.mark.parametrize(
    "lone", ["A car and its driver by the weir", "A film song by a car driver"]
)
def test_one_of_the_best_without_a_theme_of_its_own_joins_one_that_it_touches(lone) -> None:
    found = {theme.label: titles_of(theme) for theme in sections(ranked([lone, *LINES]), 20)}
    assert lone in found["Robots and Vehicles"]


def test_one_of_the_best_may_have_a_theme_with_what_is_faintly_like_it() -> None:
    lone, faint = "A film about the weir", "Video art and fake content"
    found = {theme.label: titles_of(theme) for theme in sections(ranked([lone, *LINES, faint]), 18)}
    assert found["Media and Creators"] == [lone, faint]


def test_a_story_whose_own_subject_is_no_theme_goes_where_it_fits_as_well() -> None:
    drawn = "The robot of a film by a camera"
    found = {theme.label: titles_of(theme) for theme in sections(ranked([*LINES, drawn]), 20)}
    assert drawn in found["Robots and Vehicles"]


def test_where_there_are_too_few_themes_a_faint_subject_is_one() -> None:
    faint = ["Nvidia memory by the weir", "Intel kernel at the fen"]
    odd = [f"{word} {other}" for word, other in zip(ODD_WORDS[::2], ODD_WORDS[1::2], strict=True)]
    assert "Chips and Hardware" in labels_of([*LINES[:3], *odd, *faint])


def test_where_no_subject_is_left_a_nameless_group_stands_under_its_phrase_or_last() -> None:
    odd = [f"{word}ling {word}wick" for word in ODD_WORDS]
    found = labels_of([*LINES[:3], *odd], 30)
    assert found[0] == "Funding and Deals"
    assert len(found) >= 4
    assert found[-1] == "More News"


def test_the_best_story_leads_with_others_that_fit_no_theme() -> None:
    titles = ["Rhubarb tart", *LINES[:2], "Otters return", "Sweet peas"]
    found = {theme.label: titles_of(theme) for theme in sections(ranked(titles), 30)}
    assert found == {"Top Stories": [titles[0], *titles[3:]], "Funding and Deals": LINES[:2]}
    assert next(iter(found)) == "Top Stories"


def test_beside_the_best_story_stands_one_other_at_the_least() -> None:
    titles = ["Rhubarb tart", *LINES[:12], "Sweet peas"]
    found = {theme.label: titles_of(theme) for theme in sections(ranked(titles), 18)}
    assert found["Top Stories"] == ["Rhubarb tart", "Sweet peas"]


def test_a_best_story_that_is_alone_in_fitting_nothing_stands_in_no_theme() -> None:
    assert "Rhubarb tart" not in {
        title
        for theme in sections(ranked(["Rhubarb tart", *LINES]), 18)
        for title in titles_of(theme)
    }


def test_where_the_best_has_a_theme_what_fits_none_is_left_out() -> None:
    assert labels_of([*LINES[:3], "Otters return", "Sweet peas"]) == ["Funding and Deals"]


ODD_WORDS = (
    "tart otter weir pea rhubarb almond garden show ferry tide barn owl lamp oil kettle brook"
    " thistle moor anchor rope saddle bell"
).split()
WORDS = st.sampled_from(
    "senate chip robot wafer patient court otter raises agents the of 青岚开源 é $4b 3nm".split()
)
POOLS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=40)
PINNED = st.lists(
    st.tuples(st.sampled_from(["Pin one", "Pin two", "Health"]), st.lists(WORDS, max_size=3)),
    max_size=3,
    unique_by=lambda pin: pin[0],
)


@settings(max_examples=60, deadline=None)
@given(POOLS, st.integers(0, 40), PINNED, st.integers(0, 3))
def test_whatever_comes_the_themes_keep_their_promises(titles, most, pins, seed) -> None:
    pool = ranked([title or "untitled" for title in titles])
    pinned = [PinnedTheme(name, tuple(words)) for name, words in pins]
    found = sections(pool, most, pins=pinned, seed=seed)
    printed = [story.id for theme in found for story in theme.stories]
    labels = [theme.label.casefold() for theme in found]
    assert len(set(printed)) == len(printed) <= most
    assert len(set(labels)) == len(labels) <= 9
    assert all(2 <= len(theme.stories) <= 6 for theme in found)
    assert all(1 <= len(theme.label.split()) <= 4 and theme.terms for theme in found)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(LINES))))
def test_stories_of_equal_score_may_come_in_any_order(order) -> None:
    def groups(places: list[int]) -> set[frozenset[str]]:
        pool = ranked(LINES)
        return {frozenset(titles_of(theme)) for theme in sections([pool[i] for i in places], 20)}

    assert groups(list(order)) == groups(list(range(len(LINES))))
