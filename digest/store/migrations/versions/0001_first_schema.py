"""The first schema: sources, items, issues, readers, deliveries, occurrences and reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _collected()
    _issues()
    _audience()
    _batches()
    _deliveries()
    _runs()


def _collected() -> None:
    op.create_table(
        "source",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("group_name", sa.Text, nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("url_key", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("published", MOMENT, nullable=True),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("sponsored", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("url_key", name=op.f("uq_item_url_key")),
    )
    op.create_index(op.f("ix_item_entered_at_id"), "item", ["entered_at", "id"], unique=False)


def _issues() -> None:
    op.create_table(
        "issue",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("window_end", MOMENT, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("drafted_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("content_sha256", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_issue")),
        sa.UniqueConstraint("week", name=op.f("uq_issue_week")),
    )
    op.create_index(op.f("ix_issue_window_end"), "issue", ["window_end"], unique=False)


def _audience() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("email_key", name=op.f("uq_subscriber_email_key")),
    )
    op.create_index(
        "ix_subscriber_confirmed",
        "subscriber",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status = 'confirmed'"),
        postgresql_where=sa.text("status = 'confirmed'"),
    )
    op.create_table(
        "suppression",
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("email_key", name=op.f("pk_suppression")),
    )


def _batches() -> None:
    op.create_table(
        "batch",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("issue", NUMBER, nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", MOMENT, nullable=False),
        sa.Column("last_attempt_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issue.number"], name=op.f("fk_batch_issue_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_batch_key")),
    )
    op.create_index(
        "ix_batch_open",
        "batch",
        ["issue", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("issue", NUMBER, nullable=False),
        sa.Column("subscriber", NUMBER, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("batch", NUMBER, nullable=True),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_delivery_batch_batch")),
        sa.ForeignKeyConstraint(["issue"], ["issue.number"], name=op.f("fk_delivery_issue_issue")),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscriber.id"], name=op.f("fk_delivery_subscriber_subscriber")
        ),
        sa.PrimaryKeyConstraint("issue", "subscriber", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_planned",
        "delivery",
        ["issue", "subscriber"],
        unique=False,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )


def _runs() -> None:
    op.create_table(
        "occurrence",
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("schedule", "period", name=op.f("pk_occurrence")),
    )
    op.create_table(
        "run_report",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_report")),
    )
    op.create_index(op.f("ix_run_report_kind_at"), "run_report", ["kind", "at"], unique=False)
