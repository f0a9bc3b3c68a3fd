"""Mails that are no issue: owed once by their key, worded when they leave, tried until taken.

None goes to a suppressed address, the goodbye included: whoever called a mail spam gets no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest import notices
from digest.attempts import LEASE, WINDOW, backoff
from digest.catalogs import catalog_for
from digest.consent import TOKEN_LIFE
from digest.errors import (
    BatchRefusedError,
    ContradictionError,
    DeliveryError,
    DigestError,
    NotAcceptedError,
    OutcomeUnknownError,
    StateError,
)
from digest.model import DeliveryState, Email, Profile, Subscriber, SubscriberStatus
from digest.pipeline.audience import GOODBYE, Asked, ask, goodbye_key, stamp
from digest.pipeline.drafting import own_templates
from digest.pipeline.editorial import KINDS
from digest.pipeline.phrasing import word
from digest.pipeline.underway import under_way
from digest.settings import Settings
from digest.store.notices import (
    CONFIRMATION,
    REJECTED,
    SENDING,
    SENT,
    SKIPPED,
    UNKNOWN,
    WAITING,
    DueNotice,
)
from digest.tokens import confirmation_token, key_id, leave_token

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import Store

WELCOME = "welcome"
MOST_AN_HOUR = 1000
"""Confirmation mails to whomever: more are typed in by a machine, not by readers."""

MENDED_AFTER = timedelta(minutes=10)
"""Between two tries while a person has to mend something first."""

_WANTED = {
    CONFIRMATION: (SubscriberStatus.UNCONFIRMED, SubscriberStatus.UNSUBSCRIBED),
    WELCOME: (SubscriberStatus.CONFIRMED,),
    GOODBYE: (SubscriberStatus.UNSUBSCRIBED,),
}
NextIssue = Callable[[datetime], datetime | None]
"""When the next issue after a moment is due; None if nobody knows."""

log = logging.getLogger("digest")


def nobody_knows(after: datetime) -> datetime | None:
    """A `NextIssue` without a schedule."""
    return None


def ask_to_confirm(
    store: Store,
    settings: Settings,
    email: str,
    profile: Profile,
    *,
    fresh: str,
    now: datetime,
    evidence: str,
) -> Asked:
    """Take an address from a form and owe it the mail to confirm by, if it is to get one.

    Args:
        fresh: at least 128 random bits, such as `secrets.token_hex(16)`.

    Raises:
        InputError: the address is not well formed.
        StateError: so many asked within an hour that a machine must be at it; nothing was noted.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    if store.notices.queued_since(CONFIRMATION, now - timedelta(hours=1)) >= MOST_AN_HOUR:
        told = "over %d confirmation mails in an hour: forms are refused"
        log.error(told, MOST_AN_HOUR, extra={"notice": CONFIRMATION, "limit": MOST_AN_HOUR})
        raise StateError(f"{MOST_AN_HOUR} confirmation mails were asked for within an hour")
    secret = settings.secret_key
    name = f"{key_id(secret)}.{fresh}"
    token = confirmation_token(name, secret)
    return ask(
        store, email, profile, token=token, secret=secret, now=now, evidence=evidence,
        notice=f"{CONFIRMATION}/{name}",
    )  # fmt: skip


def owe_welcome(store: Store, person: Subscriber, now: datetime) -> bool:
    """Owe a person the welcome to this subscription; False if it was owed before."""
    key = f"{WELCOME}/{person.id}/{stamp(person.confirmed_at or now)}"
    return store.notices.queue(key, WELCOME, person.email, now)


def owe_goodbye(store: Store, person: Subscriber, now: datetime) -> bool:
    """Owe a person the goodbye to this leaving; False if it was owed before."""
    return store.notices.queue(goodbye_key(person), GOODBYE, person.email, now)


def send_notices(
    store: Store,
    settings: Settings,
    provider: Provider,
    *,
    clock: Callable[[], datetime],
    next_issue: NextIssue = nobody_knows,
    stop: Callable[[], bool] = bool,
) -> dict[str, int]:
    """Send what is due, one mail a call; returns how many ended in which state.

    A provider that refuses every mail is left alone until later.
    """
    counts: dict[str, int] = {}
    while not stop():
        now = clock()
        due = store.notices.claim(now, now + LEASE)
        if due is None:
            break
        try:
            state = _attempt(store, settings, provider, due, now, next_issue)
        except DigestError as error:
            about = {"notice": due.kind, "attempt": due.attempt}
            log.error("a %s waits: %s", due.kind, error.problem, extra=about)
            wait = getattr(error, "retry_after", None)
            until = now + (timedelta(seconds=wait) if wait else MENDED_AFTER)
            store.notices.put_off(due, _open(due), until, error.problem)
            break
        counts[state] = counts.get(state, 0) + 1
    return counts


