"""The parts of schedules.yaml about an approved issue on its way out."""

from __future__ import annotations

from typing import Annotated

import msgspec

from digest.delivery import MAX_BATCH_BYTES


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an approval can be taken back before anything leaves, in minutes."""

    undo_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] = 0


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How mail is handed over: a batch closes before it has more bytes than this."""

    max_batch_bytes: Annotated[int, msgspec.Meta(ge=1_000)] = MAX_BATCH_BYTES
