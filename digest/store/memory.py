"""Keeps what drafts learn from: earlier issues, their words, what a model has worded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.model import Brief, Issue, IssueStatus, Past, Vocabulary
from digest.store import rows, schema
from digest.store.collected import Collected
from digest.store.database import Database

TEACHING = (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.SENT)
"""Where an issue has to stand for its stories to count as picked: a person has approved it, and
nobody has held or skipped it since."""


class Memory(Collected):
    """Sources and items, and the memory that drafts are made with, in one database."""

    def past(self, before: datetime, *, limit: int = 12) -> Past:
        """What the last issues left behind for a draft whose window starts at `before`.

        The issues, and the counts of what was collected for them, are those of the last `limit`
        whose window ended by then and that stand at approved, sending or sent: a draft that
        nobody approved shows what a machine would pick, and its readers have not met its stories.
        Words do not depend on picks, so the last `limit` weeks count whatever became of their
        issue, unless it was skipped.

        Raises:
            StoreError: a stored document is damaged.
        """
        table = schema.issue
        ended, place = _ended(before, limit), self._database.place
        with self._database.read() as connection:
            picked = connection.execute(_picked(ended))
            issues = tuple(rows.issue_of(row, place) for row in picked)
            collected = _collected_in(connection, issues)
            words = ended.where(table.c.status != IssueStatus.SKIPPED.value).subquery()
            query = sa.select(schema.vocabulary).join(
                words, words.c.number == schema.vocabulary.c.issue
            )
            found = [rows.vocabulary_of(row, place) for row in connection.execute(query)]
        return Past(issues, _summed(found), collected)

    def printed(self, before: datetime, *, limit: int = 12) -> dict[str, int]:
        """The addresses of all reports in the issues of `past`, each with the last issue it was in.

        Raises:
            StoreError: a stored document is damaged.
        """
        place = self._database.place
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for row in connection.execute(_picked(_ended(before, limit))):
                for address in rows.addresses_of(row, place):
                    found.setdefault(address, row.number)
        return found

    def items_used(self) -> dict[str, int]:
        """How many items of each source stand in issues that were approved; by source name.

        An item counts once however many issues it stands in; a source without one is left out.

        Raises:
            StoreError: a stored document is damaged.
        """
        table = schema.issue
        query = sa.select(table).where(table.c.status.in_([status.value for status in TEACHING]))
        sources: dict[str, str] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                for story in rows.issue_of(row, self._database.place).stories:
                    sources.update((item.id, item.source) for item in story.items)
        return dict(sorted(Counter(sources.values()).items()))

    def written(self, key: str) -> Brief | None:
        """What a model has worded under this key; None if that is not kept, or not readable."""
        table = schema.written
        query = sa.select(table.c.document).where(table.c.key == key)
        with self._database.read() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else rows.brief_of(found)

    def save_written(self, key: str, writer: str, brief: Brief, at: datetime) -> None:
        """Keep what a model has worded, in place of what was kept under this key.

        Args:
            key: hash of everything the wording depends on.
            writer: the model's name.
        """
        row = {"key": key, "writer": writer, "document": rows.document(brief), "made_at": at}
        insert = self._database.insert(schema.written).values(row)
        kept = {name: insert.excluded[name] for name in row if name != "key"}
        with self._database.write() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=kept))


def _ended(before: datetime, limit: int) -> sa.Select[Any]:
    """The last issues whose window ended by then, whatever became of them, newest first."""
    table = schema.issue
    return (
        sa.select(table)
        .where(table.c.window_end <= before)
        .order_by(table.c.window_end.desc(), table.c.number.desc())
        .limit(limit)
    )


def _picked(issues: sa.Select[Any]) -> sa.Select[Any]:
    return issues.where(schema.issue.c.status.in_([status.value for status in TEACHING]))


def keep_vocabulary(
    database: Database, connection: Connection, number: int, vocabulary: Vocabulary
) -> None:
    """Keep the words of an issue's week, in place of those of its last draft."""
    row = rows.row_of_vocabulary(number, vocabulary)
    insert = database.insert(schema.vocabulary).values(row)
    kept = {name: insert.excluded[name] for name in row if name != "issue"}
    connection.execute(insert.on_conflict_do_update(index_elements=["issue"], set_=kept))


def _collected_in(connection: Connection, issues: Sequence[Issue]) -> dict[str, int]:
    """How many items of each source entered in the windows of the issues, by source name."""
    table = schema.item
    windows = [
        sa.and_(table.c.entered_at >= issue.window.start, table.c.entered_at < issue.window.end)
        for issue in issues
    ]
    query = sa.select(table.c.source, sa.func.count()).where(sa.or_(sa.false(), *windows))
    query = query.where(table.c.archived.is_(False))
    found = connection.execute(query.group_by(table.c.source))
    return dict(sorted((source, count) for source, count in found))


def _summed(weeks: Sequence[Vocabulary]) -> Vocabulary:
    counts: Counter[str] = Counter()
    for week in weeks:
        counts.update(week.counts)
    return Vocabulary(sum(week.documents for week in weeks), dict(sorted(counts.items())))
