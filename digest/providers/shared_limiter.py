"""Paces calls to an API together with every other process that calls it for the same account."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from digest.attempts import Turns
from digest.errors import NotAcceptedError, StoreError
from digest.providers.limiter import MARGIN, seconds

AHEAD = 0.04
"""Seconds that the turns of one look at the row cover.

Below 25 calls a second each turn is a look of its own; above, the row is written 25 times a second
at most, however high the limit.
"""

LATE = 0.05
"""Seconds after which a turn that was not used is lost: the margin has no room for a later call."""

LONGEST = 20.0
"""Seconds that a call waits here at most; its lease has room for them, and for the call itself."""

_PAUSE = 1.0

log = logging.getLogger("digest")


class Paces(Protocol):
    """Where the turns are kept, by account: `digest.store.pace`."""

    def reserve(self, account: str, *, calls: float, ahead: float) -> Turns:
        """Take the turns of so many seconds if it is time; `calls` a second of a new account."""
        ...

    def refused(self, account: str, *, pause: float) -> None:
        """A call was one too many, and everybody is to wait so many seconds."""
        ...

    def learn(self, account: str, calls: float) -> None:
        """So many calls a second may be made."""
        ...


class SharedLimiter:
    """The `Limiter` of many processes: each turn is taken from a row that all of them share.

    Args:
        paces: keeps the row.
        account: whose limit it is.
        rate: calls a second until an answer has named the limit.
        clock: seconds that only ever grow.
        sleep: waits the given seconds.
    """

    def __init__(
        self,
        paces: Paces,
        account: str,
        rate: float,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
    ) -> None:
        self._paces, self._account, self._limit = paces, account, rate
        self._clock, self._sleep = clock, sleep
        self._asking = threading.Lock()  # one thread asks for all, so that few stand in line
        self._turns: list[float] = []  # moments that are ours, the latest first

    @property
    def per_second(self) -> float:
        """Calls a second of the whole account."""
        return self._limit * MARGIN

    def wait(self) -> float:
        """Sleep until the next call may go; see `Limiter.wait`.

        Raises:
            NotAcceptedError: that would take longer than 20 s: the provider wants a pause, or there
                are more senders than turns.
            StoreError: the row cannot be reached.
        """
        until = self._clock() + LONGEST
        if not self._asking.acquire(timeout=LONGEST):
            raise _no_turn(LONGEST)
        try:
            at = self._take(until)
        finally:
            self._asking.release()
        if at > self._clock():
            self._sleep(at - self._clock())
        return at

    def heard(self, at: float, headers: Mapping[str, str], *, refused: bool) -> None:
        """Learn from an answer, for everybody; see `Limiter.heard`.

        A row that cannot be reached is no reason to forget an answer: what it says is lost.
        """
        limit = seconds(headers.get("ratelimit-limit", ""))
        asked = seconds(headers.get("retry-after", ""))
        reset = seconds(headers.get("ratelimit-reset", ""))
        try:
            if limit and limit != self._limit:
                self._limit = limit
                self._paces.learn(self._account, limit * MARGIN)
            if refused:
                self._turns = []
                self._paces.refused(
                    self._account, pause=asked if asked is not None else reset or _PAUSE
                )
        except StoreError as error:
            log.warning("the shared pace was not told of an answer: %s", error.problem)

    def _take(self, until: float) -> float:
        """The moment of our next turn, taken from the row if none is left."""
        while True:
            now = self._clock()
            while self._turns and self._turns[-1] < now - LATE:
                self._turns.pop()
            if self._turns:
                return self._turns.pop()
            given = self._paces.reserve(self._account, calls=self._limit * MARGIN, ahead=AHEAD)
            now = self._clock()
            if given.count:
                self._turns = [now + n * given.apart for n in range(given.count)][::-1]
            elif now + given.wait > until:
                raise _no_turn(given.wait)
            else:
                self._sleep(given.wait)


def _no_turn(wait: float) -> NotAcceptedError:
    return NotAcceptedError(
        f"the account has no turn for another call within {wait:.0f} s",
        hint="nothing to do: the same batch is tried again under the same key",
        retry_after=wait,
    )
