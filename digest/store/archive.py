"""Keeps what readers see of past issues: which are public, their stories, and search over them.

An issue is public once its send has begun, and stays so; what is written down of it before is not
shown. Search is FTS5 on SQLite and a weighted tsvector on PostgreSQL; both give the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from digest.model import IssueStatus
from digest.store import schema
from digest.store.database import Database

_BEGUN = (IssueStatus.SENDING.value, IssueStatus.SENT.value)


@dataclass(frozen=True, slots=True)
class PublicIssue:
    """An issue as a list shows it; `published_at` is when it could leave."""

    number: int
    week: str
    timezone: str
    subject: str
    preheader: str
    published_at: datetime
    stories: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A story as it is written down; see `digest.store.schema.archive`."""

    place: int
    key: str
    title: str
    summary: str
    theme: str
    theme_key: str
    theme_size: int
    title_words: str
    body_words: str


@dataclass(frozen=True, slots=True)
class PublicStory:
    """A story as a list shows it.

    Attributes:
        key: the end of its address.
        theme, theme_key: "" for one in a single line.
        theme_size: the theme's stories that week, printed or not.
    """

    issue: int
    key: str
    title: str
    summary: str
    theme: str
    theme_key: str
    theme_size: int


class Archive:
    """The public issues of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(
        self,
        number: int,
        subject: str,
        preheader: str,
        published_at: datetime,
        entries: Sequence[Entry],
        *,
        language: str,
    ) -> None:
        """Write an issue down, in place of what was written down of it before.

        Args:
            language: BCP 47; on PostgreSQL it says how words are reduced to their stems.
        """
        issues, stories = schema.archived_issue, schema.archived_story
        row = {
            "issue": number, "subject": subject, "preheader": preheader,
            "published_at": published_at,
        }  # fmt: skip
        insert = self._database.insert(issues).values(row)
        keep = insert.on_conflict_do_update(index_elements=["issue"], set_=row)
        with self._database.write() as connection:
            connection.execute(keep)
            connection.execute(sa.delete(stories).where(stories.c.issue == number))
            if entries:
                rows = [{"issue": number, **asdict(entry)} for entry in entries]
                connection.execute(sa.insert(stories), rows)
            if not self._database.is_sqlite:
                _index(connection, number, language)

    def issues(self, limit: int | None = None) -> tuple[PublicIssue, ...]:
        """The public issues, newest first; at most `limit` of them, if it is given."""
        with self._database.read() as connection:
            return tuple(map(_issue_of, connection.execute(_issues().limit(limit))))

    def issue(self, number: int) -> PublicIssue | None:
        """A public issue; None if there is none of that number."""
        with self._database.read() as connection:
            row = connection.execute(_issues().where(schema.issue.c.number == number)).one_or_none()
        return None if row is None else _issue_of(row)

    def stories(self, number: int) -> tuple[PublicStory, ...]:
        """The stories of a public issue, in print order."""
        return self._stories(schema.archived_story.c.issue == number)

    def all_stories(self) -> tuple[PublicStory, ...]:
        """The stories of every public issue, newest issue first, each in print order."""
        return self._stories(sa.true())

    def theme(self, key: str) -> tuple[PublicStory, ...]:
        """The stories under a theme, newest issue first; "" is no theme."""
        table = schema.archived_story
        return self._stories(sa.and_(table.c.theme_key == key, table.c.theme_key != ""))

    def begun(self) -> tuple[int, ...]:
        """The numbers of all issues whose send has begun, whether written down or not."""
        query = sa.select(schema.issue.c.number).where(_is_public())
        with self._database.read() as connection:
            return tuple(connection.execute(query.order_by(schema.issue.c.number)).scalars())

    def search(
        self, words: Sequence[str], *, language: str, start: int, limit: int
    ) -> tuple[int, tuple[PublicStory, ...]]:
        """The public stories that have all of the words, best first.

        Args:
            words: as `digest.keywords` gives them; none finds nothing.
            start: how many of the best to pass over.

        Returns:
            How many there are, and at most `limit` of them.
        """
        if not words:
            return 0, ()
        table = schema.archived_story
        query = (_fts5 if self._database.is_sqlite else _tsquery)(words, language)
        page = query.order_by(table.c.issue.desc(), table.c.place).limit(limit).offset(start)
        with self._database.read() as connection:
            count = sa.select(sa.func.count()).select_from(query.order_by(None).subquery())
            total: int = connection.execute(count).scalar_one()
            return total, tuple(map(_story_of, connection.execute(page)))

    def _stories(self, condition: sa.ColumnElement[bool]) -> tuple[PublicStory, ...]:
        table = schema.archived_story
        query = _public_stories().where(condition).order_by(table.c.issue.desc(), table.c.place)
        with self._database.read() as connection:
            return tuple(map(_story_of, connection.execute(query)))


def _is_public() -> sa.ColumnElement[bool]:
    """Its send has begun; one that was stopped after something was claimed stays readable."""
    table = schema.issue
    claimed = sa.exists().where(schema.batch.c.issue == table.c.number)
    held = sa.and_(table.c.status == IssueStatus.HELD.value, claimed)
    return sa.or_(table.c.status.in_(_BEGUN), held)


def _issues() -> sa.Select[Any]:
    issue, told = schema.issue, schema.archived_issue
    query = sa.select(issue.c.number, issue.c.week, issue.c.timezone, issue.c.stories, told)
    query = query.join(told, told.c.issue == issue.c.number).where(_is_public())
    return query.order_by(issue.c.number.desc())


def _public_stories() -> sa.Select[Any]:
    issue, table = schema.issue, schema.archived_story
    return sa.select(table).join(issue, issue.c.number == table.c.issue).where(_is_public())


def _fts5(words: Sequence[str], language: str) -> sa.Select[Any]:
    index = sa.table(schema.INDEX, sa.column("rowid"))
    question = " ".join(f'"{word}"' for word in words)
    return (
        _public_stories()
        .join(index, index.c.rowid == schema.archived_story.c.id)
        .where(sa.text(f"{schema.INDEX} MATCH :question").bindparams(question=question))
        .order_by(sa.text(f"bm25({schema.INDEX}, 5.0, 1.0)"))
    )


def _tsquery(words: Sequence[str], language: str) -> sa.Select[Any]:
    index = sa.table(schema.INDEX, sa.column("story"), sa.column("words"))
    question = sa.func.plainto_tsquery(
        sa.cast(_stemming(language), postgresql.REGCONFIG), " ".join(words)
    )
    return (
        _public_stories()
        .join(index, index.c.story == schema.archived_story.c.id)
        .where(index.c.words.op("@@")(question))
        .order_by(sa.func.ts_rank(index.c.words, question).desc())
    )


def _index(connection: Connection, number: int, language: str) -> None:
    """The words of an issue's stories for PostgreSQL; a headline's count more."""
    connection.execute(
        sa.text(
            f"INSERT INTO {schema.INDEX} (story, words) SELECT id,"
            " setweight(to_tsvector(CAST(:stemming AS regconfig), title_words), 'A') ||"
            " setweight(to_tsvector(CAST(:stemming AS regconfig), body_words), 'D')"
            " FROM archived_story WHERE issue = :number"
        ),
        {"stemming": _stemming(language), "number": number},
    )


def index_all(connection: Connection, language: str) -> None:
    """Make the index anew of a database that was filled; SQLite keeps its own by triggers."""
    if connection.dialect.name == "sqlite":
        return
    connection.exec_driver_sql(f"DELETE FROM {schema.INDEX}")
    for number in connection.execute(sa.select(schema.archived_issue.c.issue)).scalars().all():
        _index(connection, number, language)


def _stemming(language: str) -> str:
    return "english" if language.split("-")[0] == "en" else "simple"


def _issue_of(row: Any) -> PublicIssue:
    return PublicIssue(
        row.number, row.week, row.timezone, row.subject, row.preheader, row.published_at,
        row.stories,
    )  # fmt: skip


def _story_of(row: Any) -> PublicStory:
    return PublicStory(
        row.issue, row.key, row.title, row.summary, row.theme, row.theme_key, row.theme_size
    )
