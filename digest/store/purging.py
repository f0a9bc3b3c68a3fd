"""Forgets in time whom batches wrote to, the text of reports, and items that nobody printed.

Keys, counts, outcomes and the ids of reports stay, so that whatever comes again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.model import IssueStatus
from digest.store import rows, schema
from digest.store.bulk import among
from digest.store.database import Database
from digest.store.settling import DONE, RECONCILED

_PAGE = 1000


class Purging:
    """What may be forgotten of one database, a page a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recipients(self, before: datetime) -> int:
        """Blank whom batches wrote to whose issue was done before a moment; counts the batches."""
        batch, issue = schema.batch, schema.issue
        done = sa.select(issue.c.number).where(
            issue.c.status == IssueStatus.SENT.value, issue.c.changed_at < before
        )
        named = sa.and_(
            batch.c.issue.in_(done), batch.c.state.in_((DONE, RECONCILED)),
            batch.c.recipients != "[]",
        )  # fmt: skip
        return self._blank(batch.c.id, named, recipients="[]")

    def reports(self, before: datetime) -> int:
        """Drop the documents of reports that were applied before a moment; counts them."""
        event = schema.webhook_event
        kept = sa.and_(event.c.processed_at < before, event.c.document != "")
        return self._blank(event.c.svix_id, kept, document="")

    def items(self, before: datetime) -> int:
        """Forget the items that entered before a moment and stand in no issue; counts them.

        An item without a date keeps all but its texts: only the memory of it tells that it is old,
        should its source show it again. One with a date is old by that.
        """
        item = schema.item
        with self._database.read() as connection:
            printed = self._printed(connection)
            old = sa.and_(item.c.entered_at < before, ~among(connection, item.c.id, printed))
        dated = sa.and_(old, item.c.published.is_not(None))
        undated = sa.and_(old, item.c.published.is_(None), item.c.summary != "")
        return self._page_by_page(item.c.id, dated, _drop) + self._page_by_page(
            item.c.id, undated, _empty
        )

    def _printed(self, connection: Connection) -> list[str]:
        """The ids of the items that stand in an issue, whatever became of it."""
        table, place = schema.issue, self._database.place
        found: set[str] = set()
        for row in connection.execute(sa.select(table.c.number, table.c.document)):
            found.update(rows.items_in(row, place))
        return sorted(found)

    def _blank(self, key: sa.Column[Any], where: sa.ColumnElement[bool], **values: str) -> int:
        def change(connection: Connection, keys: Sequence[Any]) -> None:
            connection.execute(sa.update(key.table).where(key.in_(keys)).values(**values))

        return self._page_by_page(key, where, change)

    def _page_by_page(
        self,
        key: sa.Column[Any],
        where: sa.ColumnElement[bool],
        change: Callable[[Connection, Sequence[Any]], None],
    ) -> int:
        """Change these rows in the order of their keys; nobody waits for more than a page."""
        count, last = 0, None
        while True:
            query = sa.select(key).where(where).order_by(key).limit(_PAGE)
            page = query if last is None else query.where(key > last)
            with self._database.write() as connection:
                found = connection.execute(page).scalars().all()
                if not found:
                    return count
                change(connection, found)
            count, last = count + len(found), found[-1]


def _drop(connection: Connection, items: Sequence[str]) -> None:
    for table in (schema.article, schema.item_version):
        connection.execute(sa.delete(table).where(table.c.item.in_(items)))
    connection.execute(sa.delete(schema.item).where(schema.item.c.id.in_(items)))


def _empty(connection: Connection, items: Sequence[str]) -> None:
    item, version, article = schema.item, schema.item_version, schema.article
    connection.execute(sa.delete(article).where(article.c.item.in_(items)))
    connection.execute(sa.update(version).where(version.c.item.in_(items)).values(summary=""))
    connection.execute(sa.update(item).where(item.c.id.in_(items)).values(summary=""))
