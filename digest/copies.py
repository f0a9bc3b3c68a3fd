"""Titles that are near copies: most words the same, and no name and no number different."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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

    words = [re.findall(r"[\w$€£.%-]+", title) for title in titles]
    small = [frozenset(map(str.lower, held)) for held in words]
    rows = counted([sorted(held) for held in small], sorted(set().union(*small)))
    sizes = rows.getnnz(axis=1)
    shared = pair_products(rows, left, right)
    copies = (shared >= WORDS) & (shared >= SHARE * (sizes[left] + sizes[right] - shared))
    for at in np.flatnonzero(copies).tolist():
        one, other = left[at], right[at]
        copies[at] = not _tells((*words[one], *words[other]), small[one] ^ small[other])
    return np.asarray(copies)


def _tells(words: Iterable[str], odd: frozenset[str]) -> bool:
    """Whether a name or a number is among the odd words, those that one title alone holds."""
    return any(character.isdigit() for word in odd for character in word) or any(
        word.lower() in odd and word != word.lower() for word in words
    )
