"""Reports that are alike enough become groups of one event each: average link, then by centroid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, product
from math import log
from typing import TYPE_CHECKING, Any

from digest.copies import near_copies
from digest.likeness import Likeness, Report, compared
from digest.model import Vocabulary
from digest.pairs import pair_products, pairs_within
from digest.vectors import most_alike, nearest, telling
from digest.weighting import unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COPY_FLOOR = 0.1
"""Titles that are near copies are never less alike than this, whoever printed them and when."""
CROWD = 400
MEMBERS = 2000
"""Reports of groups that are compared at once, about."""
ALL_PAIRS = 300
"""Up to this many reports every pair is compared; beyond it, each with its nearest ones."""
ALONE = 0.235
"""Median likeness of a title to its nearest (letters and words) below which stories are small."""
NEAR_CENTRE = 0.32
"""How alike one more report must be to the mean text of a group of several outlets to join it."""
PARTS = 50
"""With how many others a group is compared: the parts of one event are alike in any case."""
LOOKED_AT, FAINT = 10, 0.25
"""Of very many groups so many are compared in full, that share this much of what is asked for by
their rarest words."""
SAME_CENTRE = 0.45
"""Two groups of several outlets whose mean texts are this alike (cosine) report one event."""


def bar(count: int, *, worded: bool) -> float:
    """How alike two reports among `count` must be to be one event.

    Args:
        count: more reports hold more that are alike by chance.
        worded: whether they say more than their titles.
    """
    if worded:
        return 0.31
    return 0.145 + 0.01 * log(max(1.0, count / 45)) + 0.06 * log(max(1.0, count / 200))


def stand_alone(reports: Sequence[Report]) -> bool:
    """Whether most reports share so little with their nearest that each tells its own event.

    Args:
        reports: n reports; of many, every so-manieth is looked at.
    """
    import numpy as np

    looked_at = reports[:: max(1, len(reports) // ALL_PAIRS)]
    if len(looked_at) < 2:
        return True
    _, heads, letters = compared(looked_at, Vocabulary()).rows
    near = (0.6 * (letters @ letters.T) + 0.4 * (heads @ heads.T)).toarray()
    np.fill_diagonal(near, 0.0)
    return bool(np.median(near.max(axis=1)) < ALONE)


def linked_labels(likeness: Likeness) -> NDArray[np.int_]:
    """The number of each report's group, (n,)."""
    import numpy as np

    labels = np.zeros(len(likeness.reports), dtype=np.int_)
    for number, group in enumerate(linked_groups(likeness)):
        labels[group] = number
    return labels


def linked_groups(likeness: Likeness) -> list[list[int]]:
    """The places of the reports in groups of one event each; every place is in one group."""
    import numpy as np
    from scipy.sparse import csr_matrix

    count = len(likeness.reports)
    if count < 2:
        return [[place] for place in range(count)]
    least = bar(count, worded=likeness.worded)
    left, right = _candidates(likeness)
    alike = likeness.of(left, right, least=least)
    titles = [report.title for report in likeness.reports]
    copies = np.flatnonzero(near_copies(titles, left, right))
    copies = copies[likeness.of(left[copies], right[copies]) > COPY_FLOOR]
    alike[copies] = 1.0
    graph = csr_matrix((alike, (left, right)), shape=(count, count))
    connected = list(_connected(graph, np.arange(count), least))
    groups = _gathered(likeness, list(_linked(likeness, graph, connected)))
    return _taken_in(likeness, groups)


