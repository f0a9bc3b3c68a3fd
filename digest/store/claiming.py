"""The steps of claiming: may the issue leave, what is open, who is next, the batch of them.

Each step works inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest import delivery
from digest.attempts import LEASE, WINDOW
from digest.consent import refusal
from digest.errors import InputError
from digest.model import (
    DeliveryState,
    Email,
    IssueStatus,
    Recipient,
    Subscriber,
    SubscriberStatus,
)
from digest.sealing import Sealed, Sealer
from digest.store import mail_rows, rows, schema, settling
from digest.store.keys import batch_key
from digest.store.owners import is_gone
from digest.store.settling import HELD, OPEN, UNKNOWN

_LOOKED_AT = 100
"""Open batches that one claim looks at; more are open only if as many senders are at work."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who asks for a batch.

    Attributes:
        owner: the process, as `digest.store.owners` names it.
        keyed: the provider honours keys, so that a batch whose outcome is unknown may go again.
    """

    owner: str
    keyed: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """What is sent in one call, and the attempt that it is claimed for.

    Attributes:
        number: counts the batches of the database, upwards.
        key: the idempotency key, the same on every attempt.
        mails: one for each recipient, the same bytes on every attempt.
        owner, attempt: what the claim is known by; no other claim of the batch has both.
        untouched: no attempt before this one can have been accepted.
    """

    number: int
    key: str
    issue: int
    recipients: tuple[Recipient, ...]
    mails: tuple[Email, ...]
    owner: str
    attempt: int
    untouched: bool


def check_sendable(connection: Connection, issue: int, *, alone: bool = False) -> Any:
    """The issue's row without its document; an issue that may not leave is refused.

    On PostgreSQL the row stays locked, so that nobody holds the issue in between.

    Args:
        alone: nobody else may look at the row either until the transaction ends.
    """
    table = schema.issue
    columns = (table.c.number, table.c.status, table.c.held_because, table.c.send_after)
    query = sa.select(*columns).where(table.c.number == issue).with_for_update(read=not alone)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise InputError(f"there is no issue {issue}", hint="see the issues with `recap issues`")
    delivery.check_sendable(row.number, IssueStatus(row.status), row.held_because)
    return row


def open_batch(
    connection: Connection, issue: int, seal: Sealer, who: Claimant, at: datetime, *,
    early: bool, place: str,
) -> Batch | None:  # fmt: skip
    """The first open batch that may go again now, leased to the claimant.

    On the way those that may not go again by themselves are put aside: the window is over, a mail
    is not the same any more, a reader has left since and nothing was accepted yet.

    Args:
        early: do not wait for the moment that its last failure asked for.
    """
    for row in _due(connection, issue, at, early=early):
        if _is_leased(row, at):  # by now
            continue
        recipients = mail_rows.recipients_of(row, place)
        over = at >= row.first_attempt_at + WINDOW
        if row.untouched:
            if over or not _still_the_same(connection, recipients, at):
                settling.dissolve(connection, row.id, recipients, at)
                continue
        elif over or not who.keyed:
            why = (
                f"its outcome was not known {WINDOW.total_seconds() / 3600:.0f} hours after the "
                "first attempt"
                if who.keyed
                else "its sender ended in the middle of it, and the provider honours no keys"
            )
            settling.park(connection, row.id, recipients, UNKNOWN, why, at)
            continue
        sealed = seal.again(recipients)
        if sealed.sha256 != row.body_sha256:
            why = "its mails are not the same bytes any more, so it cannot go again under its key"
            settling.park(connection, row.id, recipients, HELD, why, at)
            continue
        _lease(connection, row, who, at)
        return Batch(
            row.id, row.key, issue, recipients, sealed.mails, who.owner, row.attempts + 1,
            row.untouched,
        )  # fmt: skip
    return None


def new_batch(
    connection: Connection, issue: int, content: str, seal: Sealer, who: Claimant, at: datetime
) -> Batch | None:
    """A batch of the next planned who may be written to at this moment; None if nobody is left."""
    people = _next_people(connection, issue, limit=seal.limits.mails, at=at)
    if not people:
        return None
    sealed = seal.fresh(people)
    key = batch_key(connection, issue, content, sealed.recipients)
    number = freeze(connection, key, issue, sealed, at, leased_to=who.owner)
    return Batch(
        number, key, issue, sealed.recipients, sealed.mails, who.owner, attempt=1, untouched=True
    )


def freeze(
    connection: Connection,
    key: str,
    issue: int,
    sealed: Sealed,
    at: datetime,
    *,
    leased_to: str = "",
) -> int:
    """Store a batch and mark its deliveries as claimed by it; returns its number.

    Args:
        leased_to: who is about to send it; "" leaves that open.
    """
    insert = sa.insert(schema.batch).values(
        key=key,
        issue=issue,
        recipients=rows.document(sealed.recipients),
        state=OPEN,
        attempts=1 if leased_to else 0,
        first_attempt_at=at,
        last_attempt_at=at if leased_to else None,
        body_sha256=sealed.sha256,
        # From here on the sender may die at any moment, before or after the call.
        untouched=not leased_to,
        lease_owner=leased_to,
        lease_until=at + LEASE if leased_to else None,
    )
    number: int = connection.execute(insert.returning(schema.batch.c.id)).scalar_one()
    ids = [person.id for person in sealed.recipients]
    move(connection, issue, ids, state=DeliveryState.CLAIMED.value, batch=number, at=at)
    return number


def move(connection: Connection, issue: int, ids: Sequence[int], **values: Any) -> None:
    """Change planned or claimed deliveries of these subscribers."""
    table = schema.delivery
    change = sa.update(table).where(
        table.c.issue == issue,
        table.c.subscriber.in_(ids),
        table.c.state.in_((DeliveryState.PLANNED.value, DeliveryState.CLAIMED.value)),
    )
    connection.execute(change.values(**values))


def _due(connection: Connection, issue: int, at: datetime, *, early: bool) -> Sequence[Any]:
    """Open batches that nobody is at; only these are locked: who is at one is to finish it."""
    table = schema.batch
    order = (sa.func.coalesce(table.c.not_before, at), table.c.id) if early else (table.c.id,)
    look = sa.select(table.c.id, table.c.lease_owner, table.c.lease_until)
    look = look.where(table.c.issue == issue, table.c.state == OPEN)
    if not early:
        look = look.where(sa.or_(table.c.not_before.is_(None), table.c.not_before <= at))
    found = connection.execute(look.order_by(*order).limit(_LOOKED_AT)).all()
    free = [row.id for row in found if not _is_leased(row, at)]
    if not free:
        return ()
    query = sa.select(table).where(table.c.id.in_(free), table.c.state == OPEN).order_by(*order)
    return connection.execute(query.with_for_update(skip_locked=True)).all()


def _is_leased(row: Any, at: datetime) -> bool:
    """Somebody is at a batch who is still there, as far as can be known."""
    return bool(row.lease_owner and row.lease_until > at and not is_gone(row.lease_owner))


def _lease(connection: Connection, row: Any, who: Claimant, at: datetime) -> None:
    table = schema.batch
    change = sa.update(table).where(table.c.id == row.id)
    connection.execute(
        change.values(
            attempts=row.attempts + 1,
            last_attempt_at=at,
            untouched=False,
            lease_owner=who.owner,
            lease_until=at + LEASE,
            not_before=None,
        )
    )


def is_paused(at: datetime) -> sa.ColumnElement[bool]:
    """The subscriber chose to get no issue at that moment."""
    until = schema.subscriber.c.paused_until
    return sa.and_(until.is_not(None), until > at)


def _still_the_same(connection: Connection, recipients: Sequence[Recipient], at: datetime) -> bool:
    """Whether all of them may still be written to, at the same addresses."""
    people, never = schema.subscriber, schema.suppression
    query = sa.select(people.c.id, people.c.email).where(
        people.c.id.in_([person.id for person in recipients]),
        people.c.status == SubscriberStatus.CONFIRMED.value,
        ~is_paused(at),
        ~sa.exists().where(never.c.email_key == people.c.email_key),
    )
    now = {row.id: row.email for row in connection.execute(query)}
    return now == {person.id: person.email for person in recipients}


def _next_people(
    connection: Connection, issue: int, *, limit: int, at: datetime
) -> tuple[Subscriber, ...]:
    """Those of the next planned who may be written to; skips the others, a page at a time."""
    for page in _planned_pages(connection, issue, limit, at):
        accepted: list[Subscriber] = []
        refused: dict[str, list[int]] = {}
        for row in page:
            person = rows.subscriber_of(row)
            reason = refusal(
                person.status,
                suppressed=row.suppressed_as is not None,
                paused_until=person.paused_until,
                now=at,
            )
            if reason:
                refused.setdefault(reason, []).append(person.id)
            else:
                accepted.append(person)
        for reason, ids in refused.items():
            move(connection, issue, ids, state=DeliveryState.SKIPPED.value, error=reason, at=at)
        if accepted:
            return tuple(accepted)
    return ()


def _planned_pages(connection: Connection, issue: int, limit: int, at: datetime) -> Iterator[Any]:
    """Those who are owed it at once, then those whose hour has come; the others are not read."""
    table, people, never = schema.delivery, schema.subscriber, schema.suppression
    at_once = table.c.due_at.is_(None), table.c.subscriber
    by_hour = table.c.due_at <= at, table.c.due_at
    owed = sa.select(table.c.subscriber).where(
        table.c.issue == issue, table.c.state == DeliveryState.PLANNED.value
    )
    for whose, order in (at_once, by_hour):
        # First who they are, then the people: PostgreSQL would join both tables from their start.
        page = owed.where(whose).order_by(order).limit(limit)
        page_of = page.with_for_update(skip_locked=True).cte("page_of")
        query = (
            sa.select(people, never.c.email_key.label("suppressed_as"))
            .select_from(page_of)
            .join(people, people.c.id == page_of.c.subscriber)
            .outerjoin(never, never.c.email_key == people.c.email_key)
            .order_by(people.c.id)
        )
        while found := connection.execute(query).all():
            yield found
