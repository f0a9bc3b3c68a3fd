"""Keeps the texts of articles that were fetched, why others have none, and sites' robots.txt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digest.store import schema
from digest.store.database import Database, chunks


@dataclass(frozen=True, slots=True)
class Article:
    """What asking for the article of one item brought.

    Attributes:
        text: one line; "" if it is not used.
        outcome: why it is not, in words; "" if it is.
    """

    item: str
    fetched_at: datetime
    text: str = ""
    outcome: str = ""


class Articles:
    """The articles and the robots.txt of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, items: Sequence[str]) -> dict[str, Article]:
        """What is kept for these items, by their ids."""
        table = schema.article
        kept: dict[str, Article] = {}
        with self._database.read() as connection:
            for chunk in chunks(items):
                for row in connection.execute(sa.select(table).where(table.c.item.in_(chunk))):
                    kept[row.item] = Article(row.item, row.fetched_at, row.text, row.outcome)
        return kept

    def save(self, article: Article) -> None:
        """Keep what was fetched, in place of what was kept for that item."""
        row = {
            "item": article.item,
            "fetched_at": article.fetched_at,
            "text": article.text,
            "outcome": article.outcome,
        }
        self._put(schema.article, "item", row)

    def robots(self, since: datetime) -> dict[str, str]:
        """The robots.txt of each origin that was fetched since then."""
        table = schema.robots
        query = sa.select(table.c.origin, table.c.text).where(table.c.fetched_at > since)
        with self._database.read() as connection:
            return {row.origin: row.text for row in connection.execute(query)}

    def save_robots(self, origin: str, text: str, at: datetime) -> None:
        """Keep the robots.txt of an origin such as "https://lab.example"."""
        self._put(schema.robots, "origin", {"origin": origin, "fetched_at": at, "text": text})

    def _put(self, table: sa.Table, key: str, row: dict[str, object]) -> None:
        insert = self._database.insert(table).values(row)
        kept = {name: insert.excluded[name] for name in row if name != key}
        with self._database.write() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=[key], set_=kept))
