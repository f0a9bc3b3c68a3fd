"""Whether this process can do its work now: the database, the thread that runs the schedules.

A broken edit of schedules.yaml is no reason: the last good one stays in force, which is told
elsewhere. Anybody may ask, so the reasons name no place and no person.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.errors import DigestError
from digest.pipeline.heartbeat import Heartbeat
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.store import Store

KEPT_SECONDS = 2.0
"""For so long an answer is given again: who asks a thousand times a second costs no more."""

log = logging.getLogger("digest")


class Readiness:
    """Looks when it is asked, at most once in two seconds; any number of threads.

    Args:
        heart: of the thread that runs the schedules; None in a process that runs none.
        clock: seconds that only ever grow.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        heart: Heartbeat | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._store, self._heart, self._clock = settings, store, heart, clock
        self._looking = threading.Lock()
        self._looked_at: float | None = None
        self._reasons: tuple[str, ...] = ()

    def reasons(self) -> tuple[str, ...]:
        """Why not, a sentence each; nothing if all is well."""
        # While one thread looks, which may take long, the others are told what was seen last.
        with_wait = self._looked_at is None
        if self._looking.acquire(blocking=with_wait):
            try:
                now = self._clock()
                if self._looked_at is None or now - self._looked_at >= KEPT_SECONDS:
                    self._look()
                    self._looked_at = now
            finally:
                self._looking.release()
        return self._reasons

    def _look(self) -> None:
        found = (self._database(), self._thread())
        reasons = tuple(filter(None, found))
        for reason in set(reasons) - set(self._reasons):
            log.warning("not ready: %s", reason)
        self._reasons = reasons

    def _database(self) -> str:
        try:
            self._store.check()
        except DigestError:
            return "the database does not answer, or is not of this version"
        return ""

    def _thread(self) -> str:
        if self._heart is None or self._heart.is_fresh:
            return ""
        return f"the schedules have not been looked at for {self._heart.age:.0f} s"
