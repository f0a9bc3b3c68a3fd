"""Moments as the desk tells them: in the zone of the first schedule."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


class Zone:
    """The zone that the desk's moments are told in."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def in_words(self, moment: datetime | None) -> str:
        """Such as `Fri 27 Nov 2026, 14:31`; a dash where there is none."""
        if moment is None:
            return "–"
        return moment.astimezone(self._zone).strftime("%a %d %b %Y, %H:%M")
