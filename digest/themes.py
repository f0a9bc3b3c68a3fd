"""Stories become themes: k-means on smoothed latent rows, the number of themes held to a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digest.model import Story
from digest.vectors import numbered, reduce, smooth, text_order, tfidf_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 20
STARTS = 10
BAND = (4, 9)
"""The fewest and the most themes of a full issue."""
FULL_ISSUE = 12
"""From this many stories on an issue has at least four themes."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which stories make which theme.

    Attributes:
        themes: places in the list that was grouped, two or more a theme, the largest theme first.
        rest: places that fit no theme.
    """

    themes: tuple[tuple[int, ...], ...]
    rest: tuple[int, ...] = ()


def theme_labels(
    titles: Sequence[str],
    summaries: Sequence[str],
    *,
    n_themes: int | None = None,
    seed: int = 0,
) -> NDArray[np.int_]:
    """Label each text with its theme.

    Args:
        titles: n titles; any may be empty.
        summaries: n summaries; any may be empty.
        n_themes: how many themes there are, in [1, n]; None takes the number in 4 to 9 (at most
            n / 2) with the best mean silhouette, the smaller number on a tie.
        seed: of k-means and the truncated SVD.

    Returns:
        (n,) labels 0, 1, 2 …, largest theme first. Another order of the texts gives the same
        partition and the same numbers; equal texts share a label.
    """
    import numpy as np

    texts = [f"{title}\n{summary}" for title, summary in zip(titles, summaries, strict=True)]
    if not texts:
        return np.zeros(0, dtype=np.int_)
    order = text_order(texts)
    points = _points(tfidf_rows([texts[i] for i in order]), seed)
    allowed = _allowed(len(texts)) if n_themes is None else (n_themes,)
    labels = max((_parted(points, count, seed) for count in allowed), key=_Parting.fit).labels
    first: dict[str, int] = {}
    shared = {i: first.setdefault(texts[i], int(labels[at])) for at, i in enumerate(order)}
    return numbered(np.array([shared[i] for i in range(len(texts))], dtype=np.int_), texts)


def group_stories(stories: Sequence[Story], *, seed: int = 0) -> Grouping:
    """Group stories into themes of two or more; a story counts once, however many reports it has.

    From 12 stories on there are 4 to 9 themes, from 4 on at most half as many as stories, below
    that one. What fits nowhere is in `rest`: the story of a theme that would hold it alone,
    stories that lie nearer to another theme than to their own, as long as two stay, and themes
    no more alike inside than stories are at large, as long as the issue keeps its fewest themes.

    Args:
        stories: in any order; the places returned are places in this list.
        seed: of k-means and the truncated SVD.
    """
    import numpy as np

    count = len(stories)
    if count < BAND[0]:
        everything = tuple(range(count))
        return Grouping((everything,)) if count > 1 else Grouping((), everything)
    texts = ["\n".join(sorted(item.text for item in story.items)) for story in stories]
    keys = [f"{text}\n{story.id}" for text, story in zip(texts, stories, strict=True)]
    order = text_order(keys)
    rows = tfidf_rows([texts[i] for i in order])
    best = _best_grouping(_points(rows, seed), seed)
    themes = [np.sort(order[places]) for places in _coherent(_kept(best), rows)]
    themes.sort(key=lambda places: (-len(places), min(keys[i] for i in places)))
    placed = {int(i) for places in themes for i in places}
    return Grouping(
        tuple(tuple(places.tolist()) for places in themes),
        tuple(i for i in range(count) if i not in placed),
    )


@dataclass(frozen=True, slots=True)
class _Parting:
    """One way to part the points: labels, (n,), and how well each point lies in its part, (n,)."""

    labels: NDArray[np.int_]
    silhouettes: NDArray[np.float64]

    def fit(self) -> float:
        """The mean silhouette, in [-1, 1]; rounded, so that a hair does not choose."""
        return round(float(self.silhouettes.mean()), 4)

    def pairs(self) -> int:
        """How many parts hold two points or more."""
        import numpy as np

        return int((np.bincount(self.labels) > 1).sum())


def _points(rows: Any, seed: int) -> NDArray[np.float64]:
    return reduce(smooth(rows), DIMENSIONS, seed=seed)


def _parted(points: NDArray[np.float64], count: int, seed: int) -> _Parting:
    """k-means with `count` parts, fewer where there are fewer different points."""
    import numpy as np
    from sklearn.cluster import KMeans

    count = min(count, len(np.unique(points, axis=0)))
    if count == 1:
        return _Parting(np.zeros(len(points), dtype=np.int_), np.zeros(len(points)))
    labels = KMeans(count, n_init=STARTS, random_state=seed).fit_predict(points)
    return _Parting(labels.astype(np.int_), _silhouettes(points, labels))


def _silhouettes(points: NDArray[np.float64], labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """How much nearer each point is to its part than to the next, (n,), in [-1, 1].

    The silhouette with part centres for part members, which needs n times k distances and not
    n²; a point is no part of the centre it is compared with. Alone in its part it has 0.
    Source: Vendramin, Campello, Hruschka, "Relative clustering validity criteria", 2010.
    """
    import numpy as np

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


def _allowed(count: int) -> tuple[int, ...]:
    """The numbers of themes that so many texts may have."""
    fewest, most = BAND
    if count < FULL_ISSUE:
        return (min(fewest, max(1, count // 2)),)
    return tuple(range(fewest, min(most, count // 2) + 1))


def _best_grouping(points: NDArray[np.float64], seed: int) -> _Parting:
    """The best parting whose themes of two or more keep to the band; else parts are filled up."""
    fewest, most = BAND
    if len(points) < FULL_ISSUE:
        return _parted(points, _allowed(len(points))[0], seed)
    # Parts of one are no themes, so a few more parts than themes may be needed.
    tried = [_parted(points, k, seed) for k in range(fewest, min(most + 3, len(points) // 2) + 1)]
    fitting = [parting for parting in tried if fewest <= parting.pairs() <= most]
    return max(fitting, key=_Parting.fit) if fitting else _dealt(points, tried[0])


def _dealt(points: NDArray[np.float64], parting: _Parting) -> _Parting:
    """The points in order of their first coordinates, dealt into the fewest themes allowed."""
    import numpy as np

    line = np.lexsort(points.T[::-1])
    labels = np.empty(len(points), dtype=np.int_)
    labels[line] = np.arange(len(points)) * BAND[0] // len(points)
    return _Parting(labels, np.zeros_like(parting.silhouettes))


def _kept(parting: _Parting) -> list[NDArray[np.intp]]:
    """The places of each theme without those that fit another better, while two stay."""
    import numpy as np

    themes = []
    for label in range(parting.labels.max() + 1):
        places = np.flatnonzero(parting.labels == label)
        places = places[np.argsort(-parting.silhouettes[places], kind="stable")]
        fitting = max(2, int((parting.silhouettes[places] >= 0).sum()))
        if len(places) > 1:
            themes.append(places[:fitting])
    return themes


def _coherent(themes: Sequence[NDArray[np.intp]], rows: Any) -> list[NDArray[np.intp]]:
    """The themes that are more alike inside than the rows are at large, the fewest in any case."""
    import numpy as np

    ranked = sorted(themes, key=lambda places: -_likeness(rows[places]))
    least = BAND[0] if rows.shape[0] >= FULL_ISSUE else 1
    at_large = _likeness(rows)
    alike = [
        i for i, places in enumerate(ranked) if i < least or _likeness(rows[places]) > at_large
    ]
    return [np.asarray(ranked[i]) for i in alike]


def _likeness(rows: Any) -> float:
    """The mean cosine of two different rows, of two rows or more of length 1."""
    import numpy as np

    count = rows.shape[0]
    total = np.asarray(rows.sum(axis=0)).ravel()
    return float((total @ total - rows.multiply(rows).sum()) / (count * (count - 1)))
