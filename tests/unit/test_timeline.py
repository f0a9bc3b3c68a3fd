"""Dated sentences, each with the day it speaks of."""

from __future__ import annotations

import pytest

from digest.model import DatedSentence
from digest.sentences import candidates
from digest.timeline import dated, in_order
from tests.builders import at, make_item


def days(summary, **fields):
    item = make_item("a", "Corvid grows", summary=summary, **fields)
    return [line.date for line in dated(candidates(item, "en"), [item])]


@pytest.mark.parametrize(
    ("summary", "day"),
    [
        ("Corvid opened a plant in Ohio on May 3, 2025.", "2025-05-03"),
        ("On Tuesday, Corvid opened a plant in Ohio.", "2026-05-26"),
        ("Corvid said today that a plant is open in Ohio.", "2026-05-27"),
        ("After the rules changed in 2024, Corvid opened a plant in Ohio.", "2024"),
    ],
)
def test_a_sentence_that_says_when_is_dated(summary, day):
    assert days(summary) == [day]


@pytest.mark.parametrize(
    "summary",
    [
        "Corvid opened a plant in Ohio for many people.",
        "Corvid opened a plant in the state of Ohio, which joined the group in 1803.",
        "Corvid (a firm since 1999) opened a plant in Ohio.",
        "Corvid’s chief until March opened a plant in Ohio.",
    ],
)
def test_a_date_that_is_not_that_of_the_event_does_not_count(summary):
    assert days(summary) == []


def test_today_is_unknown_without_a_publication_date():
    said = "Corvid said today that a plant is open in Ohio."
    assert days(said, published=None) == []
    assert days("On Tuesday, Corvid opened a plant in Ohio.", published=None) == ["2026-05-26"]


def test_lines_are_printed_oldest_first_and_once():
    lines = [DatedSentence(f"2026-0{month}", "Corvid grows", ("a",)) for month in (5, 3, 3, 4)]
    assert [line.date for line in in_order(lines)] == ["2026-03", "2026-04", "2026-05"]
    assert [line.date for line in in_order(lines, 2)] == ["2026-04", "2026-05"]


def test_the_day_is_counted_from_when_the_report_was_published():
    item = make_item("a", "Corvid grows", summary="On Friday, Corvid opened a plant in Ohio.",
                     published=at("2026-01-01"))  # fmt: skip
    assert [line.date for line in dated(candidates(item, "en"), [item])] == ["2025-12-26"]


def test_a_year_that_is_only_compared_with_is_no_date_of_the_event():
    item = make_item(summary="Sales are down this year relative to 2025 in all of the states.")
    assert dated(candidates(item, "en"), [item]) == []


def test_a_date_in_a_list_is_no_date_of_the_event():
    item = make_item(
        summary="A part of the round is made up of money of others, including $5 billion of Heron"
        " announced in April."
    )
    assert dated(candidates(item, "en"), [item]) == []
