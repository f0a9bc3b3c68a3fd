"""When each step of a schedule happens next; told to operators, on the desk and in mails.

Below the scheduler and the pages alike, which do not know each other.
"""

from __future__ import annotations

from datetime import datetime

from apscheduler.triggers.cron import CronTrigger

from digest.settings import Moment, Schedule, Settings
from digest.zones import due_in, first_due


def trigger_of(schedule: Schedule, moment: Moment) -> CronTrigger:
    """The cron trigger of one step, in the schedule's zone, weekdays by name."""
    return CronTrigger(
        day_of_week=",".join(moment.days),
        hour=",".join(map(str, moment.hours)),
        minute=moment.minute,
        timezone=schedule.zone,
    )


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


def starts_at(schedule: Schedule, local: datetime) -> datetime:
    """The instant, UTC, at which a send at this time begins: there, or first in the east.

    Args:
        local: date and time of day on the wall, without a zone.
    """
    return first_due(local) if schedule.recipients_local_time else due_in(schedule.zone, local)


def next_issues(settings: Settings, after: datetime) -> dict[str, datetime | None]:
    """When the next issue of each schedule is due to leave, in its zone; None if none ever is."""
    return {
        schedule.id: next(
            (at for at, step in next_runs(schedule, now=after, count=1) if step == "send"), None
        )
        for schedule in settings.schedules
    }


def next_issue(settings: Settings, after: datetime) -> datetime | None:
    """When the next issue is due to leave, in its schedule's zone; None if none ever is."""
    return min(filter(None, next_issues(settings, after).values()), default=None)
