"""What items are known again by, and how their text was edited after they were first seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("guid", "guid_key", "text_key"):
        op.add_column(
            "item", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))
        )
    op.add_column(
        "item", sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name in ("guid_key", "text_key"):
        op.create_index(op.f(f"ix_item_{name}"), "item", [name])
    op.create_table(
        "item_version",
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("sponsored", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_item_version_item_item")),
        sa.PrimaryKeyConstraint("item", "seen_at", name=op.f("pk_item_version")),
    )
