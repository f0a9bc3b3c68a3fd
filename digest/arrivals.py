"""What becomes here of somebody whom a list names.

Nobody comes back through a list: who left, was suppressed or was erased here stays so, whatever
the list says; and a list that says so of somebody is believed, unless they confirmed here since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model import SubscriberStatus
from digest.roster import Entry


class Verdict(StrEnum):
    """What becomes of an entry; any other text is a reason to refuse it."""

    ADDED = "added"
    KNOWN = "known"
    LEFT = "left"
    SUPPRESSED = "suppressed"


@dataclass(slots=True)
class Known:
    """What is known here of an address that a list names.

    Attributes:
        number: the subscriber's; 0 for nobody.
        suppressed: why the address is not written to; "" if it is.
        erased: whether its last holder was erased.
        confirmed_here: when the person last confirmed by a mail of ours.
    """

    number: int = 0
    status: SubscriberStatus | None = None
    suppressed: str = ""
    erased: bool = False
    confirmed_here: datetime | None = None


def verdict(entry: Entry, known: Known) -> Verdict | str:
    """What becomes of an entry, or why it is refused."""
    if known.erased:
        return "erased here"
    if known.status is None and entry.status is not None:
        return f"suppressed here: {known.suppressed}" if known.suppressed else Verdict.ADDED
    if entry.suppressed:
        news = not known.suppressed and not _confirmed_since(known, entry.suppressed_at)
        return Verdict.SUPPRESSED if news else Verdict.KNOWN
    if entry.status is SubscriberStatus.UNSUBSCRIBED:
        gone = known.status is SubscriberStatus.UNSUBSCRIBED
        news = not gone and not _confirmed_since(known, entry.left_at)
        return Verdict.LEFT if news else Verdict.KNOWN
    if known.suppressed:
        return f"suppressed here: {known.suppressed}"
    if known.status is SubscriberStatus.UNSUBSCRIBED:
        return "left here"
    return Verdict.KNOWN


def settle(entry: Entry, known: Known, found: Verdict) -> None:
    """Bring what is known up to date with a verdict, before the next entry is looked at."""
    if found is Verdict.ADDED:
        known.status = entry.status
    elif found is Verdict.LEFT:
        known.status = SubscriberStatus.UNSUBSCRIBED
    if found in (Verdict.ADDED, Verdict.SUPPRESSED):
        known.suppressed = known.suppressed or entry.suppressed


def _confirmed_since(known: Known, moment: datetime | None) -> bool:
    """Whether somebody confirmed here after what a list tells, or tells without a time."""
    here = known.confirmed_here
    return here is not None and (moment is None or moment <= here)
