"""Whether the stories may be printed: sources, dates, window, and none of them twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.lint.stories import check_stories
from digest.model import Reference
from tests.builders import (
    WINDOW,
    make_brief,
    make_issue,
    make_item,
    make_story,
    make_theme,
)
from tests.builders_lint import found, make_letter

HOUR = timedelta(hours=1)


def of(*stories, **fields):
    """A letter of one theme with these stories and a plain one."""
    issue = make_issue(make_theme(stories=[*stories, make_story()]))
    return make_letter(issue=issue, **fields)


def findings(*stories, **fields):
    return found(check_stories, of(*stories, **fields))


def test_dated_stories_of_the_week_with_sources_are_sound():
    assert findings(make_story(), make_story(make_item(), make_item())) == []


def test_an_issue_without_a_story_is_an_error():
    letter = make_letter(issue=replace(make_issue(), themes=()))
    assert found(check_stories, letter) == [("error", "no-story")]


def test_a_report_that_no_reader_can_open_is_an_error():
    broken = make_story(make_item(), make_item(link="javascript:alert(1)"))
    assert findings(broken) == [("error", "story-link")]


def test_a_story_without_a_source_is_an_error():
    assert findings(make_story(make_item(source=" "))) == [("error", "story-source")]


@pytest.mark.parametrize("time", [WINDOW.start, WINDOW.end - timedelta(microseconds=1)])
def test_a_story_at_the_edge_of_the_window_is_inside(time):
    assert findings(make_story(make_item(published=time))) == []


@pytest.mark.parametrize("time", [WINDOW.start - HOUR, WINDOW.end])
def test_a_story_outside_the_window_is_a_warning_with_both_days(time):
    (finding,) = check_stories(of(make_story(make_item(published=time))))
    assert (finding.level, finding.rule) == ("warning", "story-outside")
    assert "no report is of 2026-05-25 to 2026-05-31; the lead is of 20" in finding.message


def test_one_report_inside_the_window_is_enough():
    old = make_item(published=WINDOW.start - HOUR)
    assert findings(make_story(old, make_item())) == []


@pytest.mark.parametrize(("days", "rules"), [(7, []), (8, [("warning", "story-outside")])])
def test_a_late_story_may_be_a_week_older(days, rules):
    item = make_item(published=WINDOW.start - timedelta(days=days))
    assert findings(make_story(item, late=True)) == rules


def test_an_undated_story_first_seen_outside_is_outside():
    item = make_item(published=None, first_seen=WINDOW.end)
    rules = [rule for _, rule in findings(make_story(item))]
    assert rules == ["story-outside", "story-undated"]


def test_undated_stories_share_one_warning():
    undated = [make_story(make_item(published=None)) for _ in range(2)]
    (finding,) = check_stories(of(*undated))
    assert (finding.level, finding.rule) == ("warning", "story-undated")
    assert finding.message == "no report has a date (2 of 3 stories)"
    assert finding.place.endswith(" and 1 more")


def test_one_dated_report_dates_a_story():
    assert findings(make_story(make_item(published=None), make_item())) == []


@pytest.mark.parametrize("known", ["url", "link"])
def test_a_story_whose_lead_ran_already_is_a_warning_with_the_issue(known):
    item = make_item(link="https://chip-ledger.example/open")
    (finding,) = check_stories(of(make_story(item), printed={getattr(item, known): 4}))
    assert (finding.level, finding.rule) == ("warning", "story-ran")
    assert "was in issue 4 already" in finding.message


def test_an_update_that_says_so_may_lead_with_what_ran():
    item = make_item()
    earlier = Reference("Update of “Northwind”", (item.id,), item.link, 4)
    story = make_story(item, brief=make_brief(item, continues=(earlier,)))
    assert findings(story, printed={item.link: 4}) == []


def test_a_report_that_ran_behind_a_new_lead_is_sound():
    old = make_item()
    assert findings(make_story(make_item(), old), printed={old.url: 4}) == []


def test_an_item_in_two_stories_is_an_error():
    item = make_item("same")
    (finding,) = check_stories(of(make_story(item), make_story(make_item(), item)))
    assert (finding.level, finding.rule) == ("error", "story-twice")
    assert "item same is also in story same" in finding.message


def test_a_link_under_two_stories_is_a_warning():
    link = "https://chip-ledger.example/x"
    stories = [make_story(make_item(link=link)), make_story(make_item(), make_item(link=link))]
    assert findings(*stories) == [("warning", "story-same-link")]


def test_two_stories_of_one_headline_are_a_warning():
    stories = [make_story(headline="Chips Are Up"), make_story(headline="Chips  are up")]
    assert findings(*stories) == [("warning", "story-same-title")]


def test_a_theme_of_one_is_a_warning_in_its_place():
    issue = make_issue(make_theme("Alone", [make_story()]), make_theme())
    (finding,) = check_stories(make_letter(issue=issue))
    assert (finding.level, finding.rule) == ("warning", "theme-of-one")
    assert finding.place == "theme “Alone”"
