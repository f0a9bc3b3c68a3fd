"""Brings a database to this version's schema, and says which version a database has.

Opening a database compares one word with a constant; Alembic is imported only to migrate.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from digest.errors import StoreError
from digest.store.database import BUSY_SECONDS, Database
from digest.store.schema import HEAD, REVISIONS, VERSION_TABLE, metadata

SCRIPTS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 7_332_251_907
"""Any number that no other program is likely to lock by."""


def revision_of(connection: Connection) -> str | None:
    """The revision a database says it has; None if it holds none of our tables yet."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return found.scalar_one_or_none()


def check_revision(connection: Connection, place: str) -> None:
    """Let only a database of exactly this version through.

    Raises:
        StoreError: nothing in it, an older version, or a newer one.
    """
    revision = revision_of(connection)
    if revision is None:
        raise StoreError(
            f"database {place} holds no newsletter yet", hint="run `recap init` to prepare it"
        )
    check_known(revision, place)
    if revision != HEAD:
        raise StoreError(
            f"database {place} is of the older version {revision}; this program needs {HEAD}",
            hint="make a backup, then run `recap upgrade`",
        )


def check_known(revision: str, place: str) -> None:
    """Let only a revision through that this program knows; `StoreError` if it is a newer one's."""
    if revision not in REVISIONS:
        raise StoreError(
            f"database {place} is of version {revision}, which this program does not know; "
            f"it knows up to {HEAD}",
            hint="install the newer weekly-ai-recap that made it; nothing was changed",
        )


def migrate(database: Database, to: str = HEAD) -> tuple[str, ...]:
    """Run every missing migration in one transaction, under a lock; all of them or none.

    Args:
        database: opened without enforcing references, which rebuilding a table needs.
        to: the revision to stop at; an older one is for a copy of a database that is of it.

    Returns:
        The revisions that were applied, oldest first; empty if there was nothing to do.

    Raises:
        StoreError: the database is newer, belongs to another program, or cannot be written.
    """
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        before = revision_of(connection)
        if before is None:
            _refuse_strangers(connection, database)
        else:
            check_known(before, database.place)
        if before == to:
            return ()
        _run_alembic(connection, to)
        _check_references(connection, database)
    known = REVISIONS[: REVISIONS.index(to) + 1]
    return known if before is None else known[known.index(before) + 1 :]


def _refuse_strangers(connection: Connection, database: Database) -> None:
    """A PostgreSQL database may be shared with other programs, a SQLite file is one program's."""
    found = set(sa.inspect(connection).get_table_names())
    strangers = found if database.is_sqlite else found & set(metadata.tables)
    if strangers:
        raise StoreError(
            f"database {database.place} holds tables of another program: "
            f"{', '.join(sorted(strangers)[:3])}",
            hint="point RECAP_DATABASE_URL at a database of its own",
        )


def _run_alembic(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _check_references(connection: Connection, database: Database) -> None:
    if not database.is_sqlite:
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StoreError(
            f"database {database.place} would lose a reference in table `{broken[0]}`",
            hint="put back a backup and report this; nothing was changed",
        )


def is_missing(database: Database) -> bool:
    """Whether there is no such file, or no such database on the server; `StoreError` without one"""
    url = database.url
    if database.is_sqlite:
        return not Path(str(url.database)).exists()
    try:
        with database.engine.connect():
            return False
    except OperationalError as error:
        if f'database "{url.database}" does not exist' in str(error.orig):
            return True
        raise database.explain(error) from error


def check_there(database: Database) -> None:
    """Let no SQLite file be made by being opened; `StoreError` if there is none."""
    if database.is_sqlite and is_missing(database):
        raise StoreError(
            f"there is no database {database.place}", hint="run `recap init` to make one"
        )


def create_database(database: Database) -> None:
    """Make the PostgreSQL database if its server does not have it.

    Raises:
        StoreError: the server cannot be reached, or this user may not make databases.
    """
    url = database.url
    if not is_missing(database):
        return
    server = Database(url.set(database="postgres").render_as_string(hide_password=False))
    try:
        with server.autocommit() as connection:
            _create_unless_known(connection, str(url.database))
    finally:
        server.close()


def use_wal(database: Database) -> None:
    """Let readers and the writer work side by side; SQLite remembers it in the file.

    The switch wants the file to itself, and SQLite does not wait for that by itself.
    """
    waiting = Retrying(
        retry=retry_if_exception(_is_locked),
        wait=wait_random(0.01, 0.1),
        stop=stop_after_delay(BUSY_SECONDS),
        reraise=True,
    )
    for attempt in waiting:
        with attempt, database.autocommit() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, StoreError) and "locked" in str(error.__cause__)


def _create_unless_known(connection: Connection, name: str) -> None:
    known = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
    except DBAPIError:
        # Another process may have made it a moment ago.
        if connection.execute(known, {"name": name}).first() is None:
            raise
