"""A week with other settings beside what was drafted and printed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.errors import InputError
from digest.model import Issue, LeftOut, Signal
from digest.retrial import tried
from digest.trials import Found, Lone, Printed, Shift, Size, ThemeChange, summed, with_points
from tests.builders import make_issue, make_item, make_story, make_theme

ITEMS = {n: make_item(n, f"Title {n}") for n in "a a2 b c d e f g".split()}
SCORES = {name: 90.0 - 10 * at for at, name in enumerate(ITEMS)}
TWO = (("Chips", "a", "b"), ("Rules", "c", "d"))
WEEK = "2026-W22"


def story(told: str, **fields: object):
    """A story of items joined by `+`; earlier letters score more."""
    names = told.split("+")
    fields = {"score": SCORES[names[0]], **fields}
    return make_story(*(ITEMS[name] for name in names), **fields)


def issue(*themes, also=(), left=(), stories=None, **fields) -> Issue:
    """Themes as `("Chips", "a+a2", "b")`; `stories` gives those that are not plain."""
    stories = stories or {}
    of = lambda told: stories.get(told) or story(told)  # noqa: E731
    made = [make_theme(label, tuple(map(of, told))) for label, *told in themes]
    lines = tuple(LeftOut(name, f"Title {name}", rule) for name, rule in left)
    return make_issue(*made, also=tuple(map(of, also)), left_out=lines, **fields)


def weighed(told: str, score: float, values: dict[str, float], weights: dict[str, float]):
    signals = [Signal(n, v, weights[n], v * weights[n]) for n, v in values.items()]
    return story(told, score=score, signals=tuple(signals))


def test_the_same_draft_differs_in_nothing():
    trial = tried(WEEK, issue(*TWO, also=("e",)), issue(*TWO, also=("e",), revision=3))
    assert trial.same
    assert (trial.kept, trial.top, trial.lead) == (5, Found(5, 5, 5), ("Title a", "Title a"))
    assert trial.before == trial.after == Size(stories=4, short=1, themes=2, left_out=0)
    assert trial.printed is None


def test_stories_that_come_and_go_are_told_with_rank_place_and_rule():
    then = issue(*TWO, left=(("e", "below the cut: rank 6 of 9 stories"),))
    now = issue(TWO[0], ("Rules", "c"), also=("e",), left=(("d", "off topic: of taxes"),))
    trial = tried(WEEK, then, now)
    assert trial.came == (
        Lone("e", "Title e", 4, "Also this week", "below the cut: rank 6 of 9 stories"),
    )
    assert trial.left == (Lone("d", "Title d", 4, "Rules", "off topic: of taxes"),)
    assert not trial.same


def test_a_story_that_is_told_within_another_says_so():
    trial = tried(WEEK, issue(("Chips", "a", "a2", "b")), issue(("Chips", "a+a2", "b")))
    assert [one.rule for one in trial.left] == ["told in “Title a”"]


def test_a_story_of_which_nothing_is_known_elsewhere_has_no_rule():
    assert [x.rule for x in tried(WEEK, issue(*TWO), issue(TWO[0])).left] == ["", ""]


def test_ranks_that_differ_are_told_the_farthest_first():
    moved = story("d", score=95.0)
    trial = tried(WEEK, issue(*TWO), issue(*TWO, stories={"d": moved}))
    assert trial.shifts == (
        Shift("d", "Title d", 4, 1),
        Shift("a", "Title a", 1, 2),
        Shift("b", "Title b", 2, 3),
        Shift("c", "Title c", 3, 4),
    )
    assert trial.lead == ("Title a", "Title d")


def test_the_first_ten_are_compared_by_rank():
    names = [f"n{at}" for at in range(12)]
    plain = [make_story(make_item(n), score=50.0 - at) for at, n in enumerate(names)]
    raised = [*plain[:9], replace(plain[11], score=49.5), *plain[9:11]]
    then, now = (make_issue(make_theme("Chips", each)) for each in (plain, raised))
    assert tried(WEEK, then, now).top == Found(10, 10, 9)


def test_themes_are_renamed_merged_gone_and_new():
    then = issue(("Chips", "a", "b"), ("Rules", "c", "d"), ("Money", "e", "f"), ("Old", "g", "a2"))
    now = issue(("Silicon", "a", "b", "c", "d"), ("Money", "e", "f"), also=())
    assert tried(WEEK, then, now).themes == (
        ThemeChange("renamed", "Chips", "Silicon"),
        ThemeChange("merged", "Rules", "Silicon"),
        ThemeChange("gone", "Old", ""),
    )
    assert tried(WEEK, issue(TWO[0]), issue(*TWO)).themes == (ThemeChange("new", "", "Rules"),)


def test_a_theme_of_which_less_than_half_goes_elsewhere_together_is_gone():
    then = issue(("Chips", "a", "b"), ("Rules", "c", "d", "e"))
    now = issue(("Chips", "a", "b", "c"), also=("d", "e"))
    assert tried(WEEK, then, now).themes == (ThemeChange("gone", "Rules", ""),)


def test_what_speaks_for_a_story_is_told_by_signal_against_the_mean_story():
    old, new = {"votes": 10.0, "kind": 90.0}, {"votes": 60.0, "kind": 40.0}
    loved, plain = {"votes": 1.0, "kind": 0.0}, {"votes": 0.0, "kind": 1.0}
    then = issue(
        ("Chips", "a", "b"),
        stories={"a": weighed("a", 90.0, plain, old), "b": weighed("b", 80.0, loved, old)},
    )
    now = issue(
        ("Chips", "b", "c"),
        stories={"b": weighed("b", 60.0, plain, new), "c": weighed("c", 60.0, loved, new)},
    )
    trial = tried(WEEK, then, now)
    assert trial.came[0].pulls == (("kind", 25.0), ("votes", 25.0))
    assert trial.left[0].pulls == (("kind", 25.0), ("votes", 25.0))


def test_a_story_that_goes_for_another_reason_has_no_signal_named():
    weights = {"votes": 10.0, "kind": 90.0}
    stories = {n: weighed(n, 90.0, {"votes": 1.0, "kind": 0.5}, weights) for n in "abc"}
    trial = tried(WEEK, issue(("Chips", "a", "b"), stories=stories), issue(("Chips", "b", "c")))
    assert [one.pulls for one in (*trial.came, *trial.left)] == [(), ()]


def test_a_draft_without_signals_says_nothing_of_weights():
    bare = issue(TWO[0], stories={n: story(n, signals=()) for n in "ab"})
    trial = tried(WEEK, bare, issue(("Chips", "b", "c")))
    assert [one.pulls for one in (*trial.came, *trial.left)] == [(), ()]


def test_a_week_that_was_never_drafted_has_no_then():
    trial = tried(WEEK, None, issue(*TWO), issue(*TWO))
    assert (trial.number, trial.lead, trial.kept) == (None, ("", "Title a"), 0)
    assert [one.rule for one in trial.came] == [""] * 4
    assert (trial.themes, trial.printed) == ((), None)


def test_both_drafts_are_held_against_what_the_editor_printed():
    then = issue(*TWO, left=(("e", "below the cut"), ("f", "below the cut")))
    printed = issue(("Chips", "a", "b"), ("Rules", "c", "e"), ("New", "f", "g"))
    now = issue(("Chips", "a", "b"), ("Rules", "c", "e"), left=(("f", "below"), ("d", "below")))
    trial = tried(WEEK, then, now, printed)
    assert trial.printed == Printed(
        recall={10: Found(5, 3, 4), 20: Found(5, 3, 4), 0: Found(5, 3, 4)},
        brought_back=Found(2, 0, 1),
        dropped=Found(1, 0, 1),
        lead=Found(1, 1, 1),
        unknown=1,
    )
    assert [(one.id, one.printed) for one in (*trial.came, *trial.left)] == [
        ("e", True), ("d", False),
    ]  # fmt: skip


def test_the_first_places_are_looked_at_by_rank():
    names = [f"n{at}" for at in range(12)]
    plain = [make_story(make_item(n), score=50.0 - at) for at, n in enumerate(names)]
    then, printed = make_issue(make_theme("Chips", plain)), make_issue(make_theme("A", plain[9:]))
    told = tried(WEEK, then, then, printed).printed
    assert told
    assert told.recall == {10: Found(3, 1, 1), 20: Found(3, 3, 3), 0: Found(3, 3, 3)}
    assert told.lead == Found(1, 0, 0)


def test_weeks_are_summed_without_those_that_were_never_drafted():
    same = tried(WEEK, issue(*TWO), issue(*TWO), issue(TWO[0]))
    other = tried(WEEK, issue(*TWO), issue(TWO[0], also=("e",)))
    total = summed([same, other, tried(WEEK, None, issue(*TWO))])
    assert (total.weeks, total.same, total.stories, total.kept, total.came) == (2, 1, 8, 6, 1)
    assert (total.top, total.leads, total.issues) == (0.75, 2, 1)
    assert total.printed.recall[0] == Found(2, 2, 2)
    assert total.printed.dropped == Found(2, 0, 0)


def test_no_week_sums_to_nothing():
    total = summed([])
    assert (total.weeks, total.top, total.issues) == (0, 0.0, 0)
    assert total.printed.recall[10] == Found()


WEIGHTS = {"coverage": 50.0, "kind": 30.0, "speed": 20.0}


def test_given_points_stay_and_the_others_share_the_rest():
    assert with_points(WEIGHTS, {}) == WEIGHTS
    assert with_points(WEIGHTS, {"speed": 60.0}) == {"coverage": 25.0, "kind": 15.0, "speed": 60.0}
    all_given = {"coverage": 0.0, "kind": 100.0, "speed": 0.0}
    assert with_points(WEIGHTS, all_given) == all_given


@pytest.mark.parametrize(
    "given", [{"speed": 60.0, "kind": 50.0}, {"coverage": 1.0, "kind": 1.0, "speed": 1.0}]
)
def test_points_that_cannot_sum_to_a_hundred_are_refused(given: dict[str, float]):
    with pytest.raises(InputError, match=f"sum to {sum(given.values()):g}"):
        with_points(WEIGHTS, given)
