"""What a notice has to say, where its words cannot be read again; the silence that was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notice", sa.Column("document", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "source_health", sa.Column("told", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
