"""Which period a step of a schedule belongs to, which are owed, and what becomes of a send.

A period is the name under which a step happens once, whatever clocks, restarts and copies of the
program do; the table of occurrences keeps which have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from digest.model import IssueStatus, Week
from digest.wording import duration

WEEKLY_STEPS = ("draft", "send")


@dataclass(frozen=True, slots=True)
class Due:
    """One period of one step: its name, and when it is due."""

    step: str
    period: str
    at: datetime


class Act(StrEnum):
    """What a send does with its issue."""

    SEND = "send"
    APPROVE = "approve"
    """The schedule approves it itself, then it leaves."""
    HOLD = "hold"
    SKIP = "skip"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a schedule says of issues that nobody approved, and of sends that come too late.

    Attributes:
        unapproved, late: `send`, `hold` or `skip`.
        limit: a send is late from here on.
    """

    unapproved: str
    late: str
    limit: timedelta


def period_of(step: str, moment: datetime, zone: ZoneInfo) -> str:
    """Name the period of a step that is due at `moment`.

    Draft and send happen once an ISO week, whatever the clocks do in it; collecting happens once
    an hour of the day in `zone`.

    Returns:
        `2026-W22` for weekly steps, `2026-05-25T06` for the others.
    """
    if step in WEEKLY_STEPS:
        return str(Week.of(moment, zone))
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H")


def owed(dues: Sequence[Due], taken: Collection[str]) -> tuple[tuple[Due, ...], Due | None]:
    """What is left to do of the periods that are due: those gone by, and the one to be done now.

    Only the last is worth doing: a week's draft is of no use once the next one is due, and one
    round of collecting brings what ten would have.

    Args:
        dues: in order of time.
        taken: names of the periods that have happened or were noted as gone by.
    """
    left = {due.period: due for due in dues if due.period not in taken}
    *gone, last = left.values() or (None,)
    return tuple(filter(None, gone)), last


def decide(
    status: IssueStatus | None, late_by: timedelta, policy: Policy, check: Callable[[], str]
) -> tuple[Act, str]:
    """What a send that is due does with the issue of its week, and why.

    Args:
        status: of the issue; None if there is none.
        late_by: since the send was due.
        check: says what the check before sending finds wrong; "" if nothing.

    Returns:
        The act and its reason, which names what a person has to know; "" for an ordinary send.
    """
    if status is None:
        return Act.NOTHING, "there is no issue of that week"
    if status not in (IssueStatus.DRAFT, IssueStatus.APPROVED):
        return Act.NOTHING, _STANDS[status]
    approved = status is IssueStatus.APPROVED
    if late_by > policy.limit and policy.late != "send":
        why = f"its send was due {duration(late_by.total_seconds())} ago, and nothing ran then"
        return Act(policy.late), why
    if approved:
        return Act.SEND, ""
    if policy.unapproved != "send":
        return Act(policy.unapproved), "nobody approved it in time"
    if problem := check():
        return Act.HOLD, f"nobody approved it, and the schedule may not: {problem}"
    return Act.APPROVE, "nobody approved it, so the schedule did: its check is clean"


_STANDS = {
    IssueStatus.HELD: "it is held",
    IssueStatus.SKIPPED: "it was skipped",
    IssueStatus.SENDING: "it is leaving already",
    IssueStatus.SENT: "it has left already",
}
