"""Looks people up a page at a time, by a part of an address or name and by where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digest.consent import email_key
from digest.model import Subscriber, SubscriberStatus
from digest.store import rows, schema
from digest.store.database import Database

SUPPRESSED = "suppressed"
"""Beside the statuses of subscribers: whoever may not be written to, subscriber or not."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of people.

    Attributes:
        subscriber: their number; None for a suppressed address that nobody has.
        status: of the subscriber; "" for such an address.
        suppressed: why it may not be written to; "" if it may.
        since: when they asked, or the address was suppressed.
    """

    email: str
    name: str
    subscriber: int | None
    status: str
    suppressed: str
    since: datetime


class Directory:
    """The people in one database, to look through."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, text: str, status: str, *, skip: int, most: int) -> tuple[Listed, ...]:
        """The newest people first.

        Args:
            text: a part of the address or the name, in any case; "" for everybody.
            status: of a subscriber, or `SUPPRESSED`; "" for every subscriber.
            skip: how many to leave out before.
        """
        query = _suppressed(text) if status == SUPPRESSED else _subscribers(text, status)
        with self._database.read() as connection:
            found = connection.execute(query.offset(skip).limit(most))
            return tuple(_listed(row) for row in found)

    def beginning(self, start: str, *, most: int) -> tuple[Subscriber, ...]:
        """The first `most` confirmed subscribers whose addresses begin so, by address."""
        people = schema.subscriber
        query = (
            sa.select(people)
            .where(
                self._database.begins(people.c.email_key, email_key(start)),
                people.c.status == SubscriberStatus.CONFIRMED.value,
                people.c.email != "",
            )
            .order_by(people.c.email_key)
            .limit(most)
        )
        with self._database.read() as connection:
            return tuple(map(rows.subscriber_of, connection.execute(query)))

    def counts(self) -> dict[str, int]:
        """How many subscribers there are of each status, and how many suppressed addresses."""
        people, never = schema.subscriber, schema.suppression
        query = sa.select(people.c.status, sa.func.count()).where(people.c.email != "")
        with self._database.read() as connection:
            found = {row[0]: row[1] for row in connection.execute(query.group_by(people.c.status))}
            refused = connection.execute(sa.select(sa.func.count()).select_from(never)).scalar_one()
        return {status.value: found.get(status.value, 0) for status in SubscriberStatus} | {
            SUPPRESSED: refused
        }


def _subscribers(text: str, status: str) -> sa.Select[Any]:
    people, never = schema.subscriber, schema.suppression
    query = (
        sa.select(
            people.c.id, people.c.email, people.c.name, people.c.status,
            people.c.asked_at.label("since"), never.c.reason,
        )
        .select_from(people.outerjoin(never, never.c.email_key == people.c.email_key))
        .where(people.c.email != "")
        .order_by(people.c.id.desc())
    )  # fmt: skip
    if status:
        query = query.where(people.c.status == status)
    return query.where(_holds(text, people.c.email_key, people.c.name)) if text else query


def _suppressed(text: str) -> sa.Select[Any]:
    people, never = schema.subscriber, schema.suppression
    query = (
        sa.select(
            people.c.id, never.c.email, people.c.name, people.c.status,
            never.c.at.label("since"), never.c.reason,
        )
        .select_from(never.outerjoin(people, people.c.email_key == never.c.email_key))
        .order_by(never.c.at.desc(), never.c.email_key)
    )  # fmt: skip
    return query.where(_holds(text, never.c.email_key, people.c.name)) if text else query


def _holds(text: str, *columns: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Any of the columns holds the text; no character of it is a wildcard."""
    part = text.strip().lower()
    return sa.or_(*(sa.func.lower(one).contains(part, autoescape=True) for one in columns))


def _listed(row: Any) -> Listed:
    return Listed(row.email, row.name or "", row.id, row.status or "", row.reason or "", row.since)
