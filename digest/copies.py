"""Titles that are near copies: most words the same, and no name and no number different."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.pairs import pair_products
from digest.weighting import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARE = 0.7
"""Near copies share this much of all words that one of them holds."""
WORDS = 4
"""And so many words at least."""


def near_copies(
    titles: Sequence[str], left: NDArray[np.intp], right: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Which pairs (left[i], right[i]) of the titles are near copies, (m,)."""
    import numpy as np

    words = [sorted(_words(title)[1]) for title in titles]
    rows = counted(words, sorted(set().union(*words)))
    sizes = rows.getnnz(axis=1)
    shared = pair_products(rows, left, right)
    copies = (shared >= WORDS) & (shared >= SHARE * (sizes[left] + sizes[right] - shared))
    for at in np.flatnonzero(copies).tolist():
        copies[at] = not _differ(titles[left[at]], titles[right[at]])
    return np.asarray(copies)


def _differ(one: str, other: str) -> bool:
    """Whether a name or a number stands in one title and not in the other."""
    (left, ours), (right, theirs) = _words(one), _words(other)
    odd = ours ^ theirs
    return any(word.lower() in odd and word != word.lower() for word in (*left, *right)) or (
        any(character.isdigit() for word in odd for character in word)
    )


@lru_cache(maxsize=16384)
def _words(title: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a title as they stand, and in small letters."""
    words = tuple(re.findall(r"[\w$€£.%-]+", title))
    return words, frozenset(map(str.lower, words))
