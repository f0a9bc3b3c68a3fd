"""Texts move to the group whose words, and whose neighbours, speak for them most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ANY_WORD = 0.8
"""The share of a group's words that are taken to be any word there is."""
ROUNDS = 2
VOTES = 0.22
"""How much the share of its neighbours counts for each term that a text holds."""
NO_VOTE = 0.02
FEW = 5
"""A smaller group says too little of its words: nothing moves in or out."""


def refined(terms: Any, graph: Any, labels: NDArray[np.int_]) -> NDArray[np.int_]:
    """The labels after two rounds in which each text takes the group that is most likely, (n,).

    Naive Bayes of the terms a text holds, with the text itself left out of its own group and the
    sizes of the groups as prior, times the share of its neighbours that are in the group.

    Args:
        terms: (n, v) sparse, which terms each text holds.
        graph: (n, n) sparse, how near each text's neighbours are.
        labels: (n,), 0 and up.

    Source: K. Nigam et al., "Text classification from labeled and unlabeled documents using EM",
    2000, for the round; smoothing after F. Jelinek and R. Mercer, 1980.
    """
    for _ in range(ROUNDS):
        labels = _moved(terms, graph, labels)
    return labels


def _moved(terms: Any, graph: Any, labels: NDArray[np.int_]) -> NDArray[np.int_]:
    """The labels after one round, (n,)."""
    import numpy as np

    moved = labels.copy()
    places = np.flatnonzero(np.bincount(labels)[labels] >= FEW)
    if not len(places):
        return moved
    names, groups = np.unique(labels[places], return_inverse=True)
    held = terms[places].tocsr()
    fits = _likelihood(held, groups)
    fits += np.log(np.bincount(groups))
    # The likelihood grows with every term, and the more terms, the surer the neighbours.
    lengths = np.diff(held.indptr)[:, None]
    fits += VOTES * lengths * np.log(_votes(graph[places][:, places], groups) + NO_VOTE)
    moved[places] = names[fits.round(6).argmax(axis=1)]
    return moved


def _members(groups: NDArray[np.intp]) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    here = np.arange(len(groups))
    return csr_matrix((np.ones(len(groups)), (here, groups)))


def _votes(graph: Any, groups: NDArray[np.intp]) -> NDArray[np.float64]:
    """The share of each text's neighbours in each group, (n, g)."""
    import numpy as np

    votes = (graph @ _members(groups)).toarray()
    return np.asarray(votes / np.maximum(votes.sum(axis=1, keepdims=True), np.finfo(float).tiny))


def _likelihood(terms: Any, groups: NDArray[np.intp]) -> NDArray[np.float64]:
    """The log likelihood of each text's terms in each group, (n, g)."""
    import numpy as np

    held = terms.astype(bool).astype(np.float64)
    counts = np.asarray((_members(groups).T @ held).todense())
    totals = counts.sum(axis=1)
    any_word = ANY_WORD / held.shape[1]
    fits = np.asarray(held @ np.log((1 - ANY_WORD) * counts / totals[:, None] + any_word).T)
    lengths = np.diff(held.indptr)
    text = np.repeat(np.arange(len(groups)), lengths)
    own = groups[text]
    shares = (counts[own, held.indices] - 1) / (totals[own] - lengths[text])
    alone = np.log((1 - ANY_WORD) * shares + any_word)
    fits[np.arange(len(groups)), groups] = np.bincount(text, alone, minlength=len(groups))
    return fits
