"""schedules.yaml becomes APScheduler jobs; every job only looks at what is due.

The jobs are rebuilt from the file whenever the process starts or the file changes, and kept
nowhere else. A trigger that fires late, twice or not at all changes nothing: a tick every half
minute looks at the same, and the unique row of a period decides who does it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from digest.engine import Dispatcher
from digest.errors import DigestError
from digest.pipeline.heartbeat import Heartbeat
from digest.pipeline.ticking import COLLECTING, ISSUING, Ticker
from digest.pipeline.upcoming import Rule
from digest.settings import Settings
from digest.store import Store

TICK = 30
"""Seconds between two looks."""

GRACE = 30
"""Seconds after which a trigger that is late is left to the next tick."""

LANES: tuple[Collection[str], ...] = (COLLECTING, ISSUING)

log = logging.getLogger("digest")


class Scheduler:
    """The schedules of one process: it leads, or waits until the one that does is gone.

    Args:
        current: the settings as they are now; asked before each look.
        dispatcher_of: what those settings say of who has issues drained and sources asked.
        heart: beaten at every look for issues.
    """

    def __init__(
        self,
        store: Store,
        current: Callable[[], Settings],
        dispatcher_of: Callable[[Settings], Dispatcher],
        *,
        clock: Callable[[], datetime],
        heart: Heartbeat | None = None,
    ) -> None:
        self._store, self._current, self._clock = store, current, clock
        self._dispatcher_of, self._stop = dispatcher_of, threading.Event()
        self._heart = heart or Heartbeat()
        self._locks = {lane: threading.Lock() for lane in LANES}
        self._ticker = self._made_of(current())
        self._jobs = BackgroundScheduler(timezone=UTC)
        self._leads = False

    def run(self, stop: threading.Event) -> None:
        """Go on until `stop` is set; what is under way then comes to its end.

        A fault of the program in a look ends it and is raised.
        """
        self._stop = stop
        self._ticker = self._made_of(self._ticker.settings)
        self._add_triggers()
        self._jobs.start()
        try:
            with ThreadPoolExecutor(len(LANES)) as pool:
                looking = [pool.submit(self._keep_looking, lane, stop) for lane in LANES]
                for one in looking:
                    one.add_done_callback(lambda _: stop.set())
                for one in looking:
                    one.result()
        finally:
            self._jobs.shutdown(wait=True)
            self._store.leadership.release()

    def _keep_looking(self, lane: Collection[str], stop: threading.Event) -> None:
        """Look at every tick, counted by a clock that nobody sets back."""
        self.look(lane)
        while not stop.wait(TICK):
            self.look(lane)

    def look(self, lane: Collection[str]) -> None:
        """Do what is due of a lane's steps, unless a thread is at it or another process leads."""
        if lane == ISSUING:
            self._heart.beat()
        lock = self._locks[tuple(lane)]
        if not lock.acquire(blocking=False):
            return
        try:
            self._reread()
            if self._may_lead():
                self._ticker.tick(self._clock(), lane)
        except DigestError as error:
            log.error("schedules: %s; looked at again in %d s", error.problem, TICK)
        finally:
            lock.release()

    def _made_of(self, settings: Settings) -> Ticker:
        dispatcher = self._dispatcher_of(settings)
        return Ticker(self._store, settings, dispatcher, self._stop.is_set)

    def _may_lead(self) -> bool:
        leads = self._store.leadership.hold()
        if leads is not self._leads:
            self._leads = leads
            log.info("schedules: %s", "led by this process" if leads else "another process leads")
        return leads

    def _reread(self) -> None:
        """Go by the file as it is now."""
        settings = self._current()
        if settings is not self._ticker.settings:
            self._ticker = self._made_of(settings)
            self._add_triggers()
            log.info("schedules: schedules.yaml was changed, and is followed from now on")

    def _add_triggers(self) -> None:
        """A job a step, so that it happens at its minute and not up to a tick later."""
        self._jobs.remove_all_jobs()
        for schedule in self._ticker.settings.schedules:
            for step, _ in schedule.steps:
                lane = next(lane for lane in LANES if step in lane)
                self._jobs.add_job(
                    self.look, Rule.of(schedule, step).trigger, args=(lane,),
                    id=f"{schedule.id}/{step}", coalesce=True, max_instances=1,
                    misfire_grace_time=GRACE,
                )  # fmt: skip
