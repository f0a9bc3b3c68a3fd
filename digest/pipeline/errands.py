"""What has to be done soon and by nobody in particular: reports applied, notices sent, a purge.

It is a loop for a thread beside the pages and the schedules; a page that made work wakes it.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from digest.errors import DigestError
from digest.model import RunReport
from digest.pipeline.alarms import owe_alerts, owe_slow_alerts
from digest.pipeline.editorial import owe_alert
from digest.pipeline.live import LiveSettings
from digest.pipeline.notices import send_notices
from digest.pipeline.purging import purge
from digest.pipeline.upcoming import next_issue
from digest.pipeline.webhooks import apply_reports
from digest.settings import FILE
from digest.store.webhooks import UNKNOWN

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import Store

LOOK = 2.0
"""Seconds between two looks while nobody wakes it."""

FULL_LOOK = timedelta(minutes=1)
"""Between two looks at reports that have waited for longer, and at issues that need a person."""

SLOW_LOOK = timedelta(hours=1)
"""Between two looks at what takes long to look at: every source, every mail of an issue."""

PURGED_EVERY = timedelta(days=1)

log = logging.getLogger("digest")


def run_errands(
    store: Store,
    live: LiveSettings,
    provider: Callable[[], Provider],
    *,
    clock: Callable[[], datetime],
    stop: threading.Event,
    wake: threading.Event,
) -> None:
    """Go on until `stop` is set (and `wake` with it); what fails is logged and tried again.

    Args:
        live: an edit of schedules.yaml holds from the next round on.
        provider: gives the one of the settings in force.
        wake: set by whoever made work, and cleared here.
    """
    full_at = slow_at = purge_at = clock()
    while not stop.is_set():
        wake.clear()
        now = clock()
        live.look()
        settings = live.current()
        full = now >= full_at
        with _logged():
            _tell(apply_reports(store, now=now, fresh_only=not full))
        if full:
            full_at = now + FULL_LOOK
            with _logged():
                owe_alerts(store, settings, now)
                _owe_broken_file(store, live, now)
        if now >= slow_at:
            slow_at = now + SLOW_LOOK
            with _logged():
                owe_slow_alerts(store, settings, now)
        if now >= purge_at:
            purge_at = now + PURGED_EVERY
            with _logged():
                _tell_purge(purge(store, settings.keep, now=now))
        with _logged():
            send_notices(
                store,
                settings,
                provider(),
                clock=clock,
                next_issue=partial(next_issue, settings),
                stop=stop.is_set,
            )
        wake.wait(LOOK)


@contextmanager
def _logged() -> Iterator[None]:
    """What goes wrong inside is logged and tried again later; it keeps nothing else from going."""
    try:
        yield
    except DigestError as error:
        log.error("%s", error.problem, extra={"error": type(error).__name__})


def _owe_broken_file(store: Store, live: LiveSettings, now: datetime) -> None:
    """Owe operators the word of an edit of schedules.yaml that cannot be used, once an edit."""
    if (problem := live.problem) is not None:
        mark = hashlib.sha256(problem.problem.encode()).hexdigest()[:12]
        owe_alert(
            store, live.current(), f"file-{mark}", problem=problem.problem, fix=problem.hint,
            place=f"{FILE}; the last good one stays in force", now=now,
        )  # fmt: skip


def _tell(reports: Counter[str]) -> None:
    """Log what became of reports, unless all of them go on waiting for their mail."""
    if set(reports) - {UNKNOWN}:
        told = ", ".join(f"{n} {told}" for told, n in sorted(reports.items()))
        log.info("reports: %s", told, extra={"reports": dict(reports)})


def _tell_purge(report: RunReport) -> None:
    if any(report.counts.values()):
        log.info(
            "forgotten: the recipients of %(batches)d batches, the text of %(reports)d reports,"
            " %(items)d items",
            report.counts,
            extra={"forgotten": dict(report.counts)},
        )
