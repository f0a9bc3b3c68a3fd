"""Where a page that has no feed holds its items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "source", sa.Column("selectors", sa.Text, nullable=False, server_default=sa.text("''"))
    )
