"""One whole database into another one that is empty: copied, indexed, compared, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StoreError
from digest.store import schema
from digest.store.archive import index_all
from digest.store.copying import Sum, copy, differing, sums, tables_of
from digest.store.database import Database
from digest.store.migrating import create_database, is_missing, migrate, revision_of, use_wal

Step = Callable[[str, int], object]
"""Told what is done (`copied`, `compared`) to how many more rows."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds.

    Attributes:
        revision: of its schema.
        tables: the rows and hashes by table.
    """

    revision: str
    tables: Mapping[str, Sum]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(one.rows for one in self.tables.values())

    def count(self, table: str) -> int:
        """The rows of a table; 0 for one that this revision does not have."""
        return self.tables[table].rows if table in self.tables else 0


def contents(connection: Connection, on_step: Step) -> Contents:
    """What a database holds, read whole."""
    tables = tables_of(connection)
    found = sums(connection, tables, lambda rows: on_step("compared", rows))
    return Contents(revision_of(connection) or "", found)


def prepare(target: Database, *, revision: str = schema.HEAD, wal: bool = True) -> None:
    """Give an empty database the schema, making it first if there is none."""
    if not target.is_sqlite:
        create_database(target)
    migrate(target, revision)
    if target.is_sqlite and wal:
        use_wal(target)


def rows_in(database: Database) -> dict[str, int]:
    """How many rows each of our tables has that has any; none for a database that is not there.

    The row that names the database itself does not count.

    Raises:
        StoreError: it cannot be reached, or is another program's.
    """
    if is_missing(database):
        return {}
    found: dict[str, int] = {}
    with database.read() as connection:
        for name in set(sa.inspect(connection).get_table_names()) & set(schema.metadata.tables):
            table = sa.table(name)
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if count and name != schema.installation.name:
                found[name] = count
    return dict(sorted(found.items()))


def fill(source: Connection, target: Connection, *, language: str, on_step: Step) -> Contents:
    """Copy everything, within the transactions of the caller; what arrived is not looked at yet.

    Args:
        source: a database of the revision of the target, at one moment.
        target: has the schema and no rows but the one that names it, which is replaced.
        language: of the newsletter; by it the search index of PostgreSQL is made.

    Returns:
        What was read of the source.
    """
    tables = tables_of(source)
    for table in tables:
        if table.name == schema.installation.name:  # not there before 0007
            target.execute(sa.delete(table))
    read = copy(source, target, tables, lambda rows: on_step("copied", rows))
    if schema.archived_issue.name in read:
        index_all(target, language)
    return Contents(revision_of(source) or "", read)


def check_arrived(read: Contents, target: Connection, place: str, on_step: Step) -> None:
    """Read what a copy has written, and compare it with what was read for it.

    Args:
        place: of the target, for messages.

    Raises:
        StoreError: a table is not the same in both.
    """
    if wrong := differing(read.tables, contents(target, on_step).tables):
        raise StoreError(
            f"{', '.join(wrong)} did not arrive in {place} as they were; nothing was kept there",
            hint="check the disk, try again, and report it if it happens twice",
        )
