"""Whose turn it is at each host: one request at a time, with a pause after each, fewer if asked."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from digest.model import Pause
from digest.sources.backoff import is_over

REMEMBERED = timedelta(days=7)
"""How long a host that said "too many requests" is asked more slowly."""


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> datetime:
        """This moment, aware, in UTC; it never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back when that time has passed."""
        ...


class SteadyClock:
    """The clock of one run: starts at a given moment and runs on, whatever the system's does."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._zero = time.monotonic()

    def now(self) -> datetime:
        """The moment it started at, and what has passed since."""
        return self._start + timedelta(seconds=time.monotonic() - self._zero)

    async def sleep(self, seconds: float) -> None:
        """Really sleep."""
        await asyncio.sleep(seconds)


class HostPaused(Exception):
    """The host is not to be asked for longer than anybody here waits; `until` says how long."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(host)
        self.host = host
        self.until = until


class Hosts:
    """The turns at all hosts of one round, and the pauses that they asked for.

    Args:
        apart: seconds between the end of a request and the next to the same host.
        apart_limited: the same for a host that has said "too many requests" lately.
        patience: a pause of up to so many seconds is waited for, a longer one is not.
        known: pauses of earlier rounds.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        apart: float,
        apart_limited: float,
        patience: float,
        known: Iterable[Pause] = (),
    ) -> None:
        self._clock = clock
        self._apart = timedelta(seconds=apart)
        self._apart_limited = timedelta(seconds=apart_limited)
        self._patience = timedelta(seconds=patience)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._left: dict[str, datetime] = {}
        self._pauses = {pause.host: pause for pause in known}

    async def enter(self, host: str) -> None:
        """Wait for this host's turn; whoever comes first goes first. End it with `leave`.

        Raises:
            HostPaused: the host is paused for longer than the patience.
        """
        await self._turns[host].acquire()
        try:
            wait = self._wait(host)
            if wait > timedelta(0):
                await self._clock.sleep(wait.total_seconds())
        except BaseException:
            self._turns[host].release()
            raise

    def leave(self, host: str) -> None:
        """The request to this host is over."""
        self._left[host] = self._clock.now()
        self._turns[host].release()

    def pause(self, pause: Pause) -> None:
        """Keep to what a host has just asked for."""
        known = self._pauses.get(pause.host)
        limited = pause.limited_at or (known.limited_at if known else None)
        self._pauses[pause.host] = replace(pause, limited_at=limited)

    def _wait(self, host: str) -> timedelta:
        now = self._clock.now()
        pause = self._pauses.get(host)
        wait = timedelta(0)
        if pause is not None and not is_over(pause.until, now):
            wait = pause.until - now
            if wait > self._patience:
                raise HostPaused(host, pause.until)
        left = self._left.get(host)
        if left is not None:
            wait = max(wait, left + self._between(pause, now) - now)
        return wait

    def _between(self, pause: Pause | None, now: datetime) -> timedelta:
        limited = pause.limited_at if pause else None
        if limited is None or not timedelta(0) <= now - limited < REMEMBERED:
            return self._apart
        return max(self._apart, self._apart_limited)
