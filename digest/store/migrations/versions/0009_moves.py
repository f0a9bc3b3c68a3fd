"""What the machine drafted, what it did not print, and what editors did to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _keys() -> tuple[sa.Column[int], ...]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return (
        sa.Column("issue", number, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )


def upgrade() -> None:
    for name in ("draft", "move"):
        further = (
            sa.Column("kind", sa.Text(), nullable=False),
            sa.Column("target", sa.Integer(), nullable=False, server_default=sa.text("0")),
        )
        op.create_table(
            name,
            *_keys(),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("by", sa.Text(), nullable=False),
            *(further if name == "move" else ()),
            sa.Column("document", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("issue", "revision", name=op.f(f"pk_{name}")),
            sa.ForeignKeyConstraint(
                ["issue"], ["issue.number"], name=op.f(f"fk_{name}_issue_issue")
            ),
        )
    op.create_table(
        "unprinted",
        *_keys(),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("issue", "revision", "item", name=op.f("pk_unprinted")),
        sa.ForeignKeyConstraint(
            ["issue", "revision"],
            ["draft.issue", "draft.revision"],
            name=op.f("fk_unprinted_issue_revision_draft"),
        ),
    )
