from __future__ import annotations

import pytest

from digest.kinds import kind_value, money_value


def kind(title: str, outlet: str = "chip-ledger.example") -> float:
    return kind_value(title, outlet)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("How to serve a model on one card", 0.0),
        ("10 prompts that every developer needs", 0.0),
        ("Should anybody be scared of open weights?", 0.3),
        ("I'm done with chatbots", 0.3),
        ("Senate passes a bill on deepfakes", 0.9),
        ("Judge pauses the merger of Corvid and Norvane", 0.9),
        ("Hackers stole the weights of Kestrel", 0.8),
        ("Corvid unveils its second chip", 0.9),
        ("Norvane raises $1B for a campus", 0.6),
        ("Sparse Routing via Learned Gates", 0.3),
        ("Corvid and the weather", 0.5),
    ],
)
def test_cue_words_tell_what_a_headline_announces(title, expected):
    assert kind(title) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Kestrel 4.1", 0.9),
        ("Kestrel-5 Mini", 0.9),
        ("Kestrel Days 2026", 0.5),
        ("Corvid 75% cheaper", 0.5),
        ("A long evening with Kestrel 4.1 and its many friends", 0.5),
    ],
)
def test_a_bare_name_with_a_version_is_a_release(title, expected):
    assert kind(title) == expected


def test_a_model_that_judges_and_a_law_of_scaling_are_no_policy():
    assert kind("Grading with a model as a judge") == 0.5
    assert kind("Scaling laws of small cards") == 0.5


def test_everything_on_a_preprint_server_is_a_paper():
    assert kind("Kestrel 4.1", "arxiv.org") == 0.1


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Corvid raises $10M", 0.0),
        ("Corvid raises $10 billion", 1.0),
        ("Corvid raises €100 million at a valuation of £1bn", 2 / 3),
        ("Corvid pays 1 trillion", None),
        ("Corvid costs $0", None),
        ("Corvid costs $5", 0.0),
        ("Corvid is worth $2.5tn", 1.0),
        ("Corvid pays $20,000k", 0.1003433),
    ],
)
def test_the_largest_sum_counts_by_its_order_of_magnitude(title, expected):
    value = money_value(title)
    assert value == (expected if expected is None else pytest.approx(expected))


def test_a_letter_that_begins_a_word_is_no_scale():
    assert money_value("Corvid pays $900 bonus to all") == 0.0
