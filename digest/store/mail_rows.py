"""Rows of what leaves, turned back into nouns: the approved mail, recipients, deliveries."""

from __future__ import annotations

from typing import Any

import msgspec

from digest.model import Delivery, DeliveryState, Email, Recipient
from digest.store.rows import decoded

_RECIPIENTS = msgspec.json.Decoder(tuple[Recipient, ...])
_EMAIL = msgspec.json.Decoder(Email)


def recipients_of(row: Any, place: str) -> tuple[Recipient, ...]:
    """The frozen recipients of a row of `batch`; `StoreError` if they cannot be read."""
    return decoded(_RECIPIENTS.decode, row.recipients, f"batch {row.key} in {place}")


def email_of(row: Any, place: str) -> Email:
    """The mail of a row of `frozen`; `StoreError` if it cannot be read."""
    return decoded(_EMAIL.decode, row.document, f"the mail of issue {row.issue} in {place}")


def delivery_of(row: Any) -> Delivery:
    """The delivery of a row of `delivery` joined to its subscriber and batch."""
    return Delivery(
        issue=row.issue,
        subscriber=row.subscriber,
        email=row.email,
        state=DeliveryState(row.state),
        provider_id=row.provider_id,
        error=row.error,
        attempts=row.attempts or 0,
        at=row.at,
        fate=row.fate,
        due_at=row.due_at,
    )
