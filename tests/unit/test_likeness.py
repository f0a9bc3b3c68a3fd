"""How alike two reports are, as far as being about one event goes."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from digest.likeness import OTHER_VERSION, SAME_OUTLET, Report, compared, own_words
from digest.model import Vocabulary
from tests.builders import at

SAID = "Aviary opened the weights of its model to researchers after a long review in Oslo."
OTHER = Report("Rhubarb tart for spring", "Orange peel and almonds make the tart of the season.")


def alike(one: Report, two: Report, *more: Report) -> float:
    ready = compared([one, two, *more], Vocabulary())
    return float(ready.of(np.array([0]), np.array([1]))[0])


def test_equal_reports_are_more_alike_than_different_ones() -> None:
    one = Report("Aviary opens Kestrel weights", SAID)
    assert alike(one, one) > 0.9
    assert alike(one, OTHER) == 0.0


def test_no_pair_has_no_likeness() -> None:
    none = np.zeros(0, dtype=np.intp)
    assert len(compared([OTHER], Vocabulary()).of(none, none)) == 0


def test_pairs_that_reach_what_is_asked_for_get_all_of_their_likeness() -> None:
    one = Report("Aviary opens Kestrel weights", SAID)
    copy = Report("Aviary opened the Kestrel weights", "Rhubarb with orange peel for the season.")
    ready = compared([one, one, copy, OTHER], Vocabulary())
    ends = np.triu_indices(4, k=1)
    full, asked = ready.of(*ends), ready.of(*ends, least=0.31)
    assert asked[full >= 0.31].tolist() == full[full >= 0.31].tolist()
    assert (asked <= full).all()


def test_reports_of_one_outlet_are_less_alike() -> None:
    own, other = (Report("Aviary opens Kestrel weights", SAID, outlet) for outlet in ("a", "b"))
    next_day = Report("Aviary opened Kestrel weights", SAID, "a")
    assert alike(own, next_day) == pytest.approx(alike(other, next_day) - SAME_OUTLET)


def test_reports_days_apart_are_less_alike_and_undated_ones_are_not() -> None:
    day = at("2026-05-26")
    early = Report("Aviary opens Kestrel weights", SAID, time=day)
    late = Report("Aviary opens Kestrel weights", SAID, time=day + timedelta(days=5))
    undated = Report("Aviary opens Kestrel weights", SAID)
    assert alike(early, late) < alike(early, early) == alike(early, undated)


def test_titles_with_two_versions_of_a_product_are_less_alike() -> None:
    one, two = (Report(f"Anvil ships Hammer {v}", SAID) for v in ("4.7", "4.8"))
    assert alike(one, two) < OTHER_VERSION


def test_titles_alone_are_compared_by_letters_too() -> None:
    one, two = Report("Regulators question Aviary", ""), Report("Aviary faces regulation", "")
    assert alike(one, two) > 0.1


def test_common_words_alone_make_nothing_alike() -> None:
    one = Report("Advertise in ChatGPT", "OpenAI explains how a campaign runs in ChatGPT for you.")
    two = Report("Getting started with ChatGPT", "OpenAI shows beginners what ChatGPT is good at.")
    assert alike(one, two, OTHER) < 0.31


def test_shared_terms_come_with_their_weights_heaviest_first() -> None:
    ready = compared(
        [Report("Aviary opens Kestrel AI", ""), Report("Kestrel AI is out", "")], Vocabulary()
    )
    terms = ready.shared(0, 1)
    assert [term for term, _ in terms][-1] == "ai"
    assert terms[0][0] == "kestrel"


def test_a_sentence_under_three_titles_is_not_the_reports_own() -> None:
    advert = "Hire the finest growers."
    reports = [Report(f"Title {n}", f"Fact {n} is told. {advert}") for n in range(3)]
    assert [report.summary for report in own_words(reports)] == [
        f"Fact {n} is told." for n in range(3)
    ]
