"""What editors' past picks teach: which sources, outlets and words they printed and led with.

Every lesson is a log-lift: log(rate / mean rate), the rate being that of one source, outlet or
word among all that could have been picked, drawn towards the mean by a prior of `PRIOR` (sources,
outlets) or `WORD_PRIOR` (words) average observations. 0 is no lesson. Two choices teach, and
their lifts add up: what was printed of what was collected, and what stood in a theme of what was
printed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, log, sqrt

from digest.model import Issue, Item, Past
from digest.vectors import tokenize

PRIOR = 40.0
WORD_PRIOR = 20.0
STEEPNESS = 3.0
"""Lifts are small, as the priors hold them back; this spreads their values over [0, 1]."""
HALF_LIFE = 52
"""Issues after which a pick counts half: tastes and topics change over a year."""

NO_PAST = Past()
"""What the first issue has: it teaches nothing."""

COMPETED = "below the cut"
"""How the rule of an item begins that was ranked and not printed; others never stood a choice."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Log-lifts learned from past picks; empty where there is no past.

    Attributes:
        sources: source name to the lift of its items into print.
        outlets: host of an item's address to the lift of its printed items into a theme.
        words: term, as `tokenize` gives it, to the lift of headlines that hold it.
    """

    sources: Mapping[str, float] = field(default_factory=dict)
    outlets: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)

    def of_item(self, item: Item) -> float:
        """What picks say of who reported: 1/2 without history, towards 1 for often picked."""
        return squashed(self.sources.get(item.source, 0.0) + self.outlets.get(outlet(item), 0.0))

    def of_words(self, terms: Collection[str]) -> float:
        """What picks say of the terms of a headline: 1/2 without history.

        The lifts are summed and divided by the root of their number: words are no independent
        witnesses, and a long headline holds more of them.
        """
        # Sorted, because the last bit of a sum hangs on the order.
        lifts = sorted(self.words.get(term, 0.0) for term in set(terms))
        return squashed(sum(lifts) / sqrt(len(lifts))) if lifts else 0.5


NO_LESSONS = Lessons()


def outlet(item: Item) -> str:
    """The host of an item's canonical address: who wrote it, whoever passed it on."""
    return item.url.partition("://")[2].partition("/")[0]


def squashed(lift: float) -> float:
    """A log-lift as a value in (0, 1): r³ / (r³ + 1) for a rate of r times the mean."""
    return 1.0 / (1.0 + exp(-STEEPNESS * lift))


def learn(past: Past) -> Lessons:
    """Learn from the earlier issues: themes were led with, `also` was printed, the rest was not.

    Args:
        past: the issues newest first; an issue counts half of one `HALF_LIFE` issues newer.
    """
    sources, outlets = _Tally(), _Tally()
    printed_words, theme_words = _Tally(), _Tally()
    for age, issue in enumerate(past.issues):
        weight = 0.5 ** (age / HALF_LIFE)
        for tier, items, titles in _tiers(issue):
            for item in items:
                sources.add([item.source], picked=1.0)
                outlets.add([outlet(item)], picked=weight * tier, among=weight)
            for title in titles:
                terms = set(tokenize(title))
                printed_words.add(terms, picked=weight, among=weight)
                theme_words.add(terms, picked=weight * tier, among=weight)
        for line in issue.left_out:
            if line.rule.startswith(COMPETED):
                printed_words.add(set(tokenize(line.title)), picked=0.0, among=weight)
    for source, count in past.collected.items():
        sources.add([source], among=float(count))
    printed, led = printed_words.lifts(WORD_PRIOR), theme_words.lifts(WORD_PRIOR)
    words = {term: printed[term] + led.get(term, 0.0) for term in printed}
    return Lessons(sources.lifts(PRIOR), outlets.lifts(PRIOR), words)


def _tiers(issue: Issue) -> Iterable[tuple[float, list[Item], list[str]]]:
    """The printed stories as (1 in a theme, 0 in `also`; their items; their headlines)."""
    in_themes = [story for theme in issue.themes for story in theme.stories]
    for tier, stories in ((1.0, in_themes), (0.0, list(issue.also))):
        items = [item for story in stories for item in story.items]
        yield tier, items, [story.lead.title for story in stories]


class _Tally:
    """How often each key was there, and how often it was picked, both with weights."""

    def __init__(self) -> None:
        self._picked: dict[str, float] = {}
        self._among: dict[str, float] = {}
        self._all_picked = self._all_among = 0.0

    def add(self, keys: Iterable[str], *, picked: float = 0.0, among: float = 0.0) -> None:
        self._all_picked += picked
        self._all_among += among
        for key in keys:
            self._picked[key] = self._picked.get(key, 0.0) + picked
            self._among[key] = self._among.get(key, 0.0) + among

    def lifts(self, prior: float) -> dict[str, float]:
        """Log of the smoothed rate of each key over the mean rate; nothing without a pick."""
        if not self._all_picked or not self._all_among:
            return {}
        mean = self._all_picked / self._all_among
        return {
            key: log((self._picked[key] + prior * mean) / (among + prior) / mean)
            for key, among in sorted(self._among.items())
        }
