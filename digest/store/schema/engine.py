"""What processes that share the work agree on: the pace of an account, the shards of a round."""

from __future__ import annotations

import sqlalchemy as sa

from digest.store.schema.metadata import BigId, Moment, metadata

pace = sa.Table(
    "pace",
    metadata,
    # Which account of which provider; made of its key, and tells nothing of it.
    sa.Column("account", sa.Text, primary_key=True),
    # Calls a second that the provider named last, and the share of them that is used.
    sa.Column("calls", sa.Float, nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("paused_until", Moment),
    sa.Column("refused", BigId, nullable=False, server_default=sa.text("0")),
    sa.Column("refused_at", Moment),
)

collect_shard = sa.Table(
    "collect_shard",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    # When its round began: the moment that all its new items were first seen.
    sa.Column("round", Moment, nullable=False),
    sa.Column("sources", sa.Text, nullable=False),
    sa.Column("even_if_not_due", sa.Boolean, nullable=False),
    sa.Column("begun_at", Moment),
    # The report of what it did, once it is done.
    sa.Column("report", sa.Text),
)
