"""The end of an issue: it is sent once nothing of it is open any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.model import DeliveryState, IssueStatus

if TYPE_CHECKING:
    from digest.store import Store


def close(store: Store, number: int, at: datetime) -> dict[str, int]:
    """Call an issue in sending sent, if nothing of it is open any more; returns the counts."""
    counts = store.ledger.counts(number)
    unsettled = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.UNKNOWN)
    under_way = store.content.issue_row(number).status is IssueStatus.SENDING
    # Another sender may still hold a batch; the last one to finish closes the issue.
    if under_way and not any(counts[state] for state in unsettled):
        ends = (IssueStatus.SENDING, IssueStatus.SENT)
        store.content.set_status(number, IssueStatus.SENT, expected=ends, at=at)
    return counts
