"""What is forgotten in time: whom an issue that is done was sent to, and the text of reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.model import RunReport

if TYPE_CHECKING:
    from digest.store import Store

KEPT = timedelta(days=30)
"""After an issue was sent, or a report applied."""


def purge(store: Store, *, now: datetime) -> RunReport:
    """Forget what is older than 30 days; kept as a report if there was anything.

    Batches keep their keys and hashes, reports their ids and outcomes: a copy of either is still
    known.
    """
    before = now - KEPT
    counts = {
        "batches": store.purging.recipients(before),
        "reports": store.purging.reports(before),
    }
    report = RunReport("purge", now, counts)
    if any(counts.values()):
        store.content.save_report(report)
    return report
