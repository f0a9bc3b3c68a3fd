"""Subscribers in and out: asked, confirmed, added, gone; each address checked and spelled one way.

Nothing here sends anything: `ask` says whether a confirmation mail is due, and its caller sends it;
the goodbye to who leaves is owed, and sent with the other notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digest.consent import Confirming, email_key, normalise_address, one_line, tidy_profile
from digest.errors import ConfigError, InputError, StateError
from digest.model import Profile, Subscriber, SubscriberStatus
from digest.tokens import (
    address_marks,
    check_readable,
    read_leave_token,
    read_preferences_token,
    token_key,
)

if TYPE_CHECKING:
    from digest.store import Store
    from digest.store.consents import Standing
    from digest.store.personal_data import Erased, PersonalData


GOODBYE = "goodbye"
"""The kind of the notice that follows a leaving."""

NOBODY = Profile()
"""Of somebody who gave no more than an address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to do after a form was sent; the person who sent it is told the same in every case.

    Attributes:
        email: the address as it is written to.
        token: for the link of the confirmation mail; "" if none is to be sent.
        reason: why none is; never shown to whoever asks.
    """

    email: str
    token: str
    reason: str


def ask(
    store: Store,
    email: str,
    profile: Profile = NOBODY,
    *,
    token: str,
    secret: str,
    now: datetime,
    evidence: str,
    notice: str = "",
) -> Asked:
    """Take an address from a form, whoever typed it, and say whether to send a confirmation mail.

    Args:
        token: at least 128 random bits, such as `secrets.token_urlsafe(32)`; only a hash is kept.
        secret: RECAP_SECRET_KEY.
        evidence: see `digest.consent.form_evidence`.
        notice: key of that mail, to owe it in the same step; "" if the caller sees to it.

    Raises:
        InputError: the address is not well formed.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    email = normalise_address(email)
    reason = store.audience.ask(
        email,
        tidy_profile(profile),
        token_key=token_key(token),
        marks=_marks(store, email, secret),
        at=now,
        evidence=evidence,
        notice=notice,
    )
    return Asked(email, "" if reason else token, reason)


def confirm(
    store: Store, token: str, *, secret: str, now: datetime, evidence: str
) -> tuple[Confirming, Subscriber | None]:
    """Confirm with the token of a confirmation mail, once, within seven days.

    Returns:
        What came of it, and whose token it is; None if it is unknown.
    """
    return store.audience.confirm(
        token_key(token),
        marks_of=lambda key: address_marks(key, secret),
        at=now,
        evidence=evidence,
    )


def reader_of(store: Store, token: str, *, secret: str) -> Subscriber | None:
    """Whose token to leave it is; None if it is not ours or its reader was erased."""
    number = read_leave_token(token, secret)
    return None if number is None else store.audience.by_id(number)


def chooser_of(store: Store, token: str, *, secret: str) -> Subscriber | None:
    """Whose token to choose it is; None if it is not ours or its reader was erased."""
    number = read_preferences_token(token, secret)
    return None if number is None else store.audience.by_id(number)


def leave(
    store: Store, token: str, *, secret: str, now: datetime, evidence: str
) -> Subscriber | None:
    """Unsubscribe with the token of a mail's leave address, and owe the reader the goodbye.

    Doing it again changes nothing.

    Returns:
        Who left; None if the token is not ours or its reader was erased.
    """
    number = read_leave_token(token, secret)
    if number is None:
        return None
    return store.audience.leavings.leave(number, now, evidence, goodbye_key)


def choose(store: Store, token: str, profile: Profile, *, secret: str) -> Subscriber | None:
    """Keep a reader's choices, with the token of a mail's preferences address.

    Returns:
        The reader; None if the token is not ours or its reader was erased.
    """
    number = read_preferences_token(token, secret)
    return None if number is None else store.audience.choose(number, tidy_profile(profile))


def pause(store: Store, token: str, until: datetime | None, *, secret: str) -> None:
    """Owe a reader no issue until then, or the next one again; the token is as for `choose`."""
    number = read_preferences_token(token, secret)
    if number is not None:
        store.audience.pause(number, until)


