"""Where a database lies, so that a copy is told from the original, and where it was moved to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("place", "moved_to"):
        op.add_column(
            "installation",
            sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")),
        )
