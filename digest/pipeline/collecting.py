"""Items in: import a file, or fetch the sources; every item refused gets a line in the report."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import InputError
from digest.items import RawItem, Refusal, clean_item, doubt_dates
from digest.model import Item, ReportLine, RunReport, Source
from digest.pipeline.underway import under_way

if TYPE_CHECKING:
    from digest.settings import Settings
    from digest.sources.fetched import Manners
    from digest.sources.hosts import Clock
    from digest.store import Added, Store


def import_file(store: Store, path: Path, *, now: datetime) -> RunReport:
    """Store the items, or the sources of an OPML file, that a file holds.

    Raises:
        InputError: the file is no format we read; nothing was stored.
    """
    from digest.sources import read_file

    reading = read_file(path)
    cleaned = clean_records(reading.records, now=now, fetched=False)
    added = store.content.add_items(cleaned.items, at=now)
    report = report_of(cleaned, added, kind="import", now=now)
    if reading.sources:
        new = store.content.add_sources(reading.sources)
        known = [
            ReportLine(source.name, "a source of that name is stored already", "known")
            for source in reading.sources
            if source not in new
        ]
        counts = {**report.counts, "sources": len(new), "sources known": len(known)}
        report = replace(report, counts=counts, lines=(*report.lines, *known))
    store.content.save_report(report)
    return report


def collect(
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    only: str = "",
    among: Collection[str] = (),
    on_done: Callable[[Source], None] | None = None,
    manners: Manners | None = None,
    clock: Clock | None = None,
    chance: Callable[[], float] = random.random,
) -> RunReport:
    """Fetch every source that is due, once, and store what is new as it arrives.

    What a source gave is stored before it is noted that it was fetched, so a run that is killed
    fetches again and loses nothing. Which of two sources answers first makes no difference.

    Args:
        only: the name of the one source to fetch, due or not; "" for all that are due.
        among: names of those that a schedule collects from; none for all. A name that no source
            has is noted in the report.
        on_done: told of each source as it is over, from another thread.
        manners: who we say we are, where we may go, and the limits; by default as `settings` say.
        clock: by default one that starts at `now` and really waits.
        chance: gives numbers in [0, 1), which spread the next tries.

    Raises:
        InputError: there is no source, or none of that name.
        StateError: another collector is at work.
        StoreError: nothing more can be stored; what was stored so far stays.
    """
    sources = sources_to_collect(store, only, among)
    with store.visits.collecting():
        report = run_round(
            store, settings, sources, now=now, even_if_not_due=bool(only), on_done=on_done,
            manners=manners, clock=clock, chance=chance,
        )  # fmt: skip
        report = replace(report, lines=(*report.lines, *names_unknown(store, among)))
        store.content.save_report(report)
    return report


def run_round(
    store: Store,
    settings: Settings,
    sources: Sequence[Source],
    *,
    now: datetime,
    even_if_not_due: bool = False,
    on_done: Callable[[Source], None] | None = None,
    manners: Manners | None = None,
    clock: Clock | None = None,
    chance: Callable[[], float] = random.random,
    shared: bool = False,
) -> RunReport:
    """Ask these sources once and store what is new; the report is not kept. See `collect`.

    Args:
        shared: other processes ask the other sources of the same round.
    """
    from digest.pipeline.rounds import Round
    from digest.sources.fetch import fetch_sources
    from digest.sources.hosts import SteadyClock

    clock = clock or SteadyClock(now)
    this = Round(
        store, tuple(sources), now=now, clock=clock, chance=chance, on_done=on_done, shared=shared
    )
    with under_way("collecting"):
        try:
            fetch_sources(
                this.asks(even_if_not_due=even_if_not_due),
                this.take,
                clock=clock,
                manners=manners or manners_of(settings),
                pauses=store.visits.pauses(),
            )
        finally:
            this.keep()
    return this.report()


def manners_of(settings: Settings) -> Manners:
    """How a project presents itself to publishers, and which private hosts it may ask."""
    from digest.sources.fetched import Manners

    sender = parseaddr(settings.brand.sender)[1]
    contact = settings.base_url or ("" if sender.endswith(".example") else f"mailto:{sender}")
    return Manners(contact, settings.allowed_hosts)


def sources_to_collect(
    store: Store, only: str = "", among: Collection[str] = ()
) -> tuple[Source, ...]:
    """The sources that a run would look at, by name; see `collect`."""
    known = [source for source in store.content.sources() if not among or source.name in among]
    if among and not known:
        raise InputError(
            "no source has a name that the schedule collects from",
            hint="`recap sources list` tells the names; correct `sources` in schedules.yaml",
        )
    sources = [source for source in known if not source.muted and only in ("", source.name)]
    if not sources:
        problem = f"no source is called `{only}`" if only else "there is no source to collect from"
        hint = "import some with `recap import sources.opml`"
        if any(source.muted and only in ("", source.name) for source in known):
            problem = f"source `{only}` is muted" if only else "every source is muted"
            hint = "go on collecting from one with `recap sources unmute NAME`"
        raise InputError(problem, hint=hint)
    return tuple(sources)


def names_unknown(store: Store, among: Collection[str]) -> list[ReportLine]:
    """A line for each name in the list of a schedule that no source has."""
    names = {source.name for source in store.content.sources()}
    why = "schedules.yaml collects from it, and no source is called so"
    return [ReportLine(name, why, "noted") for name in among if name not in names]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was made of records: the items, and a line for each that is refused."""

    items: tuple[Item, ...]
    refused: tuple[ReportLine, ...]


