"""The signals of a story: what the reports of a week and past picks say for it, each in [0, 1].

A signal that has nothing to go by is 1/2, so that a story is never punished for what a feed does
not tell; only coverage, relevance and recency start at 0. `Field` is what a story is compared
with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import log1p
from statistics import median

from digest.authority import NO_LESSONS, NO_PAST, Lessons, learn, outlet
from digest.entities import FOCUS, mentions
from digest.kinds import POSTED, columns, is_posted, kind_value, money_value
from digest.model import Past, Story
from digest.vectors import nearest, term_rows, tokenize

NEUTRAL = 0.5
SUMMARY = 300
"""Characters of a summary that signals read: what a story is about stands at its start."""
NEIGHBOURS = 5
FOLLOWED_HOURS = 24.0
"""A second outlet that follows after this long makes a speed of 1/2."""
CAUTION = 20.0
"""Reports by which a term's share of this week is drawn towards its share before."""
TALKED_OF = 3
"""Stories a term must be in before it can be one that the week talks about."""
REMEMBERED = 12
"""Earlier issues that a story is compared with for novelty."""
NOT_YET_RUN = 0.5
"""Cosine with an earlier headline up to which a headline is new."""


@dataclass(frozen=True, slots=True)
class Field:
    """The week a story is ranked in, and what the past taught: what a signal compares with.

    Attributes:
        start: where recency is 0.
        now: where recency is 1.
        focus: the words that make a story on topic.
        lessons: what editors' past picks teach.
        words: story id to the terms of its headline, each once.
        likeness: story id to the mean cosine of its headline with the nearest others.
        typical_likeness: the median of those above 0; 0 if there is none.
        bursts: term to its share of this week over the sum of that and its share before.
        typical_points: the median of the votes that stories were given; None without any.
        columns: outlet and standing title of the week's columns.
        run: the addresses of reports that earlier issues printed.
        repeats: story id to the best cosine of its headline with one that was printed.
    """

    start: datetime
    now: datetime
    focus: tuple[str, ...] = FOCUS
    lessons: Lessons = NO_LESSONS
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    likeness: Mapping[str, float] = field(default_factory=dict)
    typical_likeness: float = 0.0
    bursts: Mapping[str, float] = field(default_factory=dict)
    typical_points: float | None = None
    columns: frozenset[tuple[str, str]] = frozenset()
    run: frozenset[str] = frozenset()
    repeats: Mapping[str, float] = field(default_factory=dict)


def field_of(
    stories: Sequence[Story],
    start: datetime,
    now: datetime,
    *,
    focus: Sequence[str] = FOCUS,
    past: Past = NO_PAST,
) -> Field:
    """Read off a week what its stories are compared with.

    Args:
        stories: n stories; their order changes nothing but must be the same for the same bytes.
        start: where recency is 0.
        now: where recency is 1.
        focus: the words that make a story on topic.
        past: earlier issues, their words and counts; the empty one leaves its signals neutral.
    """
    titles = [tokenize(story.lead.title) for story in stories]
    likeness = dict(zip((story.id for story in stories), _likeness(titles), strict=True))
    points = [float(votes) for story in stories if (votes := _votes(story)) is not None]
    earlier = [story for issue in past.issues[:REMEMBERED] for story in issue.stories]
    return Field(
        start=start,
        now=now,
        focus=tuple(focus),
        lessons=learn(past),
        words={story.id: frozenset(title) for story, title in zip(stories, titles, strict=True)},
        likeness=likeness,
        typical_likeness=_typical([value for value in likeness.values() if value > 0]) or 0.0,
        bursts=_bursts(stories, past),
        typical_points=_typical(points),
        columns=columns((outlet(item), item.title) for story in stories for item in story.items),
        run=frozenset(item.url for story in earlier for item in story.items),
        repeats=_repeats(stories, titles, earlier),
    )


