"""Takes a list of people in, thousands of lines in one transaction, and says what became of each.

What is known of all their addresses is read first; then each entry is settled in the order of the
list, and what is new is written at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.arrivals import Known, Verdict, settle, verdict
from digest.consent import email_key
from digest.model import ConsentKind, SubscriberStatus
from digest.roster import Entry
from digest.store import consents, schema
from digest.store.bulk import among, next_numbers, stamps, widen_cache, write_rows
from digest.store.database import Database
from digest.store.profiles import labels_document

_PEOPLE = (
    "id", "email", "email_key", "name", "status", "asked_at", "confirmed_at", "left_at",
    "evidence", "language", "zone", "themes", "roles",
)  # fmt: skip
_SUPPRESSIONS = ("email_key", "email", "reason", "at")
_EVENTS = ("subscriber", "at", "kind", "evidence")


class _NothingToKeep(Exception):
    """Ends the transaction of a dry run."""


class _Settled(NamedTuple):
    """An entry with its key and what is known of it."""

    entry: Entry
    key: str
    known: Known


def take_in(
    database: Database,
    entries: Sequence[Entry],
    *,
    marks_of: Callable[[str], Sequence[str]],
    source: str,
    at: datetime,
    keep: bool = True,
) -> list[Verdict | str]:
    """What became of each entry, or why it was refused.

    Args:
        marks_of: what the erasure of an address key would be noted as, under every key.
        source: the name of the list, for the proof beside the row.
        keep: False to write nothing.
    """
    found: list[Verdict | str] = []
    with suppress(_NothingToKeep), database.write() as connection:
        widen_cache(connection)
        # In the order in which others come by: a suppression first, then its subscriber.
        database.lock(connection, schema.suppression)
        database.lock(connection, schema.subscriber)
        keys = [email_key(entry.email) for entry in entries]
        known = _known(connection, keys, marks_of)
        _add_confirmations(connection, entries, keys, known)
        settled: dict[Verdict, list[_Settled]] = {kind: [] for kind in Verdict}
        for entry, key in zip(entries, keys, strict=True):
            here = known.get(key)
            if here is None:
                here = known[key] = Known()
            found.append(outcome := verdict(entry, here))
            if isinstance(outcome, Verdict) and outcome is not Verdict.KNOWN:
                settled[outcome].append(_Settled(entry, key, here))
                settle(entry, here, outcome)
        if not keep:
            raise _NothingToKeep
        _write(connection, settled, source=source, at=at)
    return found


def _known(
    connection: Connection, keys: Sequence[str], marks_of: Callable[[str], Sequence[str]]
) -> dict[str, Known]:
    """What is known of each address of which something is known."""
    people, never, gone = schema.subscriber, schema.suppression, schema.erasure
    known: dict[str, Known] = {}
    found = sa.select(people.c.email_key, people.c.id, people.c.status)
    query = found.where(among(connection, people.c.email_key, keys))
    for key, number, status in connection.execute(query):
        known[key] = Known(number, SubscriberStatus(status))
    # Few are suppressed and hardly anybody was erased: often there is nothing to look up.
    if _holds_any(connection, never):
        asked = among(connection, never.c.email_key, keys)
        for row in connection.execute(sa.select(never).where(asked)):
            known.setdefault(row.email_key, Known()).suppressed = row.reason
    if _holds_any(connection, gone):
        by_mark = {mark: key for key in keys for mark in marks_of(key)}
        column = gone.c.address_mark
        marks = sa.select(column).where(among(connection, column, tuple(by_mark)))
        for mark in connection.execute(marks).scalars():
            known.setdefault(by_mark[mark], Known()).erased = True
    return known


def _holds_any(connection: Connection, table: sa.Table) -> bool:
    return (
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None
    )


def _add_confirmations(
    connection: Connection, entries: Sequence[Entry], keys: Sequence[str], known: dict[str, Known]
) -> None:
    """When those confirmed here of whom the list says that they left or are suppressed."""
    asked = {
        here.number: here
        for entry, key in zip(entries, keys, strict=True)
        if (here := known.get(key)) and here.number
        if entry.suppressed or entry.status is SubscriberStatus.UNSUBSCRIBED
    }
    if not asked:
        return
    events = schema.consent_event
    here_kinds = (ConsentKind.CONFIRMED.value, ConsentKind.RETURNED.value)
    query = (
        sa.select(events.c.subscriber, sa.func.max(events.c.at, type_=schema.Moment()))
        .where(among(connection, events.c.subscriber, tuple(asked)), events.c.kind.in_(here_kinds))
        .group_by(events.c.subscriber)
    )
    for number, moment in connection.execute(query):
        asked[number].confirmed_here = moment


def _write(
    connection: Connection,
    settled: Mapping[Verdict, Sequence[_Settled]],
    *,
    source: str,
    at: datetime,
) -> None:
    added, left = settled[Verdict.ADDED], settled[Verdict.LEFT]
    numbers = next_numbers(connection, schema.subscriber, len(added))
    for number, one in zip(numbers, added, strict=True):
        one.known.number = number
    stamp = stamps(connection)
    now, imported = stamp(at), ConsentKind.IMPORTED.value
    write_rows(connection, schema.subscriber, _PEOPLE, _people(added, at, stamp))
    events = ((one.known.number, now, imported, f"{source} row {one.entry.row}") for one in added)
    write_rows(connection, schema.consent_event, _EVENTS, events)
    for one in left:
        proof = f"{source} row {one.entry.row}"
        consents.leave(connection, [(one.known.number, one.entry.left_at or at, proof)])
    suppressed = [one for one in added if one.entry.suppressed] + [*settled[Verdict.SUPPRESSED]]
    rows = (
        (one.key, one.entry.email, one.entry.suppressed, stamp(one.entry.suppressed_at or at))
        for one in suppressed
    )
    write_rows(connection, schema.suppression, _SUPPRESSIONS, rows)
    kind = ConsentKind.SUPPRESSED.value
    events = (
        (one.known.number, now, kind, f"{source} row {one.entry.row}: {one.entry.suppressed}")
        for one in suppressed
        if one.known.number
    )
    write_rows(connection, schema.consent_event, _EVENTS, events)


def _people(
    added: Sequence[_Settled], at: datetime, stamp: Callable[[datetime | None], Any]
) -> Iterator[tuple[Any, ...]]:
    for one in added:
        entry, profile = one.entry, one.entry.profile
        left = entry.status is SubscriberStatus.UNSUBSCRIBED
        confirmed_at = entry.confirmed_at
        if confirmed_at is None and entry.status is SubscriberStatus.CONFIRMED:
            confirmed_at = at
        yield (
            one.known.number,
            entry.email,
            one.key,
            profile.name,
            entry.status,
            stamp(entry.asked_at or entry.confirmed_at or at),
            stamp(confirmed_at),
            stamp(entry.left_at or at) if left else None,
            entry.evidence,
            profile.language,
            profile.zone,
            labels_document(profile.themes),
            labels_document(profile.roles),
        )
