"""The drain that every engine runs: an issue under way, for a while, by one of its senders."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digest.attempts import Breaker
from digest.engine import Dispatcher, Stop, open_dispatcher
from digest.errors import StateError
from digest.model import DeliveryState, IssueStatus
from digest.pipeline.course import Pace
from digest.pipeline.sending import drain
from digest.providers import open_provider
from digest.settings import Settings
from digest.settings.engine import PROCRASTINATE

if TYPE_CHECKING:
    from digest.engine.jobs import Jobs
    from digest.providers import Provider
    from digest.store import Store

BUDGET = 45.0
"""Seconds of one run; then whoever else waits has a turn."""

_OPEN = (DeliveryState.PLANNED, DeliveryState.CLAIMED)


@dataclass
class Drainer:
    """`digest.engine.Drain` over a store and the provider of its project.

    Attributes:
        provider: opens it, when the first issue is drained.
        patient: keep asking a provider from which nothing came at all; else that is an error.
        budget: seconds of one run.
        clock: seconds that only ever grow, for the budget.
    """

    store: Store
    settings: Settings
    provider: Callable[[], Provider]
    patient: bool = False
    budget: float = BUDGET
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _opened: Provider | None = None
    _got_through: set[int] = field(default_factory=set)
    # What one run learned of a provider that does not answer, the next one of its slot knows.
    _breakers: dict[tuple[int, int], Breaker] = field(default_factory=dict)

    def __call__(self, issue: int, slot: int, stop: Stop) -> float | None:
        """See `digest.engine.Drain`; an issue that was held or is sent is at its end, quietly."""
        if not self._is_under_way(issue):
            self._forget(issue, slot)
            return None
        now = self.store.ledger.clock()()
        if self.store.ledger.next_due(issue, now) is None and self.store.ledger.later(issue, now):
            return None  # all that is left waits for its readers' hour
        until = self.clock() + self.budget
        breaker = self._breakers.setdefault((issue, slot), Breaker())
        pace = Pace(
            self.store.ledger.clock(),
            self.sleep,
            stop=lambda: stop() or self.clock() >= until,
            patient=self.patient or issue in self._got_through,
        )
        self._opened = self._opened or self.provider()
        try:
            counts = drain(
                self.store, self.settings, issue, self._opened, pace=pace, breaker=breaker,
                on_batch=lambda _: self._got_through.add(issue),
            )  # fmt: skip
        except StateError:
            if self._is_under_way(issue):  # it is this sender that may not send
                raise
            self._forget(issue, slot)
            return None
        now = pace.clock()
        left = any(counts[state] for state in _OPEN)
        if left and (breaker.is_open or self.store.ledger.next_due(issue, now) is not None):
            return breaker.wait(now)
        self._forget(issue, slot)  # what is left waits for its readers' hour: who looks then asks
        return None

    def _is_under_way(self, issue: int) -> bool:
        return self.store.content.issue_row(issue).status is IssueStatus.SENDING

    def _forget(self, issue: int, slot: int) -> None:
        self._breakers.pop((issue, slot), None)
        self._got_through.discard(issue)


def provider_of(settings: Settings, store: Store) -> Provider:
    """The project's provider, which keeps one pace with the senders on other machines.

    Raises:
        ConfigError: it lacks its key or server.
    """
    if settings.engine != PROCRASTINATE or settings.provider != "resend":
        return open_provider(settings)
    from digest.providers.resend import CALLS_PER_SECOND
    from digest.providers.shared_limiter import SharedLimiter

    mark = hashlib.sha256(f"{settings.resend_api_url} {settings.resend_api_key}".encode())
    limiter = SharedLimiter(
        store.paces,
        f"resend {mark.hexdigest()[:16]}",
        CALLS_PER_SECOND,
        clock=time.monotonic,
        sleep=time.sleep,
    )
    return open_provider(settings, limiter=limiter)


def dispatcher_of(settings: Settings, store: Store, jobs: Jobs) -> Dispatcher:
    """The project's dispatcher, which drains with `Drainer` what is drained in this process.

    Args:
        jobs: its threads.
    """
    drainer = Drainer(store, settings, lambda: provider_of(settings, store))
    return open_dispatcher(settings, jobs, drainer)
