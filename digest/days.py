"""Print days: of a report, of a timeline, of a week, in the issue's zone and language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from digest.localisation import Catalog
from digest.model import Item, Week


@dataclass(frozen=True, slots=True)
class Days:
    """How days are printed.

    Attributes:
        year: a day of this year is printed without it.
    """

    zone: ZoneInfo
    year: int
    words: Catalog

    def of(self, item: Item) -> str:
        """The day of a report: "May 27", or "seen May 27" if its source gave none."""
        day = self.words.day(item.time.astimezone(self.zone).date(), year=self.year)
        return day if item.published else self.words.say("seen %(day)s", day=day)

    def spoken(self, said: str) -> str:
        """A day as precise as it was said, from "2026-07-16", "2025-12" or "2024"."""
        parts = [int(part) for part in said.split("-")]
        if len(parts) == 1:
            return said
        if len(parts) == 2:
            return self.words.month(date(parts[0], parts[1], 1))
        return self.words.day(date(*parts), year=self.year)


def week_span(week: Week, words: Catalog) -> str:
    """Monday to Sunday: "May 25 – 31, 2026", "Dec 29, 2025 – Jan 4, 2026"."""
    first = week.monday()
    return words.span(first, first + timedelta(days=6))
