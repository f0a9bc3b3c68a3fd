"""Moves a database to another one, and closes the old one: it refuses every write from then on.

The order makes a break at any moment harmless. The new one is filled in one transaction, marked as
on its way, and does not send; then the old one is closed, in the transaction that has kept every
other writer off; then the new one says where it lies, and sends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StoreError
from digest.model import IssueStatus
from digest.store import installation, schema
from digest.store.copying import tables_of
from digest.store.database import MOVED, Database
from digest.store.migrating import check_revision
from digest.store.transfer import Contents, Step, check_arrived, fill, prepare, rows_in

_ORDER = ("issue", "batch", "delivery", "suppression", "subscriber")
"""How senders and lists lock tables; whoever locks in this order waits for nobody who waits."""

_UNDER_WAY = (IssueStatus.APPROVED.value, IssueStatus.SENDING.value)
_REFUSE = "recap_moved"


def check_in_use(connection: Connection, place: str) -> None:
    """Let no database through that was moved; `StoreError` says where to."""
    if to := moved_to(connection):
        raise StoreError(
            f"database {place} is not used any more: {MOVED}{to}",
            hint="name that address as RECAP_DATABASE_URL in .env; to come back, `recap backup`"
            " there and `recap restore` into a new database here",
        )


def moved_to(connection: Connection) -> str:
    """The database that took the place of this one; "" while it is in use."""
    return connection.execute(sa.select(schema.installation.c.moved_to)).scalar() or ""


def move(source: Database, target: Database, *, language: str, on_step: Step) -> Contents | None:
    """Copy the source into the target as it is now, close it, and let the target be used.

    Args:
        target: empty, or what an earlier try left, which is replaced.

    Returns:
        What was moved; None if an earlier try had moved it and only the last step was missing.

    Raises:
        StoreError: the target holds something, or cannot be written, or what arrived there is not
            the same; the source is as it was.
    """
    with _alone(source) as old:
        check_revision(old, source.place)
        if to := moved_to(old):
            _refuse_elsewhere(to, target, source)
            moved = None
        else:
            check_free(old, target)
            prepare(target)
            with target.write() as new:
                _empty(new)
                moved = fill(old, new, language=language, on_step=on_step)
                check_arrived(moved, new, target.place, on_step)
                installation.note_on_its_way(new)
            _close(old, target.place)
    with target.write() as new:
        installation.note(new, installation.place_of(target, new))
    return moved


def check_free(source: Connection, target: Database) -> None:
    """Let only a target pass that holds nothing, or what an earlier try left.

    Raises:
        StoreError: it holds something else.
    """
    held = rows_in(target)
    if not held or _left_by_a_try(source, target):
        return
    listed = ", ".join(f"{count:,} of {name}" for name, count in list(held.items())[:3])
    raise StoreError(
        f"database {target.place} holds rows already ({listed}); nothing was copied",
        hint="name an empty database, or one that is not there yet",
    )


def _left_by_a_try(source: Connection, target: Database) -> bool:
    """Whether it is a copy of the source that never came into use."""
    mine = source.execute(sa.select(schema.installation.c.id)).scalar()
    with target.read() as connection:
        if not sa.inspect(connection).has_table(schema.installation.name):
            return False
        columns = sa.inspect(connection).get_columns(schema.installation.name)
        if schema.installation.c.place.name not in {column["name"] for column in columns}:
            return False
        row = connection.execute(sa.select(schema.installation)).one_or_none()
    return row is not None and row.id == mine and installation.is_on_its_way(row.place)


def _refuse_elsewhere(to: str, target: Database, source: Database) -> None:
    if to != target.place:
        raise StoreError(f"database {source.place} is not used any more: {MOVED}{to}")


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction in which nobody else writes; others may read."""
    with database.write() as connection:
        if not database.is_sqlite:
            names = [table.name for table in tables_of(connection)]
            names.sort(key=lambda name: (*_ORDER, name).index(name))
            for name in names:
                connection.exec_driver_sql(f"LOCK TABLE {name} IN EXCLUSIVE MODE")
        yield connection


def _empty(connection: Connection) -> None:
    for table in reversed(schema.metadata.sorted_tables):
        connection.execute(sa.delete(table))


def _close(connection: Connection, to: str) -> None:
    """Hold what is under way, say where everything is now, and refuse every later write."""
    issue, told = schema.issue, f"{MOVED}{to}"
    hold = sa.update(issue).where(issue.c.status.in_(_UNDER_WAY))
    connection.execute(hold.values(status=IssueStatus.HELD.value, held_because=told))
    connection.execute(sa.update(schema.installation).values(moved_to=to))
    quoted = told.replace("'", "''")
    if connection.dialect.name == "sqlite":
        for table in schema.metadata.sorted_tables:
            for act in ("INSERT", "UPDATE", "DELETE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {_REFUSE}_{table.name}_{act} BEFORE {act} ON {table.name}"
                    f" BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
                )
        return
    connection.exec_driver_sql(
        f"CREATE FUNCTION {_REFUSE}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION USING MESSAGE = '{quoted}'; END $$".replace("%", "%%")
    )
    for table in schema.metadata.sorted_tables:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {_REFUSE} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE"
            f" ON {table.name} EXECUTE FUNCTION {_REFUSE}()"
        )
