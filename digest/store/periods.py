"""Keeps which periods of which schedules have happened, so that each happens once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digest.errors import StateError
from digest.model import Occurrence
from digest.store import schema
from digest.store.database import Database, chunks, rows_changed

FIRST = "first"
"""In place of a period: since when a step is watched, and by which rule; it is never taken."""


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

    def again(self, schedule: str, period: str, most: int) -> bool:
        """Begin a period once more that was begun and never ended; False after so many starts."""
        table = schema.occurrence
        change = sa.update(table).where(
            _one(schedule, period), table.c.done_at.is_(None), table.c.starts < most
        )
        with self._database.write() as connection:
            return rows_changed(connection, change.values(starts=table.c.starts + 1)) == 1

    def gone(
        self, schedule: str, periods: Iterable[tuple[str, datetime]], outcome: str, at: datetime
    ) -> int:
        """Note periods, each with when it was due, that nothing ran in; how many are new."""
        rows = [
            {"schedule": schedule, "period": period, "due_at": due_at, "done_at": at,
             "outcome": outcome}
            for period, due_at in periods
        ]  # fmt: skip
        insert = self._database.insert(schema.occurrence).on_conflict_do_nothing()
        with self._database.write() as connection:
            return sum(rows_changed(connection, insert.values(row)) for row in rows)

    def watch(self, schedule: str, rule: str, since: datetime) -> None:
        """Note by which rule a step is due from now on; what was due before is not owed by it."""
        table, values = schema.occurrence, {"due_at": since, "done_at": since, "outcome": rule}
        insert = self._database.insert(table).values(schedule=schedule, period=FIRST, **values)
        keep = insert.on_conflict_do_update(index_elements=["schedule", "period"], set_=values)
        with self._database.write() as connection:
            connection.execute(keep)

    def watched(self, schedule: str, now: datetime) -> tuple[str, datetime] | None:
        """By which rule a step is due, and from when on its periods are still owed.

        Periods of a time to come, which a clock that was wrong has taken, do not count.

        Returns:
            None if it is not watched yet, or only from a time to come on.
        """
        table = schema.occurrence
        one = sa.and_(table.c.schedule == schedule, table.c.due_at <= now)
        rule = sa.select(table.c.outcome).where(one, table.c.period == FIRST)
        since = sa.select(sa.func.max(table.c.due_at)).where(one)
        with self._database.read() as connection:
            outcome = connection.execute(rule).scalar_one_or_none()
            if outcome is None:
                return None
            return outcome, connection.execute(since).scalar_one()

    def taken(self, schedule: str, periods: Iterable[str]) -> frozenset[str]:
        """Which of the periods have been taken."""
        table, held = schema.occurrence, set[str]()
        with self._database.read() as connection:
            for chunk in chunks(list(periods)):
                query = sa.select(table.c.period).where(
                    table.c.schedule == schedule, table.c.period.in_(chunk)
                )
                held.update(connection.execute(query).scalars())
        return frozenset(held)

    def after(self, moment: datetime) -> Occurrence | None:
        """The last period that was taken though it is due only after `moment`."""
        table = schema.occurrence
        query = sa.select(table).where(table.c.due_at > moment, table.c.period != FIRST)
        with self._database.read() as connection:
            row = connection.execute(query.order_by(table.c.due_at.desc()).limit(1)).first()
        return _occurrence_of(row) if row else None

    def open(self) -> tuple[Occurrence, ...]:
        """The periods that were begun and have not ended, oldest first."""
        table = schema.occurrence
        query = sa.select(table).where(table.c.done_at.is_(None))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(table.c.due_at, table.c.schedule))
            return tuple(map(_occurrence_of, found))

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
        query = sa.select(table).where(table.c.period != FIRST)
        query = query.order_by(table.c.due_at.desc(), table.c.schedule).limit(most)
        with self._database.read() as connection:
            return tuple(map(_occurrence_of, connection.execute(query)))


def _occurrence_of(row: Any) -> Occurrence:
    return Occurrence(row.schedule, row.period, row.due_at, row.done_at, row.outcome)


def _one(schedule: str, period: str) -> sa.ColumnElement[bool]:
    table = schema.occurrence
    return sa.and_(table.c.schedule == schedule, table.c.period == period)
