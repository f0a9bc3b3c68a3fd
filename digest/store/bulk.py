"""Many rows at once, as fast as each database takes them: COPY, or one prepared INSERT."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.store.schema import Moment

_CACHE_KIB = 64 * 1024
_ROWS_AT_ONCE = 1000


def write_rows(
    connection: Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows, within the caller's transaction.

    Args:
        columns: the names that a row's values stand for; moments are as `stamps` gives them.
    """
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        if found := list(rows):
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({names}) VALUES ({marks})", found
            )
        return
    # An empty cell is no value for a moment, and an empty text for everything else.
    texts = [name for name in columns if not isinstance(table.c[name].type, Moment)]
    options = f"FORMAT csv, FORCE_NOT_NULL ({', '.join(texts)})"
    driver: Any = connection.connection.driver_connection
    remaining = iter(rows)
    with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN ({options})") as copy:
        # In pieces, so that the server takes one in while the next is made.
        while some := list(islice(remaining, _ROWS_AT_ONCE)):
            lines = io.StringIO(newline="")
            csv.writer(lines, lineterminator="\n").writerows(some)
            copy.write(lines.getvalue())


def among(
    connection: Connection, column: sa.Column[Any], values: Sequence[Any]
) -> sa.ColumnElement[bool]:
    """That the column holds one of the values, however many: they are one parameter."""
    document = sa.literal(json.dumps(values), sa.Text)
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(document).table_valued("value")
    else:
        elements = sa.func.json_array_elements_text(sa.cast(document, sa.JSON))
        listed = elements.table_valued("value")
    return column.in_(sa.select(sa.cast(listed.c.value, column.type)))


def stamps(connection: Connection) -> Callable[[datetime | None], Any]:
    """Turns an aware moment into the text the database takes; on SQLite as `schema.Moment` does."""
    sqlite = connection.dialect.name == "sqlite"

    @lru_cache(maxsize=1024)
    def text(moment: datetime | None) -> str | None:
        if moment is None:
            return None
        if not sqlite:
            return moment.isoformat()
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    return text


def next_numbers(connection: Connection, table: sa.Table, count: int) -> range:
    """Numbers for `count` new rows, in order; nobody else gets them.

    The transaction keeps other writers off the table, as `Database.lock` does; rows are never
    deleted.
    """
    if connection.dialect.name == "sqlite":
        first = (connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one() or 0) + 1
        return range(first, first + count)
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    first = connection.execute(sa.select(sa.func.nextval(sequence))).scalar_one()
    connection.execute(sa.select(sa.func.setval(sequence, first + count)))
    return range(first, first + count)


def widen_cache(connection: Connection) -> None:
    """Let SQLite keep the index it fills in memory; addresses come in no order."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
