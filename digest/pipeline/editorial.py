"""Notices to those who make the newsletter: a draft waits for review, an issue needs a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest import notices
from digest.catalogs import catalog
from digest.consent import email_key, normalise_address
from digest.model import Issue, IssueStatus
from digest.notices import Notice
from digest.pipeline.drafting import lint, own_templates
from digest.settings import Settings
from digest.wording import plural

if TYPE_CHECKING:
    from digest.store import IssueRow, Store, Waiting
    from digest.store.notices import DueNotice

DRAFT_READY, ALERT = "draft-ready", "alert"
MOST_AN_HOUR = 30
"""Alerts to all operators together; whoever does not look after so many does not after more."""

FRESH = timedelta(days=7)
"""How long after it was held an issue is still worth an alert."""

_HELD, _BATCH = "held", "batch"


def owe_draft_ready(store: Store, settings: Settings, issue: Issue, now: datetime) -> int:
    """Owe every editor the word that a draft waits; returns how many are new."""
    about = f"{DRAFT_READY}/{issue.number}/{issue.revision}"
    return _owe(store, DRAFT_READY, about, settings.notify.editors, now)


def owe_alerts(store: Store, settings: Settings, now: datetime) -> int:
    """Owe every operator the word of each issue that needs a person; returns how many are new.

    Once for each hold, and once for the batches of an issue until the first of them is decided.
    """
    operators = settings.notify.operators
    if not operators or store.notices.queued_since(ALERT, now - timedelta(hours=1)) >= MOST_AN_HOUR:
        return 0
    told = 0
    for row in store.content.issues():
        if row.status not in (IssueStatus.HELD, IssueStatus.SENDING):
            continue
        if _held(row) and now < (row.changed_at or now) + FRESH:
            told += _owe(store, ALERT, f"{ALERT}/{row.number}/{_held(row)}", operators, now)
        if waiting := store.ledger.waiting(row.number):
            about = f"{ALERT}/{row.number}/{_BATCH}-{waiting[0].number}"
            told += _owe(store, ALERT, about, operators, now)
    return told


def word(
    store: Store,
    settings: Settings,
    due: DueNotice,
    next_issue: Callable[[datetime], datetime | None],
) -> Notice | str:
    """A notice as it is to be printed, or why it is not sent any more."""
    _, number, about, _ = due.key.split("/")
    if due.kind == DRAFT_READY:
        return _draft_ready(store, settings, int(number), about, next_issue(due.asked_at))
    row = store.content.issue_row(int(number))
    waiting = store.ledger.waiting(row.number)
    if about == _held(row):
        return _alert(settings, row, row.held_because, f"recap resume {row.number}")
    if waiting and about == f"{_BATCH}-{waiting[0].number}":
        return _alert(settings, row, _told(waiting), f"recap reconcile {row.number}", waiting)
    return "somebody has seen to it"


def _draft_ready(
    store: Store, settings: Settings, number: int, revision: str, send_at: datetime | None
) -> Notice | str:
    issue = store.content.issue(number)
    if issue.status is not IssueStatus.DRAFT or str(issue.revision) != revision:
        return "the draft is another by now"
    found = lint(store, settings, issue)
    return notices.draft_ready(
        settings.brand,
        number=number,
        title=issue.subject,
        stories=len(issue.stories) + len(issue.also),
        warnings=sum(finding.level == "warning" for finding in found),
        send_at=send_at,
        words=catalog(settings.brand.language, own_templates(settings)),
    )


def _alert(
    settings: Settings, row: IssueRow, problem: str, command: str, waiting: Iterable[Waiting] = ()
) -> Notice:
    return notices.alert(
        settings.brand,
        problem=problem,
        place=f"issue {row.number}, which is {row.status.value}",
        fix=f"look at it with `recap deliveries {row.number}`, then `{command}`",
        lines=[f"batch {one.number}: {one.error}" for one in waiting],
        words=catalog(settings.brand.language, own_templates(settings)),
    )


def _told(waiting: tuple[Waiting, ...]) -> str:
    mails = plural(sum(batch.people for batch in waiting), "mail")
    return f"nobody knows whether {mails} left"


def _held(row: IssueRow) -> str:
    """Names this hold, another one of the same issue otherwise; "" if it is not held."""
    if row.status is not IssueStatus.HELD:
        return ""
    return f"{_HELD}-{row.changed_at:%Y%m%dT%H%M%S%f}"


def _owe(store: Store, kind: str, about: str, people: Iterable[str], now: datetime) -> int:
    """Owe each of them a notice; a key does not hold the address, since a provider is given it."""
    told = 0
    for address in people:
        email = normalise_address(address)
        mark = hashlib.sha256(email_key(email).encode()).hexdigest()[:16]
        told += store.notices.queue(f"{about}/{mark}", kind, email, now)
    return told
