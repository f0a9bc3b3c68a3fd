"""Counts for those who watch the machine: few and quick questions, however many mails there are.

What grows with every issue is never counted as a whole: an index answers, or one issue is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.model import DeliveryState, IssueStatus, Occurrence
from digest.store import schema
from digest.store.database import Database
from digest.store.periods import FIRST

UNDER_WAY = (IssueStatus.SENDING, IssueStatus.HELD)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits: how many, and since when the oldest does; None if nothing waits."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Census:
    """What is quickly counted.

    Attributes:
        collected: items that were new when they came, by kind of source.
        items_last_day: items that entered within a day.
        sources: by state: ok, failing, muted, unasked.
        issues: by status; every status is there.
        steps: the last period of each step of each schedule that was taken.
        notices, reports: those that wait.
    """

    collected: Mapping[str, int]
    items_last_day: int
    sources: Mapping[str, int]
    issues: Mapping[IssueStatus, int]
    steps: tuple[Occurrence, ...]
    notices: Queue
    reports: Queue


@dataclass(frozen=True, slots=True)
class Mails:
    """The mails of one issue.

    Attributes:
        states: every state is there.
        fates: of those that were sent, by what the provider told; "" for those it told nothing of.
    """

    issue: int
    states: Mapping[DeliveryState, int]
    fates: Mapping[str, int]


class CensusTaker:
    """Reads counts of one database; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, now: datetime) -> Census:
        """Everything that an index or a small table tells."""
        notice, report = schema.notice, schema.webhook_event
        with self._database.read() as connection:
            return Census(
                collected=_collected(connection),
                items_last_day=_items_since(connection, now - _DAY),
                sources=_sources(connection),
                issues=_issues(connection),
                steps=_steps(connection),
                notices=_queue(connection, notice.c.asked_at, notice.c.settled_at.is_(None)),
                reports=_queue(connection, report.c.received_at, report.c.processed_at.is_(None)),
            )

    def mails(self) -> tuple[Mails, ...]:
        """The mails of each issue under way and of the one sent last."""
        table = schema.issue
        under_way = [status.value for status in UNDER_WAY]
        query = sa.select(table.c.number).where(table.c.status.in_(under_way))
        sent = sa.select(sa.func.max(table.c.number)).where(
            table.c.status == IssueStatus.SENT.value
        )
        with self._database.read() as connection:
            numbers = set(connection.execute(query).scalars())
            numbers |= {last for last in connection.execute(sent).scalars() if last is not None}
            return tuple(_mails(connection, number) for number in sorted(numbers))

    def mails_of(self, issue: int) -> Mails:
        """The mails of one issue; half a second a million."""
        with self._database.read() as connection:
            return _mails(connection, issue)

    def subscribers(self) -> dict[str, int]:
        """How many people are in each status."""
        table = schema.subscriber
        query = sa.select(table.c.status, sa.func.count()).group_by(table.c.status)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def size(self) -> int:
        """Bytes of the database, as its server or its files tell."""
        if self._database.is_sqlite:
            file = str(self._database.url.database)
            parts = [Path(file), Path(f"{file}-wal")]
            return sum(part.stat().st_size for part in parts if part.exists())
        query = sa.select(sa.func.pg_database_size(sa.func.current_database()))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())


def _collected(connection: Connection) -> dict[str, int]:
    source, health = schema.source, schema.source_health
    query = (
        sa.select(source.c.kind, sa.func.sum(health.c.items_seen))
        .join(health, health.c.source == source.c.id)
        .group_by(source.c.kind)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def _items_since(connection: Connection, since: datetime) -> int:
    table = schema.item
    query = sa.select(sa.func.count()).where(table.c.entered_at >= since)
    return connection.execute(query).scalar_one()


def _sources(connection: Connection) -> dict[str, int]:
    source, health = schema.source, schema.source_health
    state = sa.case(
        (source.c.muted, "muted"),
        (health.c.tried_at.is_(None), "unasked"),
        (health.c.failures > 0, "failing"),
        else_="ok",
    ).label("state")
    query = sa.select(state).outerjoin(health, health.c.source == source.c.id)
    found = Counter(connection.execute(query).scalars())
    return {name: found[name] for name in ("ok", "failing", "muted", "unasked")}


def _issues(connection: Connection) -> dict[IssueStatus, int]:
    table = schema.issue
    query = sa.select(table.c.status, sa.func.count()).group_by(table.c.status)
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {status: found.get(status.value, 0) for status in IssueStatus}


def _steps(connection: Connection) -> tuple[Occurrence, ...]:
    table = schema.occurrence
    last = sa.select(table.c.schedule, sa.func.max(table.c.due_at).label("due_at"))
    last = last.where(table.c.period != FIRST)
    newest = last.group_by(table.c.schedule).subquery()
    same = (table.c.schedule == newest.c.schedule) & (table.c.due_at == newest.c.due_at)
    same &= table.c.period != FIRST
    query = sa.select(table).join(newest, same).order_by(table.c.schedule, table.c.period)
    # Two periods may have been due at one moment: the later of them counts.
    found = {
        row.schedule: Occurrence(row.schedule, row.period, row.due_at, row.done_at, row.outcome)
        for row in connection.execute(query)
    }
    return tuple(found.values())


def _queue(
    connection: Connection, since: sa.Column[datetime], waits: sa.ColumnElement[bool]
) -> Queue:
    row = connection.execute(sa.select(sa.func.count(), sa.func.min(since)).where(waits)).one()
    return Queue(row[0], row[1])


def _mails(connection: Connection, issue: int) -> Mails:
    table = schema.delivery
    query = sa.select(table.c.state, table.c.fate, sa.func.count().label("mails"))
    query = query.where(table.c.issue == issue).group_by(table.c.state, table.c.fate)
    states, fates = Counter[DeliveryState](), Counter[str]()
    for row in connection.execute(query):
        states[DeliveryState(row.state)] += row.mails
        if row.state == DeliveryState.SENT.value:
            fates[row.fate] += row.mails
    return Mails(issue, {state: states[state] for state in DeliveryState}, fates)
