from __future__ import annotations

import pytest

from digest.wording import duration, plural


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
