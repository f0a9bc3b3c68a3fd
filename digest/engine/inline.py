"""The engine of one process: an issue is drained by a thread of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from digest.engine import Drain, Stop
from digest.engine.jobs import Jobs
from digest.errors import DigestError

LOOK = 0.2
"""Seconds between two looks at whether to stop, while nothing may be sent."""


class Inline:
    """A thread an issue; see `digest.engine.Dispatcher`.

    Args:
        jobs: the threads, which end with it.
        sleep: waits the given seconds.
    """

    name = "inline"
    shares = False

    def __init__(
        self, jobs: Jobs, drain: Drain, *, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._jobs, self._drain, self._sleep = jobs, drain, sleep

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None:
        self._jobs.end()

    def kick(self, issue: int, *, first: Callable[[Stop], bool] | None = None) -> bool:
        """See `Dispatcher.kick`."""

        def work(stop: Stop) -> None:
            if first is not None and not first(stop):
                return
            while not stop():
                wait = self._drain(issue, 0, stop)
                if wait is None:
                    return
                self._pass(wait, stop)

        return self._jobs.begin(job_name(issue), work)

    def is_under_way(self, issue: int) -> bool:
        """See `Dispatcher.is_under_way`."""
        return self._jobs.is_running(job_name(issue))

    def problem(self, issue: int) -> DigestError | None:
        """See `Dispatcher.problem`."""
        return self._jobs.problem(job_name(issue))

    def collect(self, shards: Sequence[int]) -> None:
        """Nobody else would: whoever collects does all of it."""

    def _pass(self, wait: float, stop: Stop) -> None:
        for _ in range(round(wait / LOOK)):
            if stop():
                return
            self._sleep(LOOK)


def job_name(issue: int) -> str:
    """What the thread of an issue is called."""
    return f"sending issue {issue}"
