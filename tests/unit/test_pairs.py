"""What pairs of rows have in common."""

from __future__ import annotations

import numpy as np
import pytest

from digest import pairs
from digest.pairs import common, pair_products, pairs_within, products_within
from digest.vectors import tfidf_rows

TEXTS = ["chip yield", "chip yield", "court ruling", "chip ruling", ""]
ROWS = tfidf_rows(TEXTS)
LEFT, RIGHT = np.triu_indices(len(TEXTS), k=1)


def test_products_of_pairs_are_their_cosines() -> None:
    products = pair_products(ROWS, np.array([0, 0]), np.array([1, 2]))
    assert products.round(6).tolist() == [1.0, 0.0]


def test_no_pair_has_no_product() -> None:
    none = np.array([], dtype=np.intp)
    assert pair_products(ROWS, none, none).shape == (0,)
    assert [len(part) for part in common(ROWS, none, none)] == [0, 0, 0]


@pytest.mark.parametrize("cells", [1, 1_000])
def test_products_do_not_hang_on_the_order_of_pairs_or_the_size_of_the_table(
    monkeypatch: pytest.MonkeyPatch, cells: int
) -> None:
    monkeypatch.setattr(pairs, "CELLS", cells)
    monkeypatch.setattr(pairs, "CHUNK", 3)
    expected = (ROWS @ ROWS.T).toarray()[RIGHT, LEFT]
    order = np.argsort(RIGHT, kind="stable")[::-1]
    found = pair_products(ROWS, RIGHT[order], LEFT[order])
    assert found.tolist() == pytest.approx(expected[order].tolist())


def test_common_terms_are_named_by_their_places_in_both_rows() -> None:
    pair, ours, theirs = common(ROWS, np.array([0, 2]), np.array([3, 3]))
    assert pair.tolist() == [0, 1]
    assert ROWS.indices[ours].tolist() == ROWS.indices[theirs].tolist()


def test_products_within_groups_are_those_of_their_pairs() -> None:
    groups = [np.array([0, 1, 3]), np.array([2, 4])]
    left, right = pairs_within(groups)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 1), (0, 3), (1, 3), (2, 4)]
    assert products_within(ROWS, groups).tolist() == pytest.approx(
        pair_products(ROWS, left, right).tolist()
    )
