"""Reports of one event become one story.

`story_labels` clusters texts, with or without a known number of stories. `join_items` is the
stricter way for an issue, where a story of two events is worse than two stories of one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.likeness import Report, compared
from digest.linking import linked_groups, linked_labels, stand_alone
from digest.merging import merged_labels
from digest.model import Item, Story, Vocabulary
from digest.vectors import numbered, text_order, tfidf_rows, tokenize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EDITION_TERMS, EDITION_SHARE = 5, 0.3
"""Texts of so many terms of which they share less tell of other things, whatever their title."""

NOTHING_KNOWN = Vocabulary()


def story_labels(
    titles: Sequence[str],
    summaries: Sequence[str],
    *,
    n_stories: int | None = None,
    vocabulary: Vocabulary = NOTHING_KNOWN,
    seed: int = 0,
) -> NDArray[np.int_]:
    """Label each text with the story it belongs to.

    With the number unknown, a week where most reports stand alone is joined as `join_items` does
    it, and one of large stories by cutting the tree that a known number would cut.

    Args:
        titles: n titles; any may be empty.
        summaries: n summaries; any may be empty.
        n_stories: how many stories there are, in [1, n]; None where nobody knows.
        vocabulary: of earlier weeks; only used where the number is unknown.
        seed: of the truncated SVD.

    Returns:
        (n,) labels 0, 1, 2 …, largest story first. Another order of the texts gives the same
        partition and the same numbers; equal texts share a label. Texts without a single term
        are one story when `n_stories` is given, else each different one is a story of its own.
    """
    import numpy as np

    texts = [f"{title}\n{summary}" for title, summary in zip(titles, summaries, strict=True)]
    order = text_order(texts)
    lined = [texts[i] for i in order]
    if n_stories is None and texts:
        reports = [
            Report(*((titles[i], summaries[i]) if titles[i] else (summaries[i], ""))) for i in order
        ]
        if stand_alone(reports):
            return _shared(linked_labels(compared(reports, vocabulary)), order, texts)
    rows = tfidf_rows(lined)
    held = rows.getnnz(axis=1) > 0
    labels = np.where(held, 0, -1 if n_stories else -1 - np.arange(len(lined)))
    if held.any():
        wanted = None if n_stories is None else max(1, n_stories - int(not held.all()))
        labels[held] = merged_labels(rows[held], wanted, seed=seed)
    return _shared(labels, order, texts)


def _shared(
    labels: NDArray[np.int_], order: NDArray[np.intp], texts: Sequence[str]
) -> NDArray[np.int_]:
    """The labels of the texts in `order` brought to their own order; equal texts share one."""
    import numpy as np

    first: dict[str, int] = {}
    shared = {i: first.setdefault(texts[i], int(labels[at])) for at, i in enumerate(order)}
    return numbered(np.array([shared[i] for i in range(len(texts))], dtype=np.int_), texts)


def join_items(
    items: Sequence[Item], *, vocabulary: Vocabulary = NOTHING_KNOWN, seed: int = 0
) -> tuple[Story, ...]:
    """Join the items that report one event; ordered by the lead's time, then by story id.

    1. An outlet's new text under a title that it keeps using is a story of its own.
    2. Equal titles of three words or more are copies, whoever printed them.
    3. Near copies (title words 70 % the same, no name or number different) count as alike.
    4. The rest is joined by average link on `digest.likeness`, and groups of several reports
       whose mean texts are alike are joined as one big event.

    Args:
        items: in any order; the result is the same.
        vocabulary: the words of earlier weeks, by which rare words are told from common ones.
        seed: accepted for symmetry; nothing here is random.
    """
    if not items:
        return ()
    columns = _columns(items)
    groups, firsts = _copies(_others(items, columns))
    likeness = compared([_report(item) for item in firsts], vocabulary)
    joined = [
        [item for place in places for item in groups[place]] for places in linked_groups(likeness)
    ]
    stories = [_story(found) for found in (*columns, *joined)]
    return tuple(sorted(stories, key=lambda story: (story.lead.time, story.id)))


@dataclass(frozen=True, slots=True)
class Link:
    """Why two reports of a story are together.

    Attributes:
        likeness: of `digest.likeness`; 1 for copies.
        terms: what both hold, with the weight of each, the rarest first.
    """

    one: Item
    other: Item
    likeness: float
    terms: tuple[tuple[str, float], ...]


def why_joined(
    story: Story, items: Sequence[Item], *, vocabulary: Vocabulary = NOTHING_KNOWN
) -> tuple[Link, ...]:
    """What holds a story together: its pairs of reports, the most alike first.

    Args:
        story: one that `join_items` made of `items`.
        items: all items it chose from; they settle how rare a word is.
        vocabulary: as it was given to `join_items`.
    """
    import numpy as np

    columns = _columns(items)
    groups, firsts = _copies(_others(items, columns))
    likeness = compared([_report(item) for item in firsts], vocabulary)
    place = {item.id: at for at, group in enumerate(groups) for item in group}
    pairs = list(combinations(story.items, 2))
    ends = [[place[pair[side].id] for pair in pairs] for side in (0, 1)]
    alike = likeness.of(*(np.array(end, dtype=np.intp) for end in ends))
    links = [
        Link(one, other, 1.0 if a == b else round(float(how), 3), likeness.shared(a, b))
        for (one, other), a, b, how in zip(pairs, *ends, alike, strict=True)
    ]
    return tuple(sorted(links, key=lambda link: -link.likeness))


def _copies(items: Sequence[Item]) -> tuple[list[list[Item]], list[Item]]:
    """Items under one title and language, and of each such group the fullest report."""
    copies: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.title, item.summary, item.id)):
        words = tuple(re.findall(r"\w+", item.title.lower()))
        copies[(item.language, *words) if len(words) > 2 else (item.id,)].append(item)
    groups = list(copies.values())
    return groups, [max(group, key=lambda item: (len(item.summary), item.id)) for group in groups]


def _columns(items: Sequence[Item]) -> list[list[Item]]:
    """The editions of columns: an outlet's items under a title that it puts over other texts too.

    A column tells of many events; each edition is a story of its own.
    """
    titles: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.time, item.id)):
        titles[_outlet(item), item.title.lower()].append(item)
    found = (_editions(group) for group in titles.values() if len(group) > 1)
    return [edition for editions in found if len(editions) > 1 for edition in editions]


def _editions(items: Sequence[Item]) -> list[list[Item]]:
    """An outlet's items under one title, parted where their texts tell of other things."""
    editions: list[tuple[set[str], list[Item]]] = []
    for item in items:
        terms = set(tokenize(item.summary))
        same = next((told for first, told in editions if not _apart(first, terms)), None)
        if same is None:
            editions.append((terms, [item]))
        else:
            same.append(item)
    return [told for _, told in editions]


def _apart(ours: set[str], theirs: set[str]) -> bool:
    """Whether two full texts share few terms."""
    fewer = min(len(ours), len(theirs))
    return fewer >= EDITION_TERMS and len(ours & theirs) < EDITION_SHARE * fewer


def _others(items: Sequence[Item], groups: Sequence[Sequence[Item]]) -> list[Item]:
    """The items that are in none of the groups."""
    taken = {item.id for group in groups for item in group}
    return [item for item in items if item.id not in taken]


def _outlet(item: Item) -> str:
    return urlsplit(item.url).hostname or item.source


def _report(item: Item) -> Report:
    return Report(item.title, item.summary, _outlet(item), item.language, item.time)


def _story(items: Sequence[Item]) -> Story:
    """One story, led by the earliest dated report, then the one with the longest summary."""
    led = sorted(
        items, key=lambda item: (item.published is None, item.time, -len(item.summary), item.url)
    )
    rest = sorted(led[1:], key=lambda item: (item.time, item.id))
    earliest = min(items, key=lambda item: (item.first_seen, item.id))
    return Story(id=earliest.id, items=(led[0], *rest))
