"""Many rows at once, as fast as each database takes them: COPY, or one prepared INSERT."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.store.schema import Moment

_CACHE_KIB = 64 * 1024


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
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows(rows)
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN ({options})") as copy:
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
    """Turns an aware moment into what the database keeps; on SQLite as `schema.Moment` does."""
    if connection.dialect.name != "sqlite":
        return lambda moment: moment

    @lru_cache(maxsize=1024)
    def text(moment: datetime | None) -> str | None:
        if moment is None:
            return None
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    return text


def next_numbers(connection: Connection, table: sa.Table, count: int) -> Sequence[int]:
    """Numbers for `count` new rows, in order; nobody else gets them.

    On SQLite the transaction holds the only write lock, and rows are never deleted.
    """
    if connection.dialect.name == "sqlite":
        highest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one() or 0
        return range(highest + 1, highest + 1 + count)
    sequence = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
    query = sa.select(sequence).select_from(sa.func.generate_series(1, count))
    return connection.execute(query).scalars().all()


def widen_cache(connection: Connection) -> None:
    """Let SQLite keep the index it fills in memory; addresses come in no order."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