def _typical(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _votes(story: Story) -> int | None:
    return max((item.points for item in story.items if item.points is not None), default=None)


def _likeness(titles: Sequence[Sequence[str]]) -> list[float]:
    """The mean cosine of each title with its five nearest others, (n,); 0 for a lone one."""
    import numpy as np

    if len(titles) < 2:
        return [0.0] * len(titles)
    graph = nearest(term_rows(titles))
    ends = zip(graph.indptr[:-1], graph.indptr[1:], strict=True)
    best = [np.sort(graph.data[start:end])[::-1][:NEIGHBOURS] for start, end in ends]
    return [round(float(cosines.sum()) / NEIGHBOURS, 6) for cosines in best]


def _bursts(stories: Sequence[Story], past: Past) -> dict[str, float]:
    before = past.vocabulary
    if not before.documents:
        return {}
    counts = Counter(term for story in stories for term in _terms(story))
    bursts = {}
    for term, count in counts.items():
        if count >= TALKED_OF:
            # One report more on either side, so that a new word has a share before as well.
            share = (before.counts.get(term, 0) + 1) / (before.documents + 2)
            now = (count + CAUTION * share) / (len(stories) + CAUTION)
            bursts[term] = now / (now + share)
    return bursts


def _terms(story: Story) -> set[str]:
    return set(tokenize(f"{story.lead.title}\n{story.lead.summary[:SUMMARY]}"))


def _repeats(
    stories: Sequence[Story], titles: Sequence[Sequence[str]], earlier: Sequence[Story]
) -> dict[str, float]:
    """The best cosine of each headline with an earlier one, by story id."""
    if not earlier or not stories:
        return {}
    rows = term_rows([*titles, *(tokenize(story.lead.title) for story in earlier)])
    best = (rows[: len(titles)] @ rows[len(titles) :].T).max(axis=1).toarray().ravel()
    return {story.id: float(cosine) for story, cosine in zip(stories, best, strict=True)}


def coverage(story: Story, field: Field) -> float:
    """Independent outlets beyond the first: 0 for one, 1/2 for two, 2/3 for three.

    An outlet is the host of a report's address: two feeds that link one site are one outlet, and
    what anybody may post is none.
    """
    edited = {outlet(item) for item in story.items if not is_posted(outlet(item))}
    return 1.0 - 1.0 / max(1, len(edited))


def speed(story: Story, field: Field) -> float:
    """How fast other outlets followed: 1 at once, 1/2 after a day; 1/2 where none did.

    The mean over the second and the third outlet, by their first reports.
    """
    first: dict[str, datetime] = {}
    for item in story.items:
        first[outlet(item)] = min(item.time, first.get(outlet(item), item.time))
    earliest, *following = sorted(first.values())
    if earliest.time() == time.min:
        earliest += timedelta(days=1)  # midnight is a date without a time of day
    gaps = [max(0.0, (moment - earliest).total_seconds() / 3600) for moment in following[:2]]
    values = [0.5 ** (gap / FOLLOWED_HOURS) for gap in gaps]
    return sum(values) / len(values) if values else NEUTRAL


def authority(story: Story, field: Field) -> float:
    """How often past issues picked what its best reporter wrote: 1/2 for the mean or no history."""
    return max(field.lessons.of_item(item) for item in story.items)


def entities(story: Story, field: Field) -> float:
    """How often past issues picked headlines with its words and names; 1/2 without history."""
    return field.lessons.of_words(field.words.get(story.id, ()))


def kind(story: Story, field: Field) -> float:
    """What the headlines announce: 0 for a guide to 0.9 for a release or a rule; their mean.

    Beside reports of an event, guides, columns and posts do not count.
    """
    values = [kind_value(item.title, outlet(item), field.columns) for item in story.items]
    events = [value for value in values if value > POSTED] or values
    return sum(events) / len(events)


def amount(story: Story, field: Field) -> float:
    """The largest sum of money in a headline, $10M is 0 and $10B is 1; 1/2 where none is named."""
    sums = [value for item in story.items if (value := money_value(item.title)) is not None]
    return max(sums, default=NEUTRAL)


def centrality(story: Story, field: Field) -> float:
    """Likeness of its headline to its five nearest: 1/2 at the week's median, 0 for none."""
    return _against(field.likeness.get(story.id, 0.0), field.typical_likeness)


def burst(story: Story, field: Field) -> float:
    """How much more this week speaks of its words than earlier weeks did: 1/2 for as much.

    The mean over the two headline terms that burst most, among those that several stories have.
    """
    words = field.words.get(story.id, ())
    values = [field.bursts[word] for word in words if word in field.bursts]
    best = sorted(values, reverse=True)[:2]
    return sum(best) / len(best) if best else NEUTRAL


def novelty(story: Story, field: Field) -> float:
    """0 where earlier issues printed all its reports or its very headline; 1/2 without history.

    A headline that shares up to half of one that was printed is new: a story may go on.
    """
    if not field.repeats:
        return NEUTRAL
    if all(item.url in field.run for item in story.items):
        return 0.0
    over = (field.repeats.get(story.id, 0.0) - NOT_YET_RUN) / (1.0 - NOT_YET_RUN)
    return 1.0 - min(1.0, max(0.0, over))


def popularity(story: Story, field: Field) -> float:
    """Votes on a log scale: 1/2 at the median of those that were given, and where none are."""
    votes = _votes(story)
    if votes is None or field.typical_points is None:
        return NEUTRAL
    return _against(log1p(votes), log1p(field.typical_points))


def relevance(story: Story, field: Field) -> float:
    """How much of the topic's words its best report holds; a word in the headline counts double."""
    found = max(
        2 * mentions(item.title, field.focus) + mentions(item.summary[:SUMMARY], field.focus)
        for item in story.items
    )
    return float(1.0 - 0.7**found)


def recency(story: Story, field: Field) -> float:
    """A straight line from 0 at the start of the week to 1 now, by the newest report."""
    span = (field.now - field.start).total_seconds()
    newest = max(item.time for item in story.items)
    return min(1.0, max(0.0, (newest - field.start).total_seconds() / span)) if span > 0 else 1.0


def _against(value: float, typical: float) -> float:
    """A value in [0, 1) against the typical one: 1/2 where they are equal, and where both are 0."""
    return value / (value + typical) if value + typical > 0 else NEUTRAL


Measure = Callable[[Story, Field], float]

SIGNALS: dict[str, Measure] = {
    "coverage": coverage,
    "speed": speed,
    "authority": authority,
    "entities": entities,
    "kind": kind,
    "amount": amount,
    "relevance": relevance,
    "centrality": centrality,
    "burst": burst,
    "novelty": novelty,
    "popularity": popularity,
    "recency": recency,
}
