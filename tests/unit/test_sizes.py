"""The sizes of themes over the weeks."""

from __future__ import annotations

from digest.model import Issue, Past, Theme
from digest.sizes import WEEKS, Course, courses
from tests.builders import make_issue, make_story, make_theme


def theme(label: str, size: int = 1, **fields: object) -> Theme:
    return make_theme(label, [make_story()], **{"found": size, **fields})


def issue(*themes: Theme, number: int = 1) -> Issue:
    return make_issue(*themes, number=number)


def sizes(now: Issue, *past: Issue) -> dict[str, tuple[int, ...]]:
    return {one.label: one.sizes for one in courses(now, Past(past))}


def test_a_first_issue_has_only_its_own_sizes():
    assert sizes(issue(theme("Chips", 3))) == {"Chips": (3,)}


def test_a_theme_is_known_in_earlier_issues_by_its_name():
    past = (issue(theme("chips", 2)), issue(theme("Laws")), issue(theme("Chips", 5)))
    assert sizes(issue(theme("Chips", 3)), *past)["Chips"] == (5, 0, 2, 3)


def test_its_own_history_tells_of_other_names():
    past = (issue(theme("Silicon", 2)), issue(theme("Silicon", 4)), issue(theme("Chips", 6)))
    now = issue(theme("Chips", 3, history=(4, 2)))
    assert sizes(now, *past)["Chips"] == (6, 4, 2, 3)


def test_a_history_longer_than_the_past_is_cut():
    now = issue(theme("Chips", 3, history=(9, 4, 2)))
    assert sizes(now, issue(theme("Laws")))["Chips"] == (2, 3)
    assert sizes(now)["Chips"] == (3,)


def test_a_theme_that_is_gone_is_told_with_none_this_week():
    now = issue(theme("Chips", 3, trend="new"))
    found = courses(now, Past((issue(theme("Laws", 2)), issue(theme("Cars")))))
    assert found == (Course("Chips", (0, 0, 3), "new"), Course("Laws", (0, 2, 0)))


def test_a_line_spans_a_dozen_issues():
    past = [issue(theme("Chips", 2)) for _ in range(20)]
    assert len(sizes(issue(theme("Chips")), *past)["Chips"]) == WEEKS


def test_the_line_rises_with_the_size_and_ends_at_the_right():
    assert Course("Chips", (0, 4, 2)).points(4) == ((0.0, 1.0), (0.5, 0.0), (1.0, 0.5))
    assert Course("Chips", (0,)).points(0) == ((1.0, 1.0),)
