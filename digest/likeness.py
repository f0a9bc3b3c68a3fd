"""How alike two reports are, as far as being about one event goes.

A likeness adds up what two reports share, each term weighted by how rare it is in AI news:

    titles alone        0.6 letters + 0.1 words + 0.2 lesser cover + 0.01 rarest word
    titles and texts    0.35 words of the text + 0.3 lesser + 0.2 greater cover + 0.15 letters

A *cover* is the share of one title's weight whose terms the other report holds; the lesser and the
greater of the two directions count. Letters are the 3 to 5 letter pieces of the titles. Reports of
one outlet, and reports days apart, have to share more; where texts are at hand, so have titles that
name two versions of a product; reports in two languages are alike only by names and numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from digest.familiar import reports_holding
from digest.model import Vocabulary
from digest.overlap import Overlap, Terms, held_terms
from digest.pairs import CHUNK, pair_products, pairs_within, products_within
from digest.rarity import letter_rows
from digest.titles import named, versions
from digest.vectors import tokenize, unspaced
from digest.weighting import unit, weight, weighted_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAD_WORDS = 60
"""What a report says first is the event; later words are background."""
WORDED = 8
"""A summary of fewer words says no more than its title."""

LETTERS = 0.15
"""What letters add at most to the likeness of reports whose texts are at hand."""
SAME_OUTLET = 0.25
A_WEEK_APART = 0.16
ACROSS_LANGUAGES = 0.5
OTHER_VERSION = 0.25
FULL_TITLE = 12.0
"""A title whose terms weigh less in all (three rare words) covers and is covered by chance."""
ENOUGH_SHARED = 12.0
"""Reports whose common terms weigh less are alike by the words that everybody uses."""
FULL_NAMES = 18.0
"""Names and numbers in common that weigh less do not tell one event across languages."""
BOILERPLATE = 3
"""A sentence under this many different titles belongs to the outlet, not to the report."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared of an item: its words, and who said them when; "" and None if unknown."""

    title: str
    summary: str
    outlet: str = ""
    language: str = ""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Reports made ready to be compared.

    Attributes:
        rows: texts, titles and letters of the titles as rows of length 1, (n, v) each.
        held: the terms of texts and titles.
        weights: (n,) sum of the weights of each title's terms.
        terms: term -> its weight, the rarer the heavier, in the order of the columns.
        versions: product -> the numbers a title gives it; versioned: (n,) whether it gives one.
        outlets: (n,) a number for each outlet, -1 where it is unknown; `languages` likewise.
        times: (n,) of datetime64, NaT where it is unknown.
        worded: whether most of the reports say more than their titles.
    """

    reports: tuple[Report, ...]
    rows: tuple[Any, Any, Any]
    held: Terms
    weights: NDArray[np.float64]
    terms: Mapping[str, float]
    versions: tuple[Mapping[str, set[str]], ...]
    versioned: NDArray[np.bool_]
    outlets: NDArray[np.int_]
    languages: NDArray[np.int_]
    times: NDArray[np.datetime64]
    worded: bool

    def of(
        self, left: NDArray[np.intp], right: NDArray[np.intp], *, least: float = 0.0
    ) -> NDArray[np.float64]:
        """How alike the pairs (left[i], right[i]) are, (m,), each at least 0, seldom over 1.

        Args:
            least: a pair that is less alike may be given less than it is: with texts at hand, the
                letters are compared only where they could lift it so far.
        """
        import numpy as np

        if not (self.worded and least):
            return self._of(left, right, pair_products(self.rows[2], left, right))
        alike = self._of(left, right, np.zeros(len(left)))
        near = np.flatnonzero(alike + LETTERS >= least)
        alike[near] = self.of(left[near], right[near])
        return alike

    def within(self, groups: Sequence[NDArray[np.intp]]) -> NDArray[np.float64]:
        """How alike every two reports of each group are, (m,), as `pairs_within` orders them."""
        left, right = pairs_within(groups)
        return self._of(left, right, products_within(self.rows[2], groups))

    def _of(
        self, left: NDArray[np.intp], right: NDArray[np.intp], letters: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        import numpy as np

        alike = np.zeros(len(left))
        for start in range(0, len(left), CHUNK):
            part = slice(start, start + CHUNK)
            alike[part] = self._part(left[part], right[part], letters[part])
        return alike

    def _part(
        self, left: NDArray[np.intp], right: NDArray[np.intp], letters: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        import numpy as np

        both = Overlap(self.held, left, right)
        one, other = both.covers()
        lesser, greater = np.minimum(one, other), np.maximum(one, other)
        if self.worded:
            full = np.minimum(self.weights[left], self.weights[right]) / FULL_TITLE
            covered = np.minimum(1.0, full) * (0.3 * lesser + 0.2 * greater)
            alike = 0.35 * both.texts() + covered + LETTERS * letters
            alike *= np.minimum(1.0, both.weight() / ENOUGH_SHARED)
        else:
            alike = 0.6 * letters + 0.1 * both.titles() + 0.2 * lesser + 0.01 * both.rarest()
        foreign = self._foreign(left, right)
        if foreign.any():
            alike[foreign] = _across(both)[foreign]
        alike -= self._distance(left, right)
        if self.worded:
            alike[self._clash(left, right)] *= OTHER_VERSION
        return np.asarray(alike.clip(min=0.0), dtype=np.float64)

    def shared(self, a: int, b: int) -> tuple[tuple[str, float], ...]:
        """The terms that both reports hold with their weights, heaviest first."""
        import numpy as np

        names = list(self.terms)
        rows = self.rows[0]
        common = np.intersect1d(rows[a].indices, rows[b].indices).tolist()
        both = ((names[at], round(self.terms[names[at]], 2)) for at in common)
        return tuple(sorted(both, key=lambda pair: (-pair[1], pair[0])))

    def apart(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which pairs a rule keeps apart: language, outlet or version, (m,)."""
        apart = self._foreign(left, right) | self._same_outlet(left, right)
        apart[self._clash(left, right)] = True
        return apart

    def share_enough(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which pairs share terms that weigh enough to tell an event, (m,)."""
        import numpy as np

        enough = np.zeros(len(left), dtype=np.bool_)
        for start in range(0, len(left), CHUNK):
            part = slice(start, start + CHUNK)
            enough[part] = Overlap(self.held, left[part], right[part]).weight() >= ENOUGH_SHARED
        return enough

    def _foreign(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        import numpy as np

        return np.asarray(self.languages[left] != self.languages[right], dtype=np.bool_)

    def _same_outlet(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        import numpy as np

        ours = self.outlets[left]
        return np.asarray((ours == self.outlets[right]) & (ours >= 0), dtype=np.bool_)

    def _distance(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        """What is taken off for one outlet and for the days between, (m,)."""
        import numpy as np

        weeks = np.abs((self.times[left] - self.times[right]) / np.timedelta64(7, "D"))
        late = np.minimum(1.0, np.nan_to_num(weeks))
        apart = SAME_OUTLET * self._same_outlet(left, right) + A_WEEK_APART * late
        return np.asarray(apart, dtype=np.float64)

    def _clash(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.intp]:
        """The pairs whose titles both name a product and give it no version in common, (k,)."""
        import numpy as np

        clashing = []
        for at in np.flatnonzero(self.versioned[left] & self.versioned[right]).tolist():
            ours, theirs = self.versions[left[at]], self.versions[right[at]]
            if any(ours[name].isdisjoint(theirs[name]) for name in ours.keys() & theirs.keys()):
                clashing.append(at)
        return np.array(clashing, dtype=np.intp)


def compared(reports: Sequence[Report], vocabulary: Vocabulary) -> Likeness:
    """Make reports ready to be compared; what one holds weighs by how rare it is.

    Args:
        reports: n reports in an order that does not depend on how they arrived.
        vocabulary: the reports of earlier weeks, which know more of rarity than one week does.
    """
    import numpy as np

    spoken = own_words(reports)
    numbers = tuple(versions(report.title) for report in spoken)
    documents, known = reports_holding(vocabulary)
    titles = [named(report.title) for report in spoken]
    heads = [tokenize(title) for title in titles]
    texts = [_text_terms(*both) for both in zip(titles, heads, spoken, strict=True)]
    documents, held = documents + len(spoken), known.copy()
    held.update(chain.from_iterable(map(set, texts)))
    found = set().union(*texts) or {""}
    terms = {term: weight(held[term], documents) for term in sorted(found)}
    text_rows, title_rows = (unit(weighted_rows(lists, terms)) for lists in (texts, heads))
    letters = unit(letter_rows([title.lower() for title in titles], documents, known))
    both = held_terms(text_rows, title_rows, terms)
    worded = sum(len(report.summary.split()) >= WORDED for report in spoken)
    return Likeness(
        reports=tuple(spoken),
        rows=(text_rows, title_rows, letters),
        held=both,
        weights=both.title_weights(),
        terms=terms,
        versions=numbers,
        versioned=np.array([bool(found) for found in numbers], dtype=bool),
        outlets=_coded([report.outlet for report in spoken]),
        languages=_coded([report.language for report in spoken]),
        times=np.array([_moment(report) for report in spoken], dtype="datetime64[us]"),
        worded=2 * worded > len(spoken),
    )


def own_words(reports: Sequence[Report]) -> list[Report]:
    """The reports without the sentences that an outlet prints under whatever title."""
    under: dict[str, set[str]] = defaultdict(set)
    parted = [_SENTENCE.split(report.summary) for report in reports]
    for report, sentences in zip(reports, parted, strict=True):
        title = report.title.lower()
        for sentence in sentences:
            under[sentence.lower()].add(title)
    printed = {sentence for sentence, titles in under.items() if len(titles) >= BOILERPLATE}
    return [
        replace(report, summary=" ".join(s for s in said if s.lower() not in printed))
        for report, said in zip(reports, parted, strict=True)
    ]


def _across(both: Overlap) -> NDArray[np.float64]:
    """How alike reports in two languages are, (m,): by the names and numbers of a title."""
    import numpy as np

    ways = (cover * np.minimum(1.0, shared / FULL_NAMES) for cover, shared in both.names())
    return ACROSS_LANGUAGES * np.maximum(*ways)


def _coded(names: Sequence[str]) -> NDArray[np.int_]:
    """A number for each different name, (n,), -1 for an empty one."""
    import numpy as np

    codes = {name: code for code, name in enumerate(dict.fromkeys(filter(None, names)))}
    return np.array([codes.get(name, -1) for name in names], dtype=np.int_)


def _moment(report: Report) -> datetime | None:
    return report.time.astimezone(UTC).replace(tzinfo=None) if report.time else None


def _text_terms(title: str, head: Sequence[str], report: Report) -> list[str]:
    """The terms of the title, as `named` gives it, and of what is said first."""
    lead = named(" ".join(report.summary.split()[:LEAD_WORDS])).split()
    said = tokenize(" ".join(lead[: max(0, LEAD_WORDS - len(title.split()))]))
    # A translated summary under an English title says nothing that other reports could share.
    if not report.summary.isascii() and not any(map(unspaced, head)):
        said = [term for term in said if not unspaced(term)]
    return [*head, *said]
