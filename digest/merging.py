"""Rows become groups: smoothed, reduced, merged into a tree, cut, and texts moved that fit better.

neighbourhood -> smooth, twice -> reduce -> evened, scaled -> merge_tree -> cut -> refined
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digest.dimensions import evened, reduce, scaled
from digest.mergetree import cut_at, cut_into, merge_tree
from digest.refinement import refined
from digest.vectors import neighbourhood, smooth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MANY = 500
"""From so many texts on rows are smoothed twice: among few the second step reaches them all."""
SCALES = (60, 100, 150)
"""Few dimensions tell subjects apart, many tell events apart; groups must be alike in all."""
FIRST_LOOK = 120
CROWD = 0.5
"""Groups of the first look, cut here, say how many reports a text is one of."""
DAMPED = 0.25
"""How fast a text counts less, the more reports there are: the power of their number."""
SMALL = 0.05
"""A group under this share of the mean size is stray texts, not a story."""
TITLE_TERMS, SNIPPET_TERMS = 10.0, 20.0
TITLE_CUT, SNIPPET_CUT = 0.6, 0.35
"""Distances (1 - mean cosine) at which the tree is cut when nobody says how many groups."""


def merged_labels(rows: Any, wanted: int | None, *, seed: int = 0) -> NDArray[np.int_]:
    """The group of each row, (n,), 0 and up.

    Args:
        rows: (n, v) sparse, in the order of `text_order`, of length 1, each with a term.
        wanted: how many groups there are, in [1, n]; None cuts the tree at a distance.
        seed: of the truncated SVD.
    """
    import numpy as np

    graph = neighbourhood(rows).astype(np.float32)
    smoothed = rows.astype(np.float32)
    for _ in range(1 if rows.shape[0] < MANY else 2):
        smoothed = smooth(smoothed, graph)
    points = reduce(smoothed, max(SCALES), seed=seed)
    crowds = cut_at(merge_tree(scaled(points, [FIRST_LOOK])), CROWD)
    weights = np.bincount(crowds)[crowds].astype(np.float64) ** -DAMPED
    points = scaled(evened(points, weights), SCALES)
    tree = merge_tree(points)
    if wanted is None:
        labels = cut_at(tree, _cut(rows))
        least = SMALL * len(labels) / (labels.max() + 1)
    else:
        least = SMALL * len(points) / wanted
        labels = cut_into(tree, wanted, least)
    if wanted is None or labels.max() >= wanted:
        labels = _without_small(points, labels, least)
    return refined(rows, graph, labels)


def _cut(rows: Any) -> float:
    """Where to cut the tree, from the median number of terms a text holds."""
    import numpy as np

    terms = float(np.median(rows.getnnz(axis=1)))
    share = min(1.0, max(0.0, (terms - TITLE_TERMS) / (SNIPPET_TERMS - TITLE_TERMS)))
    return TITLE_CUT + share * (SNIPPET_CUT - TITLE_CUT)


def _without_small(
    points: NDArray[np.float64], labels: NDArray[np.int_], least: float
) -> NDArray[np.int_]:
    """Points of groups under `least` points go to the group of the nearest centre, (n,)."""
    import numpy as np
    from sklearn.preprocessing import normalize

    sizes = np.bincount(labels)
    kept = np.flatnonzero(sizes >= least)
    stray = np.flatnonzero(sizes[labels] < least)
    centres = normalize(np.stack([points[labels == one].mean(axis=0) for one in kept]))
    moved = labels.copy()
    moved[stray] = kept[(points[stray] @ centres.T).argmax(axis=1)]
    return moved
