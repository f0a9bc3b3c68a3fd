"""What readers see of issues: one row an issue, one row a story with the words to find it by.

The index itself, `archived_words`, is FTS5 on SQLite and a tsvector on PostgreSQL, and therefore
only in the migration `0011_archive`.
"""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata

archived_issue = sa.Table(
    "archived_issue",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("preheader", sa.Text, nullable=False),
    sa.Column("published_at", Moment, nullable=False),
)

archived_story = sa.Table(
    "archived_story",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    # The end of the address; see `digest.slugs`.
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    # "" for a story in one line, which is under no theme.
    sa.Column("theme", sa.Text, nullable=False),
    sa.Column("theme_key", sa.Text, nullable=False, index=True),
    sa.Column("theme_size", sa.Integer, nullable=False),
    sa.Column("title_words", sa.Text, nullable=False),
    sa.Column("body_words", sa.Text, nullable=False),
    sa.UniqueConstraint("issue", "place"),
)
"""As it was printed: `place` counts from 0 in print order, `theme_size` the theme's stories that
week, printed or not."""

INDEX = "archived_words"
"""The table that full-text search asks, by the `id` of a story."""
