"""Which database this is, and how far it has sent: what tells a copy from the original."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from digest.store import schema
from digest.store.database import Database


@dataclass(frozen=True, slots=True)
class Identity:
    """A database as it stands now.

    Attributes:
        id: random, made once; a copy or a backup has the same.
        place: changes when the database is copied or put back, and not when its folder is renamed:
            the file's number on its disk, or the server with the number of the database there.
        batches: the highest number of a batch; 0 before the first.
    """

    id: str
    place: str
    batches: int


class Installation:
    """The identity of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def identity(self, at: datetime) -> Identity:
        """Who this database is; its id is made now if it has none."""
        table = schema.installation
        with self._database.write() as connection:
            self._database.lock(connection, table)
            id = connection.execute(sa.select(table.c.id)).scalar_one_or_none()
            if id is None:
                id = uuid.uuid4().hex
                connection.execute(sa.insert(table).values(id=id, made_at=at))
            batches = connection.execute(sa.select(sa.func.max(schema.batch.c.id))).scalar_one()
            return Identity(id, self._place(connection), batches or 0)

    def _place(self, connection: sa.Connection) -> str:
        url = self._database.url
        if self._database.is_sqlite:
            return f"file {Path(str(url.database)).stat().st_ino}"
        number = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar_one()
        return f"server {url.host or ''}:{url.port or ''}/{url.database} {number}"
