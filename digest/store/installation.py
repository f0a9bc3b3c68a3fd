"""Which database this is, where it lies, and how far it has sent: what tells a copy from it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from digest.store import schema
from digest.store.database import Database

_BACKUP, _ON_ITS_WAY = "backup", "moving"


@dataclass(frozen=True, slots=True)
class Identity:
    """A database as it stands now.

    Attributes:
        id: random, made once; a copy or a backup has the same.
        place: where it lies, in pairs of words; a renamed folder and another machine's way to the
            same server change nothing: the file's number on its disk, or the PostgreSQL cluster
            with the number of the database there.
        noted: `place` as it was when an issue was first approved, or the database adopted; what a
            backup is marked with; "" before.
        batches: the highest number of a batch; 0 before the first.
    """

    id: str
    place: str
    noted: str
    batches: int

    @property
    def is_on_its_way(self) -> bool:
        """It is being moved here, and the one that it was copied from is still in use."""
        return is_on_its_way(self.noted)

    @property
    def backup_of(self) -> str:
        """When the backup was made that it was put back from, as text; "" if it was not."""
        return self.noted.partition(" ")[2] if is_backup(self.noted) else ""


class Installation:
    """The identity of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def identity(self, at: datetime) -> Identity:
        """Who this database is; its id is made now if it has none."""
        table = schema.installation
        with self._database.write() as connection:
            self._database.lock(connection, table)
            row = connection.execute(sa.select(table.c.id, table.c.place)).one_or_none()
            if row is None:
                id, noted = uuid.uuid4().hex, ""
                connection.execute(sa.insert(table).values(id=id, made_at=at))
            else:
                id, noted = row
            batches = connection.execute(sa.select(sa.func.max(schema.batch.c.id))).scalar_one()
            return Identity(id, place_of(self._database, connection), noted, batches or 0)

    def settle(self, at: datetime, *, anew: bool = False) -> Identity:
        """Note where the database lies, unless that was noted before.

        Args:
            anew: whatever was noted.
        """
        here = self.identity(at)
        if anew or not here.noted:
            with self._database.write() as connection:
                note(connection, here.place)
        return here


def note(connection: sa.Connection, place: str) -> None:
    """Let the database say that it lies there."""
    connection.execute(sa.update(schema.installation).values(place=place))


def note_backup(connection: sa.Connection, at: datetime) -> None:
    """Mark a copy as a backup: wherever it is put back, it is known as one."""
    note(connection, f"{_BACKUP} {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")


def is_backup(noted: str) -> bool:
    """Whether a place is that of a backup."""
    return noted.startswith(f"{_BACKUP} ")


def is_on_its_way(noted: str) -> bool:
    """Whether a place is that of a copy which is not in use yet."""
    return noted == _ON_ITS_WAY


def note_on_its_way(connection: sa.Connection) -> None:
    """Mark a copy as one that is not in use yet."""
    note(connection, _ON_ITS_WAY)


def agree(noted: str, here: str) -> bool:
    """Whether two places can be one: whatever both of them tell is the same."""
    one, other = _told(noted), _told(here)
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[key] == other[key] for key in shared)


def place_of(database: Database, connection: sa.Connection) -> str:
    """Where a database lies, see `Identity.place`.

    On PostgreSQL the cluster's own number, and when its files were written, as far as this role
    may ask for them: https://www.postgresql.org/docs/current/functions-info.html. A copy of the
    files keeps the number, and the program that makes it writes them anew.
    """
    if database.is_sqlite:
        return f"file {Path(str(database.url.database)).stat().st_ino}"
    number = connection.exec_driver_sql(
        "SELECT oid FROM pg_database WHERE datname = current_database()"
    ).scalar_one()
    told = [f"database {number}"]
    if _may(connection, "pg_control_system()"):
        system = connection.exec_driver_sql("SELECT system_identifier FROM pg_control_system()")
        told.append(f"system {system.scalar_one()}")
    else:
        told.append(f"host {database.url.host or ''}:{database.url.port or ''}")
    if _may(connection, "pg_stat_file(text)"):
        written = connection.exec_driver_sql(
            "SELECT extract(epoch FROM modification)::bigint FROM pg_stat_file('PG_VERSION')"
        )
        told.append(f"written {written.scalar_one()}")
    return " ".join(told)


def _may(connection: sa.Connection, function: str) -> bool:
    asked = sa.select(sa.func.has_function_privilege(function, "execute"))
    return bool(connection.execute(asked).scalar_one())


def _told(place: str) -> dict[str, str]:
    words = place.split(" ")
    return dict(zip(words[::2], words[1::2], strict=False))
