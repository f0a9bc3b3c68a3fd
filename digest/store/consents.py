"""The steps of consent: where an address stands, and asking, confirming and leaving.

Each step works inside the caller's transaction and writes down what happened with its proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.consent import TOKEN_LIFE, Confirming, asking_refusal, confirming, email_key
from digest.model import ConsentKind, Profile, Subscriber, SubscriberStatus
from digest.store import rows, schema
from digest.store.database import Database
from digest.store.profiles import row_of_profile

_LEAVING = (
    sa.select(schema.subscriber)
    .where(
        schema.subscriber.c.id.in_(sa.bindparam("numbers", expanding=True)),
        schema.subscriber.c.email != "",
    )
    # In one order in every process, or two of them could wait for each other.
    .order_by(schema.subscriber.c.id)
    .with_for_update()
)
_LEAVE = (
    sa.update(schema.subscriber)
    .where(schema.subscriber.c.id == sa.bindparam("who"))
    .values(status=SubscriberStatus.UNSUBSCRIBED.value, left_at=sa.bindparam("when"))
)
_NOTE_LEFT = sa.insert(schema.consent_event).values(
    subscriber=sa.bindparam("who"),
    kind=ConsentKind.LEFT.value,
    at=sa.bindparam("when"),
    evidence=sa.bindparam("proof"),
)
_CLOSE = (
    sa.update(schema.confirmation)
    .where(
        schema.confirmation.c.subscriber == sa.bindparam("who"),
        schema.confirmation.c.used_at.is_(None),
    )
    .values(used_at=sa.bindparam("when"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an address stands.

    Attributes:
        subscriber: who has the address now, if anybody.
        suppressed: why it may not be written to; "" if it may.
        erased_at: when its last holder was erased, unless they came back.
    """

    subscriber: Subscriber | None
    suppressed: str
    erased_at: datetime | None


def spelling(email: str) -> str:
    """The address as it is written to: trimmed, its domain in lower case."""
    name, at, domain = email.strip().rpartition("@")
    return f"{name}{at}{domain.lower()}"


def standing(
    connection: Connection, email: str, marks: Sequence[str], *, hold: bool = False
) -> Standing:
    """Where an address stands.

    Args:
        marks: what its erasure would be noted as, under every key.
        hold: keep others from changing its subscriber until the transaction ends.
    """
    people, never, gone = schema.subscriber, schema.suppression, schema.erasure
    key = email_key(email)
    query = sa.select(people).where(people.c.email_key == key)
    found = connection.execute(query.with_for_update() if hold else query).one_or_none()
    reason = connection.execute(
        sa.select(never.c.reason).where(never.c.email_key == key)
    ).scalar_one_or_none()
    erased = connection.execute(
        sa.select(gone).where(gone.c.address_mark.in_(marks)).order_by(gone.c.at.desc()).limit(1)
    ).one_or_none()
    return Standing(
        subscriber=None if found is None else rows.subscriber_of(found),
        suppressed=reason if reason is not None else (erased.suppressed if erased else ""),
        erased_at=None if erased is None else erased.at,
    )


def note(
    connection: Connection, subscriber: int, kind: ConsentKind, at: datetime, evidence: str
) -> None:
    """Write down a change of consent."""
    values = {"subscriber": subscriber, "kind": kind.value, "at": at, "evidence": evidence}
    connection.execute(sa.insert(schema.consent_event).values(values))


def add(
    database: Database,
    connection: Connection,
    email: str,
    profile: Profile,
    *,
    status: SubscriberStatus,
    at: datetime,
    evidence: str,
) -> int | None:
    """The number of the new subscriber; None if somebody has the address."""
    table = schema.subscriber
    row = {
        **row_of_profile(profile),
        "email": spelling(email),
        "email_key": email_key(email),
        "status": status.value,
        "asked_at": at,
        "confirmed_at": at if status is SubscriberStatus.CONFIRMED else None,
        "left_at": at if status is SubscriberStatus.UNSUBSCRIBED else None,
        "evidence": evidence,
    }
    insert = database.insert(table).values(row).on_conflict_do_nothing().returning(table.c.id)
    number: int | None = connection.execute(insert).scalar_one_or_none()
    return number


