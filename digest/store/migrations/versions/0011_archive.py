"""The archive that readers see, with the words to search it by; pauses of subscribers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")

# The index follows the rows of its table by triggers; nothing is stored twice.
_SQLITE = (
    "CREATE VIRTUAL TABLE archived_words USING fts5(title_words, body_words,"
    " content='archived_story', content_rowid='id', tokenize='porter unicode61')",
    "CREATE TRIGGER archived_story_added AFTER INSERT ON archived_story BEGIN"
    " INSERT INTO archived_words(rowid, title_words, body_words)"
    " VALUES (new.id, new.title_words, new.body_words); END",
    "CREATE TRIGGER archived_story_taken AFTER DELETE ON archived_story BEGIN"
    " INSERT INTO archived_words(archived_words, rowid, title_words, body_words)"
    " VALUES ('delete', old.id, old.title_words, old.body_words); END",
)
_POSTGRESQL = (
    "CREATE TABLE archived_words (story BIGINT PRIMARY KEY REFERENCES archived_story(id)"
    " ON DELETE CASCADE, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_archived_words_words ON archived_words USING gin (words)",
)


def upgrade() -> None:
    with op.batch_alter_table("subscriber") as table:
        table.add_column(sa.Column("paused_until", MOMENT, nullable=True))
    op.create_table(
        "archived_issue",
        sa.Column("issue", NUMBER, nullable=False, autoincrement=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("preheader", sa.Text, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue"], ["issue.number"], name=op.f("fk_archived_issue_issue_issue")
        ),
        sa.PrimaryKeyConstraint("issue", name=op.f("pk_archived_issue")),
    )
    op.create_table(
        "archived_story",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("issue", NUMBER, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("theme_key", sa.Text, nullable=False),
        sa.Column("theme_size", sa.Integer(), nullable=False),
        sa.Column("title_words", sa.Text, nullable=False),
        sa.Column("body_words", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue"], ["issue.number"], name=op.f("fk_archived_story_issue_issue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archived_story")),
        sa.UniqueConstraint("issue", "place", name=op.f("uq_archived_story_issue_place")),
    )
    op.create_index(op.f("ix_archived_story_theme_key"), "archived_story", ["theme_key"])
    dialect = op.get_bind().dialect.name
    for statement in _SQLITE if dialect == "sqlite" else _POSTGRESQL:
        op.execute(statement)
