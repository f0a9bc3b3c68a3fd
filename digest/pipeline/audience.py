"""Subscribers in: each address checked and spelled one way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.consent import normalise_address
from digest.model import Subscriber, SubscriberStatus

if TYPE_CHECKING:
    from digest.store import Store


def add_subscriber(
    store: Store, email: str, name: str, *, now: datetime, evidence: str
) -> tuple[Subscriber, bool]:
    """Add a confirmed subscriber, on the word of whoever runs the newsletter.

    Args:
        evidence: how the person agreed; kept with the subscriber.

    Returns:
        The subscriber and whether they are new. One who is known stays as they are: a person who
        left does not come back this way.

    Raises:
        InputError: the address is not well formed.
    """
    return store.audience.add(
        normalise_address(email),
        name.strip(),
        status=SubscriberStatus.CONFIRMED,
        at=now,
        evidence=evidence,
    )
