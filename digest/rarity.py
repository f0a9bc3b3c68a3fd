"""The letters of titles as rows, weighted by how rare each piece is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from digest.weighting import counted, weight, weighted

_PIECES = range(3, 6)
_LETTER_WORDS = 6000
_COMMON_LETTERS = 0.3


def letter_rows(titles: Sequence[str], documents: int, known: Counter[str]) -> Any:
    """Weighted rows of the 3 to 5 letter pieces of titles; a piece is as common as its words.

    Args:
        titles: n titles in small letters.
        documents: how many reports were looked at for `known`.
        known: term -> how many of them hold it.
    """
    import numpy as np

    words = dict.fromkeys(word for title in titles for word in title.split()) or {"": None}
    spelled = [_pieces(word) for word in words]
    here = sorted(set().union(*spelled))
    rows = (counted([title.split() for title in titles], words) @ counted(spelled, here)).tocsr()
    rows.sort_indices()
    holding = np.bincount(rows.indices, minlength=len(here))
    at = {piece: place for place, piece in enumerate(here)}
    for term, count in known.most_common(_LETTER_WORDS):
        for piece in set(_pieces(term)):
            if piece in at:
                holding[at[piece]] += count
    most = _COMMON_LETTERS * documents
    weights = {count: weight(min(count, most), documents) for count in set(holding.tolist())}
    return weighted(rows, [weights[count] for count in holding.tolist()])


def _pieces(word: str) -> tuple[str, ...]:
    """The pieces of a word between blanks; a word that is no longer than a piece is one piece."""
    padded = f" {word} "
    found: list[str] = []
    for size in _PIECES:
        found += (padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
        if len(padded) <= size:
            break
    return tuple(found)
