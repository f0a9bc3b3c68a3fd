"""When the thread that runs the schedules last went round, for those who ask whether it lives."""

from __future__ import annotations

import time
from collections.abc import Callable

STALE = 180.0
"""Seconds without a beat after which the thread is taken to hang: six of its rounds."""


class Heartbeat:
    """Beaten by one thread, read by any; nobody waits for anybody.

    Args:
        clock: seconds that only ever grow.
        wall: seconds since 1970, for a chart.

    Attributes:
        last_at: when it was beaten last, seconds since 1970; 0 before the first time.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._clock, self._wall = clock, wall
        self._last = clock()  # a thread that never begins hangs too
        self.last_at = 0.0

    def beat(self) -> None:
        """The thread is here; to be called each round, and within long work."""
        self._last = self._clock()
        self.last_at = self._wall()

    @property
    def age(self) -> float:
        """Seconds since the last beat, or since this was made."""
        return self._clock() - self._last

    @property
    def is_fresh(self) -> bool:
        """Whether the thread goes on."""
        return self.age <= STALE
