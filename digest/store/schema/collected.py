"""Sources with their health, the hosts' pauses, items with their versions, articles."""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata, text_column

source = sa.Table(
    "source",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    text_column("group_name"),
    sa.Column("muted", sa.Boolean, nullable=False),
    sa.Column("selectors", sa.Text, nullable=False, server_default=sa.text("''")),
)

source_health = sa.Table(
    "source_health",
    metadata,
    sa.Column("source", BigId, sa.ForeignKey("source.id"), primary_key=True, autoincrement=False),
    text_column("etag"),
    text_column("last_modified"),
    text_column("validators_url"),
    sa.Column("tried_at", Moment),
    sa.Column("good_at", Moment),
    sa.Column("next_at", Moment),
    sa.Column("new_at", Moment),
    sa.Column("failures", sa.Integer, nullable=False),
    text_column("error"),
    text_column("moved_to"),
    sa.Column("moved_since", Moment),
    sa.Column("moved_times", sa.Integer, nullable=False),
    text_column("muted_because"),
    sa.Column("items_seen", BigId, nullable=False),
    sa.Column("last_count", sa.Integer, nullable=False),
    sa.Column("undated", sa.Integer, nullable=False),
    # Names the silence that operators were told of last; "" before the first.
    sa.Column("told", sa.Text, nullable=False, server_default=sa.text("''")),
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
    text_column("summary"),
    text_column("source"),
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
    text_column("summary"),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("sponsored", sa.Boolean, nullable=False),
)

article = sa.Table(
    "article",
    metadata,
    sa.Column("item", sa.Text, sa.ForeignKey("item.id"), primary_key=True),
    sa.Column("fetched_at", Moment, nullable=False),
    text_column("text"),
    text_column("outcome"),
)

robots = sa.Table(
    "robots",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("fetched_at", Moment, nullable=False),
    text_column("text"),
)
