"""How an installation stands, in facts that a person or a program can read; changes nothing."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from digest.delivery import MailEventKind
from digest.model import DeliveryState, IssueStatus
from digest.pipeline.backups import FOLDER
from digest.pipeline.upcoming import next_runs, next_send, week_of_send
from digest.settings import Settings
from digest.store.census import UNDER_WAY

if TYPE_CHECKING:
    from digest.store import Mails, Queue, Store, Tally

FAILED = "failed"
"""How the outcome of a step begins that did not do its work."""

RATE_OVER = timedelta(minutes=5)
"""The mails settled within it say how fast an issue leaves."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a schedule: its last period and its next; None where there is none."""

    schedule: str
    step: str
    last_at: datetime | None
    outcome: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that fails; `since` is when it was last good, None if it never was."""

    name: str
    since: datetime | None
    why: str
    times: int


@dataclass(frozen=True, slots=True)
class IssueStanding:
    """An issue that is not over, or the last one.

    Attributes:
        sent, left, rejected: mails; what is left may still leave.
        unknown: mails of which a person has to find out whether they left.
        parked: batches that wait for a person.
        per_minute: mails settled a minute, of late.
        leaves_at: when a schedule is to send it; None if none does so by itself.
        bounced, complained: of those that were sent.
    """

    number: int
    title: str
    status: IssueStatus
    held_because: str
    sent: int
    left: int
    rejected: int
    unknown: int
    parked: int
    per_minute: float
    leaves_at: datetime | None
    bounced: int
    complained: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that `recap status` tells.

    Attributes:
        running: whether something runs the schedules.
        present: the newest issue that is neither sent nor skipped; None if there is none.
        last: the one sent last.
        sources: by state: ok, failing, muted, unasked.
        notices, reports: those that wait, the second of the provider.
        free, size: bytes left on the disk, and of the database.
    """

    at: datetime
    running: bool
    steps: tuple[Step, ...]
    sources: dict[str, int]
    failing: tuple[Failing, ...]
    present: IssueStanding | None
    last: IssueStanding | None
    notices: Queue
    reports: Queue
    subscribers: dict[str, int]
    free: int
    size: int
    last_backup: datetime | None


def look(store: Store, settings: Settings, *, now: datetime, running: bool) -> Standing:
    """How the installation stands now."""
    census = store.census.count(now)
    rows = store.content.issues()
    over = (IssueStatus.SENT, IssueStatus.SKIPPED)
    present = [row.number for row in rows if row.status not in over]
    sent = [row.number for row in rows if row.status is IssueStatus.SENT]
    return Standing(
        at=now,
        running=running,
        steps=_steps(store, settings, now),
        sources=dict(census.sources),
        failing=_failing(store),
        present=_issue(store, settings, present[-1], now) if present else None,
        last=_issue(store, settings, sent[-1], now) if sent else None,
        notices=census.notices,
        reports=census.reports,
        subscribers=store.census.subscribers(),
        free=shutil.disk_usage(settings.folder).free,
        size=store.census.size(),
        last_backup=last_backup(settings.folder),
    )


def _steps(store: Store, settings: Settings, now: datetime) -> tuple[Step, ...]:
    last = {step.schedule: step for step in store.census.count(now).steps}
    found = []
    for schedule in settings.schedules:
        coming = {step: at for at, step in next_runs(schedule, now=now, count=1)}
        for step, _ in schedule.steps:
            was = last.get(f"{schedule.id}/{step}")
            begun = was.due_at if was else None
            outcome = (was.outcome or "not over") if was else ""
            found.append(Step(schedule.id, step, begun, outcome, coming.get(step)))
    return tuple(found)


def _failing(store: Store) -> tuple[Failing, ...]:
    """Those that fail, the longest first."""
    muted = {source.name for source in store.content.sources() if source.muted}
    found = [
        Failing(name, health.good_at, health.error, health.failures)
        for name, health in store.visits.healths().items()
        if health.failures and name not in muted
    ]
    return tuple(sorted(found, key=lambda one: (-one.times, one.name)))


def _issue(store: Store, settings: Settings, number: int, now: datetime) -> IssueStanding:
    row = store.content.issue_row(number)
    counted: Mails | Tally
    if row.status is IssueStatus.SENDING:
        counted = tally = store.ledger.outcomes.tally(number, since=now - RATE_OVER)
        recent = tally.recent
    else:  # which is counted in half the time
        counted, recent = store.census.mails_of(number), 0
    states, fates = counted.states, counted.fates
    return IssueStanding(
        number=number,
        title=row.title,
        status=row.status,
        held_because=row.held_because,
        sent=states[DeliveryState.SENT],
        left=states[DeliveryState.PLANNED] + states[DeliveryState.CLAIMED],
        rejected=states[DeliveryState.REJECTED],
        unknown=states[DeliveryState.UNKNOWN],
        parked=len(store.ledger.waiting(number)) if row.status in UNDER_WAY else 0,
        per_minute=recent / (RATE_OVER.total_seconds() / 60),
        leaves_at=_leaves_at(settings, row.week, now),
        bounced=fates.get(MailEventKind.BOUNCED.value, 0),
        complained=fates.get(MailEventKind.COMPLAINED.value, 0),
    )


def _leaves_at(settings: Settings, week: str, now: datetime) -> datetime | None:
    """When the issue of a week is sent by a schedule; None if that was, or never is."""
    for schedule in settings.schedules:
        at = next_send(schedule, now)
        if at is not None and str(week_of_send(schedule, at)) == week:
            return at
    return None


def last_backup(project: Path) -> datetime | None:
    """When the newest file among the backups was written; None without one."""
    folder, times = project / FOLDER, []
    for entry in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # an old one that is taken away just now
            if not entry.name.startswith("."):
                times.append(entry.stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None
