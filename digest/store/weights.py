"""Keeps the ranking weights that were learned and applied, the last of them in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StoreError
from digest.learning import Lesson
from digest.store import schema
from digest.store.database import Database


@dataclass(frozen=True, slots=True)
class Applied:
    """What was learned and put in force.

    Attributes:
        id: counts up; the highest that was not taken back is in force.
        reverted_at: when it was taken back; None while it stands.
    """

    id: int
    applied_at: datetime
    reverted_at: datetime | None
    lesson: Lesson


class Weights:
    """The learned weights of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> Applied | None:
        """What is in force; None where the shipped weights are.

        Raises:
            StoreError: the stored document is damaged.
        """
        with self._database.read() as connection:
            row = _current(connection)
        return None if row is None else self._applied(row)

    def history(self) -> tuple[Applied, ...]:
        """Everything that ever was in force, newest first; `StoreError` where one is damaged."""
        query = sa.select(schema.weights).order_by(schema.weights.c.id.desc())
        with self._database.read() as connection:
            return tuple(self._applied(row) for row in connection.execute(query))

    def apply(self, lesson: Lesson, at: datetime) -> None:
        """Put learned weights in force, over those that are."""
        row = {"applied_at": at, "document": msgspec.json.encode(lesson).decode()}
        with self._database.write() as connection:
            connection.execute(sa.insert(schema.weights).values(row))

    def revert(self, at: datetime) -> Applied | None:
        """Take back what is in force, so that what was before it is again; None if nothing is."""
        table = schema.weights
        with self._database.write() as connection:
            row = _current(connection)
            if row is None:
                return None
            connection.execute(sa.update(table).where(table.c.id == row.id).values(reverted_at=at))
        return self._applied(row)

    def _applied(self, row: Any) -> Applied:
        try:
            lesson = msgspec.json.decode(row.document, type=Lesson)
        except msgspec.DecodeError as error:
            raise StoreError(
                f"the learned weights of {row.applied_at:%Y-%m-%d} in {self._database.place} are"
                f" damaged: {error}",
                hint="put back a backup",
            ) from error
        return Applied(row.id, row.applied_at, row.reverted_at, lesson)


def _current(connection: Connection) -> Any:
    table = schema.weights
    query = sa.select(table).where(table.c.reverted_at.is_(None)).order_by(table.c.id.desc())
    return connection.execute(query.limit(1)).one_or_none()
