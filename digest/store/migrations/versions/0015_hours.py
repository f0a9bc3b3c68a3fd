"""Mails that wait for their reader's hour: when each is due, and what hour an issue leaves at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_delivery_planned", ["issue", "subscriber"], "state = 'planned' AND due_at IS NULL"),
    ("ix_delivery_due", ["issue", "due_at"], "state = 'planned' AND due_at IS NOT NULL"),
)


def upgrade() -> None:
    op.add_column("delivery", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "issue", sa.Column("leave_local", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.drop_index("ix_delivery_planned", "delivery")
    for name, columns, rows in INDEXES:
        where = sa.text(rows)
        op.create_index(name, "delivery", columns, sqlite_where=where, postgresql_where=where)
