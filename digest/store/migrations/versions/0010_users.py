"""Who works at the desk, their sessions, and what each of them did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_user",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_desk_user")),
    )
    op.create_table(
        "desk_session",
        sa.Column("token_key", sa.Text, nullable=False),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user"], ["desk_user.name"], name=op.f("fk_desk_session_user_desk_user")
        ),
        sa.PrimaryKeyConstraint("token_key", name=op.f("pk_desk_session")),
    )
    op.create_index(op.f("ix_desk_session_user"), "desk_session", ["user"])
    op.create_table(
        "audit_line",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("issue", NUMBER, nullable=True),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
    )
    op.create_index(op.f("ix_audit_line_issue"), "audit_line", ["issue"])
