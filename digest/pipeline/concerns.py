"""What of an installation's standing needs a person, each with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.attempts import reputation_problem
from digest.diagnosis.machine import LOW
from digest.model import IssueStatus
from digest.pipeline.standing import FAILED, IssueStanding, Standing
from digest.wording import plural

STUCK = timedelta(hours=1)
"""A notice that waits for longer is not about to leave by itself."""

UNREAD = timedelta(hours=25)
"""A report of an unknown mail waits for a day; one that waits longer is read by nobody."""

SILENT_TIMES = 5
"""Failures in a row after which a source is worth a look: about a day of tries."""

OLD_BACKUP = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that does not mend itself."""

    what: str
    fix: str


def concerns(standing: Standing) -> tuple[Concern, ...]:
    """What needs a person, the most urgent first; nothing if all is well."""
    return (
        *_of_running(standing),
        *_of_present(standing),
        *_of_last(standing),
        *_of_steps(standing),
        *_of_sources(standing),
        *_of_queues(standing),
        *_of_machine(standing),
    )


def _of_running(standing: Standing) -> Iterator[Concern]:
    if not standing.running and any(step.next_at for step in standing.steps):
        yield Concern("nothing runs the schedules", "start `recap run`, or the service that does")


def _of_present(standing: Standing) -> Iterator[Concern]:
    issue = standing.present
    if issue is None:
        return
    number = issue.number
    if issue.status is IssueStatus.HELD:
        why = f"issue {number} is held: {issue.held_because}"
        yield Concern(why, f"look at it, then `recap resume {number}`")
    if issue.unknown or issue.parked:
        mails = plural(issue.unknown, "mail")
        yield Concern(
            f"nobody knows whether {mails} of issue {number} left"
            if issue.unknown
            else f"{issue.parked} batches of issue {number} had answers that do not fit",
            f"`recap reconcile {number}`",
        )
    if issue.status is IssueStatus.DRAFT:
        at = issue.leaves_at
        when = f"; it is due on {at:%a %Y-%m-%d %H:%M %Z}" if at else ""
        why = f"issue {number} is a draft that nobody has approved{when}"
        yield Concern(why, f"`recap show {number} --format text`, then `recap approve {number}`")
    if issue.status is IssueStatus.APPROVED and issue.leaves_at is None:
        why = f"issue {number} is approved, and no schedule is going to send it"
        yield Concern(why, f"`recap send {number}`, if it is still worth it")


def _of_last(standing: Standing) -> Iterator[Concern]:
    last = standing.last
    if last and (problem := reputation_problem(last.sent, last.bounced, last.complained)):
        yield Concern(f"of issue {last.number}, {problem}", "look where these addresses came from")


def _of_steps(standing: Standing) -> Iterator[Concern]:
    for step in standing.steps:
        if step.outcome.startswith(FAILED):
            by_hand = f"mend it, then do it by hand: `recap {step.step}`"
            yield Concern(f"{step.schedule}: {step.step} {step.outcome}", by_hand)


def _of_sources(standing: Standing) -> Iterator[Concern]:
    counts = standing.sources
    if counts.get("failing") and not counts.get("ok"):
        why = f"none of {plural(counts['failing'], 'source')} that were asked is well"
        yield Concern(why, "look at the network of this machine, then `recap collect`")
        return
    bad = [one.name for one in standing.failing if one.times >= SILENT_TIMES]
    if bad:
        names = ", ".join(bad[:3]) + (f" and {len(bad) - 3} more" if len(bad) > 3 else "")
        why = f"{plural(len(bad), 'source')} failed {SILENT_TIMES} times or more in a row: {names}"
        yield Concern(why, "`recap sources list`, then mend or mute them")


def _of_queues(standing: Standing) -> Iterator[Concern]:
    if _waits(standing.notices.since, standing.at, STUCK):
        why = f"{plural(standing.notices.count, 'notice')} could not be sent for over an hour"
        yield Concern(why, "the log says why; `recap doctor` looks at the provider")
    if _waits(standing.reports.since, standing.at, UNREAD):
        why = f"{plural(standing.reports.count, 'report')} of the provider were not read for a day"
        yield Concern(why, "`recap run` reads them")


def _of_machine(standing: Standing) -> Iterator[Concern]:
    if standing.free < LOW:
        yield Concern(f"{standing.free // 1_000_000:,} MB are left on the disk", "free some space")
    if standing.subscribers.get("confirmed") and _is_old(standing.last_backup, standing.at):
        last = standing.last_backup
        since = f"the last backup is of {last:%Y-%m-%d}" if last else "there is no backup"
        yield Concern(since, "`recap backup`, daily by a timer")


def _waits(since: datetime | None, now: datetime, most: timedelta) -> bool:
    return since is not None and now - since > most


def _is_old(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last > OLD_BACKUP


def minutes_left(issue: IssueStanding) -> float | None:
    """Until the issue is over at its present pace; None while nothing leaves."""
    return issue.left / issue.per_minute if issue.per_minute else None
