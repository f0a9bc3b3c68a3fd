from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.errors import ConfigError, DigestError, InputError, NotAcceptedError
from digest.model import Week
from tests.builders import make_issue, make_item, make_story, make_theme


def test_a_week_is_read_and_printed_in_iso_form():
    assert str(Week.parse(" 2026-w05 ")) == "2026-W05"


@pytest.mark.parametrize("text", ["2026-W54", "2026-22", "W22", "2025-W53", "", "2026-W00"])
def test_what_is_no_week_is_an_error_that_names_it(text):
    with pytest.raises(InputError, match="is not an ISO week") as caught:
        Week.parse(text)
    assert f"`{text}`" in caught.value.problem
    assert "2026-W22" in caught.value.hint


def test_a_week_runs_from_monday_to_monday_in_its_zone():
    window = Week(2026, 22).window(ZoneInfo("Europe/Berlin"))
    assert window.start == datetime(2026, 5, 24, 22, tzinfo=UTC)
    assert window.end == datetime(2026, 5, 31, 22, tzinfo=UTC)


def test_a_week_with_a_clock_change_has_an_hour_less():
    window = Week(2026, 13).window(ZoneInfo("Europe/Berlin"))
    assert (window.end - window.start).total_seconds() == (7 * 24 - 1) * 3600


def test_a_moment_belongs_to_the_week_of_the_zone():
    sunday_night = datetime(2026, 5, 24, 22, 30, tzinfo=UTC)
    assert Week.of(sunday_night, ZoneInfo("UTC")) == Week(2026, 21)
    assert Week.of(sunday_night, ZoneInfo("Europe/Berlin")) == Week(2026, 22)


def test_an_item_without_publication_counts_by_when_it_was_seen():
    item = make_item(published=None)
    assert item.time == item.first_seen


def test_an_item_reads_as_title_and_summary():
    assert make_item(title="Chip ships", summary="It is fast.").text == "Chip ships. It is fast."
    assert make_item(title="Chip ships", summary="").text == "Chip ships"


def test_a_story_links_to_its_lead_and_names_each_source_once():
    first, second, third = make_item(source="A"), make_item(source="B"), make_item(source="A")
    story = make_story(*[first, second, third])
    assert story.lead is first
    assert story.sources == ("A", "B")
    assert story.title == first.title


def test_an_editors_headline_is_printed_instead_of_the_leads():
    assert make_story(headline="Written by hand").title == "Written by hand"


def test_an_issue_lists_its_stories_theme_by_theme_then_the_short_ones():
    one, two, three = make_story(), make_story(), make_story()
    issue = make_issue(make_theme(stories=(one, two)), also=(three,))
    assert issue.stories == (one, two, three)


def test_an_error_says_the_problem_and_what_to_do():
    assert str(DigestError("no feed", hint="add one")) == "no feed\n  hint: add one"
    assert str(DigestError("no feed")) == "no feed"
    assert (DigestError.exit_code, ConfigError.exit_code) == (1, 2)


def test_a_temporary_refusal_carries_the_wait_it_asked_for():
    assert NotAcceptedError("later", retry_after=3.0).retry_after == 3.0
