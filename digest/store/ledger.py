"""Keeps who is owed which issue, and what became of it: one delivery a pair, for ever.

A batch is committed with its key and its frozen recipients before anyone is written to; until
its outcome is known it is handed out again and again under that same key, so that a provider
which honours keys delivers it once, whatever died in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import StateError
from digest.model import Delivery, DeliveryState, Subscriber, SubscriberStatus
from digest.store import claiming, rows, schema
from digest.store.database import Database, rows_changed
from digest.store.periods import Occurrences

Result = tuple[int, DeliveryState, str, str]
"""Subscriber id, final state, the provider's id, and why it was not sent ("" if it was)."""

FINAL = (DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.SKIPPED)
_DONE = "done"


@dataclass(frozen=True, slots=True)
class Batch:
    """What is sent in one call.

    Attributes:
        key: the idempotency key, the same on every attempt.
        recipients: frozen when the batch was made, by id.
    """

    key: str
    issue: int
    recipients: tuple[Subscriber, ...]


class Ledger:
    """Deliveries, batches and occurrences in one database.

    Attributes:
        occurrences: which periods of which schedules have happened.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.occurrences = Occurrences(database)

    def plan(self, issue: int, *, at: datetime) -> int:
        """Owe the issue to everyone who may be written to now; those already owed stay as is.

        Returns:
            How many deliveries are new.

        Raises:
            InputError: no such issue.
            StateError: the issue is neither approved nor sending.
        """
        people, never = schema.subscriber, schema.suppression
        eligible = sa.select(
            sa.literal(issue, sa.BigInteger),
            people.c.id,
            sa.literal(DeliveryState.PLANNED.value, sa.Text),
            sa.literal(at, schema.Moment),
        ).where(
            people.c.status == SubscriberStatus.CONFIRMED.value,
            ~sa.exists().where(never.c.email_key == people.c.email_key),
        )
        insert = self._database.insert(schema.delivery)
        owe = insert.from_select(["issue", "subscriber", "state", "at"], eligible)
        with self._database.write() as connection:
            claiming.check_sendable(connection, issue)
            return rows_changed(connection, owe.on_conflict_do_nothing())

    def eligible(self, issue: int) -> int:
        """How many people a send would reach now: those to be owed it, those owed, those claimed.

        A batch that was claimed goes out as it is, so its people count whatever they are now.
        """
        people, never, table = schema.subscriber, schema.suppression, schema.delivery
        unsettled = sa.or_(table.c.state.is_(None), table.c.state == DeliveryState.PLANNED.value)
        may_get = sa.and_(
            unsettled,
            people.c.status == SubscriberStatus.CONFIRMED.value,
            never.c.email_key.is_(None),
        )
        ours = sa.and_(table.c.subscriber == people.c.id, table.c.issue == issue)
        query = (
            sa.select(sa.func.count())
            .select_from(people)
            .outerjoin(table, ours)
            .outerjoin(never, never.c.email_key == people.c.email_key)
            .where(sa.or_(may_get, table.c.state == DeliveryState.CLAIMED.value))
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def claim(self, issue: int, *, limit: int, at: datetime) -> Batch | None:
        """The next batch to send, committed before it is returned; None if nothing is left.

        An open batch comes first, with its old key and recipients. Otherwise up to `limit`
        planned deliveries are looked at as their subscribers stand at this moment: those who may
        not be written to any more are skipped with the reason, the others become a batch.

        Raises:
            InputError: no such issue.
            StateError: the issue is neither approved nor sending.
        """
        with self._database.write() as connection:
            content = claiming.check_sendable(connection, issue)
            unfinished = self._open_batch(connection, issue)
            if unfinished is not None:
                return unfinished
            recipients = claiming.next_recipients(connection, issue, limit=limit, at=at)
            if not recipients:
                return None
            key = claiming.batch_key(issue, content, recipients)
            claiming.freeze(connection, key, issue, recipients, at)
            return Batch(key, issue, recipients)

    def finish(self, batch: Batch, results: Sequence[Result], at: datetime) -> bool:
        """Write down what became of a batch, all of it or nothing.

        Args:
            results: one for each recipient, in any order.

        Returns:
            False if another sender had finished it already; its results stand.

        Raises:
            StateError: a recipient has no result or two, a result is not final or belongs to
                nobody in the batch, or the batch is unknown.
        """
        _check_results(batch, results)
        with self._database.write() as connection:
            number = self._close(connection, batch, at)
            if number is None:
                return False
            table = schema.delivery
            change = sa.update(table).where(
                table.c.issue == batch.issue,
                table.c.subscriber == sa.bindparam("whom"),
                table.c.batch == number,
                table.c.state == DeliveryState.CLAIMED.value,
            )
            values = [
                {
                    "whom": whom,
                    "state": state.value,
                    "provider_id": provider_id,
                    "error": error,
                    "at": at,
                }
                for whom, state, provider_id, error in results
            ]
            connection.execute(change, values)
        return True

    def release(self, batch: Batch, error: str, at: datetime) -> None:
        """Note a failed attempt; the batch stays open under its key, to be claimed again."""
        table = schema.batch
        change = sa.update(table).where(table.c.key == batch.key, table.c.state == claiming.OPEN)
        with self._database.write() as connection:
            connection.execute(
                change.values(attempts=table.c.attempts + 1, error=error, last_attempt_at=at)
            )

    def counts(self, issue: int) -> dict[str, int]:
        """How many deliveries of the issue are in each state; every state is there."""
        table = schema.delivery
        query = sa.select(table.c.state, sa.func.count()).where(table.c.issue == issue)
        with self._database.read() as connection:
            found = connection.execute(query.group_by(table.c.state)).all()
        return {state.value: 0 for state in DeliveryState} | {row[0]: row[1] for row in found}

    def deliveries(self, issue: int) -> tuple[Delivery, ...]:
        """Every delivery of the issue, by subscriber id."""
        table, people, batch = schema.delivery, schema.subscriber, schema.batch
        query = (
            sa.select(table, people.c.email, batch.c.attempts)
            .join(people, people.c.id == table.c.subscriber)
            .outerjoin(batch, batch.c.id == table.c.batch)
            .where(table.c.issue == issue)
            .order_by(table.c.subscriber)
        )
        with self._database.read() as connection:
            return tuple(rows.delivery_of(row) for row in connection.execute(query))

    def _open_batch(self, connection: Connection, issue: int) -> Batch | None:
        table = schema.batch
        query = (
            sa.select(table)
            .where(table.c.issue == issue, table.c.state == claiming.OPEN)
            .order_by(table.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Batch(row.key, row.issue, rows.recipients_of(row, self._database.place))

    def _close(self, connection: Connection, batch: Batch, at: datetime) -> int | None:
        """The number of the batch that this call closed; None if it was closed before."""
        table = schema.batch
        change = sa.update(table).where(table.c.key == batch.key, table.c.state == claiming.OPEN)
        closed = connection.execute(
            change.values(
                state=_DONE,
                attempts=table.c.attempts + 1,
                last_attempt_at=at,
                finished_at=at,
                error="",
            )
        ).rowcount
        query = sa.select(table.c.id).where(table.c.key == batch.key)
        number: int | None = connection.execute(query).scalar_one_or_none()
        if number is None:
            raise StateError(f"batch {batch.key} is not in the ledger of {self._database.place}")
        return number if closed else None


def _check_results(batch: Batch, results: Sequence[Result]) -> None:
    """Exactly one final result for each recipient, or nothing may be written."""
    whom = sorted(result[0] for result in results)
    if whom != sorted(person.id for person in batch.recipients):
        raise StateError(
            f"batch {batch.key} has {len(batch.recipients)} recipients, but the {len(results)} "
            "results are not one for each",
            hint="the batch stays open; look at what the provider answered",
        )
    open_states = sorted({state.value for _, state, _, _ in results if state not in FINAL})
    if open_states:
        raise StateError(
            f"batch {batch.key} cannot be finished with the state {', '.join(open_states)}",
            hint=f"a result is one of {', '.join(state.value for state in FINAL)}",
        )
