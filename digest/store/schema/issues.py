"""Issues, how they were drafted and edited, what was approved; weeks' words, briefs, reports."""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata, text_column

issue = sa.Table(
    "issue",
    metadata,
    sa.Column("number", BigId, primary_key=True, autoincrement=False),
    sa.Column("week", sa.Text, nullable=False, unique=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("window_start", Moment, nullable=False),
    sa.Column("window_end", Moment, nullable=False, index=True),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("stories", sa.Integer, nullable=False),
    sa.Column("drafted_at", Moment, nullable=False),
    sa.Column("approved_at", Moment),
    sa.Column("changed_at", Moment),
    text_column("content_sha256"),
    sa.Column("document", sa.Text, nullable=False),
    # The hash of the mail that a test copy was sent of last; "" before the first.
    sa.Column("tested_sha256", sa.Text, nullable=False, server_default=sa.text("''")),
    # Until then an approval can be taken back; nothing is claimed before.
    sa.Column("send_after", Moment),
    sa.Column("held_because", sa.Text, nullable=False, server_default=sa.text("''")),
    # As many as a person knew of when they let a paused issue go on.
    sa.Column("bounces_accepted", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("complaints_accepted", sa.Integer, nullable=False, server_default=sa.text("0")),
    # The date and hour on each reader's wall at which it leaves, as ISO 8601; "" for at once.
    sa.Column("leave_local", sa.Text, nullable=False, server_default=sa.text("''")),
)

# What the machine made, before any move: a row a build.
draft = sa.Table(
    "draft",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)

# The items that a build did not print: the story is in the row of the first of its items.
unprinted = sa.Table(
    "unprinted",
    metadata,
    sa.Column("issue", BigId, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("story", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["issue", "revision"], ["draft.issue", "draft.revision"]),
)

# What editors did to a draft. A revision is of a build or of a step, never of both.
move = sa.Table(
    "move",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("target", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("document", sa.Text, nullable=False),
)

frozen = sa.Table(
    "frozen",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("without_test", sa.Boolean, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)

vocabulary = sa.Table(
    "vocabulary",
    metadata,
    sa.Column("issue", BigId, sa.ForeignKey("issue.number"), primary_key=True, autoincrement=False),
    sa.Column("documents", sa.Integer, nullable=False),
    sa.Column("counts", sa.Text, nullable=False),
)

written = sa.Table(
    "written",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("writer", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

weights = sa.Table(
    "weights",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("applied_at", Moment, nullable=False),
    sa.Column("reverted_at", Moment),
    # What was learned: the points of each signal, and how they were measured.
    sa.Column("document", sa.Text, nullable=False),
)

occurrence = sa.Table(
    "occurrence",
    metadata,
    sa.Column("schedule", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    text_column("outcome"),
    # How often it was begun; again only if its process ended in the middle of it.
    sa.Column("starts", sa.Integer, nullable=False, server_default=sa.text("1")),
)

run_report = sa.Table(
    "run_report",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index(None, "kind", "at"),
)
