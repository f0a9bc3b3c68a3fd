from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.wording import duration, plural, span

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [(1, "story", "1 story"), (2, "story", "2 stories"), (1200, "item", "1,200 items")],
)
def test_a_count_takes_the_form_that_its_number_asks_for(number, noun, expected):
    assert plural(number, noun) == expected


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s"), (99, "99 s"), (120, "2 min"), (22_320, "6.2 h")]
)
def test_a_duration_is_told_in_the_unit_that_fits(seconds, told):
    assert duration(seconds) == told


def test_a_span_is_told_by_its_ends_and_a_moment_once():
    first, last = datetime(2026, 5, 31, 18, tzinfo=UTC), datetime(2026, 6, 1, 21, tzinfo=PARIS)
    assert span(first, last) == "Sun 31 May 18:00 to Mon 1 Jun 19:00 UTC"
    assert span(first, first) == "Sun 31 May 18:00 UTC"
