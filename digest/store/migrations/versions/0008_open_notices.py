"""Notices that are to be sent, those of an hour, and the one that a report is of: found at once."""

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
    op.create_index(op.f("ix_notice_kind_asked_at"), "notice", ["kind", "asked_at"])
    for name, column, rows in (
        ("ix_notice_open", "due_at", "settled_at IS NULL"),
        ("ix_notice_provider_id", "provider_id", "provider_id != ''"),
    ):
        op.create_index(
            name, "notice", [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows)
        )
