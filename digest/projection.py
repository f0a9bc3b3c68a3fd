"""Where the stories of a week stand on a map: two dimensions of the space themes are made in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.model import PinnedTheme, Story
from digest.strengths import strengths, subjects_with
from digest.themes import story_points

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STRETCH = 1.5
"""The power of a distance that the map keeps: what is near counts for less, and lies closer."""
ROUNDS = 100
"""Times that dots which overlap are pushed apart, at the most."""
GOLDEN = 2.399963
"""The angle, in radians, by which one of several dots at one place goes another way."""
TOUCHING = 1e-6


def projected(
    stories: Sequence[Story],
    radii: Sequence[float] = (),
    *,
    pins: Sequence[PinnedTheme] = (),
    seed: int = 0,
) -> NDArray[np.float64]:
    """Place each story on a map, so that stories which are alike lie near each other.

    Args:
        stories: n, in any order: another one gives the same places.
        radii: of their dots, (n,), in sides of the map; dots are moved until none covers another,
            as far as there is room. None are points.
        pins: the editor's themes.
        seed: of the truncated SVD; it hardly matters, for the SVD is exact.

    Returns:
        (n, 2), in [0, 1], rounded to four digits. The axes mean nothing.

    Source:
        Metric multidimensional scaling by majorisation: de Leeuw, "Applications of convex
        analysis to multidimensional scaling", 1977.
    """
    import numpy as np

    if len(stories) < 2:
        return np.full((len(stories), 2), 0.5)
    order = sorted(range(len(stories)), key=lambda at: (stories[at].title, stories[at].id))
    ordered = [stories[at] for at in order]
    shown = strengths(ordered, subjects_with(pins))
    flat = _squared(_turned(_scaled(story_points(ordered, shown, seed=seed)), shown))
    if radii:
        flat = _apart(flat, np.array([radii[at] for at in order]))
    places = np.empty_like(flat)
    places[order] = flat.round(4)
    return places


def _scaled(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two dimensions of points, (n, 2), as far apart as the points as far as can be."""
    import numpy as np
    from scipy.spatial.distance import pdist, squareform
    from sklearn.manifold import smacof

    distances = squareform(pdist(points)) ** STRETCH
    if not distances.any():
        return np.zeros((len(points), 2))
    flat, _ = smacof(distances, n_components=2, init=_principal(points), n_init=1)
    return np.asarray(flat, dtype=np.float64)


def _principal(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first two principal components, (n, 2)."""
    import numpy as np

    left, weights, _ = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    found = (left * weights)[:, :2]
    return np.pad(found, ((0, 0), (0, 2 - found.shape[1]))).round(9)


def _turned(flat: NDArray[np.float64], shown: NDArray[np.float64]) -> NDArray[np.float64]:
    """The map turned, or turned over, so that a subject lies the same way every time.

    Each subject has its direction, one after another around the map: a late story does not turn
    the map, nor does another week.
    """
    import numpy as np
    from scipy.linalg import orthogonal_procrustes

    angles = 2.0 * np.pi * np.arange(shown.shape[1]) / shown.shape[1]
    wanted = shown @ np.column_stack([np.cos(angles), np.sin(angles)])
    turn, _ = orthogonal_procrustes(flat - flat.mean(axis=0), wanted - wanted.mean(axis=0))
    return np.asarray(flat @ turn, dtype=np.float64)


def _squared(flat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Moved and stretched to fill the unit square; what has no width lies in its middle."""
    import numpy as np

    low, width = flat.min(axis=0), np.ptp(flat, axis=0)
    return np.where(width > TOUCHING, (flat - low) / np.where(width > TOUCHING, width, 1.0), 0.5)


def _apart(places: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places moved within the unit square until no two dots overlap, or for `ROUNDS` rounds."""
    import numpy as np
    from scipy.spatial import KDTree

    angles = GOLDEN * np.arange(len(places))
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    for _ in range(ROUNDS):
        one, other = KDTree(places).query_pairs(2.0 * radii.max(), output_type="ndarray").T
        gaps = places[one] - places[other]
        far = np.linalg.norm(gaps, axis=1)
        over = radii[one] + radii[other] - far
        if over.max(initial=0.0) <= TOUCHING:
            break
        # Two at one place part the way the first of them points.
        gaps = np.where(far[:, None] > TOUCHING, gaps, ways[one])
        gaps *= (np.maximum(over, 0.0) / np.linalg.norm(gaps, axis=1))[:, None] / 2.0
        push = np.zeros_like(places)
        np.add.at(push, one, gaps)
        np.add.at(push, other, -gaps)
        places = np.clip(places + push, 0.0, 1.0)
    return places
