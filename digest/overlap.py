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
    """The terms that the title or the text of each report holds: n reports, e entries in all.

    Attributes:
        rows: (n, v) with 1 where the text holds a term and 0 where only the title does.
        weights: (e,) how rare the term of each entry is.
        texts: (e,) the texts as rows of length 1; `titles` likewise, 0 where it is no title term.
        covers: (e,) the titles by squared weight, rows of sum 1.
        names: (e,) the same, of the title terms that other languages write the same way.
        universal: (e,) whether an entry is such a term.
    """

    rows: Any
    weights: NDArray[np.float64]
    texts: NDArray[np.float64]
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
        texts: (n, v) rows of length 1, CSR, columns sorted; `titles` likewise.
        terms: term -> its weight, in the order of the columns.
    """
    import numpy as np

    rows = (texts.sign() + titles.sign()).tocsr()
    of_texts, of_titles = (_spread(part, rows) for part in (texts, titles))
    rows.data = (of_texts > 0).astype(np.float64)
    weights = np.array([*terms.values()])[rows.indices]
    universal = np.array([not unspaced(term) for term in terms])[rows.indices] & (of_titles > 0)
    return Terms(
        rows=rows,
        weights=weights,
        texts=of_texts,
        titles=of_titles,
        covers=_shares(rows, weights**2 * (of_titles > 0)),
        names=_shares(rows, weights**2 * universal),
        universal=universal,
    )


def _spread(part: Any, rows: Any) -> NDArray[np.float64]:
    """The entries of `part` at the places of `rows`, whose pattern holds them all, (e,)."""
    import numpy as np

    places = [
        np.repeat(np.arange(one.shape[0]), np.diff(one.indptr)) * one.shape[1] + one.indices
        for one in (rows, part)
    ]
    values = np.zeros(rows.nnz)
    values[np.searchsorted(*places)] = part.data
    return values


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
        return self._sum(self._terms.texts[self._ours] * self._terms.texts[self._theirs])

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
        texts = self._terms.rows.data
        both = texts[self._ours] * texts[self._theirs]
        return self._sum(self._terms.weights[self._ours] * both)

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
        texts = self._terms.rows.data
        return (
            self._sum(of[self._ours] * texts[self._theirs]),
            self._sum(of[self._theirs] * texts[self._ours]),
        )

    def _sum(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        return np.bincount(self._pair, values, minlength=self._count).astype(np.float64)
