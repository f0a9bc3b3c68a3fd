from __future__ import annotations

import pytest

from digest.kinds import (
    announces_release,
    columns,
    is_posted,
    kind_name,
    kind_value,
    money_value,
    no_news,
)


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


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("Lanternfish 2.3.15", "a bare version number"),
        ("Lanternfish Next 2.3.1015-beta", "a bare version number"),
        ("Lanternfish 2.3.0", ""),
        ("Lanternfish 4.1", ""),
        ("A bug in Lanternfish 2.3.15 eats all of your notes", ""),
        ("TIL 5/27/2026", "a note of a day"),
        ("Weekly notes for May 27, 2026", "a note of a day"),
        ("[Day 9] A small model reads a diary", "a note of a day"),
        ("Day 9: the strike goes on", ""),
        ("May 27", "a note of a day"),
        ("Fen Works is hiring a senior engineer", "a job advertisement"),
        ("Basalt (YC W26) is hiring", "a job advertisement"),
        ("Basalt is hiring half of Norvane's team", ""),
    ],
)
def test_a_headline_may_be_no_news(title, what):
    assert no_news(title) == what
    assert (kind(title) == 0.0) is bool(what) or not what


@pytest.mark.parametrize(
    "title",
    [
        "Here’s where you can preorder the ring",
        "How the two phones compare",
        "Corvid Summit opens a second stage",
        "fenworks / lantern-cli",
        "Apply for the grants of Corvid",
        "Kestrel Gets Pricey, Law Waits Again, Agents Cross The Web",
    ],
)
def test_guides_listings_and_headlines_of_several_things_announce_nothing(title):
    assert kind(title) == 0.0


def test_a_list_of_names_with_versions_is_a_release():
    assert kind("Kestrel 4.1 Mini, 4.0 Mini-Lite, and 4.0 Mini Guard") == 0.9
    assert kind("Half-Life 2 running natively on a fen") == 0.5
    assert announces_release("Kestrel 4.1")
    assert not announces_release("Corvid and the weather")


def test_what_anybody_may_post_is_worth_as_little_as_a_paper():
    assert kind("Corvid unveils a chip", "dev.to") == 0.1
    assert is_posted("someone.medium.com")
    assert not is_posted("chip-ledger.example")


def test_a_column_is_known_by_its_standing_title():
    week = [("fen.example", f"The Morning: {what}") for what in ("chips", "laws")]
    week += [("fen.example", f"Chip watch: {what}") for what in ("north", "south")]
    assert columns(week) == {("fen.example", "The Morning")}
    assert columns([*week, ("fen.example", "Chip watch: west")]) == {
        ("fen.example", "The Morning"),
        ("fen.example", "Chip watch"),
    }
    assert columns([("fen.example", "Corvid: a word"), ("fen.example", "No colon")]) == frozenset()
    assert kind_value("The Morning: Senate bans it", "fen.example", columns(week)) == 0.0
    assert kind_value("The Morning: Senate bans it", "other.example", columns(week)) == 0.9


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Corvid unveils a chip", "release"),
        ("Corvid and the weather", "plain"),
        ("TIL 5/27/2026", "a note of a day"),
    ],
)
def test_the_kind_has_a_name(title, name):
    assert kind_name(title) == name
