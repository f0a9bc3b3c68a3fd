"""What the next runs of the schedules will do as things stand now, in words for all who ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from digest.model import IssueStatus, SubscriberStatus, Week
from digest.occurrences import period_of
from digest.pipeline.upcoming import next_runs, week_of_send
from digest.settings import Schedule, Settings
from digest.wording import plural
from digest.zones import first_due, last_due

if TYPE_CHECKING:
    from digest.store import IssueRow, Store

RUNS = 3
"""Of each step."""

_UNAPPROVED = {
    "hold": "if not, holds it",
    "skip": "if not, skips it: nobody gets it",
    "send": "if not, approves it itself where its check is clean, and holds it otherwise",
}
_LATE = {
    "hold": "the issue is held for a person",
    "skip": "the issue is skipped: nobody gets it",
    "send": "the issue leaves all the same",
}
_QUIET = {
    "short": "makes a short issue",
    "skip": "is skipped: nobody gets an issue",
    "hold": "is held for a person",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run that is to come.

    Attributes:
        at: when, in the schedule's zone.
        step: `collect`, `draft`, `remind` or `send`.
        does: what it will do.
        clocks: says that the clocks have changed since the run before; "" if they have not.
    """

    at: datetime
    step: str
    does: str
    clocks: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next runs of one schedule in order, and what it does where no person did."""

    schedule: Schedule
    runs: tuple[Run, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the words depend on: issues by week, readers, sources that are asked, editors."""

    issues: dict[str, IssueRow]
    readers: int
    sources: tuple[str, ...]
    editors: int


def outlooks(
    store: Store, settings: Settings, *, now: datetime, count: int = RUNS
) -> tuple[Outlook, ...]:
    """What the schedules will do next, in the order of the file.

    Args:
        count: runs of each step.
    """
    standing = _Standing(
        {row.week: row for row in store.content.issues()},
        store.audience.count(SubscriberStatus.CONFIRMED),
        tuple(source.name for source in store.content.sources() if not source.muted),
        len(settings.notify.editors),
    )
    return tuple(_outlook(one, standing, now, count) for one in settings.schedules)


def _outlook(schedule: Schedule, standing: _Standing, now: datetime, count: int) -> Outlook:
    runs = []
    periods = set()
    for at, step in next_runs(schedule, now=now, count=count):
        period = step, period_of(step, at, schedule.zone)
        if period not in periods:  # an hour that the clocks repeat is one period
            periods.add(period)
            runs.append(Run(at, step, _does(schedule, standing, at, step)))
            if step == "send":
                runs += _reminders(schedule, standing, at, now)
    in_order = sorted(runs, key=lambda run: (run.at.astimezone(UTC), run.step))
    return Outlook(schedule, _with_clocks(in_order, schedule, now), tuple(_policies(schedule)))


def _with_clocks(runs: list[Run], schedule: Schedule, now: datetime) -> tuple[Run, ...]:
    before = f"{now.astimezone(schedule.zone):%z}"
    told = []
    for run in runs:
        offset = f"{run.at:%z}"
        changed = offset != before
        words = f"the clocks have changed: UTC{_offset(offset)}, before it UTC{_offset(before)}"
        told.append(replace(run, clocks=words if changed else ""))
        before = offset
    return tuple(told)


def _offset(text: str) -> str:
    return f"{text[:3]}:{text[3:5]}"


def _does(schedule: Schedule, standing: _Standing, at: datetime, step: str) -> str:
    if step == "collect":
        return _collecting(schedule, standing)
    if step == "draft":
        return _drafting(schedule, standing, str(Week.of(at, schedule.zone)))
    return _sending(schedule, standing, at)


def _collecting(schedule: Schedule, standing: _Standing) -> str:
    """What is asked; a name that no source has is told with the nearest one."""
    if not schedule.sources:
        return f"asks {plural(len(standing.sources), 'source')} for what is new"
    asked = [name for name in schedule.sources if name in standing.sources]
    told = f"asks {plural(len(asked), 'source')} of its list for what is new"
    for name in schedule.sources:
        if name not in standing.sources:
            close = get_close_matches(name, standing.sources, n=1)
            guess = f" (did you mean `{close[0]}`?)" if close else ""
            told += f"; `{name}` is muted or no source{guess}"
    return told


def _drafting(schedule: Schedule, standing: _Standing, week: str) -> str:
    row = standing.issues.get(week)
    if row is None:
        told = f"builds the first draft of {week}"
    elif row.status is IssueStatus.DRAFT:
        told = f"builds issue {row.number} ({week}) again, and keeps every move"
    else:
        return f"changes nothing: issue {row.number} ({week}) is {row.status.value}"
    return f"{told}, and tells {plural(standing.editors, 'editor')}" if standing.editors else told


def _sending(schedule: Schedule, standing: _Standing, at: datetime) -> str:
    week = str(week_of_send(schedule, at))
    row = standing.issues.get(week)
    readers = plural(standing.readers, "subscriber")
    if row is None or row.status is IssueStatus.DRAFT:
        name = f"the issue of {week}" if row is None else f"issue {row.number} ({week}), a draft,"
        if not schedule.review.required:
            return f"sends {name} to {readers} if its check is clean; if not, holds it"
        unapproved = _UNAPPROVED[schedule.review.if_not_approved]
        told = f"sends {name} to {readers} if it is approved by then; {unapproved}"
    elif row.status is IssueStatus.APPROVED:
        told = f"sends issue {row.number} ({week}), which is approved, to {readers}"
    elif row.status is IssueStatus.SENDING:
        told = f"goes on sending issue {row.number} ({week})"
    else:
        because = f": {row.held_because}" if row.held_because else ""
        return f"sends nothing: issue {row.number} ({week}) is {row.status.value}{because}"
    return told + _hours(at) if schedule.recipients_local_time else told


def _hours(at: datetime) -> str:
    """Between which moments a time on the wall comes on earth."""
    wall = at.replace(tzinfo=None)
    return (
        f"; at {at:%H:%M} of each reader's own zone, from {first_due(wall):%a %H:%M} to"
        f" {last_due(wall):%a %H:%M} UTC"
    )


def _reminders(
    schedule: Schedule, standing: _Standing, at: datetime, now: datetime
) -> Iterator[Run]:
    """The reminders before a send, after its draft."""
    week = str(week_of_send(schedule, at))
    row = standing.issues.get(week)
    waits = row is None or row.status is IssueStatus.DRAFT
    if not (schedule.review.required and standing.editors and waits):
        return
    editors = plural(standing.editors, "editor")
    if schedule.recipients_local_time:
        at = first_due(at.replace(tzinfo=None))
    for hours in schedule.review.reminder_hours:
        moment = (at.astimezone(UTC) - timedelta(hours=hours)).astimezone(schedule.zone)
        if moment > now and not _is_before_draft(schedule, moment, at):
            does = f"reminds {editors} of the issue of {week}, {hours} h before it leaves"
            yield Run(moment, "remind", f"{does}, unless it is approved")


def _is_before_draft(schedule: Schedule, moment: datetime, send: datetime) -> bool:
    return schedule.draft is not None and (
        week_of_send(schedule, moment) != week_of_send(schedule, send)
    )


def _policies(schedule: Schedule) -> Iterator[str]:
    if schedule.draft:
        quiet = schedule.quiet_week
        yield f"A week with fewer than {plural(quiet.fewer_than, 'story')} {_QUIET[quiet.then]}."
    if schedule.send:
        late = schedule.late
        yield f"More than {late.max_lateness} after the hour of a send {_LATE[late.on_late]}."
