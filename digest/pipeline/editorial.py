"""Notices to those who make the newsletter, each owed once: a draft, what was done, a fault.

What cannot be read again from the database when a notice leaves stands in its document.
`digest.pipeline.phrasing` words them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from digest.consent import email_key, normalise_address
from digest.model import Issue
from digest.reviews import Preflight
from digest.settings import Schedule, Settings

if TYPE_CHECKING:
    from digest.store import Store

DRAFT_READY, REMINDER, ANNOUNCEMENT, ALERT = "draft-ready", "reminder", "announcement", "alert"
KINDS = (DRAFT_READY, REMINDER, ANNOUNCEMENT, ALERT)
MOST_AN_HOUR = 30
"""Alerts to all operators together; whoever does not look after so many does not after more."""

LONGEST = timedelta(days=8)
"""No link of a review works for longer."""


class ReviewDocument(msgspec.Struct, frozen=True):
    """What a mail about a draft has to say besides the draft.

    Attributes:
        until: how long its links work.
        revision, found, mail: of the draft as the mail was worded of it last; "" for the hash of a
            mail that cannot be made, None before.
    """

    zone: str
    send_at: datetime | None
    until: datetime
    default: str
    required: bool
    revision: int = 0
    found: Preflight | None = None
    mail: str = ""


class WordsDocument(msgspec.Struct, frozen=True):
    """What an announcement or an alert says."""

    problem: str
    place: str = ""
    fix: str = ""
    lines: tuple[str, ...] = ()


def owe_draft_ready(
    store: Store,
    settings: Settings,
    issue: Issue,
    *,
    schedule: Schedule,
    send_at: datetime | None,
    now: datetime,
) -> int:
    """Owe every editor the draft with its check and the links to decide by.

    Args:
        schedule: whose policy says what happens if nobody approves it.
        send_at: when it is to leave; None if nobody knows.

    Returns:
        How many are new: one a revision and editor.
    """
    about = f"{DRAFT_READY}/{issue.number}/{issue.revision}"
    document = _document(schedule, send_at, now)
    return owe(store, DRAFT_READY, about, settings.notify.editors, now, document)


def owe_reminder(
    store: Store,
    settings: Settings,
    schedule: Schedule,
    number: int,
    *,
    send_at: datetime,
    hours: int,
    now: datetime,
) -> int:
    """Owe every editor the same mail once more, with the time that is left.

    Args:
        hours: before `send_at` at which it is due: one reminder for each.
    """
    about = f"{REMINDER}/{number}/{send_at:%Y%m%dT%H%M%z}-{hours}"
    document = _document(schedule, send_at, now)
    return owe(store, REMINDER, about, settings.notify.editors, now, document)


def owe_announcement(
    store: Store,
    settings: Settings,
    number: int | None,
    *,
    what: str,
    fix: str = "",
    about: str,
    now: datetime,
) -> int:
    """Owe editors and operators the word of what a schedule did by default.

    Args:
        number: of the issue; None where there is none.
        what: it, in one sentence.
        fix: what to do if that is not wanted, in one sentence; "" if nothing can be done.
        about: names it: told once.
    """
    people = (*settings.notify.editors, *settings.notify.operators)
    key = f"{ANNOUNCEMENT}/{number or '-'}/{_hashed(about)}"
    return owe(store, ANNOUNCEMENT, key, people, now, encoded(WordsDocument(what, fix=fix)))


def owe_alert(
    store: Store,
    settings: Settings,
    about: str,
    *,
    problem: str,
    place: str,
    fix: str,
    now: datetime,
    lines: Iterable[str] = (),
) -> int:
    """Owe every operator the word of a fault, in words that are kept; returns how many are new.

    None is while so many were told in the last hour that nobody looks: then ask again later.

    Args:
        about: names the fault: told once.
        problem, place, fix, lines: as `digest.notices.alert` prints them.
    """
    if not may_alert(store, settings, now):
        return 0
    document = encoded(WordsDocument(problem, place, fix, tuple(lines)))
    key = f"{ALERT}/-/{_hashed(about)}"
    return owe(store, ALERT, key, settings.notify.operators, now, document)


def may_alert(store: Store, settings: Settings, now: datetime) -> bool:
    """Whether there is an operator to tell, who was not told too much within the last hour."""
    lately = now - timedelta(hours=1)
    return bool(settings.notify.operators) and (
        store.notices.queued_since(ALERT, lately) < MOST_AN_HOUR
    )


def owe(
    store: Store,
    kind: str,
    about: str,
    people: Iterable[str],
    now: datetime,
    document: str = "",
) -> int:
    """Owe each of them a notice; returns how many are new.

    Args:
        about: the kind, a number or "-", and what names it, with "/" between. It must hold no
            address: a provider is given the key that is made of it.
    """
    told = 0
    for address in people:
        email = normalise_address(address)
        mark = hashlib.sha256(email_key(email).encode()).hexdigest()[:16]
        told += store.notices.queue(f"{about}/{mark}", kind, email, now, document)
    return told


def _document(schedule: Schedule, send_at: datetime | None, now: datetime) -> str:
    policy = schedule.review
    last = send_at + schedule.late.limit if send_at else now + LONGEST
    return encoded(
        ReviewDocument(
            zone=schedule.timezone,
            send_at=send_at,
            until=min(last, now + LONGEST).replace(microsecond=0),
            default=policy.if_not_approved,
            required=policy.required,
        )
    )


def encoded(document: ReviewDocument | WordsDocument) -> str:
    """A document as it is kept."""
    return msgspec.json.encode(document).decode()


def _hashed(about: str) -> str:
    """A name for a key: short, and without what a key may not hold."""
    return hashlib.sha256(about.encode()).hexdigest()[:24]
