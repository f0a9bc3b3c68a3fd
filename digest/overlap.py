"""What two reports both hold, term by term, for many pairs of reports at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digest.pairs import common
from digest.vectors import unspaced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that each report holds: n reports, e entries in all.

    Attributes:
        rows: (n, v), the texts as rows of length 1; a text holds the terms of its title.
        weights: (e,) how rare the term of each entry is.
        titles: (e,) the titles as rows of length 1, 0 where it is no term of the title.
        covers: (e,) the titles by squared weight, rows of sum 1.
        names: (e,) the same, of the title terms that other languages write the same way.
        universal: (e,) whether an entry is such a term.
    """

    rows: Any
    weights: NDArray[np.float64]
    titles: NDArray[np.float64]
    covers: NDArray[np.float64]
    names: NDArray[np.float64]
    universal: NDArray[np.bool_]

    def title_weights(self) -> NDArray[np.float64]:
        """The sum of the weights of each title's terms, (n,)."""
        return _sums(self.rows, self.weights * (self.titles > 0))


def held_terms(texts: Any, titles: Any, terms: Mapping[str, float]) -> Terms:
    """The terms of texts and titles on one pattern.

    Args:
        texts: (n, v) rows of length 1, CSR, columns sorted.
        titles: the same of the titles, whose terms the texts hold too.
        terms: term -> its weight, in the order of the columns.
    """
    import numpy as np

    places = [
        np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)) * rows.shape[1] + rows.indices
        for rows in (texts, titles)
    ]
    of_titles = np.zeros(texts.nnz)
    of_titles[np.searchsorted(*places)] = titles.data
    weights = np.array([*terms.values()])[texts.indices]
    universal = np.array([not unspaced(term) for term in terms])[texts.indices] & (of_titles > 0)
    return Terms(
        rows=texts,
        weights=weights,
        titles=of_titles,
        covers=_shares(texts, weights**2 * (of_titles > 0)),
        names=_shares(texts, weights**2 * universal),
        universal=universal,
    )


def _sums(rows: Any, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of the entries of each row, (n,)."""
    import numpy as np

    count = rows.shape[0]
    row = np.repeat(np.arange(count), np.diff(rows.indptr))
    return np.bincount(row, values, minlength=count).astype(np.float64)


def _shares(rows: Any, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The entries as shares of the sum of their row, (e,); 0 where that is 0."""
    import numpy as np

    sums = np.repeat(_sums(rows, values), np.diff(rows.indptr))
    return values / np.where(sums > 0, sums, 1.0)


class Overlap:
    """What both reports of each of m pairs hold."""

    def __init__(self, terms: Terms, left: NDArray[np.intp], right: NDArray[np.intp]) -> None:
        self._terms = terms
        self._count = len(left)
        self._pair, self._ours, self._theirs = common(terms.rows, left, right)

    def texts(self) -> NDArray[np.float64]:
        """The cosine of the texts, (m,)."""
        texts = self._terms.rows.data
        return self._sum(texts[self._ours] * texts[self._theirs])

    def titles(self) -> NDArray[np.float64]:
        """The cosine of the titles, (m,)."""
        return self._sum(self._terms.titles[self._ours] * self._terms.titles[self._theirs])

    def covers(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The share of each title's weight whose terms the other text holds, (m,) both."""
        return self._both_ways(self._terms.covers)

    def names(self) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
        """The same of names and numbers alone, and what these weigh, (m,) each, for both ways."""
        shares = self._both_ways(self._terms.names)
        weights = self._both_ways(self._terms.weights * self._terms.universal)
        return tuple(zip(shares, weights, strict=True))

    def weight(self) -> NDArray[np.float64]:
        """The weight of the terms that both texts hold, (m,)."""
        return self._sum(self._terms.weights[self._ours])

    def rarest(self) -> NDArray[np.float64]:
        """The weight of the rarest term that both titles hold, (m,)."""
        import numpy as np

        titles = self._terms.titles > 0
        both = titles[self._ours] & titles[self._theirs]
        best = np.zeros(self._count)
        np.maximum.at(best, self._pair, self._terms.weights[self._ours] * both)
        return best

    def _both_ways(
        self, of: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the left title counts of the right text, and the right of the left, (m,) both."""
        return self._sum(of[self._ours]), self._sum(of[self._theirs])

    def _sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        return np.bincount(self._pair, values, minlength=self._count).astype(np.float64)
