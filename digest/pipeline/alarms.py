"""Looks for what needs a person, once a minute, and owes the operators a word of it.

Each fault is told once: a hold, the batches of an issue, a silence of a source. That it is over is
not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest import notices
from digest.localisation import Catalog
from digest.model import IssueStatus
from digest.notices import Notice
from digest.pipeline.editorial import ALERT, may_alert, owe
from digest.settings import Settings
from digest.wording import plural

if TYPE_CHECKING:
    from digest.store import IssueRow, Store, Waiting
    from digest.store.notices import DueNotice

FRESH = timedelta(days=7)
"""How long after it was held an issue is still worth an alert."""

_HELD, _BATCH = "held", "batch"


def owe_alerts(store: Store, settings: Settings, now: datetime) -> int:
    """Owe every operator the word of each issue that needs a person; returns how many are new.

    Once for each hold, and once for the batches of an issue until the first of them is decided.
    """
    operators = settings.notify.operators
    if not may_alert(store, settings, now):
        return 0
    told = 0
    for row in store.content.issues():
        if row.status not in (IssueStatus.HELD, IssueStatus.SENDING):
            continue
        if _held(row) and now < (row.changed_at or now) + FRESH:
            told += owe(store, ALERT, f"{ALERT}/{row.number}/{_held(row)}", operators, now)
        if waiting := store.ledger.waiting(row.number):
            about = f"{ALERT}/{row.number}/{_BATCH}-{waiting[0].number}"
            told += owe(store, ALERT, about, operators, now)
    return told


def held_or_waiting(
    store: Store, settings: Settings, due: DueNotice, words: Catalog
) -> Notice | str:
    """The alert of a hold or of batches, as they are now, or why it is not sent any more."""
    _, number, about, _ = due.key.split("/")
    row = store.content.issue_row(int(number))
    waiting = store.ledger.waiting(row.number)
    if about == _held(row):
        return _alert(settings, row, row.held_because, f"recap resume {row.number}", words)
    if waiting and about == f"{_BATCH}-{waiting[0].number}":
        command = f"recap reconcile {row.number}"
        return _alert(settings, row, _told(waiting), command, words, waiting)
    return "somebody has seen to it"


def _alert(
    settings: Settings,
    row: IssueRow,
    problem: str,
    command: str,
    words: Catalog,
    waiting: Iterable[Waiting] = (),
) -> Notice:
    return notices.alert(
        settings.brand,
        problem=problem,
        place=f"issue {row.number}, which is {row.status.value}",
        fix=f"look at it with `recap deliveries {row.number}`, then `{command}`",
        lines=[f"batch {one.number}: {one.error}" for one in waiting],
        words=words,
    )


def _told(waiting: tuple[Waiting, ...]) -> str:
    mails = plural(sum(batch.people for batch in waiting), "mail")
    return f"nobody knows whether {mails} left"


def _held(row: IssueRow) -> str:
    """Names this hold, another one of the same issue otherwise; "" if it is not held."""
    if row.status is not IssueStatus.HELD:
        return ""
    return f"{_HELD}-{row.changed_at:%Y%m%dT%H%M%S%f}"
