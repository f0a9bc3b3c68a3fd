"""The tables, one schema for SQLite and PostgreSQL, and the revisions that lead to it."""

from digest.store.schema.archive import INDEX, archived_issue, archived_story
from digest.store.schema.collected import (
    article,
    host_pause,
    item,
    item_version,
    robots,
    source,
    source_health,
)
from digest.store.schema.desk import audit_line, desk_session, desk_user
from digest.store.schema.engine import collect_shard, pace
from digest.store.schema.issues import (
    draft,
    frozen,
    issue,
    move,
    occurrence,
    run_report,
    unprinted,
    vocabulary,
    weights,
    written,
)
from digest.store.schema.mail import batch, delivery, installation, notice, webhook_event
from digest.store.schema.metadata import HEAD, REVISIONS, VERSION_TABLE, BigId, Moment, metadata
from digest.store.schema.people import confirmation, consent_event, erasure, subscriber, suppression

__all__ = [
    "HEAD",
    "INDEX",
    "REVISIONS",
    "VERSION_TABLE",
    "BigId",
    "Moment",
    "archived_issue",
    "archived_story",
    "article",
    "audit_line",
    "batch",
    "collect_shard",
    "confirmation",
    "consent_event",
    "delivery",
    "desk_session",
    "desk_user",
    "draft",
    "erasure",
    "frozen",
    "host_pause",
    "installation",
    "issue",
    "item",
    "item_version",
    "metadata",
    "move",
    "notice",
    "occurrence",
    "pace",
    "robots",
    "run_report",
    "source",
    "source_health",
    "subscriber",
    "suppression",
    "unprinted",
    "vocabulary",
    "webhook_event",
    "weights",
    "written",
]
