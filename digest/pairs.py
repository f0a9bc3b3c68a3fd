"""What pairs of sparse rows have in common, without a row of its own for each pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CELLS = 1_000_000
"""Cells of the table in which terms are looked up: it holds as many rows at once as fit."""
CHUNK = 20_000
"""Pairs that are multiplied at once."""


def common(
    rows: Any, left: NDArray[np.intp], right: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.int32]]:
    """The terms that both rows of a pair hold, one entry for each term of each pair.

    Args:
        rows: (n, v), CSR.
        left: (m,) a row of each pair; it is quickest where few rows stand in many pairs.
        right: (m,) the other row of each pair.

    Returns:
        Three arrays of one length: the pair, and where in `rows.data` its left and its right row
        hold the term; in the order of the columns for each pair.
    """
    import numpy as np

    width = rows.shape[1]
    order = np.argsort(left, kind="stable")
    different, place = np.unique(left[order], return_inverse=True)
    room = max(1, CELLS // width)
    table = np.zeros(min(room, len(different)) * width, dtype=np.int32)
    none = np.zeros(0, dtype=np.int32)
    found = [(order[:0], none, none)]
    for start in range(0, len(different), room):
        chosen = different[start : start + room]
        lengths, ours = _entries(rows, chosen)
        cells = np.repeat(np.arange(len(chosen)) * width, lengths) + rows.indices[ours]
        table[cells] = ours + 1
        pairs = order[slice(*np.searchsorted(place, (start, start + room)))]
        lengths, theirs = _entries(rows, right[pairs])
        # Four bytes each: these arrays have an entry for each term of each right row.
        begins = (np.searchsorted(chosen, left[pairs]) * width).astype(np.int32)
        held = table[np.repeat(begins, lengths) + rows.indices[theirs]]
        table[cells] = 0
        both = np.flatnonzero(held)
        pair = np.repeat(np.arange(len(pairs), dtype=np.int32), lengths)[both]
        found.append((pairs[pair], held[both] - 1, theirs[both]))
    pairs, ours, theirs = (np.concatenate(part) for part in zip(*found, strict=True))
    return pairs, ours, theirs


def _entries(rows: Any, chosen: NDArray[np.intp]) -> tuple[Any, NDArray[np.int32]]:
    """How many entries each chosen row has, and where in the data they are, row by row."""
    import numpy as np

    starts = rows.indptr[chosen]
    lengths = rows.indptr[chosen + 1] - starts
    before = np.cumsum(lengths, dtype=np.int32) - lengths
    places = np.arange(lengths.sum(), dtype=np.int32) + np.repeat(starts - before, lengths)
    return lengths, places


def pair_products(
    rows: Any, left: NDArray[np.intp], right: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The product of rows left[i] and right[i], (m,): their cosine where rows have length 1."""
    import numpy as np

    products = np.zeros(len(left))
    for start in range(0, len(left), CHUNK):
        part = slice(start, start + CHUNK)
        pairs, ours, theirs = common(rows, left[part], right[part])
        values = rows.data[ours] * rows.data[theirs]
        products[part] = np.bincount(pairs, values, minlength=len(products[part]))
    return products


def pairs_within(groups: Sequence[NDArray[np.intp]]) -> tuple[NDArray[np.intp], ...]:
    """Every two members of each group, (m,) left and (m,) right, group by group."""
    import numpy as np

    ends = [np.triu_indices(len(group), k=1) for group in groups]
    return tuple(
        np.concatenate([group[pair[side]] for group, pair in zip(groups, ends, strict=True)])
        for side in (0, 1)
    )


def products_within(rows: Any, groups: Sequence[NDArray[np.intp]]) -> NDArray[np.float64]:
    """The product of every two rows of each group, (m,), as `pairs_within` orders them.

    Args:
        rows: (n, v), CSR.
        groups: one at least, each of places of rows.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    ends = np.cumsum([len(group) for group in groups])
    members = rows[np.concatenate(groups)]
    # Each group has columns of its own, so that one product multiplies no row with another group.
    group = np.repeat(np.searchsorted(ends, np.arange(ends[-1]), "right"), np.diff(members.indptr))
    own, columns = np.unique(group * rows.shape[1] + members.indices, return_inverse=True)
    apart = csr_matrix((members.data, columns, members.indptr), shape=(ends[-1], len(own)))
    products = (apart @ apart.T).tocsr()
    products.sort_indices()
    left, right = pairs_within(np.split(np.arange(ends[-1]), ends[:-1]))
    return np.asarray(products[left, right]).ravel()
