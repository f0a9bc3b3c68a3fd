"""Which of several processes on one database runs the schedules: the one that holds its lock.

On PostgreSQL it is an advisory lock, which the server gives back with the connection that took it;
on SQLite it is a lock on a file beside the database, which the system gives back with the process.
It spares work and confusion. What guards a period is its unique row.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import StoreError
from digest.store.database import Database

_ADVISORY_LOCK = 7_332_251_908
"""Any number that no other program is likely to lock by, and not that of migrations."""

_KEEPALIVES = {"tcp_keepalives_idle": 20, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}
"""Seconds and tries after which the server gives up a machine that was cut off."""


class Leadership:
    """The lock of one database, as this process holds it or not."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._file: int | None = None
        self._connection: Connection | None = None

    def hold(self) -> bool:
        """Take the lock, or see that it is still ours; False while another process has it.

        Raises:
            StoreError: the database cannot be reached, or its folder not written to.
        """
        with self._turn:
            return self._hold_file() if self._database.is_sqlite else self._hold_advisory()

    def release(self) -> None:
        """Give the lock back; without it, nothing happens."""
        with self._turn:
            if self._file is not None:
                os.close(self._file)
                self._file = None
            self._drop_connection()

    def is_held(self) -> bool:
        """Whether any process has it, this one included; the lock is left as it is.

        Raises:
            StoreError: as `hold` says.
        """
        with self._turn:
            if self._file is not None or self._connection is not None:
                return True
            other = Leadership(self._database)
        try:
            return not other.hold()
        finally:
            other.release()

    def _hold_file(self) -> bool:
        if self._file is not None:
            return True
        path = Path(f"{self._database.url.database}.leader")
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"{path}, which keeps two processes from doing one thing, cannot be opened: "
                f"{error.strerror or error}",
                hint="let this user write to it and to its folder",
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _hold_advisory(self) -> bool:
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except SQLAlchemyError:  # the server gave the lock back with the connection
                self._drop_connection()
            else:
                return True
        try:
            options = {"isolation_level": "AUTOCOMMIT"}
            connection = self._database.engine.connect().execution_options(**options)
        except SQLAlchemyError as error:
            raise self._database.explain(error) from error
        for name, value in _KEEPALIVES.items():
            connection.exec_driver_sql(f"SET {name} = {value}")
        taken = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_ADVISORY_LOCK)))
        if not taken.scalar_one():
            connection.close()
            return False
        self._connection = connection
        return True

    def _drop_connection(self) -> None:
        """Give the lock back and close the connection, as far as there still is one.

        The server would give it back as well, but only once it sees that the connection is gone.
        """
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.execute(sa.select(sa.func.pg_advisory_unlock(_ADVISORY_LOCK)))
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
            with suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None