def _candidates(likeness: Likeness) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs worth comparing, each once."""
    import numpy as np
    from scipy.sparse import triu

    count = len(likeness.reports)
    if count <= ALL_PAIRS:
        left, right = np.triu_indices(count, k=1)
        return left, right
    # Bare titles are alike by their letters above all, and full reports never by these alone.
    near = sum(nearest(rows) for rows in likeness.rows[: 2 if likeness.worded else 3])
    pairs = triu(near + near.T, k=1).tocoo()
    return pairs.row.astype(np.intp), pairs.col.astype(np.intp)


def _connected(
    graph: Any, places: NDArray[np.intp], least: float
) -> Iterator[tuple[NDArray[np.intp], float]]:
    """Groups connected by pairs that reach `least`, each with its bar; a crowd by a higher one."""
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    strong = graph[places][:, places]
    strong.data[strong.data < least] = 0.0
    strong.eliminate_zeros()
    _, parts = connected_components(strong, directed=False)
    ends = np.cumsum(np.bincount(parts))[:-1]
    for group in np.split(places[np.argsort(parts, kind="stable")], ends):
        if len(group) > CROWD:
            yield from _connected(graph, group, least + 0.05)
        else:
            yield group, least


def _linked(
    likeness: Likeness, graph: Any, connected: Sequence[tuple[NDArray[np.intp], float]]
) -> Iterator[list[int]]:
    """Each connected group cut into those whose mean likeness, by average link, reaches its bar."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    yield from (group.tolist() for group, _ in connected if len(group) == 1)
    several = [(group, least) for group, least in connected if len(group) > 1]
    members = accumulate(len(group) for group, _ in several)
    # Many groups at once: thousands of small ones would be thousands of small matrices.
    portions = groupby(zip(several, members, strict=True), lambda pair: pair[1] // MEMBERS)
    for _, portion in portions:
        some = [pair[0] for pair in portion]
        groups = [group for group, _ in some]
        alike = np.maximum(likeness.within(groups), np.asarray(graph[pairs_within(groups)]).ravel())
        ends = np.cumsum([len(group) * (len(group) - 1) // 2 for group in groups])
        for (group, least), near in zip(some, np.split(alike, ends[:-1]), strict=True):
            merged = fcluster(
                linkage(np.maximum(0.0, 1.0 - near), "average"), 1.0 - least, "distance"
            )
            yield from (group[merged == label].tolist() for label in range(1, merged.max() + 1))


def _gathered(likeness: Likeness, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Join groups of several outlets whose mean texts are alike: the parts of one big event.

    What one outlet prints about one product is alike whatever happened.
    """
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    large = [at for at, group in enumerate(groups) if _outlets(likeness, group) > 1]
    parts = np.arange(len(groups))
    if len(large) > 1:
        centres = _centres(likeness, [groups[at] for at in large])
        near = _near_centres(centres, centres, PARTS, least=SAME_CENTRE)
        _, joined = connected_components(near, directed=False)
        first: dict[int, int] = {}
        for at, part in zip(large, joined.tolist(), strict=True):
            parts[at] = first.setdefault(part, at)
    members: dict[int, list[int]] = {}
    for part, group in zip(parts.tolist(), groups, strict=True):
        members.setdefault(part, []).extend(group)
    return [sorted(group) for group in members.values()]


def _taken_in(likeness: Likeness, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Let groups of several outlets take in the reports of others that tell of the same event."""
    large = [list(group) for group in groups if _outlets(likeness, group) > 1]
    small = [list(group) for group in groups if _outlets(likeness, group) < 2]
    if not large or not small:
        return [*large, *small]
    centres = _centres(likeness, small), _centres(likeness, large)
    near = _near_centres(*centres, 1, least=NEAR_CENTRE).tocoo()
    asked = list(zip(near.row.tolist(), near.col.tolist(), strict=True))
    fitting = _may_join(likeness, [(small[at], large[taker]) for at, taker in asked])
    taken = dict(pair for pair, fits in zip(asked, fitting, strict=True) if fits)
    takers = [list(group) for group in large]
    for at, taker in taken.items():
        takers[taker] += small[at]
    left_alone = [group for at, group in enumerate(small) if at not in taken]
    return [sorted(group) for group in (*takers, *left_alone)]


def _may_join(
    likeness: Likeness, asked: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> NDArray[np.bool_]:
    """Whether no rule keeps one group apart from another: language, outlet, version, rare words.

    With one report of the other at least it must share terms that weigh enough to tell an event.
    """
    import numpy as np

    sizes = [len(group) * len(others) for group, others in asked]
    number = np.repeat(np.arange(len(asked)), sizes)
    left, right = (
        np.array([pair[side] for groups in asked for pair in product(*groups)], dtype=np.intp)
        for side in (0, 1)
    )
    apart = np.bincount(number[likeness.apart(left, right)], minlength=len(asked))
    near = np.bincount(number[likeness.share_enough(left, right)], minlength=len(asked))
    return np.asarray((apart == 0) & (near > 0))


def _near_centres(rows: Any, others: Any, count: int, *, least: float) -> Any:
    """The products of each row with the `count` most alike of others, (n, m), if over `least`.

    Of very many, those are compared in full that are alike by what is rarest in the row.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, vstack

    told = telling(rows, others)
    if told is rows:
        return most_alike(rows, others, count, least=least)
    near = most_alike(told, others, max(count, LOOKED_AT), least=FAINT * least)
    left, right = (ends.astype(np.intp) for ends in near.tocoo().coords)
    alike = pair_products(vstack([rows, others], format="csr"), left, right + rows.shape[0])
    order = np.lexsort((right, -alike, left))
    left, right, alike = left[order], right[order], alike[order]
    begins = np.searchsorted(left, left)
    kept = (alike > least) & (np.arange(len(left)) - begins < count)
    return csr_matrix((alike[kept], (left[kept], right[kept])), shape=near.shape)


def _centres(likeness: Likeness, groups: Sequence[Sequence[int]]) -> Any:
    """The mean text of each group, rows of length 1, (g, v)."""
    import numpy as np
    from scipy.sparse import csr_matrix

    places = [place for group in groups for place in group]
    ends = np.cumsum([0, *map(len, groups)])
    members = csr_matrix(
        (np.ones(len(places)), places, ends), shape=(len(groups), len(likeness.reports))
    )
    return unit(members @ likeness.rows[0])


def _outlets(likeness: Likeness, group: Sequence[int]) -> int:
    """How many outlets report a group; where none is known, each report is taken for one."""
    return len({likeness.reports[place].outlet or place for place in group})
