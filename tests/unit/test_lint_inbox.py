"""What an inbox shows: the length and the form of subject and preheader."""

from __future__ import annotations

import pytest

from digest.lint.inbox import check_inbox
from tests.builders_lint import found, make_letter


@pytest.mark.parametrize(
    "subject",
    [
        "Northwind doubles its data centre budget",
        "NASA",
        "a" * 70,
        "$1.2 billion for a data centre in Leipzig",
        "Is this the end of the GPU shortage?",
        "New adversarial attacks on speech models",
        "Advice for buyers of accelerators",
        "Why 100% of the tokens were free of charge",
    ],
)
def test_a_plain_subject_is_sound(subject):
    assert found(check_inbox, make_letter(subject=subject)) == []


@pytest.mark.parametrize(
    ("subject", "level", "rule"),
    [
        (" ", "error", "subject-empty"),
        ("a" * 71, "warning", "subject-length"),
        ("BUDGETS ARE UP AGAIN", "warning", "spam-capitals"),
        ("Budgets are up!!", "warning", "spam-marks"),
        ("Budgets are up? !", "warning", "spam-marks"),
        ("Really???", "warning", "spam-marks"),
        ("Really!?", "warning", "spam-marks"),
        ("$$$ for chips", "warning", "spam-marks"),
        ("Chips, 100% free", "warning", "spam-words"),
        ("100% guaranteed results", "warning", "spam-words"),
        ("Buy chips today", "warning", "spam-words"),
        ("As seen on television", "warning", "spam-words"),
        ("Your free instant quote", "warning", "spam-words"),
        ("Dear friend, read this", "warning", "spam-words"),
        ("ADV: chips", "warning", "spam-words"),
    ],
)
def test_a_subject_with_a_fault_is_named(subject, level, rule):
    assert found(check_inbox, make_letter(subject=subject)) == [(level, rule)]


@pytest.mark.parametrize(
    ("preheader", "level", "rule"),
    [
        (" ", "error", "preheader-empty"),
        ("a" * 39, "warning", "preheader-length"),
        ("a" * 141, "warning", "preheader-length"),
        ("The offer is a one-time offer that nobody needs", "warning", "spam-words"),
        ("ALSO: A CHEAPER MODEL AND A RULE ON DATA FOR ALL", "warning", "spam-capitals"),
    ],
)
def test_a_preheader_with_a_fault_is_named(preheader, level, rule):
    assert found(check_inbox, make_letter(preheader=preheader)) == [(level, rule)]


@pytest.mark.parametrize("length", [40, 140])
def test_a_preheader_of_the_right_length_is_sound(length):
    assert found(check_inbox, make_letter(preheader="a" * length)) == []


def test_a_preheader_that_begins_with_the_subject_repeats_it():
    subject = "Northwind doubles its data centre budget"
    letter = make_letter(subject=subject, preheader=f"{subject.upper()}. And two chips taped out.")
    assert found(check_inbox, letter) == [("warning", "preheader-repeats")]


def test_an_empty_subject_is_not_repeated_by_a_preheader():
    assert found(check_inbox, make_letter(subject="")) == [("error", "subject-empty")]


def test_the_finding_shows_the_words_that_count_as_spam():
    (finding,) = check_inbox(make_letter(subject="Chips, 100% free"))
    assert finding.message == "the subject says “100% free”, which filters count as spam"
