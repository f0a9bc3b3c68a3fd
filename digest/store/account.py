"""What the ledger says: how many stand where, what waits for a person, when the next may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from digest.model import Delivery, DeliveryState, SubscriberStatus
from digest.store import mail_rows, schema, settling
from digest.store.claiming import is_paused
from digest.store.database import Database
from digest.store.outcomes import Outcomes
from digest.store.owners import is_gone

SOON = timedelta(minutes=1)
"""How far ahead a reader's hour is still something to wait for: a sender is called again later."""


@dataclass(frozen=True, slots=True)
class Later:
    """Mails that wait for their readers' hour: how many, when the first and the last is due."""

    mails: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch that waits for a person.

    Attributes:
        number: names it in `recap reconcile`.
        state: "held" (its answer or its bytes do not fit) or "unknown" (no answer in the window).
    """

    number: int
    key: str
    state: str
    people: int
    attempts: int
    first_attempt_at: datetime
    error: str


class Account:
    """Reads of deliveries and batches; changes nothing.

    Attributes:
        outcomes: what became of an issue's mails, to be looked at.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.outcomes = Outcomes(database)

    def clock(self) -> Callable[[], datetime]:
        """The time by which leases count: the database server's, where there is one.

        Two machines whose clocks differ then agree on when a lease is over.
        """
        if self._database.is_sqlite:
            return lambda: datetime.now(UTC)
        with self._database.read() as connection:
            there: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        ahead = there.astimezone(UTC) - datetime.now(UTC)
        return lambda: datetime.now(UTC) + ahead

    def eligible(self, issue: int, *, at: datetime) -> int:
        """How many people a send would reach then: those to be owed it, those owed, those claimed.

        A batch that was claimed goes out as it is, so its people count whatever they are now.
        """
        people, never, table = schema.subscriber, schema.suppression, schema.delivery
        unsettled = sa.or_(table.c.state.is_(None), table.c.state == DeliveryState.PLANNED.value)
        may_get = sa.and_(
            unsettled,
            people.c.status == SubscriberStatus.CONFIRMED.value,
            ~is_paused(at),
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

    def next_due(self, issue: int, at: datetime) -> datetime | None:
        """When there is something to claim again; `at` or before if now, None if nothing is left.

        What is planned counts as well: another sender may have it under its eyes and then die. A
        reader's hour counts from a minute before.
        """
        table, owed = schema.batch, schema.delivery
        planned = sa.select(owed.c.due_at).where(
            owed.c.issue == issue, owed.c.state == DeliveryState.PLANNED.value
        )
        at_once = planned.where(owed.c.due_at.is_(None)).limit(1)
        by_hour = planned.where(owed.c.due_at <= at + SOON).order_by(owed.c.due_at).limit(1)
        query = sa.select(table.c.lease_owner, table.c.lease_until, table.c.not_before)
        query = query.where(table.c.issue == issue, table.c.state == settling.OPEN)
        with self._database.read() as connection:
            if connection.execute(at_once).one_or_none() is not None:
                return at
            moments = list(connection.execute(by_hour).scalars())
            found = connection.execute(query).all()
        for row in found:
            taken = row.lease_owner and not is_gone(row.lease_owner)
            moments.append(max(row.not_before or at, row.lease_until if taken else at))
        return min(moments, default=None)

    def later(self, issue: int, at: datetime) -> Later | None:
        """The mails whose readers' hour is still to come; None if none is."""
        table = schema.delivery
        query = sa.select(sa.func.count(), sa.func.min(table.c.due_at), sa.func.max(table.c.due_at))
        query = query.where(
            table.c.issue == issue,
            table.c.state == DeliveryState.PLANNED.value,
            table.c.due_at > at,
        )
        with self._database.read() as connection:
            mails, first, last = connection.execute(query).one()
        return Later(mails, first, last) if mails else None

    def trouble(self, issue: int) -> str:
        """Why the open batch that was tried last has not left yet; "" if none has failed."""
        table = schema.batch
        query = (
            sa.select(table.c.error)
            .where(table.c.issue == issue, table.c.state == settling.OPEN, table.c.error != "")
            .order_by(table.c.last_attempt_at.desc())
        )
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).scalar_one_or_none() or ""

    def waiting(self, issue: int) -> tuple[Waiting, ...]:
        """The batches that wait for a person, in order."""
        table = schema.batch
        query = sa.select(table).where(table.c.issue == issue, table.c.state.in_(settling.WAITING))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(table.c.id)).all()
        return tuple(
            Waiting(
                number=row.id,
                key=row.key,
                state=row.state,
                people=len(mail_rows.recipients_of(row, self._database.place)),
                attempts=row.attempts,
                first_attempt_at=row.first_attempt_at,
                error=row.error,
            )
            for row in found
        )

    def counts(self, issue: int) -> dict[str, int]:
        """How many deliveries of the issue are in each state; every state is there."""
        table = schema.delivery
        query = sa.select(table.c.state, sa.func.count()).where(table.c.issue == issue)
        with self._database.read() as connection:
            found = connection.execute(query.group_by(table.c.state)).all()
        return {state.value: 0 for state in DeliveryState} | {row[0]: row[1] for row in found}

    def fates(self, issue: int) -> dict[str, int]:
        """How many mails that were sent have met each fate; "" for those nobody told of."""
        table = schema.delivery
        query = sa.select(table.c.fate, sa.func.count()).where(
            table.c.issue == issue, table.c.state == DeliveryState.SENT.value
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(table.c.fate))}

    def deliveries(self, issue: int) -> tuple[Delivery, ...]:
        """Every delivery of the issue, by subscriber id."""
        return tuple(self.outcomes.all(issue))