def clean_records(records: Iterable[RawItem | Refusal], *, now: datetime, fetched: bool) -> Cleaned:
    """Make items of records.

    Args:
        fetched: they are what one source shows now.
    """
    items: list[Item] = []
    lines: list[ReportLine] = []
    for record in records:
        result = (
            clean_item(record, now=now, fetched=fetched) if isinstance(record, RawItem) else record
        )
        if isinstance(result, Refusal):
            lines.append(ReportLine(result.subject, result.reason, "refused"))
        else:
            items.append(result)
    return Cleaned(doubt_dates(items, now=now) if fetched else tuple(items), tuple(lines))


def report_of(cleaned: Cleaned, added: Added, *, kind: str, now: datetime) -> RunReport:
    """Count what became of records, and give every one that went another way a line."""
    counts = {
        "read": len(cleaned.items) + len(cleaned.refused),
        "new": len(added.new),
        "known": len(added.known),
        **({"changed": len(added.changed)} if added.changed else {}),
        "refused": len(cleaned.refused),
    }
    lines = _lines_of(added, fetched=kind == "collect")
    return RunReport(kind, now, counts, (*cleaned.refused, *lines))


def _lines_of(added: Added, *, fetched: bool) -> list[ReportLine]:
    """Why an item is not new, what was edited, what is wrong with a new one.

    A fetch shows most items again; only those that are known by something else than the address
    that they have from this source are worth a line.
    """
    lines = [
        ReportLine(f"{item.title} ({item.source})", match.reason, "known")
        for item, match in zip(added.known, added.matches, strict=True)
        if not fetched or (item.source, item.url) != (match.known.source, match.known.url)
    ]
    lines += [
        ReportLine(
            f"{change.item.title} ({change.item.source})",
            "its source edited the text; the title stays"
            if change.item.title == change.before
            else f"its source edited the title, which was: {change.before}",
            "changed",
        )
        for change in added.changed
    ]
    for item in added.new:
        lines += [ReportLine(item.title, remark, "noted") for remark in item.remarks]
        if item.archived:
            why = "left to the archive: undated, among many that its source shows at once"
            lines.append(ReportLine(item.title, why, "noted"))
    return lines
