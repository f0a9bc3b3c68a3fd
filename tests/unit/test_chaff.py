"""Sentences that sell, command, or speak of their own page."""

from __future__ import annotations

import pytest

from digest.chaff import is_chaff


@pytest.mark.parametrize(
    "text",
    [
        "This article is about a plant in Ohio.",
        "The post compares the plants of Ohio.",
        "The steps are listed below.",
        "Describe your problem and get the plant that solves it.",
        "Contributions and bug reports welcome at the tracker.",
        "Corvid is thrilled to announce a plant.",
        "Advertisement Corvid sells chips.",
    ],
)
def test_chaff_is_told_apart(text):
    assert is_chaff(text)


@pytest.mark.parametrize(
    "text",
    [
        "Heron performs significantly below the best models on the test.",
        "In the blog post that announced the round, Corvid named a date.",
        "The news reads like an advertisement of the firm.",
        "Labs released a series of almost cutting-edge models.",
        "Asked for more information about the test, Corvid named a date.",
    ],
)
def test_words_of_a_page_in_a_report_about_something_else_are_no_chaff(text):
    assert not is_chaff(text)
