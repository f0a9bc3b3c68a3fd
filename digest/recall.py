"""Find what earlier issues printed that is like a story of now, by the rare words they share."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from digest.familiar import reports_holding
from digest.model import Issue, Item, Past, Story, Vocabulary
from digest.titles import named, versions
from digest.vectors import tokenize

REPORTS = 3
"""How many reports of a story are compared, the lead first: more say the same again."""
SUMMARY = 600
"""Characters of a summary that are read: what a report is about stands at its start."""
OUTSIDE_TITLE = 0.5
"""Weight of a word that stands in the summary alone."""
FULL_TITLE = 2.0
"""A title of fewer rare words than this is covered by chance."""
LONG_TITLE = 5
"""Words from which a title is taken to be one report's own."""
RARE = 0.5
"""Rarity, in [0, 1], from which a shared word tells stories apart."""

_WORD = re.compile(r"[^\W_](?:[\w&.'’+-]*[^\W_])?")
_STOP = re.compile(r"[.!?:;]\s+|\n")
# By their form alone these are names: `OpenAI`, `SAG-AFTRA`, `GPT-5`; but never `AI-based`.
_SPECIAL = re.compile(r"(?=[^\W\d])(?:.*[^\W\d_][A-Z]|[A-Z].*\d)")
_PAIRED = re.compile(r"-[a-z]+$")
_TITLE_CASE = 0.6


@dataclass(frozen=True, slots=True)
class Shared:
    """Words that two reports share and that stand for one thing, such as the parts of a name.

    Attributes:
        terms: as `digest.vectors.tokenize` gives them, in order of the alphabet.
        weight: rarity of the rarest, halved by as much as it stands outside the titles; in [0, 1].
        is_name: a rare one of them is part of a proper name.
    """

    terms: tuple[str, ...]
    weight: float
    is_name: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A story of an earlier issue and how like it a story of now is.

    Attributes:
        likeness: cosine of the two nearest reports, words weighted by rarity; in [0, 1].
        covered: share of a headline's weight that the other report holds, the lesser of the two.
        shared: what the two have in common, weightiest first.
        at_odds: the headline of each names somebody of whom the other report does not speak, or
            they give one name different versions.
        weeks: from the earlier report to the later, never negative.
    """

    story: Story
    issue: Issue
    likeness: float
    covered: float
    shared: tuple[Shared, ...]
    at_odds: bool
    weeks: float


@dataclass(frozen=True, slots=True)
class _Report:
    """One report made ready: `row` has length 1; `runs` are names, word by word, as terms."""

    item: Item
    title: frozenset[str]
    row: Mapping[str, float]
    runs: tuple[frozenset[str], ...]
    title_runs: tuple[frozenset[str], ...]
    common: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The terms of its proper names, without those that it also writes small."""
        return frozenset().union(*self.runs) - self.common


def vocabulary(items: Iterable[Item]) -> Vocabulary:
    """In how many of the items each term stands: the title and the start of the summary count."""
    counts: Counter[str] = Counter()
    documents = 0
    for item in items:
        title, body = _terms(item)
        counts.update(title | body)
        documents += 1
    return Vocabulary(documents, dict(sorted(counts.items())))


