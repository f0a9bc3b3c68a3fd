"""From a draft to a mail that may leave: test copy, approval, hold, skip and going on."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.consent import normalise_address
from digest.delivery import MailEventKind
from digest.errors import DeliveryError, StateError
from digest.model import AuditLine, DeliveryState, Issue, IssueStatus, Subscriber
from digest.pipeline.accounts import COMMAND_LINE
from digest.pipeline.drafting import PREVIEW_READER, check_clean, render
from digest.settings import Settings
from digest.store import mail_hash

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import Store

MARK = "[Test]"
TESTED, APPROVED, HELD, SKIPPED, RESUMED = (
    "test copy sent", "issue approved", "issue held", "issue skipped", "issue resumed",
)  # fmt: skip
"""What the audit log calls the steps."""

SUBSCRIBER = "subscriber "

BOUNCED, COMPLAINED = MailEventKind.BOUNCED.value, MailEventKind.COMPLAINED.value
"""Fates of a delivery that count against the sender."""


def send_test(
    store: Store, settings: Settings, number: int, address: str, provider: Provider, *,
    now: datetime, by: str = COMMAND_LINE,
) -> str:  # fmt: skip
    """Send one copy of an issue's mail, marked in the subject, to look at before it is approved.

    It names the person if they read the newsletter; its way to leave is nobody's, so that passing
    it on takes nobody off the list.

    Returns:
        The address as it was written to.

    Raises:
        InputError: no such issue, or no address.
        StateError: the address is suppressed.
        DeliveryError: the provider did not take it.
    """
    from digest.render import personalise

    issue = store.content.issue(number)
    address = normalise_address(address)
    if store.audience.suppressed([address]):
        raise StateError(
            "this address is suppressed: nothing is ever sent to it",
            hint="send the test copy to another",
        )
    mail = render(settings, issue)
    (copy,) = personalise(mail, [_reader(store, address)], secret=settings.secret_key)
    # A mail program shows one of two mails with one Message-ID; each copy gets one of its own.
    headers = {name: text for name, text in copy.headers.items() if name != "Message-ID"}
    tags = {"test": str(number)}  # what a provider reports of it is not about the issue
    copy = replace(copy, subject=f"{MARK} {copy.subject}", headers=headers, tags=tags)
    seed = f"{number}\n{address}\n{now.isoformat()}\n{copy.html}"
    key = f"recap-test/{number}/{hashlib.sha256(seed.encode()).hexdigest()[:32]}"
    (outcome,) = provider.send(key, (copy,), at=now)
    if outcome.state is not DeliveryState.SENT:
        raise DeliveryError(
            f"{provider.name} rejected the test copy of issue {number}: {outcome.error}",
            hint="mend what it names, or send the copy to another address",
        )
    store.approvals.tested(number, mail)
    store.users.audit.note(AuditLine(now, by, TESTED, number, audit_name(store, address)))
    return address


def audit_name(store: Store, address: str) -> str:
    """How the audit log names somebody: subscribers may be erased, so by their number."""
    known = store.audience.by_email(address)
    return f"{SUBSCRIBER}{known.id}" if known else address


def approve(
    store: Store, settings: Settings, number: int, *, now: datetime, without_test: bool = False,
    by: str = COMMAND_LINE, seen: str = "", at_desk: bool = False,
) -> Issue:  # fmt: skip
    """Freeze the mail of a draft as it is now; only a clean one that was looked at passes.

    What is sent from here on is what was stored here, whatever becomes of templates, settings,
    the program or the issue.

    Args:
        without_test: approve though no test copy of exactly this mail was sent; it is recorded.
        by: who does it.
        seen: `mail_hash` of the mail that they looked at: no other one is approved, and it twice
            is the same as once. "" for whatever it is now.
        at_desk: it was a press, which can be taken back for a while before anything leaves.

    Raises:
        StateError: it is no draft, `lint` finds an error in it, no test copy was sent, or it is
            not what they looked at any more.
    """
    issue = store.content.issue(number)
    if _is_approved_as(store, issue, seen):
        return issue
    mail = render(settings, issue)
    if seen and seen != mail_hash(mail):
        raise StateError(
            f"issue {number} is not what you looked at any more: the draft (now revision"
            f" {issue.revision}), a template or a setting was changed; it was not approved",
            hint="look at it again first",
        )
    check_clean(store, settings, issue, mail)
    tested = store.approvals.is_tested(number, mail)
    if not tested and not without_test and issue.status in (IssueStatus.DRAFT, IssueStatus.HELD):
        raise StateError(
            f"no test copy of issue {number} as it is now (revision {issue.revision}) was sent",
            hint=f"send yourself one, `recap test {number} --to you@your-domain`, or approve it"
            f" unseen: `recap approve {number} --without-test`",
        )
    leaves = now + settings.review.undo(at_desk=at_desk)
    store.installation.settle(now)  # a copy that is made from here on is known as one
    try:
        store.approvals.approve(issue, mail, at=now, send_after=leaves, without_test=not tested)
    except StateError:
        approved = store.content.issue(number)
        if _is_approved_as(store, approved, seen):
            return approved
        raise
    details = f"revision {issue.revision}" + ("" if tested else ", without a test copy")
    store.users.audit.note(AuditLine(now, by, APPROVED, number, details))
    return store.content.issue(number)


def hold(store: Store, number: int, because: str, *, now: datetime, by: str = COMMAND_LINE) -> int:
    """Stop an issue; returns how many mails had left. A draft does not leave by itself then.

    Args:
        because: the reason, for whoever reads it later; "" for none.

    Raises:
        InputError: no such issue.
        StateError: it is no draft, nor approved or in sending.
    """
    because = because.strip() or "held by a person"
    store.approvals.hold(number, because, now)
    store.users.audit.note(AuditLine(now, by, HELD, number, because))
    return store.ledger.counts(number)[DeliveryState.SENT]


def skip(store: Store, number: int, because: str, *, now: datetime, by: str = COMMAND_LINE) -> None:
    """Let nobody get an issue of which nothing has left; `resume` makes a draft of it again.

    Its reports go into the next issue, if that is drafted before.

    Args:
        because: the reason, for whoever reads it later; "" for none.

    Raises:
        InputError: no such issue.
        StateError: some of it was claimed, or it is over.
    """
    because = because.strip() or "skipped by a person"
    store.approvals.skip(number, because, now)
    store.users.audit.note(AuditLine(now, by, SKIPPED, number, because))


def resume(store: Store, number: int, *, now: datetime, by: str = COMMAND_LINE) -> IssueStatus:
    """Let a held issue go on; bounces and complaints known by now do not stop it again.

    Returns:
        Where it stands now: sending if some of it was under way before, approved if it had been,
        else a draft, as one that was skipped is.

    Raises:
        StateError: it is neither held nor skipped, or it was skipped and another issue has taken
            in its reports.
    """
    fates = store.ledger.fates(number)
    known = fates.get(BOUNCED, 0), fates.get(COMPLAINED, 0)
    stands = store.approvals.resume(number, now, accepted=known)
    store.users.audit.note(AuditLine(now, by, RESUMED, number, f"it is {stands.value}"))
    return stands


def _is_approved_as(store: Store, issue: Issue, seen: str) -> bool:
    """Whether the very mail that somebody looked at is approved already."""
    return (
        bool(seen)
        and issue.status is IssueStatus.APPROVED
        and store.approvals.frozen(issue.number).sha256 == seen
    )


def _reader(store: Store, address: str) -> Subscriber:
    """The made-up reader, with the name and themes of the subscriber of this address."""
    known = store.audience.by_email(address)
    reader = replace(PREVIEW_READER, email=address)
    return replace(reader, name=known.name, themes=known.themes) if known else reader
