"""A list of subscribers in and out: CSV, some thousand lines at a time, however long the list."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

from digest.arrivals import Verdict
from digest.cells import labels_text
from digest.consent import email_key
from digest.exports import FIELDS
from digest.model import Subscriber, Suppression
from digest.pipeline.tables import Misfit, Row, Table, TableWriter, replaced
from digest.roster import Entry, Lines, Refused
from digest.tokens import address_marks, check_readable

if TYPE_CHECKING:
    from digest.store import Store

LINES = 20_000
"""Read and committed at a time."""


_Chunk = tuple[list[Row], list[Misfit], list[Entry | Refused]]


@dataclass(slots=True)
class Report:
    """What became of a list.

    Attributes:
        format: whose export it was.
        counts: lines that added somebody, were known, or told of somebody who left or is
            suppressed.
        refused: reason to the number of lines refused for it.
        unknown_zones: names of no zone, with the number of lines that are read without it.
        file: holds the refused lines; None if there is none.
    """

    format: str
    counts: Counter[Verdict] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown_zones: Counter[str] = field(default_factory=Counter)
    file: Path | None = None


def import_list(
    store: Store,
    path: Path,
    *,
    secret: str,
    now: datetime,
    named: str = "",
    mapped: Mapping[str, str] = MappingProxyType({}),
    evidence: str = "",
    dry_run: bool = False,
    on_read: Callable[[int], object] = int,
) -> Report:
    """Take a list of subscribers in; doing it again changes nothing.

    Refused lines are written with their reasons to `NAME.refused.csv` beside the list. A list that
    is broken off half way keeps what it had; the same command goes on.

    Args:
        secret: RECAP_SECRET_KEY, to know addresses that were erased.
        named, mapped, evidence: as `digest.roster.Lines` takes them.
        dry_run: find out only. It remembers each address of the list: 100 MB for a million.
        on_read: told how many bytes of the file were read further.

    Raises:
        InputError: the file cannot be read, is no CSV, or is not understood.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    check_readable(store.audience.mark_keys(), secret)
    table = Table(path)
    lines = Lines(table.columns, named=named, mapped=mapped, evidence=evidence, now=now)
    report = Report(lines.format.name)
    seen: set[str] = set()
    with ExitStack() as stack:
        refused_file = _RefusedLines(stack, path, table.columns, wanted=not dry_run)
        stack.enter_context(_no_search_for_cycles())
        for rows, misfits, read in _ahead(_read(table, lines, on_read)):
            refused = [one for one in read if isinstance(one, Refused)]
            refused += (Refused(row, "too many fields", detail) for row, detail in misfits)
            entries = [one for one in read if isinstance(one, Entry)]
            if dry_run:
                entries = _first_seen(entries, seen, report)
            outcomes = store.audience.take_in(
                entries,
                marks_of=lambda key: address_marks(key, secret),
                source=path.name,
                at=now,
                keep=not dry_run,
            )
            taken = [outcome for outcome in outcomes if isinstance(outcome, Verdict)]
            report.counts.update(taken)
            if len(taken) < len(outcomes):
                both = zip(entries, outcomes, strict=True)
                refused += (
                    Refused(one.row, why) for one, why in both if not isinstance(why, Verdict)
                )
            report.refused.update(one.reason for one in refused)
            refused_file.write(sorted(refused), rows)
    report.file, report.unknown_zones = refused_file.path, lines.unknown_zones
    return report


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows refer to nothing that refers back: to look for such takes a quarter of an import."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


def _read(table: Table, lines: Lines, on_read: Callable[[int], object]) -> Iterator[_Chunk]:
    for rows, misfits in table.chunks(LINES, on_read=on_read):
        columns = list(zip(*(cells for _, cells in rows), strict=True))
        yield rows, misfits, lines.read([row for row, _ in rows], columns) if rows else []


def _ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """The same chunks, each read while the database works on the one before."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, chunks, None)
        while chunk := coming.result():
            coming = reader.submit(next, chunks, None)
            yield chunk


def _first_seen(entries: Sequence[Entry], seen: set[str], report: Report) -> list[Entry]:
    """Those whose address no earlier chunk held: what a dry run does not write it cannot find."""
    first = [entry for entry in entries if email_key(entry.email) not in seen]
    report.counts[Verdict.KNOWN] += len(entries) - len(first)
    seen.update(email_key(entry.email) for entry in entries)
    return first


class _RefusedLines:
    """The file of refused lines beside a list, made when there is one.

    Attributes:
        path: the file; None if nothing was refused.
    """

    def __init__(
        self, stack: ExitStack, path: Path, columns: Sequence[str], *, wanted: bool
    ) -> None:
        self._stack = stack
        self._wanted = path.with_name(f"{path.stem}.refused.csv") if wanted else None
        self._columns = ("row", "reason", "detail", *columns)
        self._writer: TableWriter | None = None
        self.path: Path | None = None

    def write(self, refused: Sequence[Refused], rows: Sequence[Row]) -> None:
        """Append the refused of these rows, each with its reason before its cells."""
        if not refused or self._wanted is None:
            return
        if self._writer is None:
            file = self._stack.enter_context(replaced(self._wanted))
            self._writer, self.path = TableWriter(file, self._columns), self._wanted
        cells_of, empty = dict(rows), ("",) * (len(self._columns) - 3)
        self._writer.write(
            [
                (str(one.row), one.reason, one.detail, *cells_of.get(one.row, empty))
                for one in refused
            ]
        )


def export_list(store: Store, file: TextIO, *, on_written: Callable[[int], object] = int) -> int:
    """Write every subscriber and every suppressed address as CSV, which `import_list` reads again.

    Args:
        on_written: told how many lines were written further.

    Returns:
        How many lines, without the first.
    """
    writer, total = TableWriter(file, FIELDS), 0
    people = store.audience.all()
    never = {email_key(one.email): one for one in store.audience.suppressions()}

    def lines() -> Iterator[tuple[str, ...]]:
        for person in people:
            yield _line(person, never.pop(email_key(person.email), None))
        for one in never.values():
            rest = ("",) * (len(FIELDS) - 3)
            yield one.email, *rest, one.reason, _text(one.at)

    remaining = lines()
    while some := list(islice(remaining, LINES)):
        writer.write(some)
        total += len(some)
        on_written(len(some))
    if not total:
        writer.write([])
    return total


def _line(person: Subscriber, never: Suppression | None) -> tuple[str, ...]:
    return (
        person.email,
        person.name,
        person.status.value,
        person.language,
        person.zone,
        labels_text(person.themes),
        labels_text(person.roles),
        _text(person.asked_at),
        _text(person.confirmed_at),
        _text(person.left_at),
        person.evidence,
        never.reason if never else "",
        _text(never.at) if never else "",
    )


def _text(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
