"""The steps after an attempt: a batch is done, waits, is taken apart or waits for a person.

Each step works inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StateError
from digest.model import DeliveryState, Recipient
from digest.store import schema

OPEN, DONE = "open", "done"
DISSOLVED = "dissolved"  # back to planned: nothing of it was ever accepted
SPLIT = "split"  # two smaller ones took its place
HELD, UNKNOWN = "held", "unknown"  # for a person to look at
RECONCILED = "reconciled"  # a person has decided
WAITING = (HELD, UNKNOWN)

Result = tuple[int, DeliveryState, str, str]
"""Subscriber id, final state, the provider's id, and why it was not sent ("" if it was)."""

FINAL = (DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.SKIPPED)


def is_ours(number: int, owner: str, attempt: int) -> sa.ColumnElement[bool]:
    """The batch is open, and still claimed as it was claimed; else another sender has it."""
    table = schema.batch
    return sa.and_(
        table.c.id == number,
        table.c.state == OPEN,
        table.c.lease_owner == owner,
        table.c.attempts == attempt,
    )


def close(
    connection: Connection, ours: sa.ColumnElement[bool], state: str, at: datetime, error: str = ""
) -> bool:
    """Give a batch its last state; False if it is not ours any more.

    One whose people are in another batch by now forgets them, so that each address is in one place.
    """
    change = sa.update(schema.batch).where(ours)
    values = {
        "state": state, "finished_at": at, "error": error,
        "lease_owner": "", "lease_until": None, "not_before": None,
    }  # fmt: skip
    if state in (DISSOLVED, SPLIT):
        values["recipients"] = "[]"
    return connection.execute(change.values(**values)).rowcount == 1


def write_results(
    connection: Connection, number: int, issue: int, results: Sequence[Result], at: datetime
) -> None:
    """What became of each recipient of a batch."""
    table = schema.delivery
    change = sa.update(table).where(
        table.c.issue == issue,
        table.c.subscriber == sa.bindparam("whom"),
        table.c.batch == number,
        table.c.state == DeliveryState.CLAIMED.value,
    )
    values = [
        {"whom": whom, "state": state.value, "provider_id": provider_id, "error": error, "at": at}
        for whom, state, provider_id, error in results
    ]
    connection.execute(change, values)


def park(
    connection: Connection,
    number: int,
    recipients: Sequence[Recipient],
    state: str,
    error: str,
    at: datetime,
) -> None:
    """Put an open batch aside for a person: nothing of it goes again by itself."""
    close(connection, _open(number), state, at, error)
    _move(connection, number, recipients, state=DeliveryState.UNKNOWN.value, error=error, at=at)


def dissolve(
    connection: Connection, number: int, recipients: Sequence[Recipient], at: datetime
) -> None:
    """Owe an open batch's recipients the issue as if it had not been made."""
    close(connection, _open(number), DISSOLVED, at)
    _move(connection, number, recipients, state=DeliveryState.PLANNED.value, batch=None, at=at)


def decide(
    connection: Connection,
    number: int,
    recipients: Sequence[Recipient],
    at: datetime,
    *,
    state: DeliveryState,
    error: str,
) -> int:
    """What a person says of a batch that waits for them; returns of how many mails."""
    table = schema.batch
    change = sa.update(table).where(table.c.id == number, table.c.state.in_(WAITING))
    again = state is DeliveryState.PLANNED
    last = DISSOLVED if again else RECONCILED
    closed = {"state": last, "finished_at": at, **({"recipients": "[]"} if again else {})}
    if not connection.execute(change.values(**closed)).rowcount:
        return 0
    values: dict[str, Any] = {"state": state.value, "error": error, "at": at}
    if again:
        values["batch"] = None
    return _move(connection, number, recipients, was=DeliveryState.UNKNOWN, **values)


def check_results(key: str, whom: Sequence[int], results: Sequence[Result]) -> None:
    """Exactly one final result for each recipient, or nothing may be written."""
    if sorted(result[0] for result in results) != sorted(whom):
        raise StateError(
            f"batch {key} has {len(whom)} recipients, but the {len(results)} "
            "results are not one for each",
            hint="the batch stays open; look at what the provider answered",
        )
    open_states = sorted({state.value for _, state, _, _ in results if state not in FINAL})
    if open_states:
        raise StateError(
            f"batch {key} cannot be finished with the state {', '.join(open_states)}",
            hint=f"a result is one of {', '.join(state.value for state in FINAL)}",
        )


def _open(number: int) -> sa.ColumnElement[bool]:
    return sa.and_(schema.batch.c.id == number, schema.batch.c.state == OPEN)


def _move(
    connection: Connection,
    number: int,
    recipients: Sequence[Recipient],
    was: DeliveryState = DeliveryState.CLAIMED,
    **values: Any,
) -> int:
    """Change the deliveries that a batch holds."""
    batch, table = schema.batch, schema.delivery
    issue = sa.select(batch.c.issue).where(batch.c.id == number).scalar_subquery()
    change = sa.update(table).where(
        table.c.issue == issue,
        table.c.subscriber.in_([person.id for person in recipients]),
        table.c.batch == number,
        table.c.state == was.value,
    )
    return connection.execute(change.values(**values)).rowcount
