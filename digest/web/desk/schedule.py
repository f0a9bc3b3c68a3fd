"""The schedule: the next runs and what each of them will do, and what the last ones did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response

from digest.model import IssueStatus, SubscriberStatus, Week
from digest.pipeline.upcoming import next_runs
from digest.settings import Schedule
from digest.store import IssueRow
from digest.web.desk.room import Room
from digest.wording import plural

RUNS = 3
"""Of each step that are shown."""

PAST = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One run that is to come: when, in the schedule's zone, which step, and what it will do."""

    at: datetime
    step: str
    does: str


def add_schedule(desk: Blueprint, room: Room) -> None:
    """Serve the schedule."""

    @desk.get("/schedule")
    def schedule() -> Response:
        rows = room.store.content.issues()
        readers = room.store.audience.count(SubscriberStatus.CONFIRMED)
        asked = sum(not source.muted for source in room.store.content.sources())
        coming = []
        for one in room.settings.schedules:
            runs = next_runs(one, now=room.now(), count=RUNS)
            first = next((moment for moment, step in runs if step == "send"), None)
            coming.append(
                (
                    one,
                    [
                        Run(moment, step, "sends what is approved by then")
                        if step == "send" and moment != first
                        else _run(one, moment, step, rows, readers, asked)
                        for moment, step in runs
                    ],
                )
            )
        return room.show(
            "schedule.html", coming=coming, past=room.store.ledger.occurrences.latest(PAST)
        )


def _run(
    schedule: Schedule,
    moment: datetime,
    step: str,
    rows: tuple[IssueRow, ...],
    readers: int,
    asked: int,
) -> Run:
    if step == "collect":
        return Run(moment, step, f"asks {plural(asked, 'source')} for what is new")
    if step == "draft":
        return Run(moment, step, _drafting(str(Week.of(moment, schedule.zone)), rows))
    return Run(moment, step, _sending(rows, readers))


def _drafting(week: str, rows: tuple[IssueRow, ...]) -> str:
    for row in rows:
        if row.week == week:
            if row.status is IssueStatus.DRAFT:
                return f"builds issue {row.number} ({week}) again, and keeps every move"
            return f"changes nothing: issue {row.number} ({week}) is {row.status.value}"
    return f"builds the first draft of {week}"


def _sending(rows: tuple[IssueRow, ...], readers: int) -> str:
    """What would leave if it were to run as things stand."""
    told = []
    for row in rows:
        if row.status is IssueStatus.HELD:
            told.append(f"issue {row.number} is held: {row.held_because}")
        elif row.status in (IssueStatus.APPROVED, IssueStatus.SENDING):
            told.append(f"sends issue {row.number} to up to {plural(readers, 'subscriber')}")
    return "; ".join(told) or "sends nothing unless an issue is approved before"
