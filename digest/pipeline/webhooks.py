"""What a provider reported of mails, applied: fates move forward, dead addresses are suppressed.

Everything here may run again, at the same time as another, and in any order: the end is the same.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.consent import normalise_address
from digest.delivery import MailEvent, MailEventKind
from digest.errors import InputError, WebhookError
from digest.fates import SOFT_BOUNCES, suppression_reason
from digest.instruments import REPORTS
from digest.pipeline.closing import close
from digest.providers.resend_webhooks import parse_event
from digest.store.webhooks import UNKNOWN

if TYPE_CHECKING:
    from digest.store import Store

PATIENCE = timedelta(hours=24)
"""How long a report of an unknown mail waits: a batch may be settled as late as that."""

FRESH = timedelta(minutes=2)
"""Reports are looked at often while they are as new as this, and once a minute after it."""

log = logging.getLogger("digest")


def apply_reports(store: Store, *, now: datetime, fresh_only: bool = False) -> Counter[str]:
    """Apply the reports that wait; an address that must not be written to is suppressed first.

    Args:
        fresh_only: only those that came within the last two minutes.

    Returns:
        How many reports met which outcome; see `digest.store.webhooks`.
    """
    counts: Counter[str] = Counter()
    for page in store.webhooks.waiting(now - FRESH if fresh_only else None):
        events, unreadable = _read(page)
        _suppress(store, events, now)
        for number in sorted(store.webhooks.reveal(events, now)):
            told = "issue %d: mails of unknown outcome were sent after all"
            log.info(told, number, extra={"issue": number})
            close(store, number, now)
        applied = store.webhooks.apply(
            events, unreadable=unreadable, at=now, patient_until=now - PATIENCE
        )
        counts += applied
        for outcome, number in applied.items():
            if outcome != UNKNOWN:  # those are read again and again, until their mail is known
                REPORTS.labels(outcome).inc(number)
        _suppress_soft(store, events, now)
    return counts


def _read(page: Sequence[tuple[str, str]]) -> tuple[list[MailEvent], dict[str, str]]:
    events, unreadable = [], {}
    for id, document in page:
        try:
            events.append(parse_event(id, document.encode()))
        except WebhookError as error:
            log.warning("report %s: %s", id, error.problem, extra={"report": id})
            unreadable[id] = error.problem
    return events, unreadable


def _suppress(store: Store, events: Sequence[MailEvent], now: datetime) -> None:
    for event in events:
        if reason := suppression_reason(event):
            _suppress_address(store, event, reason, now)


def _suppress_soft(store: Store, events: Sequence[MailEvent], now: datetime) -> None:
    """Passing reasons count as one for good once issue after issue came back."""
    soft = {
        event.provider_id: event
        for event in events
        if event.kind is MailEventKind.BOUNCED and not event.permanent and event.provider_id
    }
    for id in sorted(store.webhooks.soft_bounces(soft, SOFT_BOUNCES)):
        reason = f"{SOFT_BOUNCES} issues in a row bounced"
        _suppress_address(store, soft[id], reason, now)


def _suppress_address(store: Store, event: MailEvent, reason: str, now: datetime) -> None:
    try:
        store.audience.suppress(normalise_address(event.address), reason, now)
    except InputError:
        told = "report %s is of no address that could be suppressed"
        log.warning(told, event.id, extra={"report": event.id})
