from __future__ import annotations

import pytest

from digest.model import Brief, Sentence
from digest.writers.prompt import PARTS
from digest.writers.rules import allowed
from tests.builders import make_item, make_story, said

STORY = make_story(make_item("a"), make_item("b"))


def fault(text: str, *items: str, part: str = "takeaways") -> str:
    """The reason that one sentence is refused for; "" if it stays."""
    sentences = (Sentence(text, items),)
    brief, reasons = allowed(Brief(**{part: sentences}), STORY)
    assert getattr(brief, part) == (() if reasons else sentences)
    return "".join(reasons)


@pytest.mark.parametrize("part", PARTS)
def test_a_plain_sentence_stays_in_every_part(part):
    assert fault("Northwind bought 4,000 chips from Halcyon.", "a", "b", part=part) == ""


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "text",
    [
        "Click here to win.", "Tap the button now.", "Subscribe to Halcyon now.",
        "Sign up at Halcyon.", "Visit their website.", "Go to this page.", "Leave by @@LEAVE@@.",
    ],
)  # fmt: skip
def test_a_call_on_the_reader_is_dropped(part, text):
    assert "calls on the reader" in fault(text, "a", part=part)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("items", [(), ("zzz",), ("a", "zzz")])
def test_what_cites_no_report_of_the_story_is_dropped(part, items):
    assert "no report of the story" in fault("It works.", *items, part=part)


@pytest.mark.parametrize(
    "text",
    [
        "Read on at evil.example.", "Read on at a-b.evil.technology now.",
        "Read on at Evil.Photography/win now.", "Read on at evil.example/win.",
        "Write to ada@evil.example.",
    ],
)  # fmt: skip
def test_an_address_of_any_ending_is_dropped(text):
    assert "carries an address" in fault(text, "a")


@pytest.mark.parametrize("text", ["Booking.com buys it.", "In the U.S. it costs $4.2bn, e.g. now."])
def test_a_name_or_an_abbreviation_with_a_point_is_no_address(text):
    assert fault(text, "a") == ""


def test_an_empty_sentence_is_dropped():
    assert "is empty" in fault("", "a")


@pytest.mark.parametrize("text", ["Northwind bought chips and", "Northwind bought 4,000…"])
def test_a_sentence_that_breaks_off_is_dropped(text):
    assert "does not end as a sentence" in fault(text, "a")


@pytest.mark.parametrize("part", ["insight", "who_should_care"])
def test_a_line_that_is_no_sentence_needs_no_full_stop(part):
    assert fault("4,000 chips for Northwind", "a", part=part) == ""


@pytest.mark.parametrize("text", ["They said “it works.”", "(They said so.)", "他们说过了。"])
def test_a_sentence_may_end_inside_a_quotation_or_in_another_script(text):
    assert fault(text, "a") == ""


def test_a_part_has_no_more_sentences_than_it_may():
    four = tuple(Sentence(f"Number {n} is said here.", ("a",)) for n in range(4))
    brief, reasons = allowed(Brief(takeaways=four), STORY)
    assert brief.takeaways == four[:3]
    assert reasons == ("takeaways: “Number 3 is said here.”: it is more than 3 in this part",)


def test_a_sentence_is_printed_in_one_part_only():
    twice = said("Northwind bought chips.", "a")
    brief, reasons = allowed(Brief(what_changed=twice, takeaways=twice), STORY)
    assert (brief.what_changed, brief.takeaways) == (twice, ())
    assert "is said twice" in reasons[0]


def test_the_parts_that_no_model_words_are_left_alone():
    brief = Brief(credit=said("https://everything.example", "zzz"), writer="m")
    assert allowed(brief, STORY) == (brief, ())
