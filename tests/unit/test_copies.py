"""Titles that are near copies."""

from __future__ import annotations

import numpy as np
import pytest

from digest.copies import near_copies

TITLE = "Acme raises funds to build coding agents"


def copies(one: str, two: str) -> bool:
    return bool(near_copies([one, two], np.array([0]), np.array([1]))[0])


@pytest.mark.parametrize("other", [TITLE, TITLE.upper(), "Acme raises more funds to build agents"])
def test_titles_of_nearly_the_same_words_are_copies(other: str) -> None:
    assert copies(TITLE, other)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (TITLE, "Borel raises funds to build coding agents"),
        ("Plan costs 20 dollars for each agent", "Plan costs 90 dollars for each agent"),
        ("chip sales fall", "chip sales rise"),
        (TITLE, "Acme raises funds in a round led by an old backer"),
        (TITLE, ""),
    ],
)
def test_titles_that_differ_in_a_name_a_number_or_are_short_are_no_copies(
    one: str, two: str
) -> None:
    assert not copies(one, two)


def test_no_pair_holds_no_copies() -> None:
    none = np.array([], dtype=np.intp)
    assert near_copies([TITLE], none, none).shape == (0,)
