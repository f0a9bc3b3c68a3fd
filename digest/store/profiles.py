"""What a person says of themselves, and what became of their consent, as rows and back."""

from __future__ import annotations

from typing import Any

import msgspec

from digest.errors import StoreError
from digest.model import ConsentEvent, ConsentKind, Profile

_LABELS = msgspec.json.Decoder(tuple[str, ...])


def row_of_profile(profile: Profile) -> dict[str, Any]:
    """The columns of a subscriber's row that the person fills in."""
    return {
        "name": profile.name,
        "language": profile.language,
        "zone": profile.zone,
        "themes": labels_document(profile.themes),
        "roles": labels_document(profile.roles),
    }


def labels_document(labels: tuple[str, ...]) -> str:
    """A list of labels as JSON; "" for none, which is nearly everyone."""
    return msgspec.json.encode(labels).decode() if labels else ""


def labels_of(text: str, subscriber: int) -> tuple[str, ...]:
    """The labels of such a document; `StoreError` if it cannot be read."""
    try:
        return _LABELS.decode(text) if text else ()
    except msgspec.DecodeError as error:
        raise StoreError(
            f"a list of subscriber {subscriber} is damaged: {error}",
            hint="put back a backup, or let the person choose again",
        ) from error


def consent_event_of(row: Any) -> ConsentEvent:
    """The event of a row of `consent_event`."""
    return ConsentEvent(ConsentKind(row.kind), row.at, row.evidence)
