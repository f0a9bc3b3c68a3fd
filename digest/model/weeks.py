"""ISO weeks, and the spans of time that issues answer for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from digest.errors import InputError


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO 8601 week: Monday to Sunday, named as in `2026-W22`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read `2026-W22`; `InputError` for any other form or a week the year does not have."""
        match = re.fullmatch(r"(\d{4})-[Ww](\d{1,2})", text.strip())
        if match:
            week = cls(int(match[1]), int(match[2]))
            try:
                week.monday()
            except ValueError:
                pass
            else:
                return week
        raise InputError(
            f"week `{text}` is not an ISO week", hint="write year and week, such as 2026-W22"
        )

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Week:
        """The week that a moment falls in, by the calendar of `zone`."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    def window(self, zone: ZoneInfo) -> Window:
        """From Monday 00:00 to the next Monday 00:00 in `zone`, half-open."""
        first = self.monday()
        last = first + timedelta(days=7)
        return Window(_midnight(first, zone), _midnight(last, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open span of time [start, end) that one issue answers for."""

    start: datetime
    end: datetime
