"""From a draft to a mail that may leave: the test copy, the approval, the hold and going on."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.consent import normalise_address
from digest.delivery import MailEventKind
from digest.errors import DeliveryError, StateError
from digest.model import DeliveryState, Issue, IssueStatus, Subscriber
from digest.pipeline.drafting import PREVIEW_READER, check_clean, render
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import Store

MARK = "[Test]"
BOUNCED, COMPLAINED = MailEventKind.BOUNCED.value, MailEventKind.COMPLAINED.value
"""Fates of a delivery that count against the sender."""


def send_test(
    store: Store, settings: Settings, number: int, address: str, provider: Provider, *,
    now: datetime,
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
    return address


def approve(
    store: Store, settings: Settings, number: int, *, now: datetime, without_test: bool = False
) -> Issue:
    """Freeze the mail of a draft as it is now; only a clean one that was looked at passes.

    What is sent from here on is what was stored here, whatever becomes of templates, settings,
    the program or the issue.

    Args:
        without_test: approve though no test copy of exactly this mail was sent; it is recorded.

    Raises:
        StateError: it is no draft, `lint` finds an error in it, or no test copy was sent.
    """
    issue = store.content.issue(number)
    mail = render(settings, issue)
    check_clean(store, settings, issue, mail)
    tested = store.approvals.is_tested(number, mail)
    if not tested and not without_test and issue.status in (IssueStatus.DRAFT, IssueStatus.HELD):
        raise StateError(
            f"no test copy of issue {number} as it is now (revision {issue.revision}) was sent",
            hint=f"send yourself one, `recap test {number} --to you@your-domain`, or approve it"
            f" unseen: `recap approve {number} --without-test`",
        )
    store.approvals.approve(
        issue,
        mail,
        at=now,
        send_after=now + timedelta(minutes=settings.review.undo_minutes),
        without_test=not tested,
    )
    return store.content.issue(number)


def resume(store: Store, number: int, *, now: datetime) -> bool:
    """Let a held issue go on; bounces and complaints known by now do not stop it again.

    Returns:
        Whether some of it was under way before.

    Raises:
        StateError: it is not held, or was never approved.
    """
    fates = store.ledger.fates(number)
    known = fates.get(BOUNCED, 0), fates.get(COMPLAINED, 0)
    return store.approvals.resume(number, now, accepted=known)


def _reader(store: Store, address: str) -> Subscriber:
    """The made-up reader, with the name and themes of the subscriber of this address."""
    known = store.audience.by_email(address)
    reader = replace(PREVIEW_READER, email=address)
    return replace(reader, name=known.name, themes=known.themes) if known else reader
