"""The queue that workers share, kept by Procrastinate in PostgreSQL: what is put into it, and how.

A job carries ids only. Its `queueing_lock` lets one of its kind wait; it has no `lock`, which a
worker that was killed would keep (procrastinate issue 1408).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from digest.errors import StoreError

SENDING, COLLECTING, UPKEEP = "recap-sending", "recap-collecting", "recap-upkeep"
"""The queues; each has workers of its own, so that a long round holds up neither mail nor sweep."""

DRAIN, COLLECT, SWEEP = "recap.drain", "recap.collect", "recap.sweep"
"""The tasks, as jobs name them."""

CONNECT_SECONDS = 10
BEAT = 5.0
"""Seconds between two signs of life of a worker."""

STALLED = 20.0
"""Seconds without one after which a worker counts as dead, and its jobs are anybody's."""

_MISSING = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedObject,
    psycopg.errors.UndefinedFunction,
)

_UNDER_WAY = """
    SELECT job.queueing_lock FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.queueing_lock LIKE %s AND (job.status = 'todo'
        OR job.status = 'doing' AND worker.last_heartbeat > now() - %s)
"""


def server_address(url: str) -> str:
    """A database address as libpq reads it, without the driver that SQLAlchemy may be told."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)


class Queue:
    """Puts jobs into the queue of one database; a connection a call, for there are few calls.

    Raises:
        StoreError: by each method; the database cannot be reached, or has no queue.
    """

    def __init__(self, url: str) -> None:
        self._address = server_address(url)
        self._app = App(connector=SyncPsycopgConnector())

    def drain(self, issue: int, slots: Sequence[int], *, after: float = 0.0) -> int:
        """Have an issue drained in these slots; returns how many jobs are new.

        Args:
            after: seconds before which they do not run.
        """
        with self._connection() as connection:
            return sum(
                self._defer(
                    connection, DRAIN, SENDING, _lock(issue, slot), after, issue=issue, slot=slot
                )
                for slot in slots
            )

    def collect(self, shards: Sequence[int]) -> None:
        """Have shards of a round worked off."""
        with self._connection() as connection:
            for shard in shards:
                self._defer(connection, COLLECT, COLLECTING, f"collect:{shard}", 0.0, shard=shard)

    def slots_under_way(self, issue: int) -> frozenset[int]:
        """The slots of an issue that wait, or that a living worker is at."""
        given = (f"{_lock(issue, '')}%", timedelta(seconds=STALLED))
        with self._connection() as connection:
            found = connection.execute(_UNDER_WAY, given).fetchall()
        return frozenset(int(lock.rpartition(":")[2]) for (lock,) in found)

    def kick(self, issue: int, slots: int) -> int:
        """Have an issue drained in each slot that nobody is at; returns how many jobs are new."""
        free = sorted(set(range(slots)) - self.slots_under_way(issue))
        return self.drain(issue, free)

    def _defer(
        self, connection: psycopg.Connection, task: str, queue: str, lock: str, after: float,
        **ids: int,
    ) -> bool:  # fmt: skip
        deferrer = self._app.configure_task(
            task,
            queue=queue,
            queueing_lock=lock,
            schedule_in={"seconds": after} if after else None,
            connection=connection,
        )
        try:
            deferrer.defer(**ids)
        except AlreadyEnqueued:
            return False
        return True

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(
                self._address, autocommit=True, connect_timeout=CONNECT_SECONDS
            ) as connection:
                yield connection
        except (psycopg.Error, ConnectorException) as error:
            raise unreachable(error) from error


def no_queue() -> StoreError:
    """The database has no queue yet."""
    return StoreError(
        "the database has no queue for workers yet", hint="run `recap upgrade` to prepare it"
    )


def unreachable(error: Exception) -> StoreError:
    """What went wrong with the queue, in its driver's first line."""
    cause = error.__cause__ or error
    if isinstance(cause, _MISSING):
        return no_queue()
    reason = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    return StoreError(
        f"the queue of the workers cannot be used: {reason}",
        hint="check that PostgreSQL is running, and that RECAP_DATABASE_URL is right",
    )


def _lock(issue: int, slot: int | str) -> str:
    return f"drain:{issue}:{slot}"
