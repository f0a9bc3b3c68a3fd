"""One entry of `schedules`: its steps and policies, and what does not fit together in it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import yaml
from msgspec import Meta

from digest.errors import ConfigError
from digest.settings.clocks import YEARS, ZONE_PATTERN, check_zone
from digest.settings.moments import Moment, check_clocks, check_once_a_week, minutes_between
from digest.settings.parts import Part, is_written, place_of
from digest.settings.policies import Late, QuietWeek, ReviewPolicy, span_of

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$"

NIGHT = 4
"""Clocks change before this hour nearly everywhere; readers' own zones are not known here."""

LEAST_LATENESS, MOST_LATENESS = timedelta(minutes=5), timedelta(days=6)
LEAST_REVIEW = 60
"""Minutes between a draft and its send."""


class Schedule(Part, frozen=True):
    """One newsletter rhythm: when to collect, draft and send, and what happens by itself.

    Attributes:
        id: its name, which is kept with all that it did.
        timezone: an IANA name such as Europe/Berlin, or UTC; weeks start on its Monday, 00:00.
        collect: when sources are asked for what is new.
        draft: when the issue of the week is built, once a week.
        send: when it leaves, once a week.
        sources: names of those that it collects from; empty: all of them.
        review: who looks at a draft before it leaves.
        late: what happens to a send that comes too late.
        quiet_week: what happens in a week with few stories.
        recipients_local_time: the send's hour is that of each reader's own zone.
        allow_dst_hours: steps may be at an hour that the clocks skip or repeat.
    """

    id: Annotated[str, Meta(extra_json_schema={"pattern": ID_PATTERN})]
    timezone: Annotated[
        str,
        Meta(
            extra_json_schema={
                "pattern": ZONE_PATTERN,
                "examples": ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"],
            }
        ),
    ]
    collect: Moment | None = None
    draft: Moment | None = None
    send: Moment | None = None
    sources: list[Annotated[str, Meta(min_length=1)]] = msgspec.field(default_factory=list)
    review: ReviewPolicy = ReviewPolicy()
    late: Late = Late()
    quiet_week: QuietWeek = QuietWeek()
    recipients_local_time: bool = False
    allow_dst_hours: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The zone its times and weeks are counted in."""
        return ZoneInfo(self.timezone)

    @property
    def steps(self) -> tuple[tuple[str, Moment], ...]:
        """The steps that it has, in the order of the week."""
        steps = (("collect", self.collect), ("draft", self.draft), ("send", self.send))
        return tuple((step, moment) for step, moment in steps if moment is not None)

    @property
    def makes_issues(self) -> bool:
        """Whether it drafts or sends, which one schedule of a file does."""
        return self.draft is not None or self.send is not None


def check_schedule(schedule: Schedule, place: str, data: object, tree: yaml.Node | None) -> None:
    """Refuse what cannot work or contradicts itself; `ConfigError` names line, value and fix.

    Args:
        place: its path, `schedules[0]`.
        data, tree: the file, to tell what somebody wrote from a default.
    """
    if not re.search(ID_PATTERN, schedule.id):
        raise ConfigError(
            f"{place_of(place + '.id', tree)}: id `{schedule.id}` is no name",
            hint="write letters, digits, dots and dashes, such as weekly-recap; 60 at most",
        )
    check_zone(schedule.timezone, place_of(place + ".timezone", tree))
    _check_steps(schedule, place, data, tree)
    _check_times(schedule, place, tree)
    if schedule.draft and schedule.send:
        early = _minutes_early(schedule.zone) if schedule.recipients_local_time else 0
        _check_time_for_review(schedule.draft, schedule.send, early, f"{place}.send", tree)
    _check_review(schedule, f"{place}.review", data, tree)
    _check_late(schedule.late, f"{place}.late.max_lateness", tree)


def _check_steps(schedule: Schedule, place: str, data: object, tree: yaml.Node | None) -> None:
    for step in ("collect", "draft", "send"):
        if getattr(schedule, step) is None and is_written(data, f"{place}.{step}"):
            raise ConfigError(
                f"{place_of(f'{place}.{step}', tree)}: it has no value",
                hint="write {day_of_week: mon, hour: 8}, or remove the key to go without it",
            )
    if not schedule.steps:
        raise ConfigError(
            f"{place_of(place, tree)}: `{schedule.id}` does nothing",
            hint="give it `collect`, `draft` or `send`, or remove it",
        )
    for key, step in (("sources", "collect"), ("recipients_local_time", "send")):
        if getattr(schedule, key) and getattr(schedule, step) is None:
            raise ConfigError(
                f"{place_of(f'{place}.{key}', tree)}: it is about `{step}`, which is not there",
                hint=f"add `{step}:`, or remove `{key}`",
            )


def _check_times(schedule: Schedule, place: str, tree: yaml.Node | None) -> None:
    for step, moment in schedule.steps:
        if step != "collect":
            check_once_a_week(moment, f"{place}.{step}", tree)
        if not schedule.allow_dst_hours:
            check_clocks(moment, schedule.zone, f"{place}.{step}", tree)
    send = schedule.send
    if (
        schedule.recipients_local_time
        and not schedule.allow_dst_hours
        and send
        and send.hours[0] < NIGHT
    ):
        raise ConfigError(
            f"{place_of(f'{place}.send.hour', tree)}: hour `{send.hours[0]}` is one that the clocks"
            " of some readers skip or repeat",
            hint=f"choose an hour from {NIGHT} to 22, or write `allow_dst_hours: true`",
        )


def _minutes_early(zone: ZoneInfo) -> int:
    """How long before its hour in `zone` a time on the wall comes first on earth, at most."""
    offsets = [datetime(YEARS[0], month, 1, tzinfo=zone).utcoffset() for month in (1, 7)]
    least = min(offset for offset in offsets if offset is not None)
    return int((timedelta(hours=14) - least).total_seconds() // 60)


def _check_time_for_review(
    draft: Moment, send: Moment, early: int, path: str, tree: yaml.Node | None
) -> None:
    """Refuse a send too soon after its draft; it begins so many minutes early, or 0."""
    minutes = minutes_between(draft, send)
    if early and LEAST_REVIEW <= minutes < LEAST_REVIEW + early:
        raise ConfigError(
            f"{place_of(path, tree)}: for readers in the far east it begins {early // 60} hours"
            f" before its hour here, so {minutes / 60:g} hours after the draft are too few",
            hint=f"let {(LEAST_REVIEW + early) // 60} hours or more lie between them, or write"
            " `recipients_local_time: false`",
        )
    if minutes < LEAST_REVIEW:
        raise ConfigError(
            f"{place_of(path, tree)}: it leaves"
            + (f" {minutes} minutes after it is drafted" if minutes else " as it is drafted"),
            hint="let an hour or more lie between `draft` and `send`",
        )


def _check_review(schedule: Schedule, path: str, data: object, tree: yaml.Node | None) -> None:
    review = schedule.review
    for key in ("if_not_approved", "reminder_hours"):
        if not review.required and is_written(data, f"{path}.{key}"):
            raise ConfigError(
                f"{place_of(f'{path}.{key}', tree)}: no approval is required, so nobody waits"
                " for one",
                hint=f"remove `{key}`, or write `required: true`",
            )
    if not (schedule.draft and schedule.send and is_written(data, f"{path}.reminder_hours")):
        return
    minutes = minutes_between(schedule.draft, schedule.send)
    for hours in review.reminder_hours:
        if hours * 60 >= minutes:
            raise ConfigError(
                f"{place_of(f'{path}.reminder_hours', tree)}: {hours} hours before it leaves there"
                " is no draft yet",
                hint=f"write fewer than {minutes / 60:g}, the hours from `draft` to `send`",
            )


def _check_late(late: Late, path: str, tree: yaml.Node | None) -> None:
    place = place_of(path, tree)
    try:
        limit = span_of(late.max_lateness)
    except ValueError:
        raise ConfigError(
            f"{place}: `{late.max_lateness}` is no length of time",
            hint="write a number and its unit, such as 30m, 6h or 2d",
        ) from None
    if not LEAST_LATENESS <= limit <= MOST_LATENESS:
        short = limit < LEAST_LATENESS
        raise ConfigError(
            f"{place}: `{late.max_lateness}` is "
            + ("shorter than a restart takes" if short else "so long that the next one is due"),
            hint="write 5m or more" if short else "write 6d or less",
        )