def _attempt(
    store: Store,
    settings: Settings,
    provider: Provider,
    due: DueNotice,
    now: datetime,
    next_issue: NextIssue,
) -> str:
    """One try at a notice that was claimed; the state it is in now."""
    if due.in_doubt and not (provider.honours_keys and now < due.asked_at + WINDOW):
        return _end(store, due, UNKNOWN, now, error="nobody knows whether it left")
    mail = _mail(store, settings, due, now, next_issue)
    if isinstance(mail, str):
        return _end(store, due, SKIPPED, now, error=mail)
    try:
        with under_way(f"a mail of the kind {due.kind}"):
            (outcome,) = provider.send(f"recap-notice/{due.key}", (mail,), at=now)
    except NotAcceptedError as error:
        return _later(store, due, _open(due), now, error, error.retry_after)
    except OutcomeUnknownError as error:
        if not provider.honours_keys:
            return _end(store, due, UNKNOWN, now, error=error.problem)
        return _later(store, due, SENDING, now, error, None)
    except BatchRefusedError as error:
        return _end(store, due, REJECTED, now, error=error.problem)
    except ContradictionError as error:
        return _end(store, due, UNKNOWN, now, error=error.problem)
    state = SENT if outcome.state is DeliveryState.SENT else REJECTED
    return _end(store, due, state, now, provider_id=outcome.provider_id, error=outcome.error)


def _mail(
    store: Store, settings: Settings, due: DueNotice, now: datetime, next_issue: NextIssue
) -> Email | str:
    """The mail, or why it is not sent any more.

    It says what was known when it was asked for: a second try has the same bytes.
    """
    from digest.render import render_notice

    if store.audience.suppressed([due.email]):
        return "the address is suppressed"
    if now >= due.asked_at + TOKEN_LIFE:
        return "it is too late for it"
    if due.kind in KINDS:
        notice = word(store, settings, due, now)
    else:
        notice = _to_reader(store, settings, due, next_issue)
    if isinstance(notice, str):
        return notice
    return render_notice(notice, to=due.email, templates=own_templates(settings))


def _to_reader(
    store: Store, settings: Settings, due: DueNotice, next_issue: NextIssue
) -> notices.Notice | str:
    person = store.audience.by_email(due.email)
    if person is None:
        return "nobody has the address"
    if person.status not in _WANTED[due.kind]:
        return f"the subscriber is {person.status.value}"
    brand, base, secret = settings.brand, settings.base_url, settings.secret_key
    words = catalog_for(person.language, brand.language, own_templates(settings))
    if due.kind == CONFIRMATION:
        token = confirmation_token(due.key.partition("/")[2], secret)
        page = f"{base}/confirm/{token}" if base else ""
        return notices.confirmation(brand, page=page, days=TOKEN_LIFE.days, words=words)
    if due.kind == WELCOME:
        leave = f"{base}/leave/{leave_token(person.id, secret)}" if base else ""
        when = next_issue(due.asked_at)
        return notices.welcome(brand, next_issue=when, leave=leave, words=words)
    page = f"{base}/subscribe" if "subscribe" in settings.pages else ""
    return notices.goodbye(brand, subscribe=page, words=words)


def _open(due: DueNotice) -> str:
    """The state of a notice whose last attempt was not accepted."""
    return SENDING if due.in_doubt else WAITING


def _later(
    store: Store, due: DueNotice, state: str, now: datetime, error: DeliveryError,
    wait: float | None,
) -> str:  # fmt: skip
    pause = wait or backoff(due.attempt, 0.0)
    store.notices.put_off(due, state, now + timedelta(seconds=pause), error.problem)
    return state


def _end(
    store: Store, due: DueNotice, state: str, at: datetime, *, provider_id: str = "",
    error: str = "",
) -> str:  # fmt: skip
    store.notices.settle(due, state, at, provider_id=provider_id, error=error)
    return state
