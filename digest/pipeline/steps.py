"""The steps of a schedule as they are done when they are due; each says in words what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.errors import NotEnoughStories, StateError
from digest.model import IssueStatus, Week
from digest.occurrences import Act, Due, Policy, decide
from digest.pipeline import approving, drafting, editorial, sending
from digest.pipeline.sharding import collect_together
from digest.pipeline.upcoming import next_send, week_of_send
from digest.settings import Schedule, Settings
from digest.wording import plural
from digest.zones import EAST

if TYPE_CHECKING:
    from digest.engine import Dispatcher
    from digest.store import IssueRow, Store

SCHEDULE = "schedule"
"""Who did it, where a step was due."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step that is due, and what it is done with.

    Attributes:
        dispatcher: has issues drained, and sources asked, by whoever there is.
        stop: asked while sources are, to end it early.
    """

    store: Store
    settings: Settings
    schedule: Schedule
    due: Due
    now: datetime
    dispatcher: Dispatcher
    stop: Callable[[], bool] = bool


def collect(turn: Turn) -> str:
    """Fetch the sources of the schedule."""
    report = collect_together(
        turn.dispatcher, turn.store, turn.settings, now=turn.now, among=turn.schedule.sources,
        stop=turn.stop,
    )  # fmt: skip
    counts = report.counts
    return f"{counts['new']} new items, {counts['failed']} of {counts['sources']} sources failed"


def draft(turn: Turn) -> str:
    """Build the week's draft, tell the editors; what becomes of a quiet week is the schedule's."""
    store, schedule, now = turn.store, turn.schedule, turn.now
    week = Week.of(turn.due.at, turn.settings.schedule.zone)
    earlier = store.content.issue_of_week(str(week))
    if earlier and not drafting.may_be_edited(store, earlier):
        return f"issue {earlier.number} of {week} is {earlier.status.value}; left as it is"
    send_at = next_send(schedule, now)
    try:
        issue = drafting.draft(store, turn.settings, week=week, now=now)
    except NotEnoughStories as error:
        fix = "nothing leaves; `recap sources check` says whether the sources are well"
        editorial.owe_announcement(
            store, turn.settings, None, what=error.problem, fix=fix, about=f"empty-{week}", now=now
        )
        return f"no issue: {error.problem}"
    told = f"issue {issue.number}, revision {issue.revision}, {plural(len(issue.stories), 'story')}"
    quiet = schedule.quiet_week
    if len(issue.stories) < quiet.fewer_than:
        told += f": a quiet week{_quieten(turn, issue.number, len(issue.stories))}"
    if store.content.issue_row(issue.number).status is not IssueStatus.SKIPPED:
        editorial.owe_draft_ready(
            store, turn.settings, issue, schedule=schedule, send_at=send_at, now=now
        )
    return told


def _quieten(turn: Turn, number: int, stories: int) -> str:
    """What a quiet week is: short, skipped or held; in words that end a sentence."""
    quiet = turn.schedule.quiet_week
    because = f"a quiet week: {plural(stories, 'story')}, fewer than {quiet.fewer_than}"
    if quiet.then == "short":
        return ", short"
    if quiet.then == "skip":
        approving.skip(turn.store, number, because, now=turn.now, by=SCHEDULE)
        fix = f"`recap resume {number}` takes it up again"
    else:
        approving.hold(turn.store, number, because, now=turn.now, by=SCHEDULE)
        fix = f"it leaves only if somebody approves it: `recap approve {number}`"
    announce(turn, number, f"Issue {number} is {_WORDS[quiet.then]}: {because}", fix)
    return f", {_WORDS[quiet.then]}"


def send(turn: Turn) -> str:
    """Let the week's issue leave, if it may; else what the schedule says happens, and is told."""
    row = issue_to_send(turn.store, turn.schedule, turn.due)
    review, late = turn.schedule.review, turn.schedule.late
    policy = Policy(
        unapproved=review.if_not_approved if review.required else "send",
        late=late.on_late,
        limit=late.limit,
    )
    act, why = decide(
        row.status if row else None,
        turn.now - turn.due.at,
        policy,
        lambda: _problem(turn, row.number) if row else "",
    )
    if row is None:
        return f"nothing was sent: {why}"
    number = row.number
    if act is Act.NOTHING:
        return f"issue {number} was left as it is: {why}"
    if act is Act.SKIP:
        approving.skip(turn.store, number, why, now=turn.now, by=SCHEDULE)
        announce(turn, number, f"Issue {number} is skipped: {why}", f"`recap resume {number}`")
        return f"issue {number} skipped: {why}"
    if act is Act.HOLD:
        return _hold(turn, number, why)
    if act is Act.APPROVE:
        try:
            approving.approve(
                turn.store, turn.settings, number, now=turn.now, without_test=True, by=SCHEDULE
            )
        except StateError as error:
            return _hold(turn, number, f"nobody approved it, and {error.problem}")
        announce(turn, number, f"Issue {number} leaves now: {why}", f"`recap hold {number}`")
    return _begin(turn, number)


def _hold(turn: Turn, number: int, why: str) -> str:
    approving.hold(turn.store, number, why, now=turn.now, by=SCHEDULE)
    approve = "" if _was_approved(turn.store, number) else f"`recap approve {number}`, then "
    fix = f"{approve}`recap {'send' if approve else 'resume'} {number}`, or at the desk"
    announce(turn, number, f"Issue {number} is held: {why}", fix)
    return f"issue {number} held: {why}"


def _begin(turn: Turn, number: int) -> str:
    hour = ""
    if turn.schedule.recipients_local_time:
        wall = turn.due.at.astimezone(ZoneInfo(EAST)).replace(tzinfo=None)
        hour = wall.isoformat(timespec="minutes")
    sending.begin(turn.store, turn.settings, number, now=turn.now, by=SCHEDULE, leave_local=hour)
    turn.dispatcher.kick(number)
    owed = sum(turn.store.ledger.counts(number).values())
    return f"issue {number} leaves, to {plural(owed, 'reader')}"


def issue_to_send(store: Store, schedule: Schedule, due: Due) -> IssueRow | None:
    """The issue that a send is of; None if its week has none."""
    return row_of(store, week_of_send(schedule, due.at))


def row_of(store: Store, week: Week) -> IssueRow | None:
    """The line of the week's issue; None if there is none."""
    return next((row for row in store.content.issues() if row.week == str(week)), None)


def announce(turn: Turn, number: int, what: str, fix: str) -> None:
    """Owe editors and operators the word of what the schedule did by itself, once a period."""
    editorial.owe_announcement(
        turn.store, turn.settings, number, what=what, fix=fix,
        about=f"{turn.due.step}-{turn.due.period}", now=turn.now,
    )  # fmt: skip


def _problem(turn: Turn, number: int) -> str:
    """What the check of a draft finds wrong; "" if it may leave."""
    issue = turn.store.content.issue(number)
    found = drafting.lint(turn.store, turn.settings, issue)
    errors = [finding for finding in found if finding.level == "error"]
    return f"its check finds {plural(len(errors), 'error')}" if errors else ""


def _was_approved(store: Store, number: int) -> bool:
    return store.content.issue_row(number).approved_at is not None


_WORDS = {"short": "short", "skip": "skipped", "hold": "held"}

STEPS: dict[str, Callable[[Turn], str]] = {"collect": collect, "draft": draft, "send": send}
