"""Keeps which periods of which schedules have happened, so that each happens once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digest.errors import StateError
from digest.model import Occurrence
from digest.store import schema
from digest.store.database import Database, rows_changed


class Occurrences:
    """The occurrences in one database: one row for each (schedule, period), for ever."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, schedule: str, period: str, due_at: datetime) -> bool:
        """Take a period. False if it was taken before, by whichever process."""
        insert = self._database.insert(schema.occurrence).values(
            schedule=schedule, period=period, due_at=due_at
        )
        with self._database.write() as connection:
            return rows_changed(connection, insert.on_conflict_do_nothing()) == 1

    def done(self, schedule: str, period: str, outcome: str, at: datetime) -> None:
        """Note how a period that was taken has ended.

        Raises:
            StateError: it was never taken.
        """
        change = sa.update(schema.occurrence).where(_one(schedule, period))
        with self._database.write() as connection:
            if rows_changed(connection, change.values(done_at=at, outcome=outcome)) == 0:
                raise StateError(f"period {period} of schedule `{schedule}` was never begun")

    def get(self, schedule: str, period: str) -> Occurrence | None:
        """The occurrence; None if the period was never taken."""
        query = sa.select(schema.occurrence).where(_one(schedule, period))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return _occurrence_of(row)

    def latest(self, most: int) -> tuple[Occurrence, ...]:
        """The last periods that were taken, of all schedules, newest first."""
        table = schema.occurrence
        query = sa.select(table).order_by(table.c.due_at.desc(), table.c.schedule).limit(most)
        with self._database.read() as connection:
            return tuple(map(_occurrence_of, connection.execute(query)))


def _occurrence_of(row: Any) -> Occurrence:
    return Occurrence(row.schedule, row.period, row.due_at, row.done_at, row.outcome)


def _one(schedule: str, period: str) -> sa.ColumnElement[bool]:
    table = schema.occurrence
    return sa.and_(table.c.schedule == schedule, table.c.period == period)
