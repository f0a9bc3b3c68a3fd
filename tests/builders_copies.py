"""A database that has rows in every table, with texts that are hard to copy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from digest.store import Store, schema
from digest.store.copying import OF_THE_PLACE
from digest.store.database import Database

ODD = (
    "plain",
    "",
    "a tab\tand a line\nend\r\nand \\N and \\t and a bell \x07, \b\f\v",
    "naïve 漢字 👩‍🚀 مرحبا",
    "\\",
)
"""Texts, of which each row takes one after the other."""

MOMENT = datetime(2026, 5, 31, 22, 59, 59, 123456, tzinfo=UTC)


def fill_every_table(database: Database, rows: int = len(ODD)) -> None:
    """Rows 1 to `rows` in each table; every reference is to the row of its number."""
    with database.write() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(sa.delete(table))
            if table is schema.installation:
                connection.execute(sa.insert(table), {"id": "an id", "made_at": MOMENT})
                continue
            made = [_row(table, number) for number in range(1, rows + 1)]
            connection.execute(sa.insert(table), made)


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    return {
        column.name: _value(column, number)
        for column in table.columns
        if (table.name, column.name) not in OF_THE_PLACE
    }


def _value(column: sa.Column[Any], number: int) -> Any:
    kind, is_key = column.type, column.primary_key or bool(column.foreign_keys)
    if column.nullable and number % 2:
        return None
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, schema.Moment):
        return MOMENT + timedelta(days=number, microseconds=-number)
    if isinstance(kind, sa.Integer):
        return number
    if isinstance(kind, sa.Float):
        return number / 3
    if isinstance(kind, sa.JSON):
        return [ODD[number % len(ODD)], number]
    unique = is_key or _is_unique(column)
    return f"{number} É" if unique else ODD[number % len(ODD)]


def _is_unique(column: sa.Column[Any]) -> bool:
    constraints = column.table.constraints
    return any(
        isinstance(one, sa.UniqueConstraint) and column.name in one.columns for one in constraints
    )


def database_of(store: Store) -> Database:
    return store._database
