"""Rows of terms weighted by how rare each is."""

from __future__ import annotations

from collections import Counter

import pytest

from digest.rarity import letter_rows, weight, weighted_rows


def test_a_term_weighs_more_the_fewer_hold_it_and_never_under_one() -> None:
    assert weight(0, 100) > weight(10, 100) > weight(100, 100) == 1.0
    assert weight(500, 100) == 1.0


def test_a_term_counts_once_and_a_little_for_each_repeat() -> None:
    rows = weighted_rows([["b", "b"], ["a"], []], {"a": 2.0, "b": 1.0}).toarray()
    assert rows[0].tolist() == pytest.approx([0.0, 1.6931], abs=1e-3)
    assert rows[1].tolist() == [2.0, 0.0]
    assert not rows[2].any()


def test_no_terms_at_all_make_empty_rows() -> None:
    assert weighted_rows([[], []], {}).shape == (2, 1)


def test_pieces_of_familiar_words_weigh_less() -> None:
    fresh = letter_rows(["model"], 100, Counter())
    worn = letter_rows(["model"], 100, Counter({"model": 25}))
    assert worn.max() < fresh.max()
