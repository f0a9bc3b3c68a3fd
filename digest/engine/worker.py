"""One worker: takes jobs from the queue until it is told to stop, and gives stalled ones back.

Three queues have a worker each in this process: mail, rounds of collecting, and the sweep, which
must not wait behind either. Where the database goes away they end, and begin anew once it is back.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, ProcrastinateException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT

from digest.engine import Drain
from digest.engine.queue import (
    BEAT,
    COLLECT,
    COLLECTING,
    DRAIN,
    SENDING,
    STALLED,
    SWEEP,
    UPKEEP,
    Queue,
    server_address,
)
from digest.errors import DigestError, StoreError

EVERY = "* * * * * */10"
"""When the sweep runs, as croniter reads it: every ten seconds."""

POLL = 5.0
"""Seconds after which a worker looks at its queue without having been told of a job."""

GRACE = 8.0
"""Seconds that jobs have to settle what is in flight once the worker is told to stop."""

HARD_STOP = 9.5
"""Seconds after which nothing more is waited for: a call to a provider can take longer."""

REOPEN = 2.0
"""Seconds between two tries to reach a database that is away."""

log = logging.getLogger("digest")


@dataclass(frozen=True, slots=True)
class Work:
    """What the pipeline hands in.

    Attributes:
        drain: sends what is owed of an issue.
        collect: works off a shard of a round of collecting.
        under_way: the issues that are in sending.
        slots: how many jobs drain one issue side by side.
    """

    drain: Drain
    collect: Callable[[int], object]
    under_way: Callable[[], Sequence[int]]
    slots: int


class Worker:
    """Takes jobs until it is stopped.

    Args:
        url: of the PostgreSQL database.
        concurrency: jobs that drain issues at the same time, each a thread.
        hung: called if jobs go on for `HARD_STOP` after the worker was told to stop.
    """

    def __init__(
        self, url: str, work: Work, *, concurrency: int, hung: Callable[[], object] = int
    ) -> None:
        self._url, self._work, self._concurrency = url, work, concurrency
        self._hung = threading.Timer(HARD_STOP, hung)
        self._hung.daemon = True
        self._queue = Queue(url)
        self._over = threading.Event()  # the worker is to end
        self._pause = threading.Event()  # the jobs are to end, for the database was away

    def run(self) -> None:
        """Work until SIGTERM or SIGINT comes, or `stop` is called; in the main thread."""
        asyncio.run(self._run())
        self._hung.cancel()

    def stop(self) -> None:
        """Begin no other job, settle what is in flight, give the jobs back."""
        if not self._over.is_set():
            self._over.set()
            self._hung.start()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._concurrency + 4))
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        while not self._over.is_set():
            self._pause.clear()
            try:
                await self._work_while_it_lasts()
            except (psycopg.Error, ProcrastinateException) as error:
                log.warning("the queue is away: %s", _first_line(error))
            if not self._over.is_set():
                await asyncio.sleep(REOPEN)

    async def _work_while_it_lasts(self) -> None:
        """Until the worker is stopped, or the database has gone away."""
        queues = {SENDING: self._concurrency, COLLECTING: 1, UPKEEP: 1}
        connector = PsycopgConnector(
            conninfo=server_address(self._url), min_size=1, max_size=len(queues) + 1, timeout=10
        )
        app = self._app(connector)
        async with app.open_async():
            running = [
                asyncio.create_task(_take_jobs(app, queue, concurrency))
                for queue, concurrency in queues.items()
            ]
            told = asyncio.create_task(self._told_to_stop())
            await asyncio.wait([*running, told], return_when=asyncio.FIRST_COMPLETED)
            self._pause.set()
            for task in (*running, told):
                task.cancel()
            await asyncio.gather(*running, told, return_exceptions=True)

    async def _told_to_stop(self) -> None:
        while not self._over.is_set():
            await asyncio.sleep(0.1)

    def _app(self, connector: PsycopgConnector) -> App:
        app = App(connector=connector)
        app.task(name=DRAIN)(self._drain)
        app.task(name=COLLECT)(self._collect)

        async def sweep(timestamp: int) -> None:
            await self._give_back(app)
            await asyncio.to_thread(self._kick_all)

        app.periodic(cron=EVERY)(app.task(name=SWEEP, queue=UPKEEP, queueing_lock=SWEEP)(sweep))
        return app

    def _is_over(self) -> bool:
        return self._over.is_set() or self._pause.is_set()

    def _drain(self, issue: int, slot: int) -> None:
        """One run of a slot; it puts itself into the queue again while there is more to do."""
        try:
            wait = self._work.drain(issue, slot, self._is_over)
            if wait is not None:
                self._queue.drain(issue, [slot], after=wait)
        except DigestError as error:  # the sweep looks at the issue again, if it is under way still
            log.error("issue %s: %s", issue, error.problem)

    def _collect(self, shard: int) -> None:
        try:
            self._work.collect(shard)
        except DigestError as error:
            log.error("collecting, shard %s: %s", shard, error.problem)

    async def _give_back(self, app: App) -> None:
        """Let the jobs of workers that are dead run again."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            log.warning("a worker has died: %s is anybody's again", job.queueing_lock)
            await _retry(app, job)

    def _kick_all(self) -> None:
        """Fill the queue again with what is under way, whatever became of its jobs."""
        try:
            for issue in self._work.under_way():
                self._queue.kick(issue, self._work.slots)
        except StoreError as error:
            log.warning("%s", error.problem)


async def _take_jobs(app: App, queue: str, concurrency: int) -> None:
    await app.run_worker_async(
        queues=[queue],
        concurrency=concurrency,
        name=queue,
        delete_jobs="always",  # the ledger says what was done, the log what was not
        fetch_job_polling_interval=POLL,
        listen_notify=queue == SENDING,
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE,
        update_heartbeat_interval=BEAT,
        stalled_worker_timeout=STALLED,
    )


async def _retry(app: App, job: Job) -> None:
    """Queue a stalled job again, unless a twin of it waits there: that one does the work."""
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation as error:
        if error.constraint_name != QUEUEING_LOCK_CONSTRAINT:
            raise
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    except ConnectorException as error:
        log.info(
            "%s: %s", job.queueing_lock, _first_line(error)
        )  # it has come to its end meanwhile


def _first_line(error: BaseException) -> str:
    cause = error.__cause__ or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
