"""What a provider's reports make of a mail: its fate only moves forward, whatever comes when.

The fate is the furthest report, with the moment that one first happened: reports that come twice,
late or in another order end in the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from digest.delivery import MailEvent, MailEventKind

ORDER = (
    MailEventKind.SENT, MailEventKind.DELAYED, MailEventKind.DELIVERED, MailEventKind.SUPPRESSED,
    MailEventKind.FAILED, MailEventKind.BOUNCED, MailEventKind.COMPLAINED,
)  # fmt: skip
"""From what happens first to what is never taken back: a mail may bounce after it arrived."""

SOFT_BOUNCES = 3
"""Issues in a row that came back for a passing reason; after them the address counts as dead."""

_RANK = {kind.value: rank for rank, kind in enumerate(ORDER, 1)}

Fate = tuple[str, datetime | None]
"""A kind of `ORDER` or "", and when it happened."""


def fate_after(before: Fate, events: Iterable[MailEvent]) -> Fate:
    """The fate of a mail once these reports are known too, in whatever order they are."""
    fate, at = before
    for event in events:
        rank, known = _RANK.get(event.kind.value, 0), _RANK.get(fate, 0)
        first = at is None or event.at < at
        if rank and (rank > known or (rank == known and first)):
            fate, at = event.kind.value, event.at
    return fate, at


def suppression_reason(event: MailEvent) -> str:
    """Why nobody may write to the event's address any more; "" if they may."""
    if not event.address:
        return ""
    if event.kind is MailEventKind.BOUNCED and event.permanent:
        return "a mail to it bounced for good"
    if event.kind is MailEventKind.COMPLAINED:
        return "its reader called a mail spam"
    if event.kind is MailEventKind.SUPPRESSED:
        return "the provider suppresses it"
    return ""
