"""What drafts learn from: an item's points, the words of earlier weeks, what a model has worded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("item", sa.Column("points", NUMBER, nullable=True))
    op.create_table(
        "vocabulary",
        sa.Column("issue", NUMBER, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue"], ["issue.number"], name=op.f("fk_vocabulary_issue_issue")
        ),
        sa.PrimaryKeyConstraint("issue", name=op.f("pk_vocabulary")),
    )
    op.create_table(
        "written",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("writer", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_written")),
    )
