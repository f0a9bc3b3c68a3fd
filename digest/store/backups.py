"""A backup: one SQLite file that holds a whole database, whichever of the two it came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from digest.errors import StoreError
from digest.store import installation, schema
from digest.store.database import Database
from digest.store.migrating import check_known, check_there, migrate, revision_of
from digest.store.moving import check_in_use
from digest.store.transfer import Contents, Step, check_arrived, contents, fill, prepare, rows_in


def back_up(source: Database, path: Path, *, at: datetime, on_step: Step) -> Contents:
    """Write all that the database holds at one moment into a new file; others write on.

    A database of an older version gives a backup of that version.

    Args:
        path: is not there yet, or empty; what is there after an error is of no use.

    Raises:
        StoreError: the database holds no newsletter, or was moved; or the file cannot be written,
            or does not hold what the database held.
    """
    with _opened(path) as target:
        check_there(source)
        with source.snapshot() as old:
            revision = _revision(source, old)
            prepare(target, revision=revision, wal=False)
            with target.write() as new:
                held = fill(old, new, language="", on_step=on_step)
        with _opened(path) as again, again.read() as new:
            _check_whole(again, new)
            check_arrived(held, new, again.place, on_step)
        if revision == schema.HEAD:
            with target.write() as new:
                installation.note_backup(new, at)
    return held


def revision_in(path: Path) -> str:
    """The revision of a backup, after a look at whether it is sound.

    Raises:
        StoreError: it is no backup, is damaged, or of a newer version.
    """
    if not path.is_file():
        raise StoreError(f"there is no backup {path}", hint="name a file that `recap backup` made")
    with _opened(path) as backup, backup.read() as connection:
        _check_whole(backup, connection)
        revision = revision_of(connection)
        if revision is None:
            raise StoreError(f"{path} is no backup of a newsletter")
        check_known(revision, backup.place)
        return revision


def look_into(path: Path, *, on_step: Step) -> Contents:
    """What a sound backup holds."""
    with _opened(path) as backup, backup.read() as connection:
        return contents(connection, on_step)


def restore(
    path: Path, target: Database, *, at: datetime, language: str, on_step: Step
) -> Contents:
    """Put a backup of this version into an empty database, which is known as put back then.

    Args:
        path: as `bring_up` leaves it.
        at: when the backup was made, if it does not say so itself.
        language: of the newsletter.

    Raises:
        StoreError: the database holds something, or cannot be written; it is as it was.
    """
    check_empty(target)
    prepare(target)
    with _opened(path) as backup, backup.read() as old, target.write() as new:
        marked = old.execute(sa.select(schema.installation.c.place)).scalar_one_or_none() or ""
        held = fill(old, new, language=language, on_step=on_step)
        check_arrived(held, new, target.place, on_step)
        if installation.is_backup(marked):
            installation.note(new, marked)
        else:
            installation.note_backup(new, at)
    return held


def check_empty(target: Database) -> None:
    """Let only a database pass that holds nothing; `StoreError` if it holds rows."""
    if held := rows_in(target):
        listed = ", ".join(f"{count:,} of {name}" for name, count in list(held.items())[:3])
        raise StoreError(
            f"database {target.place} holds something already ({listed}); nothing was changed",
            hint="move it away first, or name another as RECAP_DATABASE_URL in .env",
        )


def bring_up(path: Path, *, at: datetime) -> None:
    """Bring a copy of a backup to this version, with an id if it had none so far."""
    with _opened(path) as backup:
        migrate(backup)
        installation.Installation(backup).identity(at)


def missing(revision: str) -> tuple[str, ...]:
    """The migrations that a database of a revision lacks, oldest first."""
    return schema.REVISIONS[schema.REVISIONS.index(revision) + 1 :]


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path.absolute()}", enforce_references=False)
    try:
        yield database
    finally:
        database.close()


def _revision(source: Database, connection: sa.Connection) -> str:
    revision = revision_of(connection)
    if revision is None:
        raise StoreError(
            f"database {source.place} holds no newsletter yet", hint="there is nothing to back up"
        )
    check_known(revision, source.place)
    if revision == schema.HEAD:
        check_in_use(connection, source.place)
    return revision


def _check_whole(database: Database, connection: sa.Connection) -> None:
    """SQLite's own look at every page; https://www.sqlite.org/pragma.html#pragma_integrity_check."""
    told = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").scalars().all()
    told = [line for line in told if line != "ok"]
    told += [f"a reference of `{table}` leads nowhere" for table in broken]
    if told:
        raise StoreError(f"{database.place} is damaged: {told[0]}", hint="take an older backup")
