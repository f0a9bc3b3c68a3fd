"""Whether a database keeps what it is given: commits that outlive a power cut, and room to write.

SQLite: https://www.sqlite.org/pragma.html#pragma_synchronous. PostgreSQL:
https://www.postgresql.org/docs/current/runtime-config-wal.html
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.diagnosis import Ledger
from digest.store import schema
from digest.store.database import Database

_FULL = 2
_POSTGRES = ("fsync", "full_page_writes", "synchronous_commit")


class Soundness:
    """What one open database can be trusted with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self) -> Ledger:
        """Its settings, and that a write is taken: its own id is written again.

        Raises:
            StoreError: it cannot be written.
        """
        with self._database.read() as connection:
            read = self._sqlite if self._database.is_sqlite else self._postgres
            unsafe, slow = read(connection)
        table = schema.installation
        with self._database.write() as connection:
            connection.execute(sa.update(table).values(id=table.c.id))
        return Ledger(self._database.place, unsafe=unsafe, slow=slow)

    def _sqlite(self, connection: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        unsafe = [f"synchronous={synchronous}"] if synchronous < _FULL else []
        unsafe += [f"journal_mode={journal}"] if journal in ("memory", "off") else []
        return tuple(unsafe), () if journal == "wal" or unsafe else (f"journal_mode={journal}",)

    def _postgres(self, connection: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
        values = [(name, connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in _POSTGRES]
        return tuple(f"{name}=off" for name, value in values if value == "off"), ()
