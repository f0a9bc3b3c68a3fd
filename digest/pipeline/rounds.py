"""One round of collecting: whom to ask, and what is done with each answer as it arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.items import RawItem
from digest.model import Health, ReportLine, RunReport, Source
from digest.pipeline.collecting import Cleaned, clean_records, report_of
from digest.sources import read_answer
from digest.sources.fetched import Ask, Fetched
from digest.sources.health import Outcome, after, is_due, may_move, moved, turn
from digest.store import Added, Visit

if TYPE_CHECKING:
    from digest.sources.hosts import Clock
    from digest.store import Store

LINES = 20
"""Lines of each kind that one source may add to the report of a round; the rest is counted."""

KEPT_AFTER = timedelta(seconds=1)
"""An answer waits about this long for others to be stored with; a run killed before asks again."""

KEPT_MOST = 200
"""Answers that are stored together at most."""

KEPT_ITEMS = 2_000
"""Items from which on they are stored without waiting; some 10 MB."""

# What a parser may fail with on a document that nobody has thought of.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError)


_NOTHING = Cleaned((), ())


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one source answered, not stored yet.

    Attributes:
        at: when it answered.
        cleaned: its items; none where there is a problem, or nothing is newer.
        undated: how many of its records have no date.
        problem: why it is of no use, in words.
    """

    fetched: Fetched
    at: datetime
    cleaned: Cleaned = _NOTHING
    undated: int = 0
    problem: str = ""


