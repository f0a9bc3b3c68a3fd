"""Reports of one event become one story.

`story_labels` clusters texts, with or without a known number of stories. `join_items` is the
stricter way for an issue, where a story of two events is worse than two stories of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from digest.model import Item, Story
from digest.vectors import (
    char_rows,
    nearest,
    numbered,
    pair_products,
    reduce,
    smooth,
    term_rows,
    text_order,
    tfidf_rows,
    tokenize,
    unspaced,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 120
TREE_ROOM = 7000
"""Above this many texts the merge tree stands on k-means centres: it needs n² / 2 distances."""
OVER_CLUSTERS = 600

TITLE_TERMS, SNIPPET_TERMS = 10.0, 20.0
TITLE_CUT, SNIPPET_CUT = 1.1, 0.95
"""Distances between unit rows at which the tree is cut when nobody says how many stories."""

LEAD_WORDS = 120
WEIGHTS = (0.65, 0.15, 0.2)
"""Shares of a likeness: words of the text, words of the title, letters of the title."""
SAME_OUTLET = 0.6
OTHER_VERSION = 0.15
COPY_SHARE = 0.7
ENOUGH_TERMS = 5.0
"""Fewer shared terms than this weaken the likeness: two short titles are alike by one word."""
CROWD = 400

_VERSION = re.compile(r"\b([A-Z][A-Za-z]*)[ -]?v?(\d+(?:\.\d+)*)\b")
_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)


def story_labels(
    titles: Sequence[str],
    summaries: Sequence[str],
    *,
    n_stories: int | None = None,
    seed: int = 0,
) -> NDArray[np.int_]:
    """Label each text with the story it belongs to.

    Args:
        titles: n titles; any may be empty.
        summaries: n summaries; any may be empty.
        n_stories: how many stories there are, in [1, n]; None cuts the merge tree at a fixed
            distance, wider for bare titles than for titles with summaries.
        seed: of the two random steps, k-means and the truncated SVD.

    Returns:
        (n,) labels 0, 1, 2 …, largest story first. Another order of the texts gives the same
        partition and the same numbers; equal texts share a label. Texts without a single term
        are one story when `n_stories` is given, else each different one is a story of its own.
    """
    import numpy as np

    texts = [f"{title}\n{summary}" for title, summary in zip(titles, summaries, strict=True)]
    order = text_order(texts)
    lined = [texts[i] for i in order]
    rows = tfidf_rows(lined)
    held = rows.getnnz(axis=1) > 0
    labels = np.where(held, 0, -1 if n_stories else -1 - np.arange(len(lined)))
    if held.any():
        wanted = None if n_stories is None else max(1, n_stories - int(not held.all()))
        points = reduce(smooth(rows[held]), DIMENSIONS, seed=seed)
        labels[held] = _merge(points, wanted, _cut(rows[held]), seed=seed)
    first: dict[str, int] = {}
    shared = {i: first.setdefault(lined[at], int(labels[at])) for at, i in enumerate(order)}
    return numbered(np.array([shared[i] for i in range(len(texts))], dtype=np.int_), texts)


def _cut(rows: Any) -> float:
    """Where to cut the tree, from the median number of terms a text holds."""
    import numpy as np

    terms = float(np.median(rows.getnnz(axis=1)))
    share = min(1.0, max(0.0, (terms - TITLE_TERMS) / (SNIPPET_TERMS - TITLE_TERMS)))
    return TITLE_CUT + share * (SNIPPET_CUT - TITLE_CUT)


def _merge(
    points: NDArray[np.float64], wanted: int | None, cut: float, *, seed: int
) -> NDArray[np.int_]:
    """Average-link merging of the points, or of their k-means centres where they are many, (n,)."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from sklearn.cluster import KMeans
    from sklearn.preprocessing import normalize

    count = len(points)
    leaves = np.arange(count)
    if count > TREE_ROOM:
        fewer = min(max(OVER_CLUSTERS, wanted or 0), len(np.unique(points, axis=0)))
        fine = KMeans(fewer, n_init=1, random_state=seed).fit(points)
        points, leaves = normalize(fine.cluster_centers_), fine.labels_
    if len(points) == 1:
        return np.zeros(count, dtype=np.int_)
    tree = linkage(points, "average")
    if wanted is None:
        merged = fcluster(tree, cut, "distance")
    else:
        merged = fcluster(tree, wanted, "maxclust")
    return np.asarray(merged[leaves], dtype=np.int_)


def join_items(items: Sequence[Item], *, seed: int = 0) -> tuple[Story, ...]:
    """Join the items that report one event; ordered by the lead's time, then by story id.

    1. Equal titles of three words or more are copies, whoever printed them.
    2. Near copies (title words 70 % the same, no name or number different) count as alike.
    3. The rest is joined by average link on the likeness of words and title letters, down to a
       bar that rises with the number of items: among more items, more are alike by chance.

    Reports of one outlet have to be more alike than those of two, so have titles that name two
    versions of a product; reports in two languages are never joined.

    Args:
        items: in any order; the result is the same.
        seed: accepted for symmetry; nothing here is random.
    """
    ordered = sorted(items, key=lambda item: (item.title, item.summary, item.id))
    copies: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in ordered:
        words = tuple(re.findall(r"\w+", item.title.lower()))
        copies[(item.language, *words) if len(words) > 2 else (item.id,)].append(item)
    groups = list(copies.values())
    firsts = [max(group, key=lambda item: (len(item.summary), item.id)) for group in groups]
    joined = [
        _story([item for place in places for item in groups[place]]) for places in _events(firsts)
    ]
    return tuple(sorted(joined, key=lambda story: (story.lead.time, story.id)))


