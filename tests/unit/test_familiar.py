"""How often words stand in AI news at large."""

from __future__ import annotations

from digest.familiar import REPORTS, reports_holding
from digest.model import Vocabulary


def test_without_a_past_the_words_of_the_field_are_common_and_others_unseen() -> None:
    documents, held = reports_holding(Vocabulary())
    assert documents == REPORTS
    assert held["ai"] > held["openai"] > held["rhubarb"] == 0


def test_earlier_weeks_are_added() -> None:
    documents, held = reports_holding(Vocabulary(500, {"rhubarb": 40}))
    assert (documents, held["rhubarb"]) == (REPORTS + 500, 40)
