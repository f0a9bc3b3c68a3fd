"""What is new in a sentence, by its dates and by how it begins."""

from __future__ import annotations

import pytest

from digest.events import happens, is_general, is_old
from tests.builders import at

WRITTEN = at("2026-07-24")


@pytest.mark.parametrize(
    "text",
    [
        "In the 1980s, early pioneers challenged the belief of the trade.",
        "On 14 February 2019, Corvid announced a first model.",
        "Last year, Corvid was told to close its plant in Ohio.",
        "Corvid announced a change of its plans in May with the release of Heron.",
        "Nearly a year ago, Corvid said it would build a plant.",
        "Over the ensuing years Corvid has slowly left the trade.",
        "Corvid had previously developed the camera of the phone.",
    ],
)
def test_what_was_long_before_the_report_is_old(text):
    assert is_old(text, WRITTEN)


@pytest.mark.parametrize(
    "text",
    [
        "On Thursday, Corvid announced its first model.",
        "Corvid, founded in 2023, has raised $113 million.",
        "Corvid has sold chips for $7 billion since it began in 2012.",
        "A suit that was filed in 2024 was settled on Monday.",
        "Pope Leo invokes the letter of an earlier pope (published on May 15, 1891).",
        "Corvid will open the plant in 2028.",
        "Corvid opens a plant.",
    ],
)
def test_an_old_date_beside_the_point_makes_no_sentence_old(text):
    assert not is_old(text, WRITTEN)


@pytest.mark.parametrize(
    "text",
    [
        "Most developers work the same way.",
        "Every new generation of chips demands more power.",
        "There are many costs to a home.",
        "A proxy is just an endpoint with a name.",
        "The talk about chips often centers on plants.",
    ],
)
def test_what_is_always_so_is_general(text):
    assert is_general(text)


def test_what_somebody_did_is_not_general():
    assert not is_general("Corvid told most of its people on Monday.")


@pytest.mark.parametrize(
    "text",
    ["Corvid has broken ground in Ohio.", "Corvid sought a loan.", "The state lowered the price."],
)
def test_something_happens_where_a_verb_says_so(text):
    assert happens(text)


def test_nothing_happens_in_a_definition():
    assert not happens("Corvid is a maker of chips in Ohio")
