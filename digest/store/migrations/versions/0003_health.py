"""What collectors remember between rounds: the sources' health, the hosts' pauses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "source_health",
        sa.Column("source", NUMBER, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("validators_url", sa.Text, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("good_at", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("new_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("moved_to", sa.Text, nullable=False),
        sa.Column("moved_since", MOMENT, nullable=True),
        sa.Column("moved_times", sa.Integer(), nullable=False),
        sa.Column("muted_because", sa.Text, nullable=False),
        sa.Column("items_seen", NUMBER, nullable=False),
        sa.Column("last_count", sa.Integer(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"], ["source.id"], name=op.f("fk_source_health_source_source")
        ),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_health")),
    )
    op.create_table(
        "host_pause",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("limited_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_pause")),
    )
