"""Tables as text, one line a row, the same from both databases: to copy them and to compare them.

A line is that of PostgreSQL's COPY in its text format: tabs between values, `\\N` for none,
backslashes before what would break it. SQLite makes the same lines by itself, so that what one
database gives the other takes as it is, and equal rows have equal hashes wherever they lie.
https://www.postgresql.org/docs/current/sql-copy.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StoreError
from digest.store.bulk import widen_cache
from digest.store.migrating import revision_of
from digest.store.schema import HEAD, metadata

OF_THE_PLACE = frozenset({("installation", "place"), ("installation", "moved_to")})
"""Columns that tell where a database lies; a copy has its own."""

_ROWS = 1000
_BREAKS = {"\\": "\\", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
_MEANT = {letter: sign for sign, letter in _BREAKS.items()}
_NUMBER = "recap_number"
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and the SHA-256 of their lines in the order of the key."""

    rows: int
    sha256: str


def tables_of(connection: Connection) -> tuple[sa.Table, ...]:
    """Our tables in a database of this or an older version, each after those it refers to."""
    if revision_of(connection) == HEAD:
        return tuple(metadata.sorted_tables)
    found = sa.MetaData()
    names = set(sa.inspect(connection).get_table_names()) & set(metadata.tables)
    found.reflect(connection, only=sorted(names))
    return tuple(found.sorted_tables)


def copy(
    source: Connection,
    target: Connection,
    tables: Sequence[sa.Table],
    on_rows: Callable[[int], object] = int,
) -> dict[str, Sum]:
    """Copy the rows of tables into empty ones, within the transactions of the caller.

    Args:
        tables: as `tables_of` gives them.
        on_rows: told how many more rows were read.

    Returns:
        What was read of the source, by table.
    """
    widen_cache(target)
    read: dict[str, Sum] = {}
    for table in tables:
        tally = _Tally(on_rows)
        _write(target, table, tally.through(_lines(source, table)))
        read[table.name] = tally.sum
    if target.dialect.name != "sqlite":
        _number_on(target, tables)
        for table in tables:  # else it plans without knowing how much there is
            target.exec_driver_sql(f'ANALYZE "{table.name}"')
    return read


def sums(
    connection: Connection, tables: Sequence[sa.Table], on_rows: Callable[[int], object] = int
) -> dict[str, Sum]:
    """What tables hold, read from what is really stored."""
    found: dict[str, Sum] = {}
    for table in tables:
        tally = _Tally(on_rows)
        for _ in tally.through(_lines(connection, table)):
            pass
        found[table.name] = tally.sum
    return found


def differing(one: Mapping[str, Sum], other: Mapping[str, Sum]) -> tuple[str, ...]:
    """The tables that are not the same in both, by name."""
    return tuple(sorted(name for name in {*one, *other} if one.get(name) != other.get(name)))


class _Tally:
    """Counts and hashes the lines that pass."""

    def __init__(self, on_rows: Callable[[int], object]) -> None:
        self._hash, self._rows, self._on_rows = hashlib.sha256(), 0, on_rows

    def through(self, pieces: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
        for rows, lines in pieces:
            self._hash.update(lines)
            self._rows += rows
            self._on_rows(rows)
            yield lines

    @property
    def sum(self) -> Sum:
        return Sum(self._rows, self._hash.hexdigest())


def _lines(connection: Connection, table: sa.Table) -> Iterator[tuple[int, bytes]]:
    """The lines of a table in the order of its key, some at a time, with how many they are."""
    quote = connection.dialect.identifier_preparer.quote
    sqlite = connection.dialect.name == "sqlite"
    cells = [(_cell_of_sqlite if sqlite else _cell)(quote(c.name), c.type) for c in _columns(table)]
    keys = [_key(quote(column.name), column.type, sqlite) for column in table.primary_key]
    source = f"FROM {quote(table.name)} ORDER BY {', '.join(keys)}"
    driver: Any = connection.connection.driver_connection
    if sqlite:
        driver.create_function(_NUMBER, 1, _number, deterministic=True)
        line = " || char(9) || ".join(f"coalesce({cell}, '\\N')" for cell in cells)
        with _told(connection, table, "read"):
            found = driver.execute(f"SELECT CAST({line} || char(10) AS BLOB) {source}")
            while some := found.fetchmany(_ROWS):
                yield len(some), b"".join(row[0] for row in some)
        return
    question = f"COPY (SELECT {', '.join(cells)} {source}) TO STDOUT"
    with _told(connection, table, "read"), driver.cursor().copy(question) as copied:
        rows = iter(copied)
        while some := list(islice(rows, _ROWS)):
            lines = b"".join(some)
            yield lines.count(b"\n"), lines


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if (table.name, column.name) not in OF_THE_PLACE]


