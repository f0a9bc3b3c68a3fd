"""A store with an approved issue and readers, a clock that only moves when told, a provider."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from digest.delivery import Limits, Outcome
from digest.model import DeliveryState, Email, Issue, Subscriber, SubscriberStatus
from digest.pipeline import approving, sending
from digest.pipeline.course import Pace
from digest.sealing import Sealer
from digest.settings import Settings, load_settings
from digest.store import Claimant, Store
from digest.store.ledger import Batch
from digest.store.settling import Result
from tests.builders import NOW, make_email, make_issue

ISSUE = 5
SHA = "a" * 64
SECRET = "a secret of the tests"
ROOT = Path(__file__).resolve().parents[1]


class Clock:
    """A moment that moves on by what somebody sleeps."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


class MemoryProvider:
    """Takes batches into memory, each key once; raises what it is told to, first first."""

    name = "memory"
    honours_keys = True
    limits = Limits()

    def __init__(self, *faults: Exception | None) -> None:
        self.faults = list(faults)
        self.batches: list[tuple[str, tuple[str, ...]]] = []
        self.mails: list[tuple[Email, ...]] = []
        self.rejects: set[str] = set()
        self.before: Callable[[], object] = bool

    def size(self, mail: Email) -> int:
        return len(mail.html)

    def send(self, key: str, emails: Iterable[Email], *, at: datetime) -> tuple[Outcome, ...]:
        mails = tuple(emails)
        self.batches.append((key, tuple(mail.to for mail in mails)))
        self.mails.append(mails)
        self.before()
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        return tuple(
            Outcome(DeliveryState.REJECTED, error="no such box")
            if mail.to in self.rejects
            else Outcome(DeliveryState.SENT, provider_id=f"id-{mail.to}")
            for mail in mails
        )


class Kicks:
    """A dispatcher that only notes what it was given; collecting is done by whoever asks."""

    name, shares = "none", False

    def __init__(self, drain: Callable[[int], object] | None = None) -> None:
        self.kicked: list[int] = []
        self._drain = drain

    def __enter__(self) -> Kicks:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def kick(self, issue: int, *, first: Any = None) -> bool:
        self.kicked.append(issue)
        if self._drain:
            self._drain(issue)
        return True

    def is_under_way(self, issue: int) -> bool:
        return False

    def problem(self, issue: int) -> None:
        return None

    def collect(self, shards: Any) -> None:
        pass


def settings_in(folder: Path, **environ: str) -> Settings:
    """The shipped settings, in a folder."""
    shutil.copy(ROOT / "schedules.yaml", folder)
    return load_settings(folder, environ)


def join(store: Store, *names: str, **fields: Any) -> list[Subscriber]:
    """Confirmed readers, whose addresses follow from their names."""
    options = {"status": SubscriberStatus.CONFIRMED, "at": NOW, "evidence": "test", **fields}
    return [store.audience.add(f"{name}@post.example", name, **options)[0] for name in names]


def approved(store: Store, settings: Settings, readers: int = 3, **fields: Any) -> int:
    """The number of an approved issue with as many readers."""
    issue: Issue = make_issue(**fields)
    store.content.save_issue(issue)
    join(store, *(f"reader{number}" for number in range(readers)))
    approving.approve(store, settings, issue.number, now=NOW, without_test=True)
    return issue.number


def send(
    store: Store, settings: Settings, number: int, provider: Any, clock: Clock | None = None,
    **options: Any,
) -> dict[str, int]:  # fmt: skip
    """`sending.send` by a clock of the test's own, without chance."""
    clock = clock or Clock()
    pace = Pace(clock, clock.sleep, **{"chance": lambda: 0.0, **options})
    return sending.send(store, settings, number, provider, pace=pace)


def sealer(secret: str = SECRET, **fields: Any) -> Sealer:
    """What makes the mails of a small issue, in batches as `Limits` says."""
    return Sealer(make_email(to=""), secret=secret, limits=Limits(**fields))


def claim(
    store: Store, limit: int = 100, at: datetime = NOW, owner: str = "elsewhere:1:1",
    keyed: bool = True, early: bool = False, seal: Sealer | None = None,
    issue: int = ISSUE,
) -> Batch | None:  # fmt: skip
    """A claim of the issue by a sender on another machine."""
    who = Claimant(owner, keyed=keyed)
    seal = seal or sealer(mails=limit)
    return store.ledger.claim(issue, SHA, seal, who, at=at, early=early)


def claimed(store: Store, **options: Any) -> Batch:
    """A claim that gets a batch."""
    batch = claim(store, **options)
    assert batch is not None
    return batch


def all_sent(batch: Batch) -> list[Result]:
    """Every recipient of a batch got their mail."""
    return [(one.id, DeliveryState.SENT, f"mail-{one.id}", "") for one in batch.recipients]