class Archive:
    """Every story that the issues of a past printed, ready to be searched."""

    def __init__(self, past: Past) -> None:
        self._printed = [(issue, story) for issue in past.issues for story in issue.stories]
        self._runs: dict[str, tuple[int, Item]] = {}
        for place, (_, story) in enumerate(self._printed):
            for item in story.items:
                for key in _keys(item):
                    self._runs.setdefault(key, (place, item))
        reports = [(place, item) for place, (_, story) in enumerate(self._printed)
                   for item in story.items[:REPORTS]]  # fmt: skip
        counted = vocabulary(item for _, item in reports)
        known = past.vocabulary if past.vocabulary.documents >= len(reports) else counted
        self._documents, self._counts = reports_holding(known)
        self._reports = [(place, self._read(item)) for place, item in reports]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, (_, report) in enumerate(self._reports):
            for term in sorted(report.row):
                if self._rarity(term) >= RARE:
                    self._holders[term].append(number)

    def ran(self, item: Item) -> tuple[Issue, Story] | None:
        """Where a report was printed last: at its address, or elsewhere in the same words."""
        for key in _keys(item):
            if found := self._runs.get(key):
                place, earlier = found
                if key in (item.url, item.link) or _same_words(item.summary, earlier.summary):
                    return self._printed[place]
        return None

    def matches(self, story: Story) -> tuple[Match, ...]:
        """Earlier stories that share two things with this one, one of them a name; best first."""
        found: dict[int, Match] = {}
        for item in story.items[:REPORTS]:
            report = self._read(item)
            near = Counter(n for term in report.row for n in self._holders.get(term, ()))
            for number in sorted(number for number, terms in near.items() if terms > 1):
                place, earlier = self._reports[number]
                match = self._compared(report, earlier, place)
                if match and (place not in found or match.likeness > found[place].likeness):
                    found[place] = match
        return tuple(sorted(found.values(), key=_precedence))

    def _compared(self, report: _Report, earlier: _Report, place: int) -> Match | None:
        both = report.row.keys() & earlier.row.keys()
        likeness = sum(report.row[term] * earlier.row[term] for term in sorted(both))
        shared = self._things(report, earlier, both)
        strong = [thing for thing in shared if thing.weight >= RARE]
        if len(strong) < 2 or not any(thing.is_name for thing in strong):
            return None
        gap = (report.item.time - earlier.item.time).total_seconds()
        issue, story = self._printed[place]
        return Match(
            story=story,
            issue=issue,
            likeness=round(likeness, 6),
            covered=round(min(self._cover(report, earlier), self._cover(earlier, report)), 6),
            shared=shared,
            at_odds=_at_odds(report, earlier),
            weeks=max(0.0, gap / (7 * 24 * 3600)),
        )

    def _cover(self, one: _Report, other: _Report) -> float:
        """The share of the weight of one's title whose terms the other holds, in [0, 1]."""
        weights = {term: self._rarity(term) for term in sorted(one.title)}
        whole = max(FULL_TITLE, sum(weights.values()))
        return sum(weight for term, weight in weights.items() if term in other.row) / whole

    def _things(self, one: _Report, other: _Report, both: Iterable[str]) -> tuple[Shared, ...]:
        """The shared terms, those of one name or one hyphened word together."""
        names = (one.names | other.names) - one.common - other.common
        groups: list[frozenset[str]] = []
        for term in sorted(both):
            ties = [run for run in (*one.runs, *other.runs) if term in run]
            joined = {term}
            for group in [g for g in groups if _tied(term, g, ties)]:
                joined |= group
                groups.remove(group)
            groups.append(frozenset(joined))
        things = (self._thing(one, other, sorted(group), names) for group in groups)
        return tuple(sorted(things, key=lambda thing: (-thing.weight, thing.terms)))

    def _thing(
        self, one: _Report, other: _Report, terms: Sequence[str], names: frozenset[str]
    ) -> Shared:
        def weight(term: str) -> float:
            titles = (term in one.title) + (term in other.title)
            return self._rarity(term) * (OUTSIDE_TITLE + (1 - OUTSIDE_TITLE) * titles / 2)

        heaviest = max(weight(term) for term in terms)
        # `AI` is a name too, but no part of one that tells anything.
        is_name = any(term in names and self._rarity(term) >= RARE for term in terms)
        return Shared(tuple(terms), round(heaviest, 6), is_name)

    def _rarity(self, term: str) -> float:
        """0 for a word that is in every report, 1 for one that was never met."""
        return 1.0 - log(1 + min(self._counts[term], self._documents)) / log(2 + self._documents)

    def _read(self, item: Item) -> _Report:
        title, body = _terms(item)
        weights = {term: self._rarity(term) for term in sorted(title)}
        weights |= {term: OUTSIDE_TITLE * self._rarity(term) for term in sorted(body - title)}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        title_runs, title_common = _names(named(item.title))
        body_runs, body_common = _names(named(item.summary[:SUMMARY]))
        return _Report(
            item=item,
            title=title,
            row={term: weight / length for term, weight in weights.items() if weight},
            runs=(*title_runs, *body_runs),
            title_runs=title_runs,
            common=title_common | body_common,
        )


def _keys(item: Item) -> Iterator[str]:
    """What a report is known by: its addresses, and its title if that is long enough."""
    yield from dict.fromkeys((item.url, item.link))
    words = item.title.lower().split()
    if len(words) >= LONG_TITLE:
        yield " ".join(words)


def _same_words(one: str, other: str) -> bool:
    """Whether two summaries share half of their words, one says nothing, or `other` reads on.

    A column of every week has the same title each time and other words below it. What an issue has
    printed may hold the article behind the summary.
    """
    if other.startswith(one.rstrip(" .…")):
        return True
    ours, theirs = set(one.lower().split()), set(other.lower().split())
    return not ours or not theirs or 2 * len(ours & theirs) >= len(ours | theirs)


def _terms(item: Item) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of the title and of the start of the summary."""
    title, body = named(item.title), named(item.summary[:SUMMARY])
    return frozenset(tokenize(title)), frozenset(tokenize(body))


def _tied(term: str, group: Iterable[str], runs: Sequence[frozenset[str]]) -> bool:
    """Whether a term belongs to a group: a part of its name, or of a hyphened word of it."""
    return any(
        any(other in run for run in runs) or term in other.split("-") or other in term.split("-")
        for other in group
    )


def _at_odds(one: _Report, other: _Report) -> bool:
    """Whether two headlines speak of different things, however alike their words."""
    ours, theirs = versions(one.item.title), versions(other.item.title)
    return (_names_another(one, other) and _names_another(other, one)) or any(
        ours[name].isdisjoint(theirs[name]) for name in ours.keys() & theirs.keys()
    )


def _names_another(one: _Report, other: _Report) -> bool:
    """Whether the title of one holds a name of which the other says nothing."""
    return any(run - one.common and not run & other.row.keys() for run in one.title_runs)


def _precedence(match: Match) -> tuple[float, int, str]:
    return (-match.likeness, -match.issue.number, match.story.id)


@lru_cache(maxsize=16384)
def _names(text: str) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    """The runs of capitalised words as sets of terms, and the terms that are written small.

    The first word of a sentence and the words of a headline with every word capitalised are no
    evidence, unless their form is: `OpenAI`.
    """
    runs: list[str] = []
    small: list[str] = []
    for sentence in _STOP.split(text):
        words = _WORD.findall(sentence)
        long = [word for word in words if len(word) > 3 and word[0].isalpha()]
        capitals = sum(word[0].isupper() for word in long)
        titled = bool(long) and capitals >= _TITLE_CASE * len(long)
        shouted = sentence == sentence.upper()
        run: list[str] = []
        for place, word in enumerate(words):
            capital = word[0].isupper() and place > 0 and not titled
            if (capital or (_SPECIAL.match(word) and not shouted)) and not _PAIRED.search(word):
                run.append(word)
                continue
            runs.append(" ".join(run))
            run = []
            if word[0].islower():
                small.append(word)
        runs.append(" ".join(run))
    named = (frozenset(tokenize(run)) for run in runs if run)
    return tuple(terms for terms in named if terms), frozenset(tokenize(" ".join(small)))
