"""Which sentences lean on the one before them."""

from __future__ import annotations

import pytest

from digest.backreferences import follows_on, refers_back


@pytest.mark.parametrize(
    "text",
    [
        "This past week, two models of Corvid were launched in Ohio.",
        "There are three models of the ring for the first time.",
        "Rather than wait, the model broke out of the sandbox.",
        "According to its website, Buzz was built by a company of Ohio.",
        "In her order, Judge Ada Lindqvist overruled the objections.",
        "Customers can connect their own agents to the bank.",
        "The users were told apart from those from other plants.",
        "Egret released a model this Monday and one on Friday.",
        "As firms rely on agents, it can be challenging for people to work.",
        "In a memo to staff that was shared online, Corvid named a date.",
        "Italy has approved a law on models for the first time.",
        "Inside the plant are some 100 cabinets of steel.",
        "The builders know both methods and tools of the trade.",
    ],
)
def test_a_sentence_that_names_what_it_speaks_of_stands_alone(text):
    assert not refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "On the plank test, it scores higher than Heron.",
        "An accomplished player, he joined the team of Ohio.",
        "As noted on the page, it combines insight and data.",
        "Inside are some 100 cabinets of steel and glass.",
        "In addition to the aforementioned plans, Corvid grows.",
        "The announcement was not useless for Corvid, though.",
        "Heron did the same in April and sold more chips.",
        "Among the converts are the authors of a report.",
        "Corvid laid out in a post on that raise where the money goes.",
        "Corvid promises to keep that choice for 24 months.",
        "For a model of that size in the bank that is 14 GB.",
        "Engineers there must untangle a queue of 61 gigawatts.",
        "The builders propose to achieve both capabilities in Ohio.",
    ],
)
def test_a_sentence_that_leans_on_another_does_not(text):
    assert refers_back(text)


def test_only_some_words_read_on_from_the_sentence_before():
    assert follows_on("That marks the third plant.")
    assert not follows_on("Yes, and the plant is large.")