def ask(
    database: Database,
    connection: Connection,
    email: str,
    profile: Profile,
    *,
    token_key: str,
    marks: Sequence[str],
    at: datetime,
    evidence: str,
) -> str:
    """Why the address gets no confirmation mail; "" if the token was written down for one."""
    unconfirmed = SubscriberStatus.UNCONFIRMED
    where = standing(connection, email, marks, hold=True)
    if where.subscriber is None and not where.suppressed:
        add(database, connection, email, profile, status=unconfirmed, at=at, evidence=evidence)
        where = standing(connection, email, marks, hold=True)
    person, table = where.subscriber, schema.confirmation
    if person is None:
        return asking_refusal(None, suppressed=bool(where.suppressed), asked=(), now=at)
    open_tokens = sa.select(table.c.asked_at).where(
        table.c.subscriber == person.id, table.c.used_at.is_(None)
    )
    asked = connection.execute(open_tokens).scalars().all()
    reason = asking_refusal(person.status, suppressed=bool(where.suppressed), asked=asked, now=at)
    if reason:
        return reason
    token = {
        "token_key": token_key,
        "subscriber": person.id,
        "asked_at": at,
        "expires_at": at + TOKEN_LIFE,
    }
    connection.execute(sa.insert(table).values(token))
    note(connection, person.id, ConsentKind.ASKED, at, evidence)
    return ""


def confirm(
    connection: Connection,
    token_key: str,
    *,
    marks_of: Callable[[str], Sequence[str]],
    at: datetime,
    evidence: str,
) -> tuple[Confirming, int | None]:
    """Use a token up; gives whose it is, if it is known."""
    people, tokens = schema.subscriber, schema.confirmation
    query = (
        sa.select(people, tokens.c.used_at, tokens.c.expires_at)
        .join_from(tokens, people, people.c.id == tokens.c.subscriber)
        .where(tokens.c.token_key == token_key)
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return Confirming.UNKNOWN, None
    marks = marks_of(row.email_key)
    person = rows.subscriber_of(row)
    outcome = confirming(
        person.status,
        suppressed=bool(standing(connection, person.email, marks).suppressed),
        used=row.used_at is not None,
        expires_at=row.expires_at,
        now=at,
    )
    if outcome is Confirming.DONE:
        _confirmed(connection, person, at, evidence)
        gone = schema.erasure
        connection.execute(sa.delete(gone).where(gone.c.address_mark.in_(marks)))
    return outcome, person.id


def _confirmed(connection: Connection, person: Subscriber, at: datetime, evidence: str) -> None:
    came_back = person.status is SubscriberStatus.UNSUBSCRIBED
    kind = ConsentKind.RETURNED if came_back else ConsentKind.CONFIRMED
    change = {
        "status": SubscriberStatus.CONFIRMED.value,
        "confirmed_at": at,
        "left_at": None,
        "paused_until": None,
        "evidence": evidence,
    }
    _change(connection, person.id, change)
    close_tokens(connection, person.id, at)
    note(connection, person.id, kind, at, evidence)


def leave(
    connection: Connection, leavings: Sequence[tuple[int, datetime, str]]
) -> dict[int, Subscriber]:
    """Unsubscribe; open confirmation mails work no more, and leaving twice changes nothing.

    Args:
        leavings: who leaves, each once, when, and with which proof.

    Returns:
        By number, those who are there, as they are now.
    """
    numbers = [number for number, _, _ in leavings]
    found = connection.execute(_LEAVING, {"numbers": numbers})
    people = {row.id: rows.subscriber_of(row) for row in found}
    gone = SubscriberStatus.UNSUBSCRIBED
    steps = [
        {"who": number, "when": at, "proof": evidence}
        for number, at, evidence in leavings
        if number in people
    ]
    changes = [step for step in steps if people[step["who"]].status is not gone]
    if changes:
        connection.execute(_LEAVE, changes)
        connection.execute(_NOTE_LEFT, changes)
    if steps:
        connection.execute(_CLOSE, steps)
    for number, at, _ in leavings:
        if number in people and people[number].status is not gone:
            people[number] = replace(people[number], status=gone, left_at=at)
    return people


def lifted(connection: Connection, person: Subscriber, at: datetime, evidence: str) -> None:
    """Whoever was suppressed is asked again before the next issue: consent does not outlast it."""
    if person.status is SubscriberStatus.CONFIRMED:
        _change(connection, person.id, {"status": SubscriberStatus.UNCONFIRMED.value})
    close_tokens(connection, person.id, at)
    note(connection, person.id, ConsentKind.LIFTED, at, evidence)


def close_tokens(connection: Connection, subscriber: int, at: datetime) -> None:
    """No confirmation mail that was sent so far opens any more."""
    connection.execute(_CLOSE, [{"who": subscriber, "when": at}])


def _change(connection: Connection, subscriber: int, values: dict[str, Any]) -> None:
    people = schema.subscriber
    connection.execute(sa.update(people).where(people.c.id == subscriber).values(values))