def add_subscriber(
    store: Store, email: str, name: str, *, now: datetime, evidence: str, secret: str = "",
    zone: str = "",
) -> tuple[Subscriber, bool]:  # fmt: skip
    """Add a confirmed subscriber, on the word of whoever runs the newsletter.

    Args:
        evidence: how the person agreed; kept with the subscriber.
        secret: RECAP_SECRET_KEY, to know an address that was erased.
        zone: where they are, as `digest.zones.checked_zone` gives it.

    Returns:
        The subscriber and whether they are new. One who is known stays as they are: a person who
        left does not come back this way.

    Raises:
        InputError: the address is not well formed.
        StateError: the address is suppressed, or its subscriber was erased.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    email = normalise_address(email)
    where = standing(store, email, secret=secret)
    if where.subscriber is None and where.suppressed:
        raise StateError(
            f"{email} is suppressed: {where.suppressed}",
            hint="if that is over, take it back with `recap subscribers lift`",
        )
    if where.subscriber is None and where.erased_at is not None:
        raise StateError(
            f"whoever had the address {email} was erased on {where.erased_at:%d %B %Y}",
            hint="they come back only by subscribing and confirming themselves",
        )
    return store.audience.add(
        email,
        one_line(name),
        status=SubscriberStatus.CONFIRMED,
        at=now,
        evidence=evidence,
        zone=zone,
    )


def lift(store: Store, email: str, *, secret: str, now: datetime, evidence: str) -> bool:
    """Take a suppression back, on the operator's word; its subscriber has to confirm anew.

    Returns:
        False if the address was not suppressed.

    Raises:
        InputError: the address is not well formed.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    email = normalise_address(email)
    marks = _marks(store, email, secret)
    return store.audience.lift(email, marks=marks, at=now, evidence=one_line(evidence))


def personal_data(store: Store, email: str, *, secret: str) -> PersonalData:
    """All that is kept of whoever holds an address.

    Raises:
        InputError: the address is not well formed, or nothing is known of it.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    email = normalise_address(email)
    found = store.audience.persons.show(email, _marks(store, email, secret))
    where = found.standing
    if where.subscriber is None and not where.suppressed and where.erased_at is None:
        raise InputError(
            f"nothing is kept of {email}", hint="see everyone with `recap subscribers list`"
        )
    return found


def erase(store: Store, email: str, *, secret: str, now: datetime, evidence: str) -> Erased:
    """Forget whoever holds an address; no list and no operator brings them back, only they do.

    Args:
        secret: RECAP_SECRET_KEY; the mark that is kept is made with it.
        evidence: how the erasure was asked for; it must not name the person.

    Raises:
        InputError: the address is not well formed, or nothing is kept of it.
        ConfigError: there is no secret, or it lacks a key of an earlier erasure.
    """
    email = normalise_address(email)
    if not secret:
        raise ConfigError(
            "RECAP_SECRET_KEY is empty: without it anybody could tell who was erased",
            hint="put RECAP_SECRET_KEY= with 40 random characters into .env",
        )
    marks = _marks(store, email, secret)
    erased = store.audience.persons.erase(email, marks=marks, at=now, evidence=one_line(evidence))
    if erased is None:
        raise InputError(
            f"nothing is kept of {email}", hint="see everyone with `recap subscribers list`"
        )
    return erased


def standing(store: Store, email: str, *, secret: str) -> Standing:
    """Where an address stands: whose it is, whether suppressed, whether it was erased.

    Raises:
        InputError: the address is not well formed.
        ConfigError: the secret lacks a key under which an erased address was noted.
    """
    email = normalise_address(email)
    return store.audience.standing(email, _marks(store, email, secret))


def stamp(moment: datetime) -> str:
    """A moment in the key of a notice: what happens later is another notice."""
    return f"{moment:%Y%m%dT%H%M%S}"


def goodbye_key(person: Subscriber) -> str:
    """Names the notice to somebody who has left."""
    return f"{GOODBYE}/{person.id}/{stamp(person.left_at or person.asked_at)}"


def _marks(store: Store, email: str, secret: str) -> tuple[str, ...]:
    check_readable(store.audience.mark_keys(), secret)
    return address_marks(email_key(email), secret)
