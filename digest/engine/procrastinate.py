"""The engine of many machines: an issue is drained by jobs that any worker takes.

The queue is no truth: it says who should look, the ledger what is owed. A queue that is lost is
filled again by the next kick, and `digest.engine.worker` kicks what is under way by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from digest.engine import Stop
from digest.engine.inline import job_name
from digest.engine.jobs import Jobs
from digest.engine.queue import Queue
from digest.errors import DigestError


class Queued:
    """A job a slot of an issue; see `digest.engine.Dispatcher`.

    Args:
        url: of the PostgreSQL database, which holds the queue as well.
        jobs: for what has to happen in this process first.
        slots: how many jobs drain one issue side by side.
    """

    name = "procrastinate"
    shares = True

    def __init__(self, url: str, jobs: Jobs, *, slots: int) -> None:
        self._queue, self._jobs, self._slots = Queue(url), jobs, slots

    def __enter__(self) -> Queued:
        return self

    def __exit__(self, *_: object) -> None:
        self._jobs.end()

    def kick(self, issue: int, *, first: Callable[[Stop], bool] | None = None) -> bool:
        """See `Dispatcher.kick`."""
        if first is None:
            return self._queue.kick(issue, self._slots) > 0

        def work(stop: Stop) -> None:
            if first(stop):
                self._queue.kick(issue, self._slots)

        return self._jobs.begin(job_name(issue), work)

    def is_under_way(self, issue: int) -> bool:
        """See `Dispatcher.is_under_way`."""
        return self._jobs.is_running(job_name(issue)) or bool(self._queue.slots_under_way(issue))

    def problem(self, issue: int) -> DigestError | None:
        """See `Dispatcher.problem`; a worker's own is in its log, and in the ledger."""
        return self._jobs.problem(job_name(issue))

    def collect(self, shards: Sequence[int]) -> None:
        """See `Dispatcher.collect`."""
        self._queue.collect(shards)
