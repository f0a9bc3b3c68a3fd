"""Keeps the people: subscribers, each address once, and the addresses never to write to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa

from digest.model import Subscriber, SubscriberStatus, Suppression
from digest.store import rows, schema
from digest.store.database import Database, rows_changed

_CHUNK = 1000


def spelling(email: str) -> str:
    """The address as it is written to: trimmed, its domain in lower case."""
    name, at, domain = email.strip().rpartition("@")
    return f"{name}{at}{domain.lower()}"


def email_key(email: str) -> str:
    """What makes two spellings one address: trimmed, all of it in lower case."""
    return email.strip().lower()


class AudienceStore:
    """Subscribers and suppressions in one database; takes valid addresses only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, email: str, name: str, *, status: SubscriberStatus, at: datetime, evidence: str
    ) -> tuple[Subscriber, bool]:
        """Add a subscriber, unless the address is there already; that one is left as it is.

        Args:
            evidence: where and how consent was given.

        Returns:
            The subscriber as stored, and whether it is new.
        """
        table = schema.subscriber
        row = {
            "email": spelling(email),
            "email_key": email_key(email),
            "name": name.strip(),
            "status": status.value,
            "asked_at": at,
            "confirmed_at": at if status is SubscriberStatus.CONFIRMED else None,
            "left_at": at if status is SubscriberStatus.UNSUBSCRIBED else None,
            "evidence": evidence,
        }
        insert = self._database.insert(table).values(row)
        with self._database.write() as connection:
            added = rows_changed(connection, insert.on_conflict_do_nothing())
            query = sa.select(table).where(table.c.email_key == row["email_key"])
            return rows.subscriber_of(connection.execute(query).one()), added == 1

    def by_email(self, email: str) -> Subscriber | None:
        """The subscriber with this address in any spelling; None if there is none."""
        table = schema.subscriber
        query = sa.select(table).where(table.c.email_key == email_key(email))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else rows.subscriber_of(row)

    def all(self, status: SubscriberStatus | None = None) -> Iterator[Subscriber]:
        """Every subscriber (of one status) by id, read a thousand at a time."""
        table = schema.subscriber
        last = 0
        while True:
            query = sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(_CHUNK)
            if status is not None:
                query = query.where(table.c.status == status.value)
            with self._database.read() as connection:
                found = connection.execute(query).all()
            yield from map(rows.subscriber_of, found)
            if len(found) < _CHUNK:
                return
            last = found[-1].id

    def count(self, status: SubscriberStatus | None = None) -> int:
        """How many subscribers there are (of one status)."""
        table = schema.subscriber
        query = sa.select(sa.func.count()).select_from(table)
        if status is not None:
            query = query.where(table.c.status == status.value)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def leave(self, email: str, at: datetime) -> Subscriber | None:
        """Unsubscribe an address; leaving twice keeps the first time. None if it is unknown."""
        table = schema.subscriber
        left = SubscriberStatus.UNSUBSCRIBED.value
        ours = table.c.email_key == email_key(email)
        with self._database.write() as connection:
            change = sa.update(table).where(ours, table.c.status != left)
            connection.execute(change.values(status=left, left_at=at))
            row = connection.execute(sa.select(table).where(ours)).one_or_none()
        return None if row is None else rows.subscriber_of(row)

    def suppress(self, email: str, reason: str, at: datetime) -> bool:
        """Never write to an address again; the first reason is kept. True if it is new."""
        insert = self._database.insert(schema.suppression).values(
            email_key=email_key(email), email=spelling(email), reason=reason, at=at
        )
        with self._database.write() as connection:
            return rows_changed(connection, insert.on_conflict_do_nothing()) == 1

    def suppressions(self) -> tuple[Suppression, ...]:
        """Every suppressed address, by address."""
        with self._database.read() as connection:
            found = [
                Suppression(row.email, row.reason, row.at)
                for row in connection.execute(sa.select(schema.suppression))
            ]
        return tuple(sorted(found, key=lambda one: one.email))

    def suppressed(self, emails: Iterable[str]) -> frozenset[str]:
        """Which of these addresses, as they are spelled here, are suppressed."""
        by_key: dict[str, list[str]] = {}
        for email in emails:
            by_key.setdefault(email_key(email), []).append(email)
        keys = list(by_key)
        found: set[str] = set()
        column = schema.suppression.c.email_key
        with self._database.read() as connection:
            for start in range(0, len(keys), _CHUNK):
                query = sa.select(column).where(column.in_(keys[start : start + _CHUNK]))
                for key in connection.execute(query).scalars():
                    found.update(by_key[key])
        return frozenset(found)
