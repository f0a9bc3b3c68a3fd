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
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.familiar import reports_holding
from digest.model import Vocabulary
from digest.rarity import letter_rows, weight, weighted_rows
from digest.titles import named, versions
from digest.vectors import pair_products, tokenize, unspaced

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAD_WORDS = 60
"""What a report says first is the event; later words are background."""
WORDED = 8
"""A summary of fewer words says no more than its title."""

SAME_OUTLET = 0.25
A_WEEK_APART = 0.12
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

_PAIRS = 20_000
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
        covers: title terms by squared weight, rows of sum 1, and the terms each text holds as 1.
        names: title terms that other languages write the same way, as in `covers`, and weighted.
        rare: title terms by weight, (n, v).
        held: terms of the texts by weight, (n, v).
        weights: (n,) sum of the weights of each title's terms.
        terms: term -> its weight, the rarer the heavier, in the order of the columns.
        versions: product -> the numbers a title gives it; versioned: (n,) whether it gives one.
        outlets: (n,) a number for each outlet, -1 where it is unknown; `languages` likewise.
        times: (n,) of datetime64, NaT where it is unknown.
        worded: whether most of the reports say more than their titles.
    """

    reports: tuple[Report, ...]
    rows: tuple[Any, Any, Any]
    covers: tuple[Any, Any]
    names: tuple[Any, Any]
    rare: Any
    held: Any
    weights: NDArray[np.float64]
    terms: Mapping[str, float]
    versions: tuple[Mapping[str, set[str]], ...]
    versioned: NDArray[np.bool_]
    outlets: NDArray[np.int_]
    languages: NDArray[np.int_]
    times: NDArray[np.datetime64]
    worded: bool

    def of(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        """How alike the pairs (left[i], right[i]) are, (m,), each at least 0, seldom over 1."""
        import numpy as np

        slices = (slice(at, at + _PAIRS) for at in range(0, len(left), _PAIRS))
        parts = [self._of(left[part], right[part]) for part in slices]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _of(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        import numpy as np

        texts, heads, letters = (pair_products(rows, left, right) for rows in self.rows)
        lesser, greater = self._covers(left, right)
        if self.worded:
            full = np.minimum(self.weights[left], self.weights[right]) / FULL_TITLE
            covered = np.minimum(1.0, full) * (0.3 * lesser + 0.2 * greater)
            alike = 0.35 * texts + covered + 0.15 * letters
            shared = pair_products(self.held, left, right, other=self.covers[1])
            alike *= np.minimum(1.0, shared / ENOUGH_SHARED)
        else:
            alike = 0.6 * letters + 0.1 * heads + 0.2 * lesser + 0.01 * self._rarest(left, right)
        foreign = np.flatnonzero(self._foreign(left, right))
        alike[foreign] = self._across(left[foreign], right[foreign])
        alike -= self._distance(left, right)
        if self.worded:
            alike[self._clash(left, right)] *= OTHER_VERSION
        return np.asarray(alike.clip(min=0.0), dtype=np.float64)

    def shared(self, a: int, b: int) -> tuple[tuple[str, float], ...]:
        """The terms that both reports hold with their weights, heaviest first."""
        ours, theirs = (set(self.held[at].indices.tolist()) for at in (a, b))
        names = list(self.terms)
        both = ((names[at], round(self.terms[names[at]], 2)) for at in ours & theirs)
        return tuple(sorted(both, key=lambda pair: (-pair[1], pair[0])))

    def may_join(self, group: Sequence[int], others: Sequence[int]) -> bool:
        """Whether no rule keeps a group apart from others: language, outlet, version, rare words.

        With one of the others at least it must share terms that weigh enough to tell an event.
        """
        import numpy as np

        left, right = np.repeat(group, len(others)), np.tile(others, len(group))
        if (self._foreign(left, right) | self._same_outlet(left, right)).any():
            return False
        if len(self._clash(left, right)):
            return False
        shared = pair_products(self.held, left, right, other=self.covers[1])
        return bool(shared.max() >= ENOUGH_SHARED)

    def _covers(
        self, left: NDArray[np.intp], right: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lesser and the greater cover of each pair, (m,) both."""
        import numpy as np

        heads, held = self.covers
        one = pair_products(heads, left, right, other=held)
        other = pair_products(heads, right, left, other=held)
        return np.minimum(one, other), np.maximum(one, other)

    def _across(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        """How alike reports in two languages are, (m,): by the names and numbers of a title."""
        import numpy as np

        held = self.covers[1]
        heads, weights = self.names
        best = np.zeros(len(left))
        for of, by in ((left, right), (right, left)):
            shared = pair_products(weights, of, by, other=held) / FULL_NAMES
            cover = pair_products(heads, of, by, other=held)
            best = np.maximum(best, cover * np.minimum(1.0, shared))
        return ACROSS_LANGUAGES * best

    def _rarest(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        """The weight of the rarest word both titles hold, (m,)."""
        import numpy as np

        both = self.rare[left].sign().multiply(self.rare[right]).tocsr()
        return np.asarray(both.max(axis=1).toarray(), dtype=np.float64).ravel()

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
    from scipy.sparse import diags
    from sklearn.preprocessing import normalize

    spoken = own_words(reports)
    numbers = tuple(versions(report.title) for report in spoken)
    documents, known = reports_holding(vocabulary)
    titles = [named(report.title) for report in spoken]
    heads = [tokenize(title) for title in titles]
    texts = [_text_terms(*both) for both in zip(titles, heads, spoken, strict=True)]
    documents, held = documents + len(spoken), known.copy()
    held.update(term for terms in texts for term in set(terms))
    found = {term for terms in (*texts, *heads) for term in terms} or {""}
    terms = {term: weight(held[term], documents) for term in sorted(found)}
    by_weight = diags(list(terms.values()))
    title_rows, text_rows = (weighted_rows(lists, terms) for lists in (heads, texts))
    rare = title_rows.sign() @ by_weight
    shared = [[term for term in found if not unspaced(term)] for found in heads]
    names = weighted_rows(shared, terms).sign() @ by_weight
    letters = letter_rows([title.lower() for title in titles], documents, known)
    worded = sum(len(report.summary.split()) >= WORDED for report in spoken)
    return Likeness(
        reports=tuple(spoken),
        rows=tuple(normalize(rows) for rows in (text_rows, title_rows, letters)),
        covers=(normalize(rare.power(2), norm="l1"), text_rows.sign()),
        names=(normalize(names.power(2), norm="l1"), names),
        rare=rare,
        held=text_rows.sign() @ by_weight,
        weights=np.asarray(rare.sum(axis=1), dtype=np.float64).ravel(),
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
        for sentence in sentences:
            under[sentence.lower()].add(report.title.lower())
    return [
        Report(
            title=report.title,
            summary=" ".join(s for s in said if len(under[s.lower()]) < BOILERPLATE),
            outlet=report.outlet,
            language=report.language,
            time=report.time,
        )
        for report, said in zip(reports, parted, strict=True)
    ]


def _coded(names: Sequence[str]) -> NDArray[np.int_]:
    """A number for each different name, (n,), -1 for an empty one."""
    import numpy as np

    codes = {name: code for code, name in enumerate(dict.fromkeys(filter(None, names)))}
    return np.array([codes.get(name, -1) for name in names], dtype=np.int_)


def _moment(report: Report) -> datetime | None:
    return report.time.astimezone(UTC).replace(tzinfo=None) if report.time else None


def _text_terms(title: str, head: Sequence[str], report: Report) -> list[str]:
    """The terms of the title, as `named` gives it, and of what is said first."""
    lead = " ".join(report.summary.split()[:LEAD_WORDS])
    found = tokenize(" ".join(f"{title}. {named(lead)}".split()[:LEAD_WORDS]))
    # A translated summary under an English title says nothing that other reports could share.
    foreign = not any(map(unspaced, head))
    return [term for term in found if not (foreign and unspaced(term))]
