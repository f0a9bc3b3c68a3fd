from __future__ import annotations

import pytest

from digest.model import Issue, Past, Theme, Week
from digest.trends import continued
from tests.builders import WEEK, make_issue, make_item, make_story, make_theme

CHIPS = ("Northwind tapes out an accelerator", "Contoso orders accelerators from a foundry")
LAWS = ("Senate passes a chatbot law", "Court reads the chatbot law in full")
CARS = ("Robotaxi company doubles its fleet", "City council lets a robotaxi drive at night")


def theme(label: str, *titles: str, score: float = 60.0, **fields: object) -> Theme:
    stories = [make_story(make_item(title=title, summary=""), score=score) for title in titles]
    return make_theme(label, stories, **{"terms": (label.lower(),), **fields})


def issue(*themes: Theme, number: int = 3, week: str = "2026-W21") -> Issue:
    return make_issue(*themes, number=number, week=week)


def drafted(*themes: Theme, past: Past, pinned: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Label and trend of each theme, in print order."""
    found = continued(themes, past, week=WEEK, pinned=pinned)
    return [(one.label, one.trend) for one in found]


def test_a_first_issue_has_no_trends():
    assert drafted(theme("Chips", *CHIPS), past=Past()) == [("Chips", "")]


def test_a_theme_that_was_never_there_is_new():
    past = Past((issue(theme("Laws", *LAWS)),))
    assert drafted(theme("Chips", *CHIPS), past=past) == [("Chips", "new")]


@pytest.mark.parametrize(
    ("before", "trend"),
    [
        (1, "growing: 2 stories, 1 the week before"),
        (2, "steady: 2 stories, 2 the week before"),
        (3, "fading: 2 stories, 3 the week before"),
    ],
)
def test_the_trend_counts_the_stories_of_this_week_and_the_last(before, trend):
    titles = [f"{CHIPS[0]} number {n}" for n in range(before)]
    past = Past((issue(theme("Chips", *titles)),))
    assert drafted(theme("Chips", *CHIPS), past=past) == [("Chips", trend)]


def test_a_theme_that_pauses_a_week_is_not_new():
    past = Past((issue(theme("Laws", *LAWS)), issue(theme("Chips", *CHIPS), number=2)))
    assert drafted(theme("Chips", *CHIPS), past=past) == [
        ("Chips", "growing: 2 stories, none the week before")
    ]


def history_of(*past: Theme | None) -> tuple[int, ...]:
    """The history of "Chips" after issues, newest first, that had this theme or another."""
    laws = theme("Laws", *LAWS)
    issues = [issue(one or laws, number=20 - age) for age, one in enumerate(past)]
    (found,) = continued([theme("Chips", *CHIPS)], Past(tuple(issues)), week=WEEK)
    return found.history


def test_a_theme_has_the_counts_of_the_issues_before_oldest_first():
    chips = theme("Chips", *CHIPS)
    assert history_of(chips, None, theme("Chips", CHIPS[0], found=7), None) == (7, 0, 2)


def test_no_more_than_five_issues_are_counted():
    assert history_of(*[theme("Chips", *CHIPS)] * 8) == (2, 2, 2, 2, 2)


def test_a_new_theme_has_no_history():
    assert history_of(None) == ()


def test_a_count_of_another_week_names_its_issue():
    past = Past((issue(theme("Chips", *CHIPS), week="2026-W19"),))
    assert drafted(theme("Chips", *CHIPS), past=past) == [
        ("Chips", "steady: 2 stories, 2 in issue 3 (2026-W19)")
    ]


def test_the_week_before_the_first_of_a_year_is_the_last_of_the_old():
    past = Past((issue(theme("Chips", *CHIPS), week="2026-W53"),))
    (found,) = continued([theme("Chips", *CHIPS)], past, week=Week(2027, 1))
    assert found.trend.endswith("the week before")


def test_a_theme_keeps_the_name_that_an_editor_gave_it():
    first = continued([theme("Accelerator", *CHIPS)], Past(), week=WEEK)[0]
    renamed = make_theme("Custom silicon", first.stories, terms=first.terms)
    past = Past((issue(renamed),))
    assert drafted(theme("Accelerator", *CHIPS), past=past) == [
        ("Custom silicon", "steady: 2 stories, 2 the week before")
    ]


def test_the_drafted_name_is_remembered_among_the_terms():
    (found,) = continued([theme("Chips", *CHIPS, terms=("tape-out",))], Past(), week=WEEK)
    assert found.terms == ("tape-out", "Chips")


def test_a_theme_keeps_its_earlier_name_if_that_still_tells_it_apart():
    past = Past((issue(theme("Chatbot Law", *LAWS)),))
    now = theme("Senate and Court", *LAWS, terms=("senate",))
    assert drafted(now, theme("Cars", *CARS), past=past)[0] == (
        "Chatbot Law", "steady: 2 stories, 2 the week before",
    )  # fmt: skip


def test_a_name_that_its_stories_do_not_hold_is_not_taken():
    past = Past((issue(theme("Rules of Machines", *LAWS)),))
    assert drafted(theme("Senate", *LAWS), past=past) == [("Senate", "new")]


def test_a_name_that_others_hold_as_well_is_not_taken():
    past = Past((issue(theme("Law", *LAWS)),))
    others = theme("Cars", "A law for every robotaxi", "The robotaxi law waits")
    assert drafted(theme("Chatbot", *LAWS), others, past=past)[0] == ("Chatbot", "new")


def test_a_theme_unlike_an_earlier_one_does_not_take_its_name():
    past = Past((issue(theme("Robotaxi", *LAWS)),))
    assert drafted(theme("Cars", *CARS), past=past) == [("Cars", "new")]


def test_one_earlier_name_goes_to_one_theme_the_likest():
    past = Past((issue(theme("Chatbot Law", *LAWS)),))
    near = theme("Senate", *LAWS)
    far = theme("Rules", "A chatbot law for schools", "Nobody reads the chatbot law")
    rest = [theme(f"Rest {n}", *CARS, *CHIPS) for n in range(3)]
    names = [name for name, _ in drafted(far, near, *rest, past=past)]
    assert names[:2] == ["Rules", "Chatbot Law"]


def test_a_theme_takes_one_name_though_two_fit():
    past = Past((issue(theme("Chatbot Law", *LAWS), theme("Chatbot", *LAWS)),))
    names = [name for name, _ in drafted(theme("Senate", *LAWS), theme("Cars", *CARS), past=past)]
    assert names[0] in ("Chatbot Law", "Chatbot")


def test_a_name_that_a_theme_of_this_week_has_is_not_given_to_another():
    past = Past((issue(theme("Chatbot Law", *LAWS)),))
    names = [name for name, _ in drafted(
        theme("Senate", *LAWS), theme("chatbot law", *CARS), past=past
    )]  # fmt: skip
    assert names == ["Senate", "Chatbot Law"]


def test_a_pinned_theme_is_never_renamed_and_its_name_never_given_away():
    past = Past((issue(theme("Chatbot Law", *LAWS)),))
    assert drafted(theme("Senate", *LAWS), past=past, pinned=("Senate",)) == [("Senate", "new")]
    assert drafted(theme("Senate", *LAWS), past=past, pinned=("Chatbot law",)) == [
        ("Senate", "new")
    ]


def test_a_pinned_theme_has_a_trend():
    past = Past((issue(theme("CHIPS", *CHIPS)),))
    assert drafted(theme("Chips", *CHIPS), past=past, pinned=("Chips",)) == [
        ("Chips", "steady: 2 stories, 2 the week before")
    ]


def test_themes_as_strong_as_each_other_keep_the_order_of_the_last_issue():
    past = Past((issue(theme("Laws", *LAWS), theme("Chips", *CHIPS)),))
    cars = theme("Cars", *CARS, score=63.0)
    chips, laws = theme("Chips", *CHIPS, score=62.0), theme("Laws", *LAWS, score=60.0)
    assert [name for name, _ in drafted(cars, chips, laws, past=past)] == ["Cars", "Laws", "Chips"]


def test_the_theme_of_the_best_story_stays_first():
    past = Past((issue(theme("Laws", *LAWS), theme("Chips", *CHIPS)),))
    chips, laws = theme("Chips", *CHIPS, score=62.0), theme("Laws", *LAWS, score=60.0)
    assert [name for name, _ in drafted(chips, laws, past=past)] == ["Chips", "Laws"]


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        (12, 20, "growing: 20 stories, 12 the week before"),
        (20, 12, "fading: 12 stories, 20 the week before"),
        (20, 19, "steady: 19 stories, 20 the week before"),
        (3, 4, "growing: 4 stories, 3 the week before"),
    ],
)
def test_what_was_not_printed_counts_and_a_small_change_is_none(before, now, trend):
    past = Past((issue(theme("Chips", *CHIPS, found=before)),))
    assert drafted(theme("Chips", *CHIPS, found=now), past=past) == [("Chips", trend)]


def test_a_part_of_an_earlier_theme_has_a_trend_and_its_own_name():
    both = theme("Chips and Power", *CHIPS, terms=("foundry", "Chips and Power", "All Chips"))
    past = Past((issue(both),))
    assert drafted(theme("All Chips", *CHIPS), past=past) == [
        ("All Chips", "steady: 2 stories, 2 the week before")
    ]


def test_a_theme_that_has_an_earlier_one_as_a_part_has_a_trend():
    past = Past((issue(theme("All Chips", *CHIPS)),))
    now = theme("Chips and Power", *CHIPS, terms=("foundry", "All Chips", "Chips and Power"))
    assert drafted(now, past=past) == [("Chips and Power", "steady: 2 stories, 2 the week before")]


def test_a_single_word_in_common_makes_no_kin():
    past = Past((issue(theme("Corvid", *LAWS)),))
    assert drafted(theme("All Chips", *CHIPS, terms=("Corvid",)), past=past) == [
        ("All Chips", "new")
    ]


def test_a_line_that_is_another_theme_s_is_nobody_s_kin():
    past = Past((issue(theme("All Chips", *CHIPS)),))
    rest = theme("Chips and Power", *CARS, terms=("All Chips",))
    assert drafted(theme("All Chips", *CHIPS), rest, past=past)[1] == ("Chips and Power", "new")


def test_a_stronger_theme_goes_first_whatever_stood_there():
    past = Past((issue(theme("Laws", *LAWS), theme("Chips", *CHIPS)),))
    cars = theme("Cars", *CARS, score=81.0)
    chips, laws = theme("Chips", *CHIPS, score=80.0), theme("Laws", *LAWS, score=60.0)
    assert [name for name, _ in drafted(cars, chips, laws, past=past)] == ["Cars", "Chips", "Laws"]


def test_a_new_theme_keeps_its_place_between_old_ones():
    past = Past((issue(theme("Laws", *LAWS), theme("Chips", *CHIPS)),))
    now = (theme("Chips", *CHIPS), theme("Cars", *CARS), theme("Laws", *LAWS))
    assert [name for name, _ in drafted(*now, past=past)] == ["Chips", "Cars", "Laws"]
