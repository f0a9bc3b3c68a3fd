"""Batches and deliveries of issues, what providers told of them, other mail, who sends here."""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata, text_column

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
    text_column("error"),
    sa.Column("body_sha256", sa.Text, nullable=False, server_default=sa.text("''")),
    # No attempt can have been accepted so far: the batch may still be taken apart.
    sa.Column("untouched", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("lease_owner", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("lease_until", Moment),
    sa.Column("not_before", Moment),
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
    # Four bytes a key, and what is wide before what is short: a fifth less room on PostgreSQL.
    sa.Column("issue", sa.Integer, sa.ForeignKey("issue.number"), primary_key=True),
    # No foreign key: subscribers are never deleted, and checking it doubles the time of a plan.
    sa.Column("subscriber", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("batch", BigId, sa.ForeignKey("batch.id")),
    sa.Column("fate_at", Moment),
    sa.Column("state", sa.Text, nullable=False),
    text_column("provider_id"),
    text_column("error"),
    # What the provider told later: delivered, delayed, bounced, complained …
    sa.Column("fate", sa.Text, nullable=False, server_default=sa.text("''")),
    # The reader's hour; None for at once, which costs a row no room on PostgreSQL.
    sa.Column("due_at", Moment),
)
sa.Index(
    "ix_delivery_provider_id",
    delivery.c.provider_id,
    sqlite_where=delivery.c.provider_id != "",
    postgresql_where=delivery.c.provider_id != "",
)
_planned_now = sa.and_(delivery.c.state == "planned", delivery.c.due_at.is_(None))
_planned_later = sa.and_(delivery.c.state == "planned", delivery.c.due_at.is_not(None))
sa.Index(
    "ix_delivery_planned",
    delivery.c.issue,
    delivery.c.subscriber,
    sqlite_where=_planned_now,
    postgresql_where=_planned_now,
)
# Some dozen hours for a million rows: without the subscriber PostgreSQL keeps each of them once.
sa.Index(
    "ix_delivery_due",
    delivery.c.issue,
    delivery.c.due_at,
    sqlite_where=_planned_later,
    postgresql_where=_planned_later,
)

installation = sa.Table(
    "installation",
    metadata,
    # Random; a copy of the database has the same, and its folder says which it sends from.
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("made_at", Moment, nullable=False),
    # Where it lies, as its first approval found it, or the backup that it was put back from.
    sa.Column("place", sa.Text, nullable=False, server_default=sa.text("''")),
    # The database that took its place; "" while it is in use.
    sa.Column("moved_to", sa.Text, nullable=False, server_default=sa.text("''")),
)

webhook_event = sa.Table(
    "webhook_event",
    metadata,
    sa.Column("svix_id", sa.Text, primary_key=True),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("processed_at", Moment),
    text_column("outcome"),
)
sa.Index(
    "ix_webhook_event_waiting",
    webhook_event.c.received_at,
    sqlite_where=webhook_event.c.processed_at.is_(None),
    postgresql_where=webhook_event.c.processed_at.is_(None),
)

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    # Says what it is about: the same notice is written once.
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("email_key", sa.Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("settled_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False),
    text_column("provider_id"),
    text_column("error"),
    # When an open one may be tried.
    sa.Column("due_at", Moment),
    # JSON: what it has to say; "" where that can be read from the other tables.
    sa.Column("document", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Index(None, "email_key", "kind", "asked_at"),
    sa.Index("ix_notice_kind_asked_at", "kind", "asked_at"),
)
sa.Index(
    "ix_notice_open",
    notice.c.due_at,
    sqlite_where=notice.c.settled_at.is_(None),
    postgresql_where=notice.c.settled_at.is_(None),
)
sa.Index(
    "ix_notice_provider_id",
    notice.c.provider_id,
    sqlite_where=notice.c.provider_id != "",
    postgresql_where=notice.c.provider_id != "",
)