def _story(items: Sequence[Item]) -> Story:
    """One story, led by the earliest dated report, then the one with the longest summary."""
    led = sorted(
        items, key=lambda item: (item.published is None, item.time, -len(item.summary), item.url)
    )
    rest = sorted(led[1:], key=lambda item: (item.time, item.id))
    earliest = min(items, key=lambda item: (item.first_seen, item.id))
    return Story(id=earliest.id, items=(led[0], *rest))


@dataclass(frozen=True, slots=True)
class _Reports:
    """What is compared: rows of text words, title words and title letters, and the facts."""

    rows: tuple[Any, Any, Any]
    items: Sequence[Item]
    outlets: tuple[str, ...]
    versions: tuple[dict[str, set[str]], ...]

    def alike(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        """How alike the pairs (left[i], right[i]) are, (m,), each in [0, 1]."""
        import numpy as np

        likeness = np.zeros(len(left))
        for weight, rows in zip(WEIGHTS, self.rows, strict=True):
            likeness += weight * pair_products(rows, left, right)
        shared = pair_products(self.rows[0].sign(), left, right)
        likeness *= np.minimum(1.0, shared / ENOUGH_TERMS)
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        likeness *= np.array([self._trust(a, b) for a, b in pairs])
        return likeness

    def _trust(self, a: int, b: int) -> float:
        if self.items[a].language != self.items[b].language:
            return 0.0
        trust = SAME_OUTLET if self.outlets[a] == self.outlets[b] else 1.0
        ours, theirs = self.versions[a], self.versions[b]
        if any(ours[name].isdisjoint(theirs[name]) for name in ours.keys() & theirs.keys()):
            trust *= OTHER_VERSION
        return trust


def _reports(items: Sequence[Item]) -> _Reports:
    heads = [tokenize(item.title) for item in items]
    texts = []
    for item, head in zip(items, heads, strict=True):
        text = tokenize(" ".join(item.text.split()[:LEAD_WORDS]))
        # A translated summary under an English title says nothing that other reports could share.
        foreign = not any(map(unspaced, head))
        texts.append([term for term in text if not (foreign and unspaced(term))])
    titles = [item.title.lower() for item in items]
    return _Reports(
        rows=(term_rows(texts), term_rows(heads), char_rows(titles)),
        items=items,
        outlets=tuple(urlsplit(item.url).hostname or item.source for item in items),
        versions=tuple(_versions(item.title) for item in items),
    )


def _versions(title: str) -> dict[str, set[str]]:
    """The numbers that follow each capitalised word: `Opus 4.8` gives {"opus": {"4.8"}}."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, number in _VERSION.findall(title):
        if name.lower() not in _MONTHS:
            found[name.lower()].add(number)
    return dict(found)


def _near_copies(one: str, other: str) -> bool:
    """Whether two titles share 70 % of their words and differ in no name and no number."""
    left, right = (dict.fromkeys(re.findall(r"[\w$€£.%-]+", title)) for title in (one, other))
    ours, theirs = {word.lower() for word in left}, {word.lower() for word in right}
    if len(ours & theirs) < COPY_SHARE * len(ours | theirs) or len(ours & theirs) < 4:
        return False
    odd = ours ^ theirs
    return not any(word.lower() in odd and word != word.lower() for word in (*left, *right)) and (
        not any(character.isdigit() for word in odd for character in word)
    )


def _events(items: Sequence[Item]) -> Iterator[list[int]]:
    """The places of the items in groups of one event each."""
    import numpy as np
    from scipy.sparse import csr_matrix, triu

    if len(items) < 2:
        yield from ([place] for place in range(len(items)))
        return
    reports = _reports(items)
    near = nearest(reports.rows[0]) + nearest(reports.rows[1])
    pairs = triu(near + near.T, k=1).tocoo()
    left, right = pairs.row.astype(np.intp), pairs.col.astype(np.intp)
    likeness = reports.alike(left, right)
    for at, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if likeness[at] > 0 and _near_copies(items[a].title, items[b].title):
            likeness[at] = 1.0
    graph = csr_matrix((likeness, (left, right)), shape=near.shape)
    yield from _split(reports, graph, np.arange(len(items)), bar(len(items)))


def bar(count: int) -> float:
    """How alike two reports among `count` must be to be one event, in [0.14, 0.34]."""
    return min(0.34, max(0.14, 0.05 * log(count) - 0.095))


def _split(
    reports: _Reports, graph: Any, places: NDArray[np.intp], least: float
) -> Iterator[list[int]]:
    """Groups connected by pairs that reach `least`, each cut further by average link."""
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    strong = graph[places][:, places]
    strong.data[strong.data < least] = 0.0
    strong.eliminate_zeros()
    _, parts = connected_components(strong, directed=False)
    members = np.split(places[np.argsort(parts, kind="stable")], np.cumsum(np.bincount(parts))[:-1])
    for group in members:
        if len(group) == 1:
            yield group.tolist()
        elif len(group) > CROWD:
            yield from _split(reports, graph, group, least + 0.05)
        else:
            yield from _linked(reports, graph[group][:, group].toarray(), group, least)


def _linked(
    reports: _Reports, known: NDArray[np.float64], places: NDArray[np.intp], least: float
) -> Iterator[list[int]]:
    """Merge places by average link while the mean likeness of two groups reaches `least`."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    left, right = np.triu_indices(len(places), k=1)
    likeness = np.maximum(reports.alike(places[left], places[right]), known[left, right])
    merged = fcluster(linkage(np.maximum(0.0, 1.0 - likeness), "average"), 1.0 - least, "distance")
    for label in range(1, merged.max() + 1):
        yield places[merged == label].tolist()
