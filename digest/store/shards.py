"""Keeps the shards of a round of collecting: which sources each has, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from digest.model import RunReport
from digest.store import rows, schema
from digest.store.database import Database, rows_changed


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a round.

    Attributes:
        round: when the round began.
        sources: their names.
        even_if_not_due: as `collect` was told.
    """

    number: int
    round: datetime
    sources: tuple[str, ...]
    even_if_not_due: bool


class Shards:
    """The shards of the round that is under way in one database; there is one round at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, parts: Sequence[Sequence[str]], *, round: datetime, even_if_not_due: bool = False
    ) -> tuple[int, ...]:
        """Write down the shards of a new round in the place of the last one's; their numbers."""
        table = schema.collect_shard
        with self._database.write() as connection:
            connection.execute(sa.delete(table))
            numbers = []
            for part in parts:
                insert = sa.insert(table).values(
                    round=round,
                    sources=rows.document(tuple(part)),
                    even_if_not_due=even_if_not_due,
                )
                numbers.append(connection.execute(insert.returning(table.c.id)).scalar_one())
        return tuple(numbers)

    def take(self, number: int, at: datetime) -> Shard | None:
        """The shard, to work at it now; None if it is done, or its round is over.

        Whoever takes a shard that another died over does it again.
        """
        table = schema.collect_shard
        change = sa.update(table).where(table.c.id == number, table.c.report.is_(None))
        change = change.values(begun_at=at).returning(table)
        with self._database.write() as connection:
            row = connection.execute(change).one_or_none()
        if row is None:
            return None
        sources = msgspec.json.decode(row.sources, type=tuple[str, ...])
        return Shard(row.id, row.round, sources, row.even_if_not_due)

    def done(self, number: int, report: RunReport) -> bool:
        """Keep what a shard's worker did; False if another was quicker, whose report stands."""
        table = schema.collect_shard
        change = sa.update(table).where(table.c.id == number, table.c.report.is_(None))
        with self._database.write() as connection:
            return rows_changed(connection, change.values(report=rows.document(report))) == 1

    def open(self) -> tuple[tuple[int, datetime | None], ...]:
        """The shards that are not done, each with when it was last taken."""
        table = schema.collect_shard
        query = sa.select(table.c.id, table.c.begun_at).where(table.c.report.is_(None))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(table.c.id)).all()
        return tuple((row.id, row.begun_at) for row in found)

    def reports(self) -> tuple[RunReport, ...]:
        """What the shards that are done did."""
        table = schema.collect_shard
        query = sa.select(table.c.report).where(table.c.report.is_not(None)).order_by(table.c.id)
        with self._database.read() as connection:
            found = connection.execute(query).scalars().all()
        return tuple(msgspec.json.decode(text, type=RunReport) for text in found)
