"""The numbers of the week: which are worth a line, and in which words."""

from __future__ import annotations

import pytest

from digest.figures import figures
from digest.model import Brief
from tests.builders import make_item, make_story, said


def telling(*texts: str, id: str = "a"):
    return make_story(make_item(id), brief=Brief(what_changed=tuple(said(t, id)[0] for t in texts)))


def values(*stories) -> list[str]:
    return [figure.value for figure in figures(stories)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Corvid raised $650 million.", "$650 million"),
        ("Corvid spends €75 billion.", "€75 billion"),
        ("Prices fell by 40%.", "40%"),
        ("Kestrel is 4x faster.", "4x"),
        ("Corvid builds 5 gigawatts.", "5 gigawatts"),
    ],
)
def test_a_sum_a_share_a_multiple_and_power_are_numbers_of_the_week(text, value):
    assert values(telling(text)) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Kestrel costs $3.99 a month.",
        "Corvid has 900 engineers.",
        "It took five days.",
        "It raised $2 billion.",
        "The company raised $2 billion.",
        "Corvid is worth nearly a trillion dollars.",
        "Corvid raised $2 billion " + "and told its plans to everybody " * 6 + "this week.",
    ],
)
def test_a_price_a_count_or_a_sentence_that_does_not_stand_alone_is_none(text):
    assert values(telling(text)) == []


def test_a_story_gives_one_number_the_one_said_most_briefly():
    long = "Corvid Labs of Ohio, told by four people, raised $650 million in May."
    assert values(telling(long, "Rates fell by 40%.")) == ["40%"]


def test_another_unit_goes_before_a_second_of_the_same():
    stories = [telling(f"Corvid raised ${n} billion.", id=str(n)) for n in range(2, 6)]
    assert values(*stories, telling("Rates fell by 40%.", id="z")) == [
        "$2 billion", "$3 billion", "40%",
    ]  # fmt: skip


def test_the_report_is_that_of_the_sentence():
    items = [make_item("a"), make_item("b", source="Grid Watch")]
    story = make_story(*items, brief=Brief(takeaways=said("Rates fell by 40%.", "b")))
    (figure,) = figures([story])
    assert figure.item.source == "Grid Watch"
    assert figure.text == "Rates fell by 40%."


def test_a_sentence_of_an_unknown_report_gives_none():
    assert figures([make_story(brief=Brief(insight=said("Rates fell by 40%.", "gone")))]) == ()
