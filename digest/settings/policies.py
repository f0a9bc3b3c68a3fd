"""What a schedule does where no person did: unapproved, late, a quiet week."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from digest.settings.parts import Part

Choice = Literal["hold", "send", "skip"]
"""What becomes of an issue: it waits for a person, it leaves, or nobody gets it."""

SPAN_PATTERN = r"^(\d{1,4})([mhd])$"

Hours = Annotated[int, msgspec.Meta(ge=1, le=168)]


class ReviewPolicy(Part, frozen=True):
    """Who has to look at a draft before it leaves, and what happens if nobody does.

    Attributes:
        required: an editor has to approve it; else the schedule does, if the check is clean.
        reminder_hours: how long before it leaves editors are reminded of a draft that waits.
        if_not_approved: what happens at the hour of the send; send lets the schedule approve it if
            the check is clean, and holds it otherwise.
    """

    required: bool = True
    reminder_hours: list[Hours] = msgspec.field(default_factory=lambda: [24, 4])
    if_not_approved: Choice = "hold"


class Late(Part, frozen=True):
    """What happens to a send that comes too late, since the machine slept or nothing ran.

    Attributes:
        max_lateness: such as 30m, 6h or 2d; up to it an issue leaves as if nothing had been.
        on_late: what happens beyond it.
    """

    max_lateness: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": SPAN_PATTERN})] = "6h"
    on_late: Choice = "hold"

    @property
    def limit(self) -> timedelta:
        """`max_lateness` as a length of time."""
        return span_of(self.max_lateness)


class QuietWeek(Part, frozen=True):
    """What happens in a week with few stories.

    Attributes:
        fewer_than: so many stories make the week a quiet one, 1 to 60.
        then: a short issue, none in this week, or one that is held for a person.
    """

    fewer_than: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    then: Literal["short", "skip", "hold"] = "short"


_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def span_of(text: str) -> timedelta:
    """The length of time that `30m`, `6h` or `2d` names.

    Raises:
        ValueError: it names none.
    """
    found = re.fullmatch(SPAN_PATTERN, text)
    if not found:
        raise ValueError(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
