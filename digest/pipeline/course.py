"""One sender's course through an issue: claim, send, settle, until nothing is left for it to do.

The ledger is asked and told from one thread; only the provider is called from others, so that the
time until it answers is used for the next batch.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from digest.attempts import Breaker, backoff
from digest.delivery import Outcome
from digest.errors import (
    BatchRefusedError,
    ContradictionError,
    DeliveryError,
    DigestError,
    NotAcceptedError,
    ProviderRefusedError,
    RecipientDelayedError,
    StateError,
    StoreError,
)
from digest.instruments import MAILS
from digest.pipeline.underway import under_way
from digest.sealing import Sealer
from digest.store.claiming import Batch, Claimant
from digest.store.ledger import Ledger
from digest.store.owners import this_process

if TYPE_CHECKING:
    from digest.providers import Provider

LOOK = 1.0
"""Seconds between two looks at what may go, while nothing may."""

CHECKED_EVERY = timedelta(seconds=30)
"""Between two looks at how many mails bounced."""

WRITTEN_WITHIN = timedelta(seconds=60)
"""How long an outcome is kept here while the database is away; the lease of its batch is longer."""

REFUSED_IN_A_ROW = 3
"""Batches of one mail refused, or answers that do not fit: the fault is that of all mails."""

log = logging.getLogger("digest")


@dataclass(frozen=True, slots=True)
class Pace:
    """What a sender does not decide by itself: time, chance, and when it is enough.

    Attributes:
        clock: the current moment; the database's, so that senders agree on leases.
        sleep: waits the given seconds while nothing may be sent.
        chance: 0 to 1, spreads the waits of several senders.
        stop: asked between batches; once it says so, those under way are settled and no other is
            begun.
        patient: keep asking a provider from which nothing came in this run; else that is an error.
    """

    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    chance: Callable[[], float] = random.random
    stop: Callable[[], bool] = bool
    patient: bool = False


@dataclass
class Course:
    """What `digest.pipeline.sending.send` describes, from the first claim on.

    Attributes:
        content: hash of the approved mail.
        hold: stops the issue, with the reason.
        problem: why the issue must not go on by itself; "" if it may.
        reach: told the number of each batch before it leaves.
        on_batch: told how many mails each batch finished.
        breaker: keeps back what would only wait at a provider that does not answer.
    """

    ledger: Ledger
    provider: Provider
    issue: int
    content: str
    seal: Sealer
    hold: Callable[[str], None]
    problem: Callable[[], str]
    reach: Callable[[int], None]
    pace: Pace
    on_batch: Callable[[int], object] = int
    breaker: Breaker = field(default_factory=Breaker)
    _flying: dict[Future[tuple[Outcome, ...]], Batch] = field(default_factory=dict)
    _ended: DigestError | None = None
    _got_through: bool = False
    _recovered: bool = False
    _refused: int = 0
    _failures: Counter[int] = field(default_factory=Counter)
    _checked_at: datetime | None = None

    def run(self) -> None:
        """Go on until nothing is left that this sender could do; errors as `send` raises them."""
        who = Claimant(this_process(), keyed=self.provider.honours_keys)
        with (
            under_way(f"sending issue {self.issue}"),
            ThreadPoolExecutor(self.provider.limits.lanes) as pool,
        ):
            while True:
                batch = None if self._is_full() else self._claim(who)
                if batch is not None:
                    self.reach(batch.number)
                    call = pool.submit(
                        self.provider.send, batch.key, batch.mails, at=self.pace.clock()
                    )
                    self._flying[call] = batch
                elif self._flying:
                    self._settle_next()
                elif self._is_over():
                    break
                else:
                    self.pace.sleep(LOOK)
        if self._ended is not None:
            raise self._ended

    def _is_full(self) -> bool:
        """No further batch may be begun now."""
        if self._ended is not None or self.pace.stop():
            return True
        now = self.pace.clock()
        lanes = 1 if self.breaker.is_open else self.provider.limits.lanes
        return len(self._flying) >= lanes or self.breaker.wait(now) > 0

    def _is_over(self) -> bool:
        """Nothing is under way, and nothing will be."""
        if self._ended is not None or self.pace.stop():
            return True
        if self.breaker.wait(self.pace.clock()) > 0:
            return False
        return self.ledger.next_due(self.issue, self.pace.clock()) is None

    def _claim(self, who: Claimant) -> Batch | None:
        now, early = self.pace.clock(), self.breaker.is_open or self._recovered
        try:
            self._check_reputation(now)
            batch = self.ledger.claim(self.issue, self.content, self.seal, who, at=now, early=early)
        except (StateError, StoreError) as error:  # it was stopped, or the database is away
            self._ended = error
            return None
        if batch is None:
            self._recovered = False
        return batch

    def _check_reputation(self, now: datetime) -> None:
        if self._checked_at is not None and now < self._checked_at + CHECKED_EVERY:
            return
        self._checked_at = now
        if problem := self.problem():
            self.hold(problem)

    def _settle_next(self) -> None:
        """Wait for the next answer and write down what it means."""
        done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        for call in done:
            batch = self._flying.pop(call)
            try:
                outcomes = call.result()
            except DeliveryError as error:
                self._write_down(partial(self._failed, batch, error))
            except StoreError as error:  # the pace is kept there, and nothing was sent
                self._ended = error
                away = NotAcceptedError(error.problem, retry_after=LOOK)
                self._write_down(partial(self._failed, batch, away))
            else:
                self._write_down(partial(self._answered, batch, outcomes))

    def _write_down(self, settle: Callable[[], None]) -> None:
        """What is known of a batch is not forgotten because the database is away for a moment."""
        until = self.pace.clock() + WRITTEN_WITHIN
        while True:
            try:
                return settle()
            except StoreError:
                if self.pace.clock() >= until:
                    raise
                self.pace.sleep(LOOK)

    def _answered(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        results = [
            (person.id, outcome.state, outcome.provider_id, outcome.error)
            for person, outcome in zip(batch.recipients, outcomes, strict=True)
        ]
        # The provider is back: what waits for it goes at once, however long it was to wait.
        self._recovered = self._recovered or self.breaker.is_open
        self.breaker.succeeded()
        self._got_through, self._refused = True, 0
        self._failures.pop(batch.number, None)
        if self.ledger.finish(batch, results, self.pace.clock()):
            for outcome in outcomes:
                MAILS.labels(outcome.state.value).inc()
            self.on_batch(len(results))

    def _failed(self, batch: Batch, error: DeliveryError) -> None:
        """The table of outcomes: what is known of the batch decides what becomes of it."""
        now, told = self.pace.clock(), error.problem
        if isinstance(error, NotAcceptedError):
            pause = error.retry_after or self._pause(batch)
            self.ledger.release(batch, told, now, accepted=False, wait=pause)
            if isinstance(error, RecipientDelayedError):  # the server itself is well
                self.breaker.succeeded()
                self._got_through = True
            else:
                self._count_failure(error, now, pause)
        elif isinstance(error, BatchRefusedError):
            self.breaker.succeeded()
            self._got_through = True
            ours = self.ledger.split(batch, self.seal, self.content, told, now)
            if ours and len(batch.recipients) == 1:
                self.on_batch(1)
                self._count_refusal(error)
        elif isinstance(error, ContradictionError):
            about = {"issue": self.issue, "batch": batch.number}
            log.error("batch %s waits for a person: %s", batch.number, told, extra=about)
            self.ledger.park(batch, told, now)
            self._count_refusal(error)
        elif isinstance(error, ProviderRefusedError):
            self.ledger.release(batch, told, now, accepted=False)
            self._stop_issue(error, error.retry_after)
        elif self.provider.honours_keys:
            pause = self._pause(batch)
            self.ledger.release(batch, told, now, accepted=True, wait=pause)
            self._count_failure(error, now)
        else:
            self.ledger.park(batch, told, now, state="unknown")
            self._count_failure(error, now)

    def _pause(self, batch: Batch) -> float:
        """Seconds until a batch goes again, longer with each failure that this sender saw of it.

        Attempts are more than that: a sender that was killed is no sign of a provider's trouble.
        """
        self._failures[batch.number] += 1
        return backoff(self._failures[batch.number], self.pace.chance())

    def _count_failure(self, error: DeliveryError, now: datetime, pause: float = 0.0) -> None:
        """Too many in a row: only probes go; if nothing ever got through, that is the answer."""
        self._recovered = False
        self.breaker.failed(now, pause)
        if self.breaker.is_open and not self._got_through and not self.pace.patient:
            self._ended = error

    def _count_refusal(self, error: DeliveryError) -> None:
        """Refusals in a row are the fault of all mails, and would use up reader after reader."""
        self._refused += 1
        if self._refused >= REFUSED_IN_A_ROW:
            self._stop_issue(error)

    def _stop_issue(self, error: DeliveryError, wait: float | None = None) -> None:
        """Hold the issue for a person, unless one has done so already."""
        because = error.problem
        if wait:
            until = self.pace.clock() + timedelta(seconds=wait)
            because += f"; it may be well again from {until:%Y-%m-%d %H:%M} UTC on"
        try:
            self.hold(because)
        except StateError:
            log.info("issue %s is held already", self.issue, extra={"issue": self.issue})
        self._ended = error
