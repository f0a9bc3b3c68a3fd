"""The hour at which each reader's mail is due, as the plan of an issue writes it down."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.store import schema
from digest.zones import due_in, zone_named

Hour: TypeAlias = sa.ColumnElement[datetime] | sa.Null


def keep_local(connection: Connection, issue: int, leave_local: str) -> bool:
    """Note the time at which an issue leaves, as `due_at` reads it; False if it was that before."""
    table = schema.issue
    change = sa.update(table).where(table.c.number == issue, table.c.leave_local != leave_local)
    return connection.execute(change.values(leave_local=leave_local)).rowcount == 1


def due_at(connection: Connection, issue: int, at: datetime) -> Hour:
    """What makes every reader's mail due at the issue's time in their own zone.

    Readers of whom no zone is known have that of the issue. NULL where there is no such time, or
    it is past.
    """
    table = schema.issue
    query = sa.select(table.c.leave_local, table.c.timezone).where(table.c.number == issue)
    leave_local, zone = connection.execute(query).one()
    if not leave_local:
        return sa.null()
    local, column = datetime.fromisoformat(leave_local), schema.subscriber.c.zone
    others = due_in(ZoneInfo(zone), local)
    # The commonest first: they are compared one after the other.
    in_use = sa.select(column).group_by(column).order_by(sa.func.count().desc())
    named = {name: zone_named(name) for name in connection.execute(in_use).scalars()}
    due = {name: due_in(ZoneInfo(known), local) for name, known in named.items() if known}
    elsewhere = {name: moment for name, moment in due.items() if moment != others}
    if all(moment <= at for moment in (others, *elsewhere.values())):
        return sa.null()
    own = _if_to_come(others, at)
    hours = {name: _if_to_come(moment, at) for name, moment in elsewhere.items()}
    return sa.case(hours, value=column, else_=own) if hours else own


def _if_to_come(moment: datetime, at: datetime) -> Hour:
    return sa.literal(moment, schema.Moment) if moment > at else sa.null()
