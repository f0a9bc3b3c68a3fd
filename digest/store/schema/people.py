"""Subscribers with their consent, tokens to confirm by, addresses never to write to."""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata, text_column

subscriber = sa.Table(
    "subscriber",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("email_key", sa.Text, nullable=False, unique=True),
    text_column("name"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.Column("left_at", Moment),
    text_column("evidence"),
    sa.Column("language", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("zone", sa.Text, nullable=False, server_default=sa.text("''")),
    # JSON lists of labels; "" for none.
    sa.Column("themes", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("roles", sa.Text, nullable=False, server_default=sa.text("''")),
    # Until then no issue is owed to them, as they chose; None for nearly everyone.
    sa.Column("paused_until", Moment),
)
consent_event = sa.Table(
    "consent_event",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    # No foreign key: subscribers are never deleted, and to check it would take a list of a million
    # as long as to write it.
    sa.Column("subscriber", BigId, nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    text_column("evidence"),
)

confirmation = sa.Table(
    "confirmation",
    metadata,
    # A hash of the token: who reads the database cannot confirm with it.
    sa.Column("token_key", sa.Text, primary_key=True),
    sa.Column("subscriber", BigId, sa.ForeignKey("subscriber.id"), nullable=False, index=True),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

erasure = sa.Table(
    "erasure",
    metadata,
    # A keyed hash: it tells that an address was erased, and nobody which.
    sa.Column("address_mark", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    # Why the address was suppressed, which outlives the address; "" if it was not.
    text_column("suppressed"),
)

suppression = sa.Table(
    "suppression",
    metadata,
    sa.Column("email_key", sa.Text, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
