"""Makes the tables of Procrastinate's queue, and brings them to the version that is installed.

Procrastinate ships its whole schema and a list of migrations, and keeps no record of which of them
a database has seen. The name of the last one is therefore kept as the comment of its table of jobs.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

from digest.engine.queue import CONNECT_SECONDS, no_queue, server_address, unreachable
from digest.errors import StoreError

_MARK = "recap: "
_LOCK = 7_332_251_908
_COMMENT = "SELECT obj_description(to_regclass('procrastinate_jobs')::oid, 'pg_class')"


def prepare_queue(url: str) -> tuple[str, ...]:
    """Make the queue's tables, or run the migrations that they lack; all of them or none.

    Returns:
        The names of what was run; empty if there was nothing to do.

    Raises:
        StoreError: they are another program's or a newer version's, or cannot be written.
    """
    try:
        with psycopg.connect(server_address(url), connect_timeout=CONNECT_SECONDS) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            before = _version(connection)
            steps = _steps()
            missing = [name for name in steps if name > before]
            if not before:
                connection.execute(SchemaManager.get_schema().encode())
            for name in missing if before else []:
                connection.execute(steps[name].read_bytes())
            if missing:
                mark = psycopg.sql.Literal(_MARK + missing[-1])
                comment = psycopg.sql.SQL("COMMENT ON TABLE procrastinate_jobs IS {}").format(mark)
                connection.execute(comment)
    except psycopg.Error as error:
        raise unreachable(error) from error
    return tuple(missing if before else missing[-1:])


def check_queue(url: str) -> None:
    """Let only a queue of the installed version through.

    Raises:
        StoreError: there is none, an older or a newer one, or the database cannot be reached.
    """
    try:
        with psycopg.connect(server_address(url), connect_timeout=CONNECT_SECONDS) as connection:
            version = _version(connection)
    except psycopg.Error as error:
        raise unreachable(error) from error
    if not version:
        raise no_queue()
    if version != max(_steps()):
        raise StoreError(
            f"the queue of the workers is of the older version {version}",
            hint="stop the workers, then run `recap upgrade`",
        )


def _version(connection: psycopg.Connection) -> str:
    """The last migration that the queue has seen; "" where there is no queue."""
    there = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
    if there is None or there[0] is None:
        return ""
    row = connection.execute(_COMMENT).fetchone()
    mark = (row and row[0]) or ""
    if not mark.startswith(_MARK):
        raise StoreError(
            "the database holds a Procrastinate queue of another program",
            hint="give the newsletter a database of its own",
        )
    version: str = mark.removeprefix(_MARK)
    if version not in _steps():
        raise StoreError(
            f"the queue of the workers is of version {version}, which the installed Procrastinate "
            "does not know",
            hint="install the newer Procrastinate that made it; nothing was changed",
        )
    return version


def _steps() -> dict[str, Path]:
    """The migrations that the installed version ships, in order."""
    found = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return {path.stem: path for path in found}
