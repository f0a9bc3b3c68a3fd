"""Paces calls to an API by what its answers say of the rate (`ratelimit-*`, `retry-after`)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping

from digest.errors import NotAcceptedError

MARGIN = 0.94
"""Share of the limit that is used at first: the server's clock and the way there are not ours.

Calls whose ways differ by 20 ms meet the limit then less than once in a thousand.
"""

LONGEST = 10.0
"""Seconds that a call waits here at most; a longer wait is its caller's, before a new lease."""

# How several senders find their shares: fitted on the senders that tests/unit/test_limiter.py has.
_LEAST_SHARE = 0.1
_AFTER_REFUSAL = 0.5
_AFTER_FULL = 0.9
_GAIN = 0.01
_WINDOW = 1.0
_WIDER, _LEAST_MARGIN = 0.02, 0.8  # where a sender alone on its account is refused all the same


class Limiter:
    """Lets calls through at 94 % of the rate that the server names, and slower while it refuses.

    Several senders that share one limit find their shares by themselves: a refusal halves the pace,
    a limit that the others have used up takes a tenth of it, each success gives a little back. One
    that is refused though nobody else calls keeps a wider margin from then on.

    Args:
        rate: calls a second until an answer has named the limit.
        clock: seconds that only ever grow.
        sleep: waits the given seconds.
    """

    def __init__(
        self, rate: float, *, clock: Callable[[], float], sleep: Callable[[float], object]
    ) -> None:
        self._limit = rate
        self._margin, self._share = MARGIN, 1.0
        self._clock, self._sleep = clock, sleep
        self._next = clock()
        self._ours: deque[float] = deque()
        self._counts: dict[float, int] = {}
        self._lock = threading.Lock()

    @property
    def per_second(self) -> float:
        """Calls a second at the present pace."""
        return self._limit * self._margin * self._share

    def wait(self) -> float:
        """Sleep until the next call may go.

        Returns:
            The moment it was let through, for `heard`.

        Raises:
            NotAcceptedError: that would take longer than 10 s; says how long.
        """
        with self._lock:
            now = self._clock()
            at = max(now, self._next)
            if at - now > LONGEST:
                raise NotAcceptedError(
                    f"the provider asked for a pause of which {at - now:.0f} s are left",
                    hint="nothing to do: the same batch is tried again under the same key",
                    retry_after=at - now,
                )
            self._next = at + 1 / self.per_second
            self._ours.append(at)
            while self._ours[0] <= at - _WINDOW:
                self._ours.popleft()
            self._counts[at] = len(self._ours)  # others wait for later moments meanwhile
        if at > now:
            self._sleep(at - now)
        return at

    def heard(self, at: float, headers: Mapping[str, str], *, refused: bool) -> None:
        """Learn from an answer.

        Args:
            at: when its call was let through.
            headers: of the answer, names in lower case.
            refused: it said that there were too many calls.
        """
        limit, left, reset = (
            seconds(headers.get(f"ratelimit-{name}", ""))
            for name in ("limit", "remaining", "reset")
        )
        with self._lock:
            self._limit = limit or self._limit
            ours = self._counts.pop(at, 0)
            if refused:
                if self._limit > ours:
                    self._take(_AFTER_REFUSAL)
                else:
                    self._margin = max(self._margin - _WIDER, _LEAST_MARGIN)
                asked = seconds(headers.get("retry-after", ""))
                self._pause(asked if asked is not None else reset or _WINDOW)
                return
            # Our own calls use the limit up now and then and the pace allows for that; only
            # somebody else's are a reason to stand back. A reset is told in whole seconds, so one
            # of a second says no more than that the next call's time is not yet there.
            if left == 0 and self._limit > ours:
                self._take(_AFTER_FULL)
                self._pause(reset if reset and reset > _WINDOW else 1 / self._limit)
            else:
                self._share = min(self._share + _GAIN, 1.0)

    def _take(self, part: float) -> None:
        self._share = max(self._share * part, _LEAST_SHARE)

    def _pause(self, length: float) -> None:
        self._next = max(self._next, self._clock() + length)


def seconds(text: str) -> float | None:
    """A header's number; None if it is none, such as the date that `retry-after` may be."""
    return float(text) if text.replace(".", "", 1).isdecimal() and text.isascii() else None
