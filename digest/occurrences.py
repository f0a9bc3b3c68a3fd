"""Which period a step of a schedule belongs to: the name under which it happens once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from digest.model import Week

WEEKLY_STEPS = ("draft", "send")


def period_of(step: str, moment: datetime, zone: ZoneInfo) -> str:
    """Name the period of a step that is due at `moment`.

    Draft and send happen once an ISO week, whatever the clocks do in it; collecting happens once
    an hour of the day in `zone`.

    Returns:
        `2026-W22` for weekly steps, `2026-05-25T06` for the others.
    """
    if step in WEEKLY_STEPS:
        return str(Week.of(moment, zone))
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H")
