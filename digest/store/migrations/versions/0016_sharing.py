"""The pace that all senders of an account keep, and the shards of a round of collecting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("calls", sa.Float(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("paused_until", MOMENT),
        sa.Column("refused", NUMBER, nullable=False, server_default=sa.text("0")),
        sa.Column("refused_at", MOMENT),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_pace")),
    )
    op.create_table(
        "collect_shard",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("round", MOMENT, nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("even_if_not_due", sa.Boolean(), nullable=False),
        sa.Column("begun_at", MOMENT),
        sa.Column("report", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collect_shard")),
    )
