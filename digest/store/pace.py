"""Keeps the pace of each account at a provider: a row from which all its senders take turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digest.attempts import Turns
from digest.store import schema
from digest.store.database import Database

_LEAST_SHARE = 0.2
_AFTER_REFUSAL = 0.9
_AGAIN = 1.0  # seconds in which several refusals are one: calls in flight know nothing of it
# What the one before came too late by: half of what the margin has room for in a second.
_CREDIT = timedelta(seconds=0.03)
_GAIN = 0.02  # a second without refusals gives so much of the share back


class Paces:
    """The rows of one database, by account; moments are the database server's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, account: str, *, calls: float, ahead: float) -> Turns:
        """Take the next turns if it is time for them, whoever asks in between.

        A turn is given at its moment and not before: whoever is late by then delays nobody.

        Args:
            calls: a second, of an account that nobody has heard of.
            ahead: seconds that the turns may cover; there is always one.
        """
        table = schema.pace
        with self._database.write() as connection:
            row = _locked(connection, account)
            if row is None:
                new = self._database.insert(table).values(
                    account=account, calls=calls, share=1.0, next_at=self._now(connection)
                )
                connection.execute(new.on_conflict_do_nothing())
                row = _locked(connection, account)
            now = self._now(connection)  # after the lock, which others may have held for a while
            first = max(row.next_at, row.paused_until or row.next_at)
            if first > now:
                return Turns(wait=(first - now).total_seconds())
            rate = row.calls * _recovered(row.share, row.refused_at, now)
            count = max(1, int(rate * ahead))
            after = max(first, now - _CREDIT) + timedelta(seconds=count / rate)
            change = sa.update(table).where(table.c.account == account)
            connection.execute(change.values(next_at=after))
        return Turns(count, 1 / rate)

    def refused(self, account: str, *, pause: float) -> None:
        """The provider said that there were too many calls: everybody waits, and goes slower."""
        table = schema.pace
        with self._database.write() as connection:
            row = _locked(connection, account)
            now = self._now(connection)
            until = max(row.paused_until or now, now + timedelta(seconds=pause))
            values = {"refused": row.refused + 1, "paused_until": until}
            if row.refused_at is None or now - row.refused_at > timedelta(seconds=_AGAIN):
                share = _recovered(row.share, row.refused_at, now)
                values |= {"share": max(share * _AFTER_REFUSAL, _LEAST_SHARE), "refused_at": now}
            connection.execute(sa.update(table).where(table.c.account == account).values(**values))

    def learn(self, account: str, calls: float) -> None:
        """The provider named its limit; the next turn is now."""
        table = schema.pace
        change = sa.update(table).where(table.c.account == account, table.c.calls != calls)
        with self._database.write() as connection:
            connection.execute(change.values(calls=calls, next_at=self._now(connection)))

    def refusals(self) -> dict[str, int]:
        """How many calls were refused so far, by account."""
        table = schema.pace
        with self._database.read() as connection:
            found = connection.execute(sa.select(table.c.account, table.c.refused)).all()
        return dict(sorted((row.account, row.refused) for row in found))

    def _now(self, connection: sa.Connection) -> datetime:
        if self._database.is_sqlite:
            return datetime.now(UTC)
        now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return now


def _locked(connection: sa.Connection, account: str) -> Any:
    """The account's row, which nobody else changes until the transaction ends; None if new."""
    table = schema.pace
    query = sa.select(table).where(table.c.account == account).with_for_update()
    return connection.execute(query).one_or_none()


def _recovered(share: float, refused_at: datetime | None, now: datetime) -> float:
    if refused_at is None:
        return share
    return min(1.0, share + _GAIN * (now - refused_at).total_seconds())
