"""Settles mails of which nobody knew whether they left, by what the provider tells of them later.

A mail carries which issue and which reader it is of; what a batch froze of its readers tells our
own from those of another newsletter on the same account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.delivery import MailEvent
from digest.headers import ISSUE_TAG, READER_TAG, reader_tag
from digest.model import DeliveryState
from digest.store import mail_rows, schema
from digest.store.database import chunks
from digest.store.settling import RECONCILED, WAITING

_UNKNOWN = DeliveryState.UNKNOWN.value
_LARGEST = 2**31

Pair = tuple[int, int]
"""An issue and a subscriber."""


def reveal(
    connection: Connection, events: Iterable[MailEvent], at: datetime, *, place: str
) -> frozenset[int]:
    """Call unknown mails sent that a report is of; what a person has decided stays as it is.

    Returns:
        The issues of which something was settled.
    """
    told: dict[Pair, MailEvent] = {}
    for event in events:
        pair = _pair(event)
        if pair and event.provider_id:
            told.setdefault(pair, event)
    by_batch: dict[int, list[Pair]] = {}
    for pair, batch in _unknown(connection, sorted(told)):
        by_batch.setdefault(batch, []).append(pair)
    return frozenset(
        issue
        for number, pairs in sorted(by_batch.items())
        for issue in _settle(connection, number, {pair: told[pair] for pair in pairs}, at, place)
    )


def _pair(event: MailEvent) -> Pair | None:
    """The issue and the subscriber that a mail's tags name."""
    issue = event.tags.get(ISSUE_TAG, "")
    reader = event.tags.get(READER_TAG, "").partition("-")[0]
    if not all(text.isascii() and text.isdecimal() and len(text) < 11 for text in (issue, reader)):
        return None
    pair = int(issue), int(reader)
    return pair if max(pair) < _LARGEST else None


def _unknown(connection: Connection, pairs: Sequence[Pair]) -> list[tuple[Pair, int]]:
    """Of these mails those of which nobody knows, with their batches."""
    table = schema.delivery
    found: list[tuple[Pair, int]] = []
    for some in chunks(pairs):
        query = sa.select(table.c.issue, table.c.subscriber, table.c.batch).where(
            sa.tuple_(table.c.issue, table.c.subscriber).in_(some), table.c.state == _UNKNOWN
        )
        rows = connection.execute(query.order_by(table.c.issue, table.c.subscriber))
        found += [((row.issue, row.subscriber), row.batch) for row in rows]
    return found


def _settle(
    connection: Connection, number: int, told: dict[Pair, MailEvent], at: datetime, place: str
) -> list[int]:
    """Settle mails of one batch that waits, and the batch once none of it is unknown."""
    batches, table = schema.batch, schema.delivery
    query = sa.select(batches).where(batches.c.id == number, batches.c.state.in_(WAITING))
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        return []
    people = {one.id: one for one in mail_rows.recipients_of(row, place)}
    ours = {
        reader: event
        for (_, reader), event in told.items()
        if reader in people and event.tags[READER_TAG] == reader_tag(people[reader].mark)
    }
    for reader, event in sorted(ours.items()):
        change = sa.update(table).where(
            table.c.issue == row.issue, table.c.subscriber == reader, table.c.state == _UNKNOWN
        )
        state = DeliveryState.SENT.value
        values = {"state": state, "provider_id": event.provider_id, "error": "", "at": at}
        connection.execute(change.values(**values))
    left = sa.select(table.c.subscriber).where(
        table.c.issue == row.issue, table.c.subscriber.in_(people), table.c.state == _UNKNOWN
    )
    if connection.execute(left.limit(1)).one_or_none() is None:
        done = sa.update(batches).where(batches.c.id == number)
        connection.execute(done.values(state=RECONCILED, finished_at=at))
    return [row.issue] if ours else []
