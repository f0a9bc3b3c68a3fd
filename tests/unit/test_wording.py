from __future__ import annotations

import pytest

from digest.wording import plural


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [(1, "story", "1 story"), (2, "story", "2 stories"), (1200, "item", "1,200 items")],
)
def test_a_count_takes_the_form_that_its_number_asks_for(number, noun, expected):
    assert plural(number, noun) == expected
