"""Ranking weights learned from editors, each set that was applied, so that one can go back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "weights",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.Column("reverted_at", MOMENT, nullable=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weights")),
    )
