"""When a step runs: weekdays by name, hours and a minute, and what is wrong with them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import yaml
from msgspec import Meta

from digest.errors import ConfigError
from digest.settings.clocks import clock_change
from digest.settings.parts import Part, place_of

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)

Hour = Annotated[int, Meta(ge=0, le=23)]
Minute = Annotated[int, Meta(ge=0, le=59)]

WEEK = 7 * 24 * 60
"""Minutes."""


class Moment(Part, frozen=True):
    """When a step runs: weekdays by name, hours and minute in the schedule's zone.

    Attributes:
        day_of_week: mon to sun, a list of them, or daily; draft and send have one.
        hour: 0 to 23, or a list; draft and send have one.
        minute: 0 to 59.
    """

    day_of_week: Literal["daily"] | Weekday | Annotated[list[Weekday], Meta(min_length=1)]
    hour: Hour | Annotated[list[Hour], Meta(min_length=1)]
    minute: Minute = 0

    @property
    def days(self) -> tuple[str, ...]:
        """The weekdays as three-letter names; `daily` is all seven."""
        if isinstance(self.day_of_week, list):
            return tuple(self.day_of_week)
        return WEEKDAYS if self.day_of_week == "daily" else (self.day_of_week,)

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours, 0 to 23."""
        return tuple(self.hour) if isinstance(self.hour, list) else (self.hour,)

    @property
    def minute_of_week(self) -> int:
        """Minutes from Monday 00:00 to its first day and hour, as clocks without changes count."""
        return (WEEKDAYS.index(self.days[0]) * 24 + self.hours[0]) * 60 + self.minute


def minutes_between(first: Moment, second: Moment) -> int:
    """Minutes from a weekly moment to the next one of another; 0 if they are the same."""
    return (second.minute_of_week - first.minute_of_week) % WEEK


def check_once_a_week(moment: Moment, place: str, tree: yaml.Node | None) -> None:
    """Refuse a moment that comes more often than the one issue of a week."""
    for key, values in (("day_of_week", moment.days), ("hour", moment.hours)):
        if len(values) > 1:
            raise ConfigError(
                f"{place_of(f'{place}.{key}', tree)}: an issue is made once a week, and this comes"
                f" {len(values)} times",
                hint=f"write one, such as {key}: {values[0]}",
            )


def check_clocks(moment: Moment, zone: ZoneInfo, place: str, tree: yaml.Node | None) -> None:
    """Refuse a local time that the zone's clocks skip or repeat on such a weekday."""
    weekdays = frozenset(map(WEEKDAYS.index, moment.days))
    for hour in moment.hours:
        at = time(hour, moment.minute)
        if found := clock_change(zone, weekdays, at):
            does = "happens twice" if found.repeats else "does not happen"
            raise ConfigError(
                f"{place_of(f'{place}.hour', tree)}: {at:%H:%M} in {zone.key} {does} on"
                f" {found.day:%a %Y-%m-%d}, as the clocks change",
                hint="choose an hour from 4 to 22, or write `allow_dst_hours: true` in the"
                " schedule: the step then runs once, at the first such moment or right after"
                " the gap",
            )
