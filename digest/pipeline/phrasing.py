"""Words the notices to those who make the newsletter, as they leave.

A second try says what the first one said, since that may have been read.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from digest import notices, reviews
from digest.catalogs import catalog
from digest.layout import lay_out
from digest.links import page_links
from digest.localisation import Catalog
from digest.model import IssueStatus
from digest.notices import Notice
from digest.pipeline.alarms import held_or_waiting
from digest.pipeline.drafting import own_templates
from digest.pipeline.editorial import (
    ANNOUNCEMENT,
    DRAFT_READY,
    REMINDER,
    ReviewDocument,
    WordsDocument,
    encoded,
)
from digest.pipeline.preflight import preflight
from digest.pipeline.reviewing import ways_of
from digest.reviews import Terms
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.store import IssueRow, Store
    from digest.store.notices import DueNotice


def word(store: Store, settings: Settings, due: DueNotice, now: datetime) -> Notice | str:
    """A notice as it is to be printed, or why it is not sent any more."""
    words = catalog(settings.brand.language, own_templates(settings))
    if due.kind in (DRAFT_READY, REMINDER):
        return _review(store, settings, due, now, words)
    if not due.document:
        return held_or_waiting(store, settings, due, words)
    said = msgspec.json.decode(due.document, type=WordsDocument)
    if due.kind == ANNOUNCEMENT:
        number = due.key.split("/")[1]
        served = bool(settings.base_url and number != "-" and store.users.all())
        desk = f"{settings.base_url}/desk/issues/{number}/send" if served else ""
        return notices.announcement(
            settings.brand, what=said.problem, fix=said.fix, desk=desk, words=words
        )
    return notices.alert(
        settings.brand,
        problem=said.problem,
        place=said.place,
        fix=said.fix,
        lines=said.lines,
        words=words,
    )


def _review(
    store: Store, settings: Settings, due: DueNotice, now: datetime, words: Catalog
) -> Notice | str:
    """The draft with its check, as it was when it was worded first if that mail may have left."""
    _, number, about, _ = due.key.split("/")
    kept = msgspec.json.decode(due.document, type=ReviewDocument)
    row = store.content.issue_row(int(number))
    if gone := _not_wanted(due.kind, about, kept, row, now):
        return gone
    issue = store.content.issue(row.number)
    found = kept.found if due.in_doubt else None
    if found is None:
        found, mail = preflight(store, settings, issue, now=now)
        kept = msgspec.structs.replace(kept, revision=issue.revision, found=found, mail=mail)
        store.notices.keep(due, encoded(kept))
    if kept.revision != issue.revision:
        return "the draft is another by now"
    brand, base = settings.brand, settings.base_url
    links = page_links(issue, brand, base, settings.pages)
    zone, reminder = ZoneInfo(kept.zone), due.kind == REMINDER
    send_at = kept.send_at.astimezone(zone) if kept.send_at else None
    return reviews.review(
        brand,
        issue,
        lay_out(issue, brand, links=links, words=words),
        preflight=found,
        terms=Terms(
            send_at=send_at,
            default=kept.default,
            required=kept.required,
            left=send_at - due.asked_at if reminder and send_at else None,
        ),
        ways=ways_of(
            settings,
            issue.number,
            mail=kept.mail,
            editor=due.email,
            send_at=send_at,
            until=kept.until.astimezone(zone),
        ),
        words=words,
    )


def _not_wanted(kind: str, about: str, kept: ReviewDocument, row: IssueRow, now: datetime) -> str:
    """Why the mail about a draft is not sent any more; "" if it is."""
    if row.status is not IssueStatus.DRAFT:
        return f"the issue is {row.status.value} by now"
    if kind == DRAFT_READY and str(row.revision) != about:
        return "the draft is another by now"
    if kind == REMINDER and kept.send_at is not None and now >= kept.send_at:
        return "it is too late for it"
    return ""
