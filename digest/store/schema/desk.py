"""Who works at the desk, their sessions, and what each of them did."""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata, text_column

desk_user = sa.Table(
    "desk_user",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    # argon2id with its parameters; "" for the operator of this machine, who has none.
    text_column("password_hash"),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
)

desk_session = sa.Table(
    "desk_session",
    metadata,
    # A hash of the cookie's token: who reads the database cannot come in with it.
    sa.Column("token_key", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, sa.ForeignKey("desk_user.name"), nullable=False, index=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)

audit_line = sa.Table(
    "audit_line",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    # A name and no reference: the line outlives the user.
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("issue", BigId, index=True),
    text_column("details"),
)
