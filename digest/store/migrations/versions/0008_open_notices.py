"""Notices that are still to be sent, and the notice that a report is of, are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    for name, column, rows in (
        ("ix_notice_open", "due_at", "settled_at IS NULL"),
        ("ix_notice_provider_id", "provider_id", "provider_id != ''"),
    ):
        op.create_index(
            name, "notice", [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows)
        )
