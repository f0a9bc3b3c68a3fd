"""When each step of a schedule happens next; told to operators, on the desk and in mails.

Below the scheduler and the pages alike, which do not know each other.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from apscheduler.triggers.cron import CronTrigger

from digest.model import Week
from digest.occurrences import Due, period_of
from digest.settings import WEEKDAYS, Moment, Schedule, Settings
from digest.zones import EAST

_INSTANT = timedelta(microseconds=1)


class Rule(msgspec.Struct, frozen=True):
    """When one step is due, apart from the file that says so."""

    moment: Moment
    timezone: str

    @classmethod
    def of(cls, schedule: Schedule, step: str) -> Rule:
        """The rule of a step that the schedule has.

        A send at each reader's own hour is due as that hour comes first on earth.
        """
        by_hour = step == "send" and schedule.recipients_local_time
        return cls(dict(schedule.steps)[step], EAST if by_hour else schedule.timezone)

    @classmethod
    def parse(cls, text: str) -> Rule:
        """Read what `str` wrote."""
        return msgspec.json.decode(text, type=cls)

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()

    @property
    def trigger(self) -> CronTrigger:
        """The cron trigger, in the rule's zone, weekdays by name."""
        return CronTrigger(
            day_of_week=",".join(self.moment.days),
            hour=",".join(map(str, self.moment.hours)),
            minute=self.moment.minute,
            timezone=ZoneInfo(self.timezone),
        )

    def due(self, step: str, after: datetime, until: datetime) -> tuple[Due, ...]:
        """The periods that are due in (after, until], in order; each once, whatever clocks do."""
        trigger, zone, found = self.trigger, ZoneInfo(self.timezone), dict[str, Due]()
        at: datetime | None = None
        while at := trigger.get_next_fire_time(at, at or after + _INSTANT):
            if at > until:
                break
            period = period_of(step, at, zone)
            found.setdefault(period, Due(step, period, at.astimezone(UTC)))
        return tuple(found.values())


def trigger_of(schedule: Schedule, moment: Moment) -> CronTrigger:
    """The cron trigger of a time of the file, in the schedule's zone."""
    return Rule(moment, schedule.timezone).trigger


def next_runs(
    schedule: Schedule, *, now: datetime, count: int = 3
) -> tuple[tuple[datetime, str], ...]:
    """The next `count` runs of each step: when (in the schedule's zone) and which, in order."""
    runs = []
    for step, moment in schedule.steps:
        trigger = trigger_of(schedule, moment)
        last: datetime | None = None
        for _ in range(count):
            last = trigger.get_next_fire_time(last, last or now)
            if last is None:
                break
            runs.append((last, step))
    return tuple(sorted(runs))


def week_of_send(schedule: Schedule, due: datetime) -> Week:
    """The week whose issue a send that is due at `due` is of: that of the last draft before it.

    Without a draft step it is the week that most of the seven days before the send are in: on a
    Monday morning the week before, on a Friday the present one.
    """
    zone = schedule.zone
    if schedule.draft is None:
        return Week.of(due - timedelta(days=3.5), zone)
    (day,), (hour,) = schedule.draft.days, schedule.draft.hours
    local = due.astimezone(zone)
    drafted = local.date() - timedelta(days=(local.weekday() - WEEKDAYS.index(day)) % 7)
    if time(hour, schedule.draft.minute) >= local.time() and drafted == local.date():
        drafted -= timedelta(days=7)
    year, number, _ = drafted.isocalendar()
    return Week(year, number)


def next_send(schedule: Schedule, after: datetime) -> datetime | None:
    """When the schedule next sends; None if it never does."""
    if schedule.send is None:
        return None
    at: datetime | None = Rule.of(schedule, "send").trigger.get_next_fire_time(None, after)
    return at.astimezone(schedule.zone) if at else None


def next_issues(settings: Settings, after: datetime) -> dict[str, datetime]:
    """When the next issue of each schedule that sends is due to leave, in its zone."""
    return {
        schedule.id: at
        for schedule in settings.schedules
        for at, step in next_runs(schedule, now=after, count=1)
        if step == "send"
    }


def next_issue(settings: Settings, after: datetime) -> datetime | None:
    """When the next issue is due to leave, in its schedule's zone; None if none ever is."""
    return min(next_issues(settings, after).values(), default=None)
