"""Items in: import a file, or fetch the sources; every item refused gets a line in the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import InputError
from digest.items import RawItem, Refusal, clean_item, doubt_dates
from digest.model import Item, ReportLine, RunReport, Source

if TYPE_CHECKING:
    from digest.store import Added, Store


def import_file(store: Store, path: Path, *, now: datetime) -> RunReport:
    """Store the items, or the sources of an OPML file, that a file holds.

    Raises:
        InputError: the file is no format we read; nothing was stored.
    """
    from digest.sources import read_file

    reading = read_file(path)
    report = _store_records(store, reading.records, kind="import", now=now)
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
    *,
    now: datetime,
    only: str = "",
    on_done: Callable[[Source], None] | None = None,
) -> RunReport:
    """Fetch every source that is not muted, once, and store what is new.

    Args:
        only: the name of the one source to fetch; "" for all.
        on_done: told of each source as it is over.

    Raises:
        InputError: there is no source, or none of that name.
    """
    from digest.sources import read_feed
    from digest.sources.fetch import fetch_sources

    sources = sources_to_collect(store, only)
    records: list[RawItem | Refusal] = []
    failures = []
    for fetched in fetch_sources(sources, on_done=on_done):
        read, problem = read_feed(fetched)
        records += read
        if problem:
            failures.append(ReportLine(fetched.source.name, problem, "failed"))
    report = _store_records(store, records, kind="collect", now=now)
    counts = {"sources": len(sources), "failed": len(failures), **report.counts}
    report = replace(report, counts=counts, lines=(*failures, *report.lines))
    store.content.save_report(report)
    return report


def sources_to_collect(store: Store, only: str = "") -> tuple[Source, ...]:
    """The sources that a run would fetch, by name; see `collect`."""
    sources = [source for source in store.content.sources() if not source.muted]
    if only:
        sources = [source for source in sources if source.name == only]
    if not sources:
        problem = f"no source is called `{only}`" if only else "there is no source to collect from"
        raise InputError(problem, hint="import some with `recap import sources.opml`")
    return tuple(sources)


def _store_records(
    store: Store, records: Iterable[RawItem | Refusal], *, kind: str, now: datetime
) -> RunReport:
    """Clean and store records; count each, and give every one that went another way a line."""
    fetched = kind == "collect"
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
    refused = len(lines)
    trusted = doubt_dates(items, now=now) if fetched else items
    added = store.content.add_items(trusted, at=now, fetched=fetched)
    lines += _lines_of(added, fetched=fetched)
    counts = {
        "read": len(items) + refused,
        "new": len(added.new),
        "known": len(added.known),
        **({"changed": len(added.changed)} if added.changed else {}),
        "refused": refused,
    }
    return RunReport(kind, now, counts, tuple(lines))


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
