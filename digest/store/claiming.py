"""The steps of claiming: may the issue leave, who is next, and the batch that holds them.

Each step works inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.consent import refusal
from digest.errors import InputError, StateError
from digest.model import DeliveryState, IssueStatus, Subscriber
from digest.store import rows, schema

OPEN = "open"
_SENDABLE = (IssueStatus.APPROVED.value, IssueStatus.SENDING.value)


def check_sendable(connection: Connection, issue: int) -> str:
    """The hash of the approved content; an issue that may not leave is refused.

    On PostgreSQL the row stays shared-locked, so that nobody holds the issue in between.
    """
    table = schema.issue
    query = sa.select(table.c.status, table.c.content_sha256).where(table.c.number == issue)
    row = connection.execute(query.with_for_update(read=True)).one_or_none()
    if row is None:
        raise InputError(f"there is no issue {issue}", hint="see the issues with `recap issues`")
    if row.status not in _SENDABLE:
        raise StateError(
            f"issue {issue} is {row.status}; nothing of it may be sent",
            hint=f"approve it first: `recap approve {issue}`",
        )
    content: str = row.content_sha256
    return content


def next_recipients(
    connection: Connection, issue: int, *, limit: int, at: datetime
) -> tuple[Subscriber, ...]:
    """Those of the next planned who may be written to; skips the others, a page at a time."""
    while page := _planned_page(connection, issue, limit):
        accepted: list[Subscriber] = []
        refused: dict[str, list[int]] = {}
        for row in page:
            person = rows.subscriber_of(row)
            reason = refusal(person.status, suppressed=row.suppressed_as is not None)
            if reason:
                refused.setdefault(reason, []).append(person.id)
            else:
                accepted.append(person)
        for reason, ids in refused.items():
            _move(connection, issue, ids, state=DeliveryState.SKIPPED.value, error=reason, at=at)
        if accepted:
            return tuple(accepted)
    return ()


def _planned_page(connection: Connection, issue: int, limit: int) -> Sequence[Any]:
    table, people, never = schema.delivery, schema.subscriber, schema.suppression
    query = (
        sa.select(people, never.c.email_key.label("suppressed_as"))
        .select_from(table)
        .join(people, people.c.id == table.c.subscriber)
        .outerjoin(never, never.c.email_key == people.c.email_key)
        .where(table.c.issue == issue, table.c.state == DeliveryState.PLANNED.value)
        .order_by(table.c.subscriber)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
    )
    return connection.execute(query).all()


def _move(connection: Connection, issue: int, ids: Sequence[int], **values: Any) -> None:
    """Move planned deliveries on."""
    table = schema.delivery
    change = sa.update(table).where(
        table.c.issue == issue,
        table.c.subscriber.in_(ids),
        table.c.state == DeliveryState.PLANNED.value,
    )
    connection.execute(change.values(**values))


def batch_key(issue: int, content: str, recipients: Sequence[Subscriber]) -> str:
    """The idempotency key: the same content to the same people has the same key.

    A database put back from a backup therefore repeats the keys of what it forgot, and another
    installation that happens to count the same way does not.
    """
    addresses = "\n".join(f"{person.id} {person.email}" for person in recipients)
    mark = hashlib.sha256(f"{issue}\n{content}\n{addresses}".encode()).hexdigest()[:32]
    return f"recap/{issue}/{mark}"


def freeze(
    connection: Connection, key: str, issue: int, recipients: tuple[Subscriber, ...], at: datetime
) -> None:
    """Store the batch and mark its deliveries as claimed by it."""
    table = schema.batch
    insert = sa.insert(table).values(
        key=key,
        issue=issue,
        recipients=rows.document(recipients),
        state=OPEN,
        attempts=0,
        first_attempt_at=at,
    )
    number = connection.execute(insert.returning(table.c.id)).scalar_one()
    ids = [person.id for person in recipients]
    _move(connection, issue, ids, state=DeliveryState.CLAIMED.value, batch=number, at=at)
