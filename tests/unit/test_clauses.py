"""Sentences are shortened to whole clauses, never to another meaning."""

from __future__ import annotations

import pytest

from digest.clauses import has_verb, shorter, without_opener


def shortest(text):
    return list(shorter(text))[-1]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Meanwhile, Corvid sells chips.", "Corvid sells chips."),
        ("And Corvid sells chips.", "Corvid sells chips."),
        ("In addition, also, Corvid sells chips.", "Corvid sells chips."),
        ("To close this gap, we propose Heron.", "We propose Heron."),
        ("In this paper, we propose Heron.", "We propose Heron."),
        ("Corvid sells chips.", "Corvid sells chips."),
    ],
)
def test_a_word_that_ties_a_sentence_to_the_one_before_goes(text, rest):
    assert without_opener(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Without this step, we lose the chip.",
        "So 12 plants closed.",
        "Now Corvid sells chips.",
        "Still life with chips is a painting.",
        "Instead, Corvid sells chips.",
    ],
)
def test_an_opener_that_carries_meaning_stays(text):
    assert without_opener(text) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Corvid has sold 40 chips (its stock) to Heron.", "Corvid has sold 40 chips to Heron."),
        ("Corvid — once a toy maker — has sold 40 chips.", "Corvid has sold 40 chips."),
        ("Corvid sold—while moving house—40 old chips.", "Corvid sold 40 old chips."),
        ("In a bold move, Corvid sold 40 chips.", "Corvid sold 40 chips."),
        ("Corvid, the maker of Kestrel, has raised $5 billion.", "Corvid has raised $5 billion."),
        ("Corvid, founded in 2020, raised $5 billion.", "Corvid raised $5 billion."),
        ("Corvid sold 40 chips, which went to Heron.", "Corvid sold 40 chips."),
        ("Corvid sold 40 chips, making it the leader of its field.", "Corvid sold 40 chips."),
        ("Corvid sold 40 chips to a fund, the owner of Heron.", "Corvid sold 40 chips to a fund."),
        (
            "Corvid raised $5 billion from investors including Heron and Egret.",
            "Corvid raised $5 billion.",
        ),
        ("Corvid sold 40 chips, and Heron sold 30 boards.", "Corvid sold 40 chips."),
        ("Corvid sold 40 chips; the rest was lost.", "Corvid sold 40 chips."),
    ],
)  # fmt: skip
def test_asides_and_further_clauses_may_go(text, rest):
    assert shortest(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Corvid has sold 40 chips (but not the new ones) to Heron.",
        "Corvid has sold 40 “chips (so) called” to Heron.",
        "Corvid has sold 40 (“so called) chips to” Heron.",
        "Corvid sold 40 chips, which may be too few.",
        "Corvid sold 40 chips, the company announced on Monday.",
        "Corvid, which denied it would not sell, has sold 40 chips.",
        "In a statement that said little, Corvid sold 40 chips.",
        "If Corvid sold 40 chips, and Heron sold 30, all is well.",
        "Corvid sold “40 chips; the rest was lost” to Heron.",
        "Corvid sold 40 (but old; the rest was lost) to Heron.",
        "Corvid sold chips, boards, and the other plants were closed.",
        "A maker of chips, the owner of Heron.",
        "Corvid sold 40 chips.",
    ],
)
def test_what_denies_limits_hedges_or_attributes_stays(text):
    assert shortest(text) == text


def test_the_whole_sentence_comes_first():
    forms = list(shorter("Corvid (a firm) has sold 40 chips, which went to Heron."))
    assert [len(form) for form in forms] == sorted(map(len, forms), reverse=True)
    assert len(forms) == 4


def test_a_clause_has_a_verb():
    assert has_verb("Corvid sold chips")
    assert not has_verb("A chip for the many")
