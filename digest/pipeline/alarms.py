"""Looks for what needs a person, and owes the operators a word of it.

Each fault is told once: a hold, the batches of an issue, a silence of a source. That it is over is
not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest import notices
from digest.attempts import reputation_warning
from digest.localisation import Catalog
from digest.model import IssueStatus
from digest.notices import Notice
from digest.pipeline.approving import BOUNCED, COMPLAINED
from digest.pipeline.editorial import ALERT, may_alert, owe, owe_alert
from digest.pipeline.webhooks import PATIENCE
from digest.settings import Settings
from digest.sources.silence import (
    WEEKS,
    Silence,
    failing,
    is_news,
    may_be_quiet,
    note_of,
    quiet,
)
from digest.wording import plural

if TYPE_CHECKING:
    from digest.store import IssueRow, Store, Waiting
    from digest.store.notices import DueNotice

FRESH = timedelta(days=7)
"""How long after it was held an issue is still worth an alert."""

STUCK = timedelta(hours=1)
_NAMED = 3
_HELD, _BATCH = "held", "batch"


def owe_alerts(store: Store, settings: Settings, now: datetime) -> int:
    """Owe every operator the word of each issue that needs a person; returns how many are new.

    Once for each hold, once for the batches of an issue until the first of them is decided, and
    once for an issue under way that bounces much. A draft that somebody held is no fault.
    """
    if not may_alert(store, settings, now):
        return 0
    told = 0
    operators = settings.notify.operators
    for row in store.content.issues():
        if row.status not in (IssueStatus.HELD, IssueStatus.SENDING):
            continue
        if _held(store, row) and now < (row.changed_at or now) + FRESH:
            told += owe(store, ALERT, f"{ALERT}/{row.number}/{_held(store, row)}", operators, now)
        if waiting := store.ledger.waiting(row.number):
            about = f"{ALERT}/{row.number}/{_BATCH}-{waiting[0].number}"
            told += owe(store, ALERT, about, operators, now)
        if row.status is IssueStatus.SENDING:
            told += _owe_reputation(store, settings, row, now)
    return told


def owe_slow_alerts(store: Store, settings: Settings, now: datetime) -> int:
    """The same of what takes longer to see: sources, reports, issues that were sent lately.

    Returns:
        How many are new.
    """
    if not may_alert(store, settings, now):
        return 0
    told = _owe_silence(store, settings, now) + _owe_reports(store, settings, now)
    for row in store.content.issues():
        if row.status is IssueStatus.SENT and now < (row.changed_at or now) + FRESH:
            told += _owe_reputation(store, settings, row, now)
    return told


def _owe_silence(store: Store, settings: Settings, now: datetime) -> int:
    """All sources that have fallen silent since the last look, in one mail."""
    noted = store.visits.told()
    found = {
        name: silence
        for name, silence in _silences(store, now)
        if is_news(silence, noted.get(name, ""), now)
    }
    if not found:
        return 0
    names = list(found)
    listed = ", ".join(names[:_NAMED]) + (" and others" if len(names) > _NAMED else "")
    are = "is" if len(names) == 1 else "are"
    told = owe_alert(
        store,
        settings,
        "silent " + "; ".join(f"{name} {one.episode}" for name, one in found.items()),
        problem=f"{plural(len(names), 'source')} {are} silent: {listed}",
        place="collecting",
        fix="look with `recap sources list`, and mute what is gone: `recap sources mute NAME`",
        lines=[f"{name}: {one.told}" for name, one in found.items()],
        now=now,
    )
    store.visits.tell({name: note_of(one, now) for name, one in found.items()})
    return told


def _silences(store: Store, now: datetime) -> Iterator[tuple[str, Silence]]:
    healths = store.visits.healths()
    for source in store.content.sources():
        health = healths.get(source.name)
        if health is None or (source.muted and not health.muted_because):
            continue
        silence = failing(health)
        if silence is None and health.new_at is not None and may_be_quiet(health, now):
            since = health.new_at - timedelta(weeks=WEEKS)
            silence = quiet(health, store.visits.times_of(source.name, since, health.new_at))
        if silence is not None:
            yield source.name, silence


def _owe_reports(store: Store, settings: Settings, now: datetime) -> int:
    """Reports are applied within a minute, or given up after a day: older ones are stuck."""
    oldest = store.webhooks.oldest_waiting()
    if oldest is None or now - oldest < PATIENCE + STUCK:
        return 0
    return owe_alert(
        store,
        settings,
        f"reports since {oldest.isoformat()}",
        problem=f"reports of the provider wait since {oldest:%Y-%m-%d %H:%M} UTC",
        place="what became of mails",
        fix="look into the log of `recap run` for why they are not applied",
        now=now,
    )


def _owe_reputation(store: Store, settings: Settings, row: IssueRow, now: datetime) -> int:
    """Much comes back or is called spam, before it is so much that the issue is held."""
    fates = store.ledger.fates(row.number)
    bounced, complained = fates.get(BOUNCED, 0), fates.get(COMPLAINED, 0)
    problem = reputation_warning(sum(fates.values()), bounced, complained)
    if not problem:
        return 0
    what = "bounces" if "bounced" in problem else "complaints"
    return owe_alert(
        store,
        settings,
        f"{what} of issue {row.number}",
        problem=problem,
        place=f"issue {row.number}, which is {row.status.value}",
        fix=f"see whose with `recap deliveries {row.number}`; `recap hold {row.number}` stops it",
        now=now,
    )


def held_or_waiting(
    store: Store, settings: Settings, due: DueNotice, words: Catalog
) -> Notice | str:
    """The alert of a hold or of batches, as they are now, or why it is not sent any more."""
    _, number, about, _ = due.key.split("/")
    row = store.content.issue_row(int(number))
    waiting = store.ledger.waiting(row.number)
    if about == _held(store, row):
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


def _held(store: Store, row: IssueRow) -> str:
    """Names this hold of what was approved, another one otherwise; "" if it is not held so."""
    if row.status is not IssueStatus.HELD or not store.approvals.has_frozen(row.number):
        return ""
    return f"{_HELD}-{row.changed_at:%Y%m%dT%H%M%S%f}"
