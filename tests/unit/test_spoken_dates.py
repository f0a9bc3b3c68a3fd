"""The dates of a sentence, and what they mean on the day it was written."""

from __future__ import annotations

import pytest

from digest.quantities import folded
from digest.spoken_dates import iso_dates, spoken_dates
from tests.builders import at

WRITTEN = at("2026-05-28")  # a Thursday


def means(text):
    return [day for _, day in iso_dates(folded(text), WRITTEN)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It shipped on May 28, 2026.", "2026-05-28"),
        ("It shipped on 3 June 2025.", "2025-06-03"),
        ("It shipped on the 4th of July 2025.", "2025-07-04"),
        ("It shipped on 2026-06-03.", "2026-06-03"),
        ("It shipped in June 2025.", "2025-06"),
        ("It shipped in April.", "2026-04"),
        ("It shipped in December.", "2025-12"),
        ("It will ship in April.", "2027-04"),
        ("It ships on August 7th.", "2026-08-07"),
        ("It shipped on August 30.", "2026-08-30"),
        ("It shipped on December 30.", "2025-12-30"),
        ("It has been out since 2023.", "2023"),
        ("It shipped on Wednesday.", "2026-05-27"),
        ("It shipped on Thursday.", "2026-05-28"),
        ("It will ship on Tuesday.", "2026-06-02"),
        ("It shipped yesterday.", "2026-05-27"),
        ("It ships tomorrow.", "2026-05-29"),
    ],
)
def test_a_date_means_a_day_a_month_or_a_year(text, day):
    assert means(text) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "It may 5 times fail.",
        "It ships on February 30.",
        "They march 3 by 3.",
        "It has 2,026 users.",
        "The Act of 2002 stands.",
        "It costs $5 in june.",
    ],
)
def test_what_is_no_date_means_none(text):
    assert means(text) == []


def test_dates_are_found_in_order_and_none_within_another():
    found = spoken_dates("In 2024 it began, and on May 3, 2025 it ended on a Friday.")
    assert [one.text for one in found] == ["In 2024", "May 3, 2025", "Friday"]


def test_a_month_that_is_expected_is_the_next_one():
    assert means("A vote is expected in July.") == ["2026-07"]
    assert means("A vote was held in July.") == ["2025-07"]
