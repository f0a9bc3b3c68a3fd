"""Points of length 1 are merged by average link, and the tree is cut into groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CHUNK = 1024


def merge_tree(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The tree of average link, (n - 1, 4), as `scipy.cluster.hierarchy.linkage` writes it.

    How far apart two groups are is 1 - the mean cosine of their members, in [0, 2]: 1 - the
    product of their mean points, so no distance of two points need be kept. In each round all
    pairs merge that are nearest to each other; average link gives one tree either way.

    Args:
        points: (n, d), n at least 1, of length 1 or 0.

    Source: B. Sumengen et al., "Scaling hierarchical agglomerative clustering to billion-sized
    datasets", 2021.
    """
    import numpy as np

    firsts, nodes, sizes, merges = _equal_merged(points)
    following = len(points) + len(points) - len(firsts)
    means = points[firsts].astype(np.float32)
    near, alike = _nearest(means, np.arange(len(means)))
    while len(means) > 1:
        left, right = _pairs(near, alike)
        merges.append(np.stack([nodes[left], nodes[right], 1.0 - alike[left]], axis=1))
        both = (sizes[left] + sizes[right])[:, None]
        means[left] = (means[left] * sizes[left, None] + means[right] * sizes[right, None]) / both
        sizes[left] = both.ravel()
        nodes[left] = following + np.arange(len(left))
        following += len(left)
        changed, kept = np.zeros(len(means), dtype=bool), np.ones(len(means), dtype=bool)
        changed[left], changed[right], kept[right] = True, True, False
        stale = (changed | changed[near])[kept]
        near, alike = (np.cumsum(kept) - 1)[near[kept]], alike[kept]
        means, sizes, nodes = means[kept], sizes[kept], nodes[kept]
        near[stale], alike[stale] = _nearest(means, np.flatnonzero(stale))
    return _lined_up(np.vstack([np.zeros((0, 3)), *merges]))


def _equal_merged(
    points: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], list[NDArray[np.float64]]]:
    """Equal points merged first, one after the other: they would all be nearest to one another.

    Returns:
        For each different point where it comes first, its node and how often it is there; and
        the merges, (1, 3) each.
    """
    import numpy as np

    firsts: dict[bytes, int] = {}
    nodes: dict[bytes, int] = {}
    sizes: dict[bytes, int] = {}
    merges: list[NDArray[np.float64]] = []
    for at, point in enumerate(points):
        key = point.tobytes()
        if key in nodes:
            merges.append(np.array([[nodes[key], at, 0.0]]))
            nodes[key] = len(points) + len(merges) - 1
        nodes.setdefault(key, at)
        firsts.setdefault(key, at)
        sizes[key] = sizes.get(key, 0) + 1
    return (
        np.array(list(firsts.values()), dtype=np.intp),
        np.array(list(nodes.values()), dtype=np.intp),
        np.array(list(sizes.values()), dtype=np.float32),
        merges,
    )


def _nearest(
    means: NDArray[np.float32], which: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The nearest other mean of each in `which`, and how alike they are."""
    import numpy as np

    near = np.zeros(len(which), dtype=np.intp)
    alike = np.zeros(len(which), dtype=np.float32)
    for start in range(0, len(which), _CHUNK):
        part = which[start : start + _CHUNK]
        here = np.arange(len(part))
        products = means[part] @ means.T
        products[here, part] = -2.0
        best = products.argmax(axis=1)
        near[start : start + _CHUNK], alike[start : start + _CHUNK] = best, products[here, best]
    return near, alike


def _pairs(
    near: NDArray[np.intp], alike: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places nearest to each other; where equal ones chase each other round, one best pair."""
    import numpy as np

    here = np.arange(len(near))
    left = here[(near[near] == here) & (here < near)]
    if len(left):
        return left, near[left]
    best = int(alike.argmax())
    pair = sorted((best, int(near[best])))
    alike[pair[0]] = alike[best]
    return np.array(pair[:1]), np.array(pair[1:])


def _lined_up(merges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Merges of (node, node, distance) in the order of distance, with the sizes, (n - 1, 4)."""
    import numpy as np

    count = len(merges) + 1
    heights = merges[:, 2].clip(0.0)
    inner = merges[:, :2].astype(np.intp)
    for at, ends in enumerate(inner):  # rounding may put a merge a hair under its parts
        below = [heights[end - count] for end in ends if end >= count]
        heights[at] = max(heights[at], *below, 0.0)
    order = np.argsort(heights, kind="stable")
    place = np.arange(2 * count - 1)
    place[count + order] = count + np.arange(len(order))
    tree = np.zeros((len(merges), 4))
    tree[:, :2] = np.sort(place[inner[order]], axis=1)
    tree[:, 2] = heights[order]
    sizes = np.ones(2 * count - 1)
    for at, (one, other) in enumerate(tree[:, :2].astype(np.intp)):
        sizes[count + at] = tree[at, 3] = sizes[one] + sizes[other]
    return tree


def cut_at(tree: NDArray[np.float64], distance: float) -> NDArray[np.int_]:
    """The groups that were merged at most so far apart, (n,), 0 and up."""
    return _cut(tree, int((tree[:, 2] > distance).sum()) + 1)


def cut_into(tree: NDArray[np.float64], wanted: int, least: float = 0.0) -> NDArray[np.int_]:
    """The fewest groups of which `wanted` hold `least` points, (n,), 0 and up.

    Args:
        wanted: at least 1. Where there are never so many groups of that size, there are `wanted`
            groups of any size, or as many as points.
    """
    count = len(tree) + 1
    sizes = [1.0] * count + tree[:, 3].tolist()
    large, groups = int(count >= least), 1
    for at in range(count - 2, -1, -1):
        if large >= wanted:
            return _cut(tree, groups)
        one, other = (int(end) for end in tree[at, :2])
        large += (sizes[one] >= least) + (sizes[other] >= least) - (sizes[count + at] >= least)
        groups += 1
    return _cut(tree, groups if large >= wanted else wanted)


def _cut(tree: NDArray[np.float64], groups: int) -> NDArray[np.int_]:
    """The tree without its last merges, so many groups, (n,)."""
    import numpy as np

    count = len(tree) + 1
    label = np.arange(2 * count - 1)
    for at in range(len(tree) - 1, -1, -1):
        if at < count - groups:
            label[tree[at, :2].astype(np.intp)] = label[count + at]
    return np.asarray(np.unique(label[:count], return_inverse=True)[1], dtype=np.int_)
