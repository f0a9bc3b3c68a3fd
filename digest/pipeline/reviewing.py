"""The links of a review mail: made for one editor, one issue and one act; looked at, acted on.

Who has a link acts as the editor it was sent to, for as long as that address is an editor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digest.consent import email_key, normalise_address
from digest.errors import StateError
from digest.model import Issue, IssueStatus
from digest.pipeline import approving, proofing
from digest.pipeline.drafting import may_be_edited
from digest.pipeline.proofing import Proof
from digest.reviews import Ways
from digest.settings import Settings
from digest.tokens import Purpose, ReviewTicket, editor_marks, read_review_token, review_token

if TYPE_CHECKING:
    from digest.lint import Finding
    from digest.store import IssueRow, Store

MAIL_DIGITS = 32
"""Of the hash of a mail that a link holds: 128 bits."""

BY_MAIL = "an editor stopped it from the mail about the draft"
"""Why it is held, where somebody held it so."""

_LEFT = (IssueStatus.SENDING, IssueStatus.SENT)


@dataclass(frozen=True, slots=True)
class Review:
    """What a link leads to, as it stands now.

    Attributes:
        by: how the audit log names the editor whom the link was sent to.
        is_same: the mail that would leave is the one that the link was made for.
        readers: whom it would reach.
    """

    ticket: ReviewTicket
    by: str
    row: IssueRow
    proof: Proof
    sha256: str
    is_same: bool
    findings: tuple[Finding, ...]
    readers: int

    @property
    def errors(self) -> int:
        """How much has to be mended first."""
        return sum(one.level == "error" for one in self.findings)


def ways_of(
    settings: Settings,
    number: int,
    *,
    mail: str,
    editor: str,
    send_at: datetime | None,
    until: datetime,
) -> Ways:
    """The links for one editor; none without pages, or for a mail that cannot be made.

    Args:
        mail: `mail_hash` of the mail that may be approved with them; "" if it cannot be made.
        editor: their address.
        until: how long they work, in the zone that it is told in.
    """
    if not settings.base_url or not mail:
        return Ways()
    mark = editor_marks(email_key(editor), settings.secret_key)[0]
    first = ReviewTicket(Purpose.OPEN, number, mail[:MAIL_DIGITS], mark, send_at, until)

    def page(purpose: Purpose) -> str:
        return f"{settings.base_url}{path_of(settings, first, purpose)}"

    return Ways(page(Purpose.OPEN), page(Purpose.APPROVE), page(Purpose.HOLD), until)


def path_of(settings: Settings, ticket: ReviewTicket, purpose: Purpose) -> str:
    """The path, under the base address, of the page for another purpose of the same ticket."""
    other = ReviewTicket(
        purpose, ticket.issue, ticket.mail, ticket.editor, ticket.send_at, ticket.until
    )
    return f"/review/{review_token(other, settings.secret_key)}"


def read(store: Store, settings: Settings, token: str, *, now: datetime) -> Review | None:
    """What a link leads to; None if none of our keys signed it.

    Raises:
        InputError: there is no such issue any more.
        StateError: it works no more, or whom it was sent to is no editor any more.
    """
    from digest.store import mail_hash

    ticket = read_review_token(token, settings.secret_key)
    if ticket is None:
        return None
    editor = _editor(settings, ticket)
    if now >= ticket.until or not editor:
        why = (
            "it worked for a while only" if editor else "it was sent to somebody who edits no more"
        )
        raise StateError(
            f"this link works no more: {why}",
            hint=f"use a newer mail, or `recap approve {ticket.issue}`",
        )
    proof = proofing.proof(store, settings, ticket.issue)
    sha256 = mail_hash(proof.mail)
    return Review(
        ticket=ticket,
        by=approving.audit_name(store, editor),
        row=store.content.issue_row(ticket.issue),
        proof=proof,
        sha256=sha256,
        is_same=sha256.startswith(ticket.mail),
        findings=proofing.findings(store, settings, proof),
        readers=store.ledger.eligible(ticket.issue, at=now),
    )


def refusal(store: Store, review: Review) -> str:
    """Why the issue cannot be approved by this link; "" if it can."""
    row = review.row
    if row.status is IssueStatus.SKIPPED:
        return f"It was skipped ({row.held_because}). `recap resume {row.number}` drafts it again."
    if row.status is IssueStatus.HELD and not may_be_edited(store, review.proof.issue):
        return f"Some of it was sent before it was held: {row.held_because}."
    if not review.is_same:
        return (
            "The draft was changed since this mail was written: it is revision"
            f" {row.revision} now, or a template or a setting is another."
        )
    if review.errors and row.status in (IssueStatus.DRAFT, IssueStatus.HELD):
        return "The check found what has to be mended first."
    return ""


def approve(store: Store, settings: Settings, review: Review, *, now: datetime) -> Issue:
    """Approve the mail that the link was made for; again, it changes nothing.

    Raises:
        StateError: it cannot be approved.
    """
    if review.row.status in _LEFT and review.is_same:
        return review.proof.issue
    if why := refusal(store, review):
        raise StateError(why, hint="look at it at the desk")
    return approving.approve(
        store,
        settings,
        review.row.number,
        now=now,
        without_test=True,
        by=review.by,
        seen=review.sha256,
        at_desk=True,
    )


def hold(store: Store, review: Review, *, now: datetime) -> int:
    """Stop the issue, however it was changed since; returns how many mails had left.

    Raises:
        StateError: all of it was sent, or it was skipped.
    """
    number = review.row.number
    if review.row.status is IssueStatus.HELD:
        return 0
    return approving.hold(store, number, BY_MAIL, now=now, by=review.by)


def _editor(settings: Settings, ticket: ReviewTicket) -> str:
    """The address of the editor whom a link was sent to; "" if it is no editor's any more."""
    for address in map(normalise_address, settings.notify.editors):
        if ticket.editor in editor_marks(email_key(address), settings.secret_key):
            return address
    return ""
