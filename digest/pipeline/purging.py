"""What is forgotten in time: whom an issue was sent to, the text of reports, unprinted items."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.model import RunReport
from digest.settings import Keep

if TYPE_CHECKING:
    from digest.store import Store

KEPT = timedelta(days=30)
"""After an issue was sent, or a report applied."""


def purge(store: Store, keep: Keep, *, now: datetime) -> RunReport:
    """Forget what is older than 30 days, and items as the project says; a report if there was any.

    Batches keep their keys and hashes, reports their ids and outcomes: a copy of either is still
    known. What an issue printed, run reports, occurrences and the audit log stay.
    """
    before = now - KEPT
    counts = {
        "batches": store.purging.recipients(before),
        "reports": store.purging.reports(before),
        "items": store.purging.items(now - keep.items),
    }
    report = RunReport("purge", now, counts)
    if any(counts.values()):
        store.content.save_report(report)
    return report
