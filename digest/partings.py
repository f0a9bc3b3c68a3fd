"""Points are parted by k-means, from a start that needs no luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE = 3000
"""The start comes from at most so many points: a tree needs n² / 2 distances."""
FINE = 0.4
"""Points of length 1 whose average distance is under this are a crowd."""
DAMPED = 0.5
"""How fast a point counts less with the size of its crowd: the power of that size."""
CROWDS_FROM = 1000
"""Among fewer points a crowd is what a theme is."""
CHUNK = 4096
NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Parting:
    """One way to part points.

    Attributes:
        labels: (n,), 0 and up.
        silhouettes: (n,), how well each point lies in its part, in [-1, 1].
    """

    labels: NDArray[np.int_]
    silhouettes: NDArray[np.float64]

    def fit(self) -> float:
        """The mean silhouette, in [-1, 1]; rounded, so that a hair does not choose."""
        return round(float(self.silhouettes.mean()), 4)

    def pairs(self) -> int:
        """How many parts hold two points or more."""
        import numpy as np

        return int((np.bincount(self.labels) > 1).sum())


def latent(rows: Any, dimensions: int, *, seed: int = 0) -> NDArray[np.float64]:
    """The rows in at most `dimensions` latent dimensions, (n, d), dense, length 1.

    The singular vectors are computed to the end, by the Lanczos method: where the first twenty
    are of like weight, as in headlines, a randomised start leads to other themes each time.
    """
    import numpy as np
    from scipy.sparse.linalg import svds

    room = min(dimensions, rows.shape[0] - 1, rows.shape[1] - 1)
    if room < 2 or rows.nnz == 0:
        return np.asarray(rows.toarray().round(6), dtype=np.float64)
    first = np.random.default_rng(seed).uniform(-1, 1, min(rows.shape))
    left, weights, right = svds(rows, k=room, v0=first)
    # A singular vector may point either way: its largest part makes it point up.
    signs = np.sign(right[np.arange(room), np.abs(right).argmax(axis=1)])
    points = (left * weights * signs)[:, ::-1]
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    # What is left of a row without a term is noise, and must not grow to a length of 1.
    points = (points / np.where(lengths > NOISE, lengths, 1.0)).round(6)
    return np.asarray(points + 0.0, dtype=np.float64)  # -0.0 and 0.0 are one point


def partings(
    points: NDArray[np.float64],
    counts: Sequence[int],
    centres: NDArray[np.float64] | None = None,
    *,
    crowded: bool = False,
) -> list[Parting]:
    """Part the points by k-means, once for each number of parts.

    K-means starts from the means of Ward's tree, cut at that number, so that no draw decides.

    Args:
        points: (n, d).
        counts: numbers of parts, in [1, n]; where points are equal, or equally far from each
            other, there may be fewer parts.
        centres: (c, d) where the first c parts start, c under the number of different points;
            there are more parts than that.
        crowded: whether points that lie together are to count less each, where there are 1,000
            points or more, so that five hundred reports of one event do not own a centre.

    Sources: J. Ward, "Hierarchical grouping to optimize an objective function", 1963; T. Su and
    J. Dy, "In search of deterministic methods for initializing k-means", 2007.
    """
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    different = np.unique(points, axis=0)
    fixed = points[:0] if centres is None else centres
    free = points
    if len(fixed):
        gaps = ((points[:, None, :] - fixed) ** 2).sum(axis=2).min(axis=1)
        far = points[gaps > np.median(gaps)]
        free = far if len(np.unique(far, axis=0)) > 1 else points
    sample, weights = _thinned(free), None
    if crowded and len(points) >= CROWDS_FROM:
        sample, weights = _crowds(points, sample)
    tree = linkage(sample, "ward") if len(sample) > 1 else None
    found = []
    for count in counts:
        wanted = min(max(count, len(fixed) + 1), len(different))
        more = wanted - len(fixed)
        cut = np.ones(len(sample)) if tree is None else fcluster(tree, more, "maxclust")
        starts = np.vstack([fixed, *(sample[cut == part].mean(axis=0) for part in np.unique(cut))])
        found.append(_parted(points, starts, weights))
    return found


def _thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every so many of the points, `SAMPLE` at most."""
    return points[:: max(1, -(-len(points) // SAMPLE))]


def _crowds(
    points: NDArray[np.float64], sample: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The centres of crowds, (c, d), found in the sample, and the weight of each point, (n,)."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    crowd = fcluster(linkage(sample, "average"), FINE, "distance")
    middles = np.stack([sample[crowd == one].mean(axis=0) for one in np.unique(crowd)])
    lengths = (middles**2).sum(axis=1)
    near = np.concatenate(
        [
            (lengths - 2 * points[at : at + CHUNK] @ middles.T).argmin(axis=1)
            for at in range(0, len(points), CHUNK)
        ]
    )
    return middles, np.bincount(near, minlength=len(middles))[near] ** -DAMPED


def _parted(
    points: NDArray[np.float64],
    starts: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
) -> Parting:
    import numpy as np
    from sklearn.cluster import KMeans

    if len(starts) == 1:
        return Parting(np.zeros(len(points), dtype=np.int_), np.zeros(len(points)))
    model = KMeans(len(starts), init=starts, n_init=1).fit(points, sample_weight=weights)
    labels = model.labels_.astype(np.int_)
    return Parting(labels, silhouettes(points, labels))


def silhouettes(points: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """How much nearer each point is to its part than to the next, (n,), in [-1, 1].

    The silhouette with part centres for part members, which needs n times k distances and not
    n²; a point is no part of the centre it is compared with. Alone in its part it has 0.
    Source: Vendramin, Campello, Hruschka, "Relative clustering validity criteria", 2010.
    """
    import numpy as np

    _, labels = np.unique(labels, return_inverse=True)
    sizes = np.bincount(labels)
    centres = np.stack([points[labels == part].mean(axis=0) for part in range(len(sizes))])
    distances = np.stack([np.linalg.norm(points - centre, axis=1) for centre in centres], axis=1)
    here = np.arange(len(points))
    others = sizes[labels] - 1
    own = distances[here, labels] * sizes[labels] / np.maximum(others, 1)
    distances[here, labels] = np.inf
    best = distances.min(axis=1)
    farther = np.maximum(np.maximum(own, best), np.finfo(float).tiny)
    return np.where(others > 0, (best - own) / farther, 0.0)
