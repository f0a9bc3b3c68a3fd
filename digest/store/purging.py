"""Forgets what was only needed while an issue was under way: whom its batches wrote to, reports.

Keys, counts, outcomes and the ids of reports stay, so that whatever comes again changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digest.model import IssueStatus
from digest.store import schema
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

    def _blank(self, key: sa.Column[Any], rows: sa.ColumnElement[bool], **values: str) -> int:
        """Change these rows in the order of their keys; nobody waits for more than a page."""
        count, last = 0, None
        while True:
            query = sa.select(key).where(rows).order_by(key).limit(_PAGE)
            page = query if last is None else query.where(key > last)
            with self._database.write() as connection:
                found = connection.execute(page).scalars().all()
                if not found:
                    return count
                change = sa.update(key.table).where(key.in_(found))
                connection.execute(change.values(**values))
            count, last = count + len(found), found[-1]
