"""Stops a command that runs for months: what can be settled is, and then it ends, within 10 s.

What is left is safe wherever it is cut off: the ledger, the occurrences and what was collected say
where it was, and the next start goes on from there.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from digest.cli.console import say

SECONDS = 8.0
"""For what is under way. systemd and Docker kill after 10 s unless they are told otherwise."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger("digest")


@contextmanager
def stopping(stop: threading.Event, *, within: float = SECONDS) -> Iterator[None]:
    """Let a signal end the block: it sets `stop`; a second one, or the time, ends the process.

    The process that is ended by the time has done what it was told, and ends with 0; the one that
    is ended by a second signal ends with 128 and its number, as a shell says it.

    Args:
        within: seconds from the first signal to the end.
    """
    inner, outer = os.pipe()

    def told(number: int, frame: object) -> None:
        os.write(outer, bytes((number,)))  # nothing else is safe wherever a signal may come

    before = {name: signal.signal(name, told) for name in SIGNALS}
    watch = threading.Thread(target=_watch, args=(inner, stop, within), name="stopping")
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
        os.close(outer)  # ends the watch, unless it has been told something


def _watch(inner: int, stop: threading.Event, within: float) -> None:
    first = os.read(inner, 1)
    if not first:
        return
    stop.set()
    end = time.monotonic() + within
    again = b""
    while not again and (left := end - time.monotonic()) > 0:
        if select.select([inner], [], [], left)[0]:
            again = os.read(inner, 1)
            if not again:  # the block is over; what holds up the end of the process is watched
                time.sleep(max(end - time.monotonic(), 0))
    _end(128 + again[0] if again else 0, within)


def _end(code: int, within: float) -> None:
    """End now, whatever runs."""
    from digest.pipeline.underway import all_under_way

    left = ", ".join(all_under_way()) or "closing what is open"
    why = "told so twice" if code else f"not over after {within:.0f} s"
    log.warning("stopped in the middle, %s: %s", why, left, extra={"left": left})
    say("stopped", f"in the middle of it ({left}); the next start goes on from there")
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)
