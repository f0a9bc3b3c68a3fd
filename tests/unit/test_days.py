"""Days as an issue prints them: of a report, of a timeline, of a week."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from digest.days import Days, week_span
from digest.localisation import ENGLISH, Catalog
from digest.model import Week
from tests.builders import at, make_item

UTC = Days(ZoneInfo("UTC"), 2026, ENGLISH)


@pytest.mark.parametrize(
    ("week", "text"),
    [
        (Week(2026, 22), "May 25 – 31, 2026"),
        (Week(2026, 27), "Jun 29 – Jul 5, 2026"),
        (Week(2026, 1), "Dec 29, 2025 – Jan 4, 2026"),
    ],
)
def test_a_week_is_written_as_briefly_as_is_clear(week, text):
    assert week_span(week, ENGLISH) == text


def test_a_report_without_a_date_is_seen_never_published():
    item = make_item(published=None, first_seen=at("2026-05-27"))
    assert UTC.of(item) == "seen May 27"


def test_a_day_is_that_of_the_zone():
    item = make_item(published=at("2026-05-27T23:30"))
    assert Days(ZoneInfo("Asia/Tokyo"), 2026, ENGLISH).of(item) == "May 28"


def test_a_day_of_another_year_names_the_year():
    assert UTC.of(make_item(published=at("2025-12-31"))) == "Dec 31, 2025"


@pytest.mark.parametrize(
    ("said", "text"),
    [("2024", "2024"), ("2025-12", "Dec 2025"), ("2025-12-31", "Dec 31, 2025"),
     ("2026-05-26", "May 26")],
)  # fmt: skip
def test_a_spoken_day_is_printed_as_precisely_as_it_was_said(said, text):
    assert UTC.spoken(said) == text


def test_a_day_follows_the_issues_language():
    item = make_item(published=at("2026-05-27"))
    assert Days(ZoneInfo("UTC"), 2026, Catalog("de")).of(item) == "27. Mai"
