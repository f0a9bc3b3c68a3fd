"""Lists of terms as weighted rows."""

from __future__ import annotations

import pytest

from digest import weighting
from digest.weighting import unit, weight, weighted_rows


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


def test_rows_are_scaled_to_length_one_and_empty_ones_stay() -> None:
    rows = weighted_rows([["a", "b"], []], {"a": 3.0, "b": 4.0})
    assert unit(rows).toarray().round(6).tolist() == [[0.6, 0.8], [0.0, 0.0]]
    assert rows.toarray().tolist() == [[3.0, 4.0], [0.0, 0.0]]


def test_rows_are_weighted_alike_in_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    lists, weights = [["a", "b", "b"], ["b"], ["c", "a"]], {"a": 3.0, "b": 4.0, "c": 5.0}
    whole = weighted_rows(lists, weights)
    monkeypatch.setattr(weighting, "_ENTRIES", 2)
    assert (weighted_rows(lists, weights) != whole).nnz == 0
