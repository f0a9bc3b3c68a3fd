"""Lists of terms as sparse rows: counted, weighted by how rare each term is, scaled to length 1.

Sparse matrices are scipy CSR, float64, their columns sorted within each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import log
from typing import Any

_ENTRIES = 1 << 22
"""Entries that are weighted at once: the pieces of a million titles would fill gigabytes."""


def weight(holding: float, documents: int) -> float:
    """Smooth inverse document frequency, at least 1."""
    return log((1 + documents) / (1 + min(holding, documents))) + 1.0


def weighted_rows(lists: Sequence[Sequence[str]], weights: Mapping[str, float]) -> Any:
    """Rows of lists of terms, (n, v): 1 + ln(count) times the weight.

    Args:
        lists: n lists of terms that are all in `weights`.
        weights: term -> weight; their order is that of the v columns.
    """
    return weighted(counted(lists, weights), [*weights.values()])


def counted(lists: Sequence[Sequence[str]], terms: Iterable[str]) -> Any:
    """How often each list holds each of the terms, (n, v), one column at least."""
    import numpy as np
    from scipy.sparse import csr_matrix

    at = {term: place for place, term in enumerate(terms)}
    ends = np.cumsum([0, *map(len, lists)])
    held = map(at.__getitem__, chain.from_iterable(lists))
    columns = np.fromiter(held, dtype=np.int32, count=ends[-1])
    rows = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(lists), max(1, len(at))))
    rows.sum_duplicates()
    return rows


def weighted(counts: Any, weights: Sequence[float]) -> Any:
    """The counts, changed in place to 1 + ln(count) times the weight of their column, (n, v)."""
    import numpy as np

    columns = np.array([*weights, 0.0])
    for at in range(0, counts.nnz, _ENTRIES):
        part = slice(at, at + _ENTRIES)
        counts.data[part] = columns[counts.indices[part]] * (1.0 + np.log(counts.data[part]))
    return counts


def unit(rows: Any) -> Any:
    """Sparse rows scaled to length 1, (n, v), on the same pattern; a row of zeros stays one."""
    import numpy as np
    from scipy.sparse import csr_matrix

    def like(data: Any) -> Any:
        return csr_matrix((data, rows.indices, rows.indptr), shape=rows.shape)

    lengths = np.sqrt(np.asarray(like(rows.data**2).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return like(rows.data / np.repeat(lengths, np.diff(rows.indptr)))
