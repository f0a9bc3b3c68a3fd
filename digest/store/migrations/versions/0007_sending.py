"""Sending: frozen mails, leases, what providers tell later; consent with its proof; other mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    _issues()
    _people()
    _mail()


def _issues() -> None:
    with op.batch_alter_table("issue") as table:
        table.add_column(sa.Column("tested_sha256", sa.Text, nullable=False, server_default=EMPTY))
        table.add_column(sa.Column("send_after", MOMENT, nullable=True))
        table.add_column(sa.Column("held_because", sa.Text, nullable=False, server_default=EMPTY))
        for name in ("bounces_accepted", "complaints_accepted"):
            table.add_column(
                sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
            )
    op.create_table(
        "frozen",
        sa.Column("issue", NUMBER, nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("without_test", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issue.number"], name=op.f("fk_frozen_issue_issue")),
        sa.PrimaryKeyConstraint("issue", name=op.f("pk_frozen")),
    )


def _people() -> None:
    # Nearly everyone is confirmed: no query was quicker for it.
    op.drop_index("ix_subscriber_confirmed", "subscriber")
    with op.batch_alter_table("subscriber") as table:
        for name in ("language", "zone", "themes", "roles"):
            table.add_column(sa.Column(name, sa.Text, nullable=False, server_default=EMPTY))
    op.create_table(
        "consent_event",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("subscriber", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index(op.f("ix_consent_event_subscriber"), "consent_event", ["subscriber"])
    op.create_table(
        "confirmation",
        sa.Column("token_key", sa.Text, nullable=False),
        sa.Column("subscriber", NUMBER, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber"], ["subscriber.id"], name=op.f("fk_confirmation_subscriber_subscriber")
        ),
        sa.PrimaryKeyConstraint("token_key", name=op.f("pk_confirmation")),
    )
    op.create_index(op.f("ix_confirmation_subscriber"), "confirmation", ["subscriber"])
    op.create_table(
        "erasure",
        sa.Column("address_mark", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("suppressed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("address_mark", name=op.f("pk_erasure")),
    )


def _mail() -> None:
    with op.batch_alter_table("batch") as table:
        table.add_column(sa.Column("body_sha256", sa.Text, nullable=False, server_default=EMPTY))
        # Whether an attempt of an older version was accepted is not known.
        table.add_column(
            sa.Column("untouched", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.add_column(sa.Column("lease_owner", sa.Text, nullable=False, server_default=EMPTY))
        table.add_column(sa.Column("lease_until", MOMENT, nullable=True))
        table.add_column(sa.Column("not_before", MOMENT, nullable=True))
    op.execute(sa.text("UPDATE batch SET untouched = (1 = 0) WHERE state = 'open'"))
    with op.batch_alter_table("delivery") as table:
        table.drop_constraint("fk_delivery_subscriber_subscriber", type_="foreignkey")
        table.add_column(sa.Column("fate", sa.Text, nullable=False, server_default=EMPTY))
        table.add_column(sa.Column("fate_at", MOMENT, nullable=True))
    op.create_index(
        "ix_delivery_provider_id",
        "delivery",
        ["provider_id"],
        sqlite_where=sa.text("provider_id != ''"),
        postgresql_where=sa.text("provider_id != ''"),
    )
    _events()
    _notices()


def _events() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "webhook_event",
        sa.Column("svix_id", sa.Text, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("processed_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("svix_id", name=op.f("pk_webhook_event")),
    )
    op.create_index(
        "ix_webhook_event_waiting",
        "webhook_event",
        ["received_at"],
        sqlite_where=sa.text("processed_at IS NULL"),
        postgresql_where=sa.text("processed_at IS NULL"),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(
        op.f("ix_notice_email_key_kind_asked_at"), "notice", ["email_key", "kind", "asked_at"]
    )
