"""A worker over one project: what it needs is checked before it takes its first job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from digest.engine import check_installed
from digest.errors import ConfigError
from digest.model import IssueStatus
from digest.pipeline.draining import Drainer, provider_of
from digest.pipeline.highwater import HighWater
from digest.pipeline.sharding import work_off
from digest.settings import Settings
from digest.settings.engine import PROCRASTINATE
from digest.store import open_store

if TYPE_CHECKING:
    from digest.engine.worker import Worker
    from digest.store import Store


@contextmanager
def working(
    settings: Settings, *, concurrency: int, now: datetime, hung: Callable[[], object] = int
) -> Iterator[Worker]:
    """A worker, ready to run; its database is open until the block ends.

    Args:
        hung: called if jobs go on long after the worker was told to stop.

    Raises:
        ConfigError: the project has no queue to take jobs from, or no provider to send through.
        StoreError: the database or its queue is missing, out of reach, or of another version.
        StateError: mail must not leave from this folder yet; says how to let it.
    """
    if settings.engine != PROCRASTINATE:
        raise ConfigError(
            f"a worker takes jobs from a queue, and the engine is `{settings.engine}`",
            hint="write `engine: procrastinate` in schedules.yaml, with a PostgreSQL database",
        )
    check_installed()
    from digest.engine.queue_schema import check_queue
    from digest.engine.worker import Work, Worker

    with open_store(settings.database_url) as store:
        check_queue(settings.database_url)
        provider = provider_of(settings, store)
        HighWater(store, settings.folder, now=now)
        work = Work(
            drain=Drainer(store, settings, lambda: provider, patient=True),
            collect=lambda shard: work_off(store, settings, shard),
            under_way=lambda: issues_under_way(store),
            slots=settings.sending.senders,
        )
        yield Worker(settings.database_url, work, concurrency=concurrency, hung=hung)


def issues_under_way(store: Store) -> tuple[int, ...]:
    """The issues in sending that a drain could get on with, or close.

    One of which only batches are left that wait for a person is not among them.
    """
    now = store.ledger.clock()()
    rows = store.content.issues()
    sending = [row.number for row in rows if row.status is IssueStatus.SENDING]
    return tuple(
        number
        for number in sending
        if store.ledger.next_due(number, now) is not None or not store.ledger.waiting(number)
    )
