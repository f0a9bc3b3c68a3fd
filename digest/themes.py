"""Stories become themes: k-means on smoothed latent rows, the number of themes held to a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from digest.model import Story
from digest.partings import Parting, latent, partings
from digest.vectors import numbered, smooth, text_order, tfidf_rows
from digest.weighting import unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 20
SHOWN = 1.0
"""How much the standing subjects that a story shows count in its row, against its words."""
FAINT, STRONG = 0.6, 3.0
"""Under the first a subject is not shown at all, over the second no more strongly."""
ENOUGH = 1.0
"""From this strength on a story shows a subject surely."""
MUCH_ALIKE = 0.5
"""The silhouette from which a story that shows nothing of a seed's subject is its theme's yet."""
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
        seeds: for each theme the column it was seeded by, None for one that emerged.
    """

    themes: tuple[tuple[int, ...], ...]
    rest: tuple[int, ...] = ()
    seeds: tuple[int | None, ...] = ()


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
        seed: of the truncated SVD; it hardly matters, for the SVD is exact.

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
    labels = max(partings(points, allowed, crowded=True), key=Parting.fit).labels
    first: dict[str, int] = {}
    shared = {i: first.setdefault(texts[i], int(labels[at])) for at, i in enumerate(order)}
    return numbered(np.array([shared[i] for i in range(len(texts))], dtype=np.int_), texts)


def group_stories(
    stories: Sequence[Story],
    *,
    shown: NDArray[np.float64] | None = None,
    pinned: int = 0,
    seed: int = 0,
) -> Grouping:
    """Group stories into themes of two or more; a story counts once, however many reports it has.

    From 12 stories on there are 4 to 9 themes, from 4 on at most half as many as stories, below
    that one. What fits nowhere is in `rest`: the story of a theme that would hold it alone,
    stories that lie nearer to another theme than to their own, as long as two stay, and themes
    no more alike inside than stories are at large, as long as the issue keeps its fewest themes.

    Args:
        stories: in any order; the places returned are places in this list.
        shown: (n, s), how strongly each story shows each of s standing subjects, 0 and up; it
            draws stories of a subject together. None goes by the words alone.
        pinned: the first so many subjects seed a theme each, if two stories show them surely;
            such a theme holds what shows its subject and what is much like that.
        seed: of the truncated SVD; it hardly matters, for the SVD is exact.
    """
    import numpy as np

    count = len(stories)
    if count < BAND[0]:
        everything = tuple(range(count))
        return Grouping((everything,), (), (None,)) if count > 1 else Grouping((), everything)
    keys, order, rows = _in_order(stories)
    signs = np.zeros((count, 0)) if shown is None else shown[order]
    points = _points(_with_signs(rows, signs), seed)
    room = len(np.unique(points, axis=0)) - 1
    columns = [at for at in range(pinned) if (signs[:, at] >= ENOUGH).sum() > 1][:room]
    centres = [points[signs[:, at] >= ENOUGH].mean(axis=0) for at in columns]
    best = _best_grouping(points, np.array(centres).reshape(len(centres), points.shape[1]))
    others = np.delete(signs, columns, axis=1).max(axis=1, initial=0.0)
    seeded, free = _kept(best, signs[:, columns], others)
    found: list[tuple[int | None, NDArray[np.intp]]] = [
        (column, np.sort(order[places]))
        for column, places in zip(columns, seeded, strict=True)
        if len(places) > 1
    ]
    found += [(None, np.sort(order[places])) for places in _coherent(free, rows)]
    found.sort(key=lambda theme: (-len(theme[1]), min(keys[i] for i in theme[1])))
    placed = {int(i) for _, places in found for i in places}
    return Grouping(
        tuple(tuple(places.tolist()) for _, places in found),
        tuple(i for i in range(count) if i not in placed),
        tuple(column for column, _ in found),
    )


