"""What became of an issue's mails, to be looked at: counted with reasons, and row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digest.consent import email_key
from digest.model import Delivery, DeliveryState, SubscriberStatus
from digest.store import mail_rows, schema
from digest.store.database import Database

_CHUNK = 5000
_REASONS = 8
_SETTLED = (DeliveryState.SENT, DeliveryState.REJECTED, DeliveryState.SKIPPED)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mails of an issue stand where.

    Attributes:
        states: every state is there.
        reasons: of those that were rejected or skipped, by state.
        fates: of those that were sent, what the provider told; "" for those it told nothing of.
        recent: settled since the moment that was asked for.
    """

    states: Counter[DeliveryState] = field(default_factory=Counter)
    reasons: dict[DeliveryState, Counter[str]] = field(default_factory=dict)
    fates: Counter[str] = field(default_factory=Counter)
    recent: int = 0

    @property
    def owed(self) -> int:
        """Everyone whom the issue was or is owed to."""
        return self.states.total()

    @property
    def open(self) -> int:
        """Those whose mail may still leave by itself."""
        return self.states[DeliveryState.PLANNED] + self.states[DeliveryState.CLAIMED]

    def commonest(self, state: DeliveryState) -> list[tuple[str, int]]:
        """The commonest reasons of those that were rejected or skipped, each with its count."""
        return self.reasons.get(state, Counter()).most_common(_REASONS)


class Outcomes:
    """Reads of the deliveries in one database; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tally(self, issue: int, *, since: datetime) -> Tally:
        """Count all deliveries of an issue; those settled from `since` on are recent."""
        table = schema.delivery
        ours, mails = table.c.issue == issue, sa.func.count().label("mails")
        recent = sa.func.sum(sa.case((table.c.at >= since, 1), else_=0)).label("recent")
        standing = sa.select(table.c.state, table.c.fate, mails, recent)
        standing = standing.where(ours).group_by(table.c.state, table.c.fate)
        told = table.c.state.in_((DeliveryState.REJECTED.value, DeliveryState.SKIPPED.value))
        why = sa.select(table.c.state, table.c.error, mails).where(ours, told)
        states = Counter(dict.fromkeys(DeliveryState, 0))
        reasons: dict[DeliveryState, Counter[str]] = {}
        fates: Counter[str] = Counter()
        settled = 0
        with self._database.read() as connection:
            for row in connection.execute(standing):
                state = DeliveryState(row.state)
                states[state] += row.mails
                if state is DeliveryState.SENT:
                    fates[row.fate] += row.mails
                if state in _SETTLED:
                    settled += row.recent
            if states[DeliveryState.REJECTED] + states[DeliveryState.SKIPPED]:
                why = why.group_by(table.c.state, table.c.error)
                for row in connection.execute(why):
                    reasons.setdefault(DeliveryState(row.state), Counter())[row.error] = row.mails
        return Tally(states, reasons, fates, settled)

    def left_since(self, issue: int) -> int:
        """How many who got the issue have left since their mail was sent."""
        table, people = schema.delivery, schema.subscriber
        query = (
            sa.select(sa.func.count())
            .select_from(people)
            .join(table, (table.c.subscriber == people.c.id) & (table.c.issue == issue))
            .where(
                people.c.status == SubscriberStatus.UNSUBSCRIBED.value,
                table.c.state == DeliveryState.SENT.value,
                people.c.left_at >= table.c.at,
            )
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def page(
        self,
        issue: int,
        *,
        address: str = "",
        state: DeliveryState | None = None,
        after: int = 0,
        most: int = 50,
    ) -> tuple[Delivery, ...]:
        """Deliveries of an issue by subscriber id.

        Args:
            address: how the addresses begin.
            state: only these.
            after: only subscribers with a larger id.
        """
        query = self._rows(issue, after).limit(most)
        if address:
            query = query.where(
                self._database.begins(schema.subscriber.c.email_key, email_key(address))
            )
        if state is not None:
            query = query.where(schema.delivery.c.state == state.value)
        with self._database.read() as connection:
            return tuple(mail_rows.delivery_of(row) for row in connection.execute(query))

    def all(self, issue: int) -> Iterator[Delivery]:
        """Every delivery of an issue by subscriber id, some thousand read at a time."""
        after = 0
        while True:
            with self._database.read() as connection:
                found = connection.execute(self._rows(issue, after).limit(_CHUNK)).all()
            yield from map(mail_rows.delivery_of, found)
            if len(found) < _CHUNK:
                return
            after = found[-1].subscriber

    def _rows(self, issue: int, after: int) -> sa.Select[Any]:
        table, people, batch = schema.delivery, schema.subscriber, schema.batch
        return (
            sa.select(table, people.c.email, batch.c.attempts)
            .join(people, people.c.id == table.c.subscriber)
            .outerjoin(batch, batch.c.id == table.c.batch)
            .where(table.c.issue == issue, table.c.subscriber > after)
            .order_by(table.c.subscriber)
        )
