"""Everything that is kept of one person: shows it to them, and erases it.

What was sent stays in the ledger as numbers; that it went to this person is known to nobody then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.consent import email_key
from digest.model import ConsentKind, Subscriber, SubscriberStatus
from digest.store import consents, schema
from digest.store.consents import Standing
from digest.store.database import Database

_PERSONAL = frozenset(
    ("email", "name", "evidence", "language", "zone", "themes", "roles", "leave", "preferences")
)
Lines = tuple[Mapping[str, Any], ...]
"""Rows of a table as they are kept: column to value."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What is kept of the holder of an address.

    Attributes:
        confirmations: when confirmation mails were asked for and used.
        events: what providers told that names the address.
    """

    standing: Standing
    consent: Lines
    confirmations: Lines
    deliveries: Lines
    notices: Lines
    events: Lines


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased.

    Attributes:
        frozen: batches that were cleared of the person.
        open_batches: those that are still being sent and therefore hold the address; they are
            cleared with the next erasure after they are finished.
    """

    frozen: int
    open_batches: int


class Persons:
    """What one database keeps of each person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def show(self, email: str, marks: Sequence[str]) -> PersonalData:
        """All that is kept of whoever holds an address; times are aware and UTC."""
        confirmation, delivery, notice = schema.confirmation, schema.delivery, schema.notice
        event, webhook = schema.consent_event, schema.webhook_event
        key = email_key(email)
        with self._database.read() as connection:
            where = consents.standing(connection, email, marks)
            number = where.subscriber.id if where.subscriber else 0

            def lines(*columns: sa.Column[Any], of: sa.ColumnElement[bool]) -> Lines:
                query = sa.select(*columns).where(of).order_by(columns[0])
                return tuple(dict(row) for row in connection.execute(query).mappings())

            return PersonalData(
                standing=where,
                consent=lines(event.c.id, event.c.at, event.c.kind, event.c.evidence,
                              of=event.c.subscriber == number),
                confirmations=lines(
                    confirmation.c.asked_at, confirmation.c.expires_at, confirmation.c.used_at,
                    of=confirmation.c.subscriber == number,
                ),
                deliveries=lines(
                    *(one for one in delivery.c if one.name not in ("subscriber", "batch")),
                    of=delivery.c.subscriber == number,
                ),
                notices=lines(
                    *(one for one in notice.c if one.name not in ("key", "email_key")),
                    of=notice.c.email_key == key,
                ),
                events=lines(
                    webhook.c.received_at, webhook.c.kind, webhook.c.document,
                    of=_names(webhook.c.document, key),
                ),
            )  # fmt: skip

    def erase(
        self, email: str, *, marks: Sequence[str], at: datetime, evidence: str
    ) -> Erased | None:
        """Forget whoever holds an address, and keep a mark by which no list brings them back.

        Args:
            marks: what the erasure is noted as: under the newest key; older notes are replaced.
            evidence: who asked for it; no address.

        Returns:
            None if nothing is kept of the address.
        """
        never, key = schema.suppression, email_key(email)
        with self._database.write() as connection:
            where = consents.standing(connection, email, marks, hold=True)
            if where.subscriber is None and not where.suppressed:
                return None
            connection.execute(sa.delete(never).where(never.c.email_key == key))
            _mark(connection, marks, where.suppressed, at)
            _forget_mail(connection, key, at)
            if where.subscriber is None:
                return Erased(0, 0)
            number = where.subscriber.id
            _forget_person(connection, where.subscriber, at)
            consents.note(connection, number, ConsentKind.ERASED, at, evidence)
            return Erased(_clear_finished(connection, number), _still_open(connection, number))


def _mark(connection: Connection, marks: Sequence[str], suppressed: str, at: datetime) -> None:
    table = schema.erasure
    connection.execute(sa.delete(table).where(table.c.address_mark.in_(marks)))
    row = {"address_mark": marks[0], "at": at, "suppressed": suppressed}
    connection.execute(sa.insert(table).values(row))


def _forget_mail(connection: Connection, key: str, at: datetime) -> None:
    """Confirmation mails and the like, and what a provider told of the address."""
    notice, webhook = schema.notice, schema.webhook_event
    ours = notice.c.email_key == key
    connection.execute(sa.delete(notice).where(ours, notice.c.settled_at.is_(None)))
    nameless = {
        "key": sa.literal("erased ") + sa.cast(notice.c.id, sa.Text),
        "email": "",
        "email_key": "",
        "error": "",
    }
    connection.execute(sa.update(notice).where(ours).values(nameless))
    told = sa.update(webhook).where(_names(webhook.c.document, key))
    # What still waits to be looked at concerns nobody any more.
    looked_at = sa.func.coalesce(webhook.c.processed_at, sa.literal(at, schema.Moment()))
    connection.execute(told.values(document="", processed_at=looked_at))


def _forget_person(connection: Connection, person: Subscriber, at: datetime) -> None:
    people, events = schema.subscriber, schema.consent_event
    confirmation, delivery = schema.confirmation, schema.delivery
    empty = ("email", "name", "evidence", "language", "zone", "themes", "roles")
    change = {
        **dict.fromkeys(empty, ""),
        # No address looks like it, and each is another.
        "email_key": f"erased {person.id}",
        "status": SubscriberStatus.UNSUBSCRIBED.value,
        "left_at": person.left_at or at,
        "paused_until": None,
    }
    connection.execute(sa.update(people).where(people.c.id == person.id).values(change))
    connection.execute(
        sa.update(events).where(events.c.subscriber == person.id).values(evidence="")
    )
    connection.execute(sa.delete(confirmation).where(confirmation.c.subscriber == person.id))
    # A provider's refusal may quote the address.
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.subscriber == person.id, delivery.c.error != "")
        .values(error="erased")
    )


def _names(document: sa.Column[str], key: str) -> sa.ColumnElement[bool]:
    """That a JSON document holds the address, in any case, as JSON may write it."""
    written = {json.dumps(key, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    lowered = sa.func.lower(document)
    return sa.or_(*(lowered.contains(form, autoescape=True) for form in sorted(written)))


def _clear_finished(connection: Connection, erased: int) -> int:
    """Take who was erased out of the recipients of batches that are done; counts the batches.

    Whoever was erased while a batch was open is taken out of it too, if it is done by now.
    """
    batch, event = schema.batch, schema.consent_event
    late = event.c.at <= batch.c.finished_at
    query = _batches_of_erased(sa.or_(event.c.subscriber == erased, late))
    gone: dict[int, set[int]] = {}
    for number, subscriber in connection.execute(query.where(batch.c.finished_at.is_not(None))):
        gone.setdefault(number, set()).add(subscriber)
    for number, subscribers in gone.items():
        mine = batch.c.id == number
        text = connection.execute(sa.select(batch.c.recipients).where(mine)).scalar_one()
        recipients = msgspec.json.decode(text)
        _blank(recipients, subscribers)
        change = {"recipients": msgspec.json.encode(recipients).decode(), "error": ""}
        connection.execute(sa.update(batch).where(mine).values(change))
    return len(gone)


def _still_open(connection: Connection, erased: int) -> int:
    query = _batches_of_erased(schema.consent_event.c.subscriber == erased)
    query = query.where(schema.batch.c.finished_at.is_(None))
    return len({number for number, _ in connection.execute(query)})


def _batches_of_erased(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The batches that were made for people who are erased, and each of those people."""
    batch, delivery, event = schema.batch, schema.delivery, schema.consent_event
    return (
        sa.select(batch.c.id, delivery.c.subscriber)
        .join_from(event, delivery, delivery.c.subscriber == event.c.subscriber)
        .join(batch, batch.c.id == delivery.c.batch)
        .where(event.c.kind == ConsentKind.ERASED.value, which)
        .order_by(batch.c.id)
    )


def _blank(recipients: Any, subscribers: set[int]) -> None:
    """Empty what is personal of these subscribers, however deep a document holds them."""
    if isinstance(recipients, list):
        for one in recipients:
            _blank(one, subscribers)
    elif isinstance(recipients, dict):
        if recipients.get("id") in subscribers:
            for name in _PERSONAL.intersection(recipients):
                recipients[name] = type(recipients[name])()
        for one in recipients.values():
            _blank(one, subscribers)
