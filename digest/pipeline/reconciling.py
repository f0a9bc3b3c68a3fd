"""What became of batches that only a person can tell: looked up at the provider, then decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from digest.errors import InputError
from digest.model import DeliveryState
from digest.pipeline.closing import close

if TYPE_CHECKING:
    from digest.store import Store, Waiting


class Decision(Enum):
    """What a person found out: the state that it leads to, and what is written beside it."""

    SENT = (DeliveryState.SENT, "")
    RESEND = (DeliveryState.PLANNED, "")
    SKIP = (DeliveryState.SKIPPED, "a person decided not to send it again")


def reconcile(
    store: Store, number: int, decision: Decision, *, batches: Collection[int] = (), now: datetime
) -> int:
    """Settle batches of an issue that wait for a person; nothing is sent here.

    Args:
        batches: by number; all that wait if none is named.

    Returns:
        Of how many mails.

    Raises:
        InputError: no such issue, or a batch does not wait.
    """
    store.content.issue_row(number)
    waiting: dict[int, Waiting] = {batch.number: batch for batch in store.ledger.waiting(number)}
    strangers = sorted(set(batches) - set(waiting))
    if strangers:
        raise InputError(
            f"batch {strangers[0]} of issue {number} does not wait for anyone",
            hint=f"see those that do with `recap reconcile {number}`",
        )
    state, note = decision.value
    decided = sum(store.ledger.decide(batch, state, note, now) for batch in (batches or waiting))
    close(store, number, now)
    return decided