def story_points(
    stories: Sequence[Story], shown: NDArray[np.float64], *, seed: int = 0
) -> NDArray[np.float64]:
    """Where stories lie in the space that `group_stories` groups them in, (n, d), in their order.

    Args:
        stories: n, in any order: it changes nothing but the order of the rows.
        shown: (n, s), as for `group_stories`.
    """
    import numpy as np

    _, order, rows = _in_order(stories)
    found = _points(_with_signs(rows, shown[order]), seed)
    points = np.empty_like(found)
    points[order] = found
    return points


def _in_order(stories: Sequence[Story]) -> tuple[list[str], NDArray[np.intp], Any]:
    """The key of each story, their order by key, and the TF-IDF rows of the texts in that order."""
    texts = ["\n".join(sorted(item.text for item in story.items)) for story in stories]
    keys = [f"{text}\n{story.id}" for text, story in zip(texts, stories, strict=True)]
    order = text_order(keys)
    return keys, order, tfidf_rows([texts[i] for i in order])


def _with_signs(rows: Any, signs: NDArray[np.float64]) -> Any:
    """The rows with a column for each subject, of length 1."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    if not signs.any():
        return rows
    strong = np.where(signs < FAINT, 0.0, np.minimum(signs, STRONG))
    return unit(hstack([rows, SHOWN * unit(csr_matrix(strong))]).tocsr())


def _points(rows: Any, seed: int) -> NDArray[np.float64]:
    return latent(smooth(rows), DIMENSIONS, seed=seed)


def _allowed(count: int) -> tuple[int, ...]:
    """The numbers of themes that so many texts may have."""
    fewest, most = BAND
    if count < FULL_ISSUE:
        return (min(fewest, max(1, count // 2)),)
    return tuple(range(fewest, min(most, count // 2) + 1))


def _best_grouping(points: NDArray[np.float64], centres: NDArray[np.float64]) -> Parting:
    """The best parting whose themes of two or more keep to the band; else parts are filled up."""
    fewest, most = BAND
    if len(points) < FULL_ISSUE:
        return partings(points, _allowed(len(points)), centres)[0]
    # Parts of one are no themes, so a few more parts than themes may be needed.
    counts = range(fewest, min(most + 3, len(points) // 2) + 1)
    tried = partings(points, [max(count, len(centres) + 2) for count in counts], centres)
    fitting = [parting for parting in tried if fewest <= parting.pairs() <= most]
    if fitting or len(centres):
        return max(fitting or tried, key=Parting.fit)
    return _dealt(points, tried[0])


def _dealt(points: NDArray[np.float64], parting: Parting) -> Parting:
    """The points in order of their first coordinates, dealt into the fewest themes allowed."""
    import numpy as np

    line = np.lexsort(points.T[::-1])
    labels = np.empty(len(points), dtype=np.int_)
    labels[line] = np.arange(len(points)) * BAND[0] // len(points)
    return Parting(labels, np.zeros_like(parting.silhouettes))


def _kept(
    parting: Parting, signs: NDArray[np.float64], others: NDArray[np.float64]
) -> tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]:
    """The places of each theme, without those that fit another better.

    Args:
        signs: (n, c), how strongly each point shows the subject of each of the first c parts.
        others: (n,), how strongly it shows any other subject.

    Returns:
        For each of these parts what shows its subject, or is much alike and shows no other,
        perhaps nothing; and each other part of two or more, two at least.
    """
    import numpy as np

    seeded, free = [], []
    for label in range(parting.labels.max() + 1):
        places = np.flatnonzero(parting.labels == label)
        places = places[np.argsort(-parting.silhouettes[places], kind="stable")]
        fits = parting.silhouettes[places]
        if label < signs.shape[1]:
            alike = (fits >= MUCH_ALIKE) & (others[places] < FAINT)
            kept = (signs[places, label] >= FAINT) | alike
            seeded.append(places[kept])
            places, fits = places[~kept], fits[~kept]
        if len(places) > 1:
            free.append(places[: max(2, int((fits >= 0).sum()))])
    return seeded, free


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
