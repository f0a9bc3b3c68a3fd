"""schedules.yaml becomes APScheduler jobs; the occurrence table says what has happened already.

A trigger only says that a step is due. The unique row (schedule, period) decides whether it
runs, so a clock that goes back, a second process or a restart can't make it run twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from digest.errors import DigestError
from digest.model import IssueStatus, Week
from digest.occurrences import period_of
from digest.pipeline import collecting, drafting, editorial, sending
from digest.pipeline.course import Pace
from digest.pipeline.upcoming import next_issues, trigger_of
from digest.providers import Provider, open_provider
from digest.settings import Schedule, Settings
from digest.store import Store, open_store

SCHEDULE = "schedule"
"""Who did it, where a step was due."""

log = logging.getLogger("digest")

GRACE_SECONDS = 3600
"""A trigger that is late by more than this (a machine asleep) does not fire any more."""


def build_scheduler(
    settings: Settings, run: Callable[[Schedule, str], None]
) -> BackgroundScheduler:
    """A scheduler with a job a step, not started yet.

    Args:
        run: called with the schedule and the step's name when it is due.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    for schedule in settings.schedules:
        for step, moment in schedule.steps:
            scheduler.add_job(
                run,
                trigger_of(schedule, moment),
                args=(schedule, step),
                id=f"{schedule.id}/{step}",
                coalesce=True,
                max_instances=1,
                misfire_grace_time=GRACE_SECONDS,
            )
    return scheduler


def run_step(
    store: Store,
    settings: Settings,
    schedule: Schedule,
    step: str,
    *,
    now: datetime,
    provider: Callable[[Settings], Provider] = open_provider,
    stop: Callable[[], bool] = bool,
) -> str:
    """Do one step of a schedule unless its period has seen it; returns what happened, in words.

    A step that fails says so in its outcome and is not tried again in its period; an operator
    runs the same command by hand.

    Args:
        stop: asked while mails leave; once it says so, no other batch is begun.
    """
    period = period_of(step, now, schedule.zone)
    if not store.ledger.occurrences.begin(f"{schedule.id}/{step}", period, due_at=now):
        return f"{step} {period}: done already"
    try:
        outcome = _STEPS[step](store, settings, now, provider, stop)
    except DigestError as error:
        outcome = f"failed: {error.problem}"
    store.ledger.occurrences.done(f"{schedule.id}/{step}", period, outcome=outcome, at=now)
    return f"{step} {period}: {outcome}"


def _collect(
    store: Store,
    settings: Settings,
    now: datetime,
    provider: Callable[[Settings], Provider],
    stop: Callable[[], bool],
) -> str:
    counts = collecting.collect(store, settings, now=now).counts
    return f"{counts['new']} new items, {counts['failed']} of {counts['sources']} sources failed"


def _draft(
    store: Store,
    settings: Settings,
    now: datetime,
    provider: Callable[[Settings], Provider],
    stop: Callable[[], bool],
) -> str:
    issue = drafting.draft(store, settings, week=Week.of(now, settings.schedule.zone), now=now)
    editorial.owe_draft_ready(
        store,
        settings,
        issue,
        schedule=settings.schedule,
        send_at=next_issues(settings, now)[settings.schedule.id],
        now=now,
    )
    return f"issue {issue.number}, revision {issue.revision}, {len(issue.stories)} stories"


def _send(
    store: Store,
    settings: Settings,
    now: datetime,
    provider: Callable[[Settings], Provider],
    stop: Callable[[], bool],
) -> str:
    """Send what is approved; a draft that nobody approved stays where it is."""
    ready = (IssueStatus.APPROVED, IssueStatus.SENDING)
    told = []
    for row in store.content.issues():
        if row.status in ready:
            counts = sending.send(
                store,
                settings,
                row.number,
                provider(settings),
                pace=Pace(store.ledger.clock(), time.sleep, stop=stop, patient=True),
                by=SCHEDULE,
            )
            told.append(f"issue {row.number}: {counts.get('sent', 0)} sent")
    return "; ".join(told) or "no issue is approved, nothing was sent"


_STEPS = {"collect": _collect, "draft": _draft, "send": _send}


def run_forever(settings: Settings, stop: threading.Event) -> None:
    """Run every schedule until `stop` is set; each step opens the store for itself."""

    def run(schedule: Schedule, step: str) -> None:
        with open_store(settings.database_url) as store:
            now = datetime.now(UTC)
            log.info(run_step(store, settings, schedule, step, now=now, stop=stop.is_set))

    scheduler = build_scheduler(settings, run)
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
