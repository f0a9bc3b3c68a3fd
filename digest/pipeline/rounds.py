"""One round of collecting: whom to ask, and what is done with each answer as it arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.items import RawItem
from digest.model import Health, ReportLine, RunReport, Source
from digest.pipeline.collecting import store_records
from digest.sources import read_answer
from digest.sources.fetched import Ask, Fetched
from digest.sources.health import Outcome, after, is_due, may_move, moved, turn
from digest.store import Visit

if TYPE_CHECKING:
    from digest.sources.hosts import Clock
    from digest.store import Store

LINES = 20
"""Lines of each kind that one source may add to the report of a round; the rest is counted."""

KEPT_AFTER = timedelta(seconds=1)
"""How a source answered is stored within about this time; a run killed before asks it again."""

KEPT_MOST = 200
"""Answers that are stored together at most."""

# What a parser may fail with on a document that nobody has thought of.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError)


class Round:
    """What happens to the answers of one round: hand `asks` and `take` to a fetcher, then `keep`.

    Args:
        sources: none of them muted.
        now: when the round began; all its new items were first seen then, so that the order in
            which servers happen to answer leaves no trace.
        on_done: told of each source as it is over.
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
        self._visits: list[Visit] = []
        self._kept_at = now

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
        """Store what a source gave, then how it answered.

        Raises:
            StoreError: nothing more can be stored.
        """
        if fetched.held:
            self._held[fetched.error] += 1
        else:
            self._counts["sources"] += 1
            self._remember(fetched, self._stored(fetched))
        self._over(fetched.source)

    def keep(self) -> None:
        """Store how the sources have answered since the last time; call it at the end, too."""
        self._store.visits.save(self._visits)
        self._visits = []
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

    def _stored(self, fetched: Fetched) -> Outcome:
        """Store the items of an answer; they are kept when this comes back."""
        name = fetched.source.name
        if fetched.unchanged:
            self._counts["unchanged"] += 1
            return Outcome()
        try:
            records, problem = read_answer(fetched)
        except (*_FAULTS, ValueError) as fault:
            records, problem = (), f"reading it failed: {type(fault).__name__}; please report it"
        if problem:
            # It may quote what was sent, and a database takes no NUL and no half of a character.
            problem = "".join(filter(str.isprintable, problem))
            self._counts["failed"] += 1
            self._lines.append(ReportLine(name, problem, "failed"))
            return Outcome(problem=problem)
        report = store_records(self._store, records, kind="collect", now=self._now)
        self._counts.update(report.counts)
        self._lines += _few(report.lines, name)
        return Outcome(
            read=report.counts["read"],
            new=report.counts["new"],
            known=report.counts["known"],
            undated=sum(isinstance(one, RawItem) and not one.published for one in records),
        )

    def _remember(self, fetched: Fetched, outcome: Outcome) -> None:
        """Keep how a source answered, and what follows from it: a new address, or a mute."""
        source, now = fetched.source, self._clock.now()
        before = self._healths.get(source.name, Health())
        health = after(before, fetched, outcome, now=now, chance=self._chance())
        address = ""
        if may_move(health, now):
            address, health = self._moved(source, health)
        gone = bool(health.muted_because) and not before.muted_because
        if gone:
            note = f"{health.muted_because}; it is muted, see `recap sources list`"
            self._lines.append(ReportLine(source.name, note, "muted"))
        self._healths[source.name] = health
        self._visits.append(Visit(source.name, health, fetched.pause, address, gone))
        # What the next round must not forget is kept at once, the rest a second's worth at a time.
        late = now - self._kept_at >= KEPT_AFTER or len(self._visits) >= KEPT_MOST
        if outcome.problem or address or late:
            self.keep()

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
