"""Rows of terms weighted by how rare each is: the fewer reports hold one, the more it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import Any

_PIECES = range(3, 6)
_LETTER_WORDS = 6000
_COMMON_LETTERS = 0.3


def weight(holding: float, documents: int) -> float:
    """Smooth inverse document frequency, at least 1."""
    return log((1 + documents) / (1 + min(holding, documents))) + 1.0


def weighted_rows(lists: Sequence[Sequence[str]], weights: Mapping[str, float]) -> Any:
    """Rows of lists of terms, (n, v): 1 + ln(count) times the weight.

    Args:
        lists: n lists of terms that are all in `weights`.
        weights: term -> weight; their order is that of the v columns.
    """
    return _weighted(_counts(lists, weights), weights)


def letter_rows(titles: Sequence[str], documents: int, known: Counter[str]) -> Any:
    """Weighted rows of the 3 to 5 letter pieces of titles; a piece is as common as its words.

    Args:
        titles: n titles in small letters.
        documents: how many reports were looked at for `known`.
        known: term -> how many of them hold it.
    """
    import numpy as np

    words = dict.fromkeys(word for title in titles for word in title.split()) or {"": None}
    here = sorted({piece for word in words for piece in _pieces(word)})
    spelled = _counts([_pieces(word) for word in words], here)
    rows = (_counts([title.split() for title in titles], words) @ spelled).tocsr()
    rows.sort_indices()
    holding = np.bincount(rows.indices, minlength=len(here))
    at = {piece: place for place, piece in enumerate(here)}
    for term, count in known.most_common(_LETTER_WORDS):
        for piece in set(_pieces(term)):
            if piece in at:
                holding[at[piece]] += count
    most = _COMMON_LETTERS * documents
    return _weighted(
        rows, {piece: weight(min(int(holding[at[piece]]), most), documents) for piece in here}
    )


@lru_cache(maxsize=16384)
def _pieces(word: str) -> tuple[str, ...]:
    """The pieces of a word between blanks; a word that is no longer than a piece is one piece."""
    padded = f" {word} "
    found: list[str] = []
    for size in _PIECES:
        found += (padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
        if len(padded) <= size:
            break
    return tuple(found)


def _counts(lists: Sequence[Sequence[str]], terms: Iterable[str]) -> Any:
    """How often each list holds each of the terms, (n, v)."""
    import numpy as np
    from scipy.sparse import csr_matrix

    at = {term: place for place, term in enumerate(terms)}
    tally = [Counter(held) for held in lists]
    columns = [at[term] for counts in tally for term in counts]
    values = [float(count) for counts in tally for count in counts.values()]
    ends = np.cumsum([0, *map(len, tally)])
    rows = csr_matrix((values, columns, ends), shape=(len(lists), max(1, len(at))))
    rows.sort_indices()
    return rows


def _weighted(counts: Any, weights: Mapping[str, float]) -> Any:
    import numpy as np

    columns = np.array([*weights.values(), 0.0])
    counts.data = columns[counts.indices] * (1.0 + np.log(counts.data))
    return counts
