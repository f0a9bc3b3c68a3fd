"""Rows in few dimensions: reduced to the weightiest, turned, and compared at several numbers.

reduce (n, d) -> evened (n, d) -> scaled (n, d')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DECIMALS = 6
_ROUNDS = 5


def reduce(rows: Any, dimensions: int, *, seed: int = 0) -> NDArray[np.float64]:
    """The rows in at most `dimensions` latent dimensions, the weightiest first, (n, d), dense.

    Not scaled: their lengths say how much of a row the dimensions hold. All of a row where it has
    hardly more columns than asked for.
    """
    import numpy as np
    from sklearn.decomposition import TruncatedSVD

    room = min(dimensions, rows.shape[0] - 1, rows.shape[1] - 1)
    if room < 2 or rows.nnz == 0:
        return np.asarray(rows.toarray(), dtype=np.float64)
    solver = TruncatedSVD(room, n_iter=_ROUNDS, random_state=seed)
    # Equal rows have no variance, by which scikit-learn divides for a figure nobody asks for.
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(solver.fit_transform(rows.astype(np.float32)), dtype=np.float64)


def evened(points: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points turned, so that the first dimensions hold most of the weighted points, (n, d).

    Args:
        points: (n, d).
        weights: (n,), over 0.
    """
    import numpy as np

    weighted = points * weights[:, None]
    _, turn = np.linalg.eigh(weighted.T @ weighted)
    return np.asarray(points @ turn[:, ::-1], dtype=np.float64)


def scaled(points: NDArray[np.float64], scales: Sequence[int]) -> NDArray[np.float64]:
    """The points at several numbers of first dimensions side by side, each of length 1, as one.

    Rounded to six decimals: two machines that add in another order get the same points.

    Args:
        points: (n, d).
        scales: how many of the first dimensions each part has, ascending.

    Returns:
        (n, the sum of the scales at most), dense, length 1: a product of two is the mean cosine.
    """
    import numpy as np
    from sklearn.preprocessing import normalize

    widths = sorted({min(scale, points.shape[1]) for scale in scales})
    parts = [normalize(points[:, :width]) for width in widths]
    joined = np.hstack(parts) / np.sqrt(len(parts))
    return np.asarray(joined.round(_DECIMALS) + 0.0, dtype=np.float64)  # -0.0 and 0.0 are one