class Round:
    """What happens to the answers of one round: hand `asks` and `take` to a fetcher, then `keep`.

    Args:
        sources: none of them muted.
        now: when the round began; all its new items were first seen then, so that the order in
            which servers happen to answer leaves no trace.
        on_done: told of each source as it is over.
        shared: other processes work at the same round.
    """

    def __init__(
        self,
        store: Store,
        sources: tuple[Source, ...],
        *,
        now: datetime,
        clock: Clock,
        chance: Callable[[], float],
        on_done: Callable[[Source], None] | None = None,
        shared: bool = False,
    ) -> None:
        self._store = store
        self._sources = sources
        self._now = now
        self._clock = clock
        self._chance = chance
        self._on_done = on_done
        self._healths = store.visits.healths()
        self._urls = {source.url for source in store.content.sources()}
        self._counts: Counter[str] = Counter()
        self._lines: list[ReportLine] = []
        self._held: Counter[str] = Counter()
        self._answers: list[_Answer] = []
        self._items = 0
        self._kept_at = now
        self._fresh: set[str] | None = None if shared else set()

    def asks(self, *, even_if_not_due: bool = False) -> list[Ask]:
        """The sources to ask now, those that were not asked for longest first."""
        now = self._clock.now()
        asks = []
        for source in sorted(self._sources, key=lambda one: turn(self._healths.get(one.name))):
            health = self._healths.get(source.name)
            if even_if_not_due or is_due(health, now):
                asks.append(Ask(source, (health or Health()).validators))
            else:
                self._held["failed lately; the next try is not due"] += 1
                self._over(source)
        return asks

    def take(self, fetched: Fetched) -> None:
        """Clean what a source gave; it is stored now, or together with the next ones.

        Raises:
            StoreError: nothing more can be stored.
        """
        if fetched.held:
            self._held[fetched.error] += 1
        else:
            answer = self._read(fetched)
            self._answers.append(answer)
            self._items += len(answer.cleaned.items)
            late = answer.at - self._kept_at >= KEPT_AFTER
            many = len(self._answers) >= KEPT_MOST or self._items >= KEPT_ITEMS
            # A failure is to be remembered by the next round, even if this one is killed.
            if late or many or answer.problem:
                self.keep()
        self._over(fetched.source)

    def keep(self) -> None:
        """Store what the sources gave since the last time, then how they answered.

        Call it at the end, too.

        Raises:
            StoreError: some of it, or all, was not stored.
        """
        answers, self._answers, self._items = self._answers, [], 0
        items = [answer.cleaned.items for answer in answers]
        added: tuple[Added, ...] = tuple(Added((), ()) for _ in answers)
        if any(items):
            added = self._store.content.add_answers(items, at=self._now, fresh=self._fresh)
        outcomes = map(self._outcome, answers, added)
        self._store.visits.save(list(map(self._visit, answers, outcomes)))
        self._kept_at = self._clock.now()

    def report(self) -> RunReport:
        """What the round did so far."""
        names = ("sources", "failed", "unchanged", "read", "new", "known", "refused")
        counts = {**dict.fromkeys(names, 0), **self._counts}
        waiting = [
            ReportLine(f"{count} of the sources", reason, "waiting")
            for reason, count in sorted(self._held.items())
        ]
        counts["waiting"] = self._held.total()
        # The order of arrival is chance; the report has none of it.
        lines = sorted(self._lines, key=lambda x: (x.kind != "failed", x.subject, x.reason))
        return RunReport("collect", self._now, counts, (*lines, *waiting))

    def _over(self, source: Source) -> None:
        if self._on_done is not None:
            self._on_done(source)

    def _read(self, fetched: Fetched) -> _Answer:
        """The items of an answer, or why there are none."""
        now = self._clock.now()
        if fetched.unchanged:
            return _Answer(fetched, now)
        try:
            records, problem = read_answer(fetched)
        except (*_FAULTS, ValueError) as fault:
            records, problem = (), f"reading it failed: {type(fault).__name__}; please report it"
        # It may quote what was sent, and a database takes no NUL and no half of a character.
        problem = "".join(filter(str.isprintable, problem))
        undated = sum(isinstance(one, RawItem) and not one.published for one in records)
        cleaned = clean_records(records, now=self._now, fetched=True)
        return _Answer(fetched, now, cleaned, undated, problem)

    def _outcome(self, answer: _Answer, added: Added) -> Outcome:
        """Count what became of the items of an answer; they are stored by now."""
        name = answer.fetched.source.name
        self._counts["sources"] += 1
        if answer.fetched.unchanged:
            self._counts["unchanged"] += 1
            return Outcome()
        if answer.problem:
            self._counts["failed"] += 1
            self._lines.append(ReportLine(name, answer.problem, "failed"))
            return Outcome(problem=answer.problem)
        report = report_of(answer.cleaned, added, kind="collect", now=self._now)
        self._counts.update(report.counts)
        self._lines += _few(report.lines, name)
        for rival in added.outdone:
            self._counts.update({"new": -1, "known": 1})
            subject = f"{rival.titles[0]} ({rival.source})"
            self._lines.append(ReportLine(subject, "its address is stored already", "known"))
        return Outcome(
            read=report.counts["read"],
            new=report.counts["new"],
            known=report.counts["known"],
            undated=answer.undated,
        )

    def _visit(self, answer: _Answer, outcome: Outcome) -> Visit:
        """How a source answered, and what follows from it: a new address, or a mute."""
        source, now = answer.fetched.source, answer.at
        before = self._healths.get(source.name, Health())
        health = after(before, answer.fetched, outcome, now=now, chance=self._chance())
        address = ""
        if may_move(health, now):
            address, health = self._moved(source, health)
        gone = bool(health.muted_because) and not before.muted_because
        if gone:
            note = f"{health.muted_because}; it is muted, see `recap sources list`"
            self._lines.append(ReportLine(source.name, note, "muted"))
        self._healths[source.name] = health
        return Visit(source.name, health, answer.fetched.pause, address, gone)

    def _moved(self, source: Source, health: Health) -> tuple[str, Health]:
        """The new address of a source; none if another source has it already."""
        target = health.moved_to
        if target in self._urls:
            note = f"has moved to {target}, the address of another source: mute one of the two"
            self._lines.append(ReportLine(source.name, note, "moved"))
            return "", health
        self._urls.add(target)
        note = f"has moved for good; its address is {target} from now on"
        self._lines.append(ReportLine(source.name, note, "moved"))
        return target, moved(health)


def _few(lines: Iterable[ReportLine], source: str) -> list[ReportLine]:
    """The lines of one source's items, at most `LINES` of a kind and a count of the rest."""
    kept: list[ReportLine] = []
    more: Counter[str] = Counter()
    for line in lines:
        more[line.kind] += 1
        if more[line.kind] <= LINES:
            told = line.subject.endswith(f"({source})")
            kept.append(line if told else replace(line, subject=f"{line.subject} ({source})"))
    kept += [
        ReportLine(source, f"and {count - LINES} more of its items", kind)
        for kind, count in more.items()
        if count > LINES
    ]
    return kept
