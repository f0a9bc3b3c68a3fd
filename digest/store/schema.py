"""The tables, one schema for SQLite and PostgreSQL, and the revisions that lead to it.

States are words, not ENUMs, so that a new state is no migration. Every moment is stored in UTC
and read back aware. Documents (an issue, a report, a batch's recipients, a week's words, a brief)
are JSON text as `msgspec` writes it, so that what is read is what was written, byte for byte.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

REVISIONS: tuple[str, ...] = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every revision this version knows, oldest first; the same chain as in `migrations/versions`."""

HEAD = REVISIONS[-1]
"""The revision that this version reads and writes."""

VERSION_TABLE = "recap_version"
"""Where the revision is kept; not Alembic's usual name, since a database may be shared."""


class Moment(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC in the database, aware UTC on the way out.

    Raises:
        ValueError: a datetime without a zone, which would be a guess.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite gets it without a zone, in a text form that sorts by time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"datetime {value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To aware UTC, whatever zone the driver chose."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A numbered key; SQLite numbers rows by itself only when the column is an INTEGER."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, default="")


source = sa.Table(
    "source",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _text("group_name"),
    sa.Column("muted", sa.Boolean, nullable=False),
    sa.Column("selectors", sa.Text, nullable=False, server_default=sa.text("''")),
)

source_health = sa.Table(
    "source_health",
    metadata,
    sa.Column("source", BigId, sa.ForeignKey("source.id"), primary_key=True, autoincrement=False),
    _text("etag"),
    _text("last_modified"),
    _text("validators_url"),
    sa.Column("tried_at", Moment),
    sa.Column("good_at", Moment),
    sa.Column("next_at", Moment),
    sa.Column("new_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    _text("error"),
    _text("moved_to"),
    sa.Column("moved_since", Moment),
    sa.Column("moved_times", sa.Integer, nullable=False),
    _text("muted_because"),
    sa.Column("items_seen", BigId, nullable=False),
    sa.Column("last_count", sa.Integer, nullable=False),
    sa.Column("undated", sa.Integer, nullable=False),
)

host_pause = sa.Table(
    "host_pause",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("until", Moment, nullable=False),
    sa.Column("limited_at", Moment),
)

item = sa.Table(
    "item",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    # An address may be longer than PostgreSQL can index; its hash never is.
    sa.Column("url_key", sa.Text, nullable=False, unique=True),
    # Keys are hashes, "" where there is none; see `digest.identity`. Two items may share these.
    sa.Column("guid", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("guid_key", sa.Text, nullable=False, server_default=sa.text("''"), index=True),
    sa.Column("text_key", sa.Text, nullable=False, server_default=sa.text("''"), index=True),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    _text("summary"),
    _text("source"),
    sa.Column("published", Moment),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("sponsored", sa.Boolean, nullable=False),
    sa.Column("remarks", sa.JSON, nullable=False),
    sa.Column("points", BigId),
    sa.Column("archived", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index(None, "entered_at", "id"),
)

item_version = sa.Table(
    "item_version",
    metadata,
    sa.Column("item", sa.Text, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("seen_at", Moment, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    _text("summary"),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("sponsored", sa.Boolean, nullable=False),
)

issue = sa.Table(
    "issue",
    metadata,
    sa.Column("number", BigId, primary_key=True, autoincrement=False),
    sa.Column("week", sa.Text, nullable=False, unique=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("window_start", Moment, nullable=False),
    sa.Column("window_end", Moment, nullable=False, index=True),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("stories", sa.Integer, nullable=False),
    sa.Column("drafted_at", Moment, nullable=False),
    sa.Column("approved_at", Moment),
    sa.Column("changed_at", Moment),
    _text("content_sha256"),
    sa.Column("document", sa.Text, nullable=False),
)

vocabulary = sa.Table(
    "vocabulary",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True, autoincrement=False),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("counts", sa.Text, nullable=False),
)

written = sa.Table(
    "written",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("writer", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

article = sa.Table(
    "article",
    metadata,
    sa.Column("item", sa.Text, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("fetched_at", Moment, nullable=False),
    _text("text"),
    _text("outcome"),
)

robots = sa.Table(
    "robots",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("fetched_at", Moment, nullable=False),
    _text("text"),
)

subscriber = sa.Table(
    "subscriber",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("email_key", sa.Text, nullable=False, unique=True),
    _text("name"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.Column("left_at", Moment),
    _text("evidence"),
)
sa.Index(
    "ix_subscriber_confirmed",
    subscriber.c.id,
    sqlite_where=subscriber.c.status == "confirmed",
    postgresql_where=subscriber.c.status == "confirmed",
)

suppression = sa.Table(
    "suppression",
    metadata,
    sa.Column("email_key", sa.Text, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

batch = sa.Table(
    "batch",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), nullable=False),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_attempt_at", Moment, nullable=False),
    sa.Column("last_attempt_at", Moment),
    sa.Column("finished_at", Moment),
    _text("error"),
)
sa.Index(
    "ix_batch_open",
    batch.c.issue,
    batch.c.id,
    sqlite_where=batch.c.state == "open",
    postgresql_where=batch.c.state == "open",
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True),
    sa.Column("subscriber", BigId, sa.ForeignKey("subscriber.id"), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("batch", BigId, sa.ForeignKey("batch.id")),
    _text("provider_id"),
    _text("error"),
    sa.Column("at", Moment, nullable=False),
)
sa.Index(
    "ix_delivery_planned",
    delivery.c.issue,
    delivery.c.subscriber,
    sqlite_where=delivery.c.state == "planned",
    postgresql_where=delivery.c.state == "planned",
)

occurrence = sa.Table(
    "occurrence",
    metadata,
    sa.Column("schedule", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    _text("outcome"),
)

run_report = sa.Table(
    "run_report",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index(None, "kind", "at"),
)
