"""Keeps the mails that are no issue: each once by its key, tried until somebody took it.

Two states are open. Waiting: nobody can have taken it. Sending: an attempt is under way, or what
came of it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.consent import email_key
from digest.store import schema
from digest.store.database import Database, rows_changed

CONFIRMATION = "confirmation"
WAITING, SENDING = "waiting", "sending"
SENT, REJECTED, SKIPPED, UNKNOWN = "sent", "rejected", "skipped", "unknown"


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that was taken to be sent.

    Attributes:
        key: says what it is about, its kind first.
        attempt: how many there were, this one included.
        in_doubt: an earlier attempt may have been accepted.
        document: JSON of what it has to say; "" where that is read from the other tables.
    """

    number: int
    key: str
    kind: str
    email: str
    asked_at: datetime
    attempt: int
    in_doubt: bool
    document: str = ""


class Notices:
    """The notices in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, key: str, kind: str, email: str, at: datetime, document: str = "") -> bool:
        """Owe somebody a notice; False if it was owed before."""
        with self._database.write() as connection:
            return owe(self._database, connection, key, kind, email, at, document)

    def queued_since(self, kind: str, since: datetime) -> int:
        """How many of a kind were asked for after a moment."""
        table = schema.notice
        query = sa.select(sa.func.count()).where(table.c.kind == kind, table.c.asked_at > since)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def claim(self, at: datetime, lease_until: datetime) -> DueNotice | None:
        """The next notice to send, taken before it is returned; None if none is due.

        Args:
            lease_until: when somebody else may take it, if nothing is heard of this attempt.
        """
        table = schema.notice
        due = sa.select(table).where(_open(), table.c.due_at <= at)
        due = due.order_by(table.c.due_at, table.c.id).limit(1)
        with self._database.read() as connection:  # a look takes no lock
            if connection.execute(due).one_or_none() is None:
                return None
        with self._database.write() as connection:
            row = connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            attempt = row.attempts + 1
            change = sa.update(table).where(table.c.id == row.id)
            connection.execute(change.values(state=SENDING, attempts=attempt, due_at=lease_until))
        return DueNotice(
            number=row.id,
            key=row.key,
            kind=row.kind,
            email=row.email,
            asked_at=row.asked_at,
            attempt=attempt,
            in_doubt=row.state == SENDING,
            document=row.document,
        )

    def keep(self, notice: DueNotice, document: str) -> bool:
        """Keep what a notice says from now on; False if it is not this claim's any more."""
        return self._change(notice, document=document)

    def settle(
        self, notice: DueNotice, state: str, at: datetime, *, provider_id: str = "", error: str = ""
    ) -> bool:
        """Note how a notice ended; False if it is not this claim's any more."""
        values = {"state": state, "settled_at": at, "provider_id": provider_id, "error": error}
        return self._change(notice, **values, due_at=None)

    def put_off(self, notice: DueNotice, state: str, until: datetime, error: str) -> bool:
        """Let a notice be tried again later; False if it is not this claim's any more.

        Args:
            state: `WAITING` or `SENDING`.
        """
        return self._change(notice, state=state, due_at=until, error=error)

    def _change(self, notice: DueNotice, **values: Any) -> bool:
        table = schema.notice
        ours = sa.and_(table.c.id == notice.number, table.c.attempts == notice.attempt, _open())
        with self._database.write() as connection:
            return rows_changed(connection, sa.update(table).where(ours).values(**values)) == 1

    def counts(self) -> dict[str, int]:
        """How many notices are in each state."""
        table = schema.notice
        query = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def owe(
    database: Database,
    connection: Connection,
    key: str,
    kind: str,
    email: str,
    at: datetime,
    document: str = "",
) -> bool:
    """Owe a notice within the caller's transaction; False if it was owed before."""
    row = row_of_notice(key, kind, email, at) | {"document": document}
    insert = database.insert(schema.notice).values(row).on_conflict_do_nothing()
    return rows_changed(connection, insert) == 1


def row_of_notice(key: str, kind: str, email: str, at: datetime) -> dict[str, Any]:
    """The row of a notice that is owed from a moment on."""
    return {
        "key": key, "kind": kind, "email": email, "email_key": email_key(email),
        "asked_at": at, "state": WAITING, "due_at": at, "attempts": 0,
        "provider_id": "", "error": "",
    }  # fmt: skip


def _open() -> sa.ColumnElement[bool]:
    return schema.notice.c.settled_at.is_(None)
