"""How often a step was begun: one that never comes to its end is not begun for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "occurrence",
        sa.Column("starts", sa.Integer(), nullable=False, server_default=sa.text("1")),
    )
