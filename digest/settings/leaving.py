"""The parts of schedules.yaml about an approved issue on its way out."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec

from digest.delivery import MAX_BATCH_BYTES

DESK_UNDO = 10
"""Minutes: a press is made by mistake more easily than a command is typed."""


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long an approval can be taken back before anything leaves, in minutes.

    Unless the project says, ten for an approval at the desk and none for one that is typed: what
    is approved by a command leaves by a second one, or at the hour of the schedule.

    Attributes:
        undo_minutes: 0 to 1440.
    """

    undo_minutes: Annotated[int, msgspec.Meta(ge=0, le=1440)] | None = None

    def undo(self, *, at_desk: bool) -> timedelta:
        """The time in which nothing leaves."""
        usual = DESK_UNDO if at_desk else 0
        return timedelta(minutes=usual if self.undo_minutes is None else self.undo_minutes)


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How mail is handed over.

    Attributes:
        max_batch_bytes: a batch closes before it is larger.
        senders: how many jobs drain one issue side by side, over all workers.
    """

    max_batch_bytes: Annotated[int, msgspec.Meta(ge=1_000)] = MAX_BATCH_BYTES
    senders: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
