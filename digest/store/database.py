"""One database behind its address: connections, transactions, and failures in plain words.

SQLite is set up for a ledger: every commit reaches the disk (`synchronous=FULL`), a write takes
its lock at the start (`BEGIN IMMEDIATE`) instead of failing half way, and waits up to 10 s for
another writer. PostgreSQL is used through psycopg 3 as it comes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from digest.errors import ConfigError, StoreError

BUSY_SECONDS = 10
_Value = TypeVar("_Value")
_BEGIN = "recap_begin"
_CHUNK = 1000
_LAST_SIGN = "\U0010ffff"
_Failures = tuple[tuple[tuple[str, ...], str, str], ...]
MOVED = "this database was moved to "
"""How a database that was moved refuses every write; its new address follows."""

_MOVED = (
    (MOVED,),
    "nothing is written to {place}: {reason}",
    "name its new address as RECAP_DATABASE_URL in .env, and start recap again",
)
_SQLITE_FAILURES: _Failures = (
    _MOVED,
    (
        ("is locked",),
        "database {place} is in use by another process",
        "wait for the other recap command to end, then try again",
    ),
    (
        ("readonly database", "unable to open database file"),
        "database {place} cannot be opened for writing",
        "check that its folder exists and that you may write to the file and to the folder",
    ),
    (
        ("not a database", "malformed"),
        "{place} is not a database, or it is damaged",
        "check RECAP_DATABASE_URL, or put back a backup",
    ),
    (
        ("disk i/o error", "disk is full"),
        "the disk under database {place} is full or failing",
        "free some space, then try again; nothing was half-written",
    ),
)
_POSTGRES_FAILURES: _Failures = (
    _MOVED,
    (
        ("permission denied", "read-only"),
        "database {place} cannot be written: {reason}",
        "let this user create and write tables, or check RECAP_DATABASE_URL",
    ),
    (
        ('fatal:  database "',),
        "there is no database {place}",
        "run `recap init` to make it, or check RECAP_DATABASE_URL",
    ),
    (
        ("connection", "could not translate", "timeout", "resolve"),
        "database {place} cannot be reached: {reason}",
        "check that PostgreSQL is running, and that RECAP_DATABASE_URL is right",
    ),
)


def read_url(text: str) -> URL:
    """The address with the driver this package uses.

    Args:
        text: `sqlite:///recap.db`, `postgresql://user:password@host/name` (or `postgres://`).

    Raises:
        ConfigError: another kind of database, no address at all, or SQLite in memory, which
            would forget everything at the end of each command. Passwords are not shown.
    """
    hint = "write `sqlite:///recap.db` or `postgresql://user:password@host/name`"
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError("RECAP_DATABASE_URL is not a database address", hint=hint) from None
    kind = url.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise ConfigError(f"RECAP_DATABASE_URL names the unknown database `{kind}`", hint=hint)
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise ConfigError("RECAP_DATABASE_URL names no SQLite file", hint=hint)
    return url.set(drivername="sqlite").update_query_dict(
        {"timeout": url.query.get("timeout", str(BUSY_SECONDS))}
    )


def _place(url: URL) -> str:
    """The file, or the address without password and options."""
    if url.drivername == "sqlite":
        return f"`{url.database}`"
    shown = url.set(drivername="postgresql", query={}, password=None)
    return f"`{shown.render_as_string(hide_password=True)}`"


class Database:
    """Connections to one database, and the few things its two dialects say differently.

    Attributes:
        place: the file or address, without a password, for messages.
        engine: SQLAlchemy's engine; use `read` and `write` instead where possible.

    Raises:
        ConfigError: the address cannot be used, or psycopg is not installed.
    """

    def __init__(self, url: str, *, enforce_references: bool = True) -> None:
        self.url = read_url(url)
        self.place = _place(self.url)
        self.is_sqlite = self.url.drivername == "sqlite"
        self.engine = _engine(self.url, enforce_references=enforce_references)
        self._writer = self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the data; any failure is a `StoreError`."""
        with self._plain_words(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Many looks at the data as it stood at the first of them, while others write on."""
        steady = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._plain_words(), self.engine.execution_options(**steady).begin() as connection:
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """No transaction at all, for the few statements that refuse to be in one."""
        options = {_BEGIN: ""} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        with self._plain_words(), self.engine.execution_options(**options).connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is committed at the end, or nothing.

        Raises:
            StoreError: locked, read-only, full, gone, or a rule of the schema is broken.
        """
        with self._in_turn(), self._plain_words(), self._writer.begin() as connection:
            yield connection

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def begins(self, column: sa.Column[str], start: str) -> sa.ColumnElement[bool]:
        """That a text begins so, letter by letter; on SQLite by the column's index."""
        if self.is_sqlite:  # its LIKE takes no notice of case, and so of no index either
            return sa.and_(column >= start, column < start + _LAST_SIGN)
        return column.startswith(start, autoescape=True)

    def lock(self, connection: Connection, table: sa.Table) -> None:
        """Keep other writers off `table` until the transaction ends; readers go on.

        On SQLite the transaction itself has done so.
        """
        if not self.is_sqlite:
            connection.exec_driver_sql(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def explain(self, error: SQLAlchemyError) -> StoreError:
        """What went wrong in words of the user's world, and what to do.

        Only the driver's own first line is ever quoted: no statement, no parameter, no password.
        """
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        reason = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
        failures = _SQLITE_FAILURES if self.is_sqlite else _POSTGRES_FAILURES
        for words, problem, hint in failures:
            if any(word in reason.casefold() for word in words):
                return StoreError(problem.format(place=self.place, reason=reason), hint=hint)
        return StoreError(f"database {self.place} refused a step: {reason}")

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let threads write to SQLite one after the other: it wakes nobody, waiters sleep and ask.

        Who waits for too long goes on, and is told by SQLite that the database is in use.
        """
        held = self.is_sqlite and self._turn.acquire(timeout=BUSY_SECONDS)
        try:
            yield
        finally:
            if held:
                self._turn.release()

    @contextmanager
    def _plain_words(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self.explain(error) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise StoreError(f"database {self.place} cannot hold a value: {error}") from error


def rows_changed(connection: Connection, statement: sa.Insert | sa.Update) -> int:
    """Run a statement and count the rows it wrote; an INSERT that met a conflict wrote none."""
    # For an INSERT the count is lost unless it is asked for.
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount


def chunks(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """The values in pieces that one statement can take."""
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def found(connection: Connection, column: sa.Column[str], values: Sequence[str]) -> set[str]:
    """Which of the values the column holds."""
    held: set[str] = set()
    wanted = column.in_(sa.bindparam("values", expanding=True))
    for chunk in chunks(values):
        held.update(
            connection.execute(sa.select(column).where(wanted), {"values": chunk}).scalars()
        )
    return held


def _engine(url: URL, *, enforce_references: bool) -> sa.Engine:
    if url.drivername == "sqlite":
        engine = sa.create_engine(url, hide_parameters=True)
        _prepare_sqlite(engine, enforce_references=enforce_references)
        return engine
    try:
        return sa.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": BUSY_SECONDS},
        )
    except ImportError:
        raise ConfigError(
            "RECAP_DATABASE_URL names a PostgreSQL database, but psycopg is not installed",
            hint="run `pip install weekly-ai-recap[postgres]`",
        ) from None


def _prepare_sqlite(engine: sa.Engine, *, enforce_references: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late and is never IMMEDIATE; ours is sent below.
        raw.isolation_level = None
        raw.execute("PRAGMA synchronous=FULL")
        # Keys come in no order: their pages (16 MB) stay at hand, and are written back less often.
        raw.execute("PRAGMA cache_size=-16000")
        raw.execute("PRAGMA wal_autocheckpoint=4000")
        raw.execute(f"PRAGMA foreign_keys={'ON' if enforce_references else 'OFF'}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
        if statement:
            connection.exec_driver_sql(statement)
