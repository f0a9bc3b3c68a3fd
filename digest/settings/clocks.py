"""The clocks of zones: whose name may be written, which local times they skip or repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from digest.errors import ConfigError

YEARS = range(2026, 2046)
"""In which clock changes are looked for: a file is right or wrong whenever it is read."""

PLACES = {
    "BST": "Europe/London", "GMT": "Europe/London", "WET": "Europe/Lisbon",
    "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "MET": "Europe/Berlin",
    "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki", "MSK": "Europe/Moscow",
    "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "SGT": "Asia/Singapore",
    "EST": "America/New_York", "EDT": "America/New_York", "EST5EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "CST6CDT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver", "MST7MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PST8PDT": "America/Los_Angeles",
    "HST": "Pacific/Honolulu",
}  # fmt: skip
"""Somewhere that people mean by an abbreviation."""

ZONE_PATTERN = r"^(UTC|(?!Etc/)[A-Z]\w+(/[\w+-]+)+)$"


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A day on which a local time does not happen, or happens twice."""

    day: date
    repeats: bool


def check_zone(name: str, place: str) -> None:
    """Refuse a zone that is not known or follows no place's clocks.

    Args:
        place: where it stands, for the `ConfigError`.
    """
    if name == "UTC" or (re.search(ZONE_PATTERN, name) and name in available_timezones()):
        return
    if re.fullmatch(r"(Etc/)?(UTC|GMT|UCT)?[+-]\d{1,2}(:?\d\d)?", name):
        raise ConfigError(
            f"{place}: `{name}` is an offset, which no summer time moves"
            + (", and its sign is the other way round" if name.startswith("Etc/") else ""),
            hint="write the zone of a place, such as Europe/Berlin, or UTC",
        )
    if name.upper() in ("ETC/UTC", "UCT", "ZULU", "Z", "UTC"):
        raise ConfigError(f"{place}: `{name}` is another name of UTC", hint="write UTC")
    if name in PLACES:
        raise ConfigError(
            f"{place}: `{name}` is an abbreviation, and of more than one place's clocks",
            hint=f"write the zone of a place, such as {PLACES[name]}",
        )
    known = sorted(zone for zone in available_timezones() if re.search(ZONE_PATTERN, zone))
    close = get_close_matches(name, known, n=1)
    raise ConfigError(
        f"{place}: zone `{name}` is not known",
        hint=f"did you mean `{close[0]}`?" if close else "write an IANA name, Europe/Berlin",
    )


def clock_change(zone: ZoneInfo, weekdays: frozenset[int], at: time) -> ClockChange | None:
    """The first day of `YEARS` on which `at`, on one of the weekdays (Monday is 0), is unsure."""
    for day in _change_days(zone):
        local = datetime.combine(day, at, zone)
        before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
        if day.weekday() in weekdays and before != after:
            return ClockChange(day, repeats=(before or timedelta()) > (after or timedelta()))
    return None


@lru_cache(maxsize=64)
def _change_days(zone: ZoneInfo) -> tuple[date, ...]:
    """The days of `YEARS` about which the clocks change, in order."""
    days = []
    day = date(YEARS.start, 1, 1)
    while day.year in YEARS:
        following = day + timedelta(days=1)
        if _offset(day, zone) != _offset(following, zone):
            days += [day - timedelta(days=1), day, following]  # at midnight it touches two days
        day = following
    return tuple(days)


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