def _key(name: str, kind: sa.types.TypeEngine[Any], sqlite: bool) -> str:
    """Both order texts by their bytes, whatever the language of the database."""
    return name if sqlite or not isinstance(kind, sa.String) else f'{name} COLLATE "C"'


def _cell(name: str, kind: sa.types.TypeEngine[Any]) -> str:
    """A value of PostgreSQL as SQLite keeps it; COPY puts the backslashes in."""
    if _is_moment(kind):
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    if isinstance(kind, sa.Boolean):
        return f"{name}::int"
    return f"{name}::text" if isinstance(kind, sa.JSON) else name


def _cell_of_sqlite(name: str, kind: sa.types.TypeEngine[Any]) -> str:
    """A value as text, with backslashes where COPY would put them."""
    if _is_moment(kind) or isinstance(kind, (sa.Boolean, sa.Integer)):
        return name
    if isinstance(kind, sa.Float):
        return f"{_NUMBER}({name})"
    escaped = name
    for sign, letter in _BREAKS.items():
        escaped = f"replace({escaped}, char({ord(sign)}), '\\{letter}')"
    breaks = "'*[\\' || char(8) || '-' || char(13) || ']*'"
    return f"CASE WHEN {name} GLOB {breaks} THEN {escaped} ELSE {name} END"


def _is_moment(kind: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(getattr(kind, "impl", kind), sa.DateTime)


def _number(value: float | None) -> str | None:
    """As PostgreSQL writes it, from 0.0001 up to 1e15: as many digits as tell it apart."""
    return None if value is None else repr(value).removesuffix(".0")


def _write(connection: Connection, table: sa.Table, pieces: Iterable[bytes]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = [quote(column.name) for column in _columns(table)]
    into = f"{quote(table.name)} ({', '.join(columns)})"
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        with _told(connection, table, "written"):
            driver.executemany(f"INSERT INTO {into} VALUES ({marks})", _rows(pieces, table))
        return
    connection.exec_driver_sql("SET LOCAL TimeZone TO 'UTC'")
    into = f"COPY {into} FROM STDIN"
    with _told(connection, table, "written"), driver.cursor().copy(into) as copied:
        for lines in pieces:
            copied.write(lines)


@contextmanager
def _told(connection: Connection, table: sa.Table, what: str) -> Iterator[None]:
    """Name the database and the table that failed; two of them are at work."""
    driver = connection.dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise StoreError(
            f"table {table.name} of `{connection.engine.url.database}` cannot be {what}: {reason}",
            hint="mend that, and try again; nothing was kept of the copy",
        ) from error


def _rows(pieces: Iterable[bytes], table: sa.Table) -> Iterator[Sequence[str | float | None]]:
    """The values of lines; SQLite makes whole numbers of them by the types of its columns."""
    kinds = enumerate(column.type for column in _columns(table))
    floats = [place for place, kind in kinds if isinstance(kind, sa.Float)]
    for piece in pieces:
        for line in piece.decode().split("\n")[:-1]:
            cells: list[Any] = line.split("\t")
            if "\\" in line:
                cells = [_read(cell) for cell in cells]
            for place in floats:  # SQLite's own reading may miss the last digit
                cells[place] = None if cells[place] is None else float(cells[place])
            yield cells


def _read(cell: str) -> str | None:
    if cell == "\\N":
        return None
    return _ESCAPED.sub(lambda found: _MEANT[found[1]], cell) if "\\" in cell else cell


def _number_on(connection: Connection, tables: Sequence[sa.Table]) -> None:
    """Let PostgreSQL number the next rows after those that were copied."""
    for table in tables:
        key = table.autoincrement_column
        if key is None:
            continue
        sequence = connection.scalar(
            sa.select(sa.func.pg_get_serial_sequence(table.name, key.name))
        )
        highest = connection.scalar(sa.select(sa.func.max(key)))
        if sequence and highest:
            connection.execute(sa.select(sa.func.setval(sequence, highest)))
