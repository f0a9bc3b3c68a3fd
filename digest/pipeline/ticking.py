"""One look at what is due: periods that were missed or broke off, steps, reminders, mails owed.

The table of occurrences is the truth. A tick that comes late, twice or on three machines at once
does each period's step once; one that is lost delays, and loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from digest.delivery import is_in_undo_window
from digest.errors import DigestError, StoreError
from digest.model import IssueStatus, Occurrence
from digest.occurrences import WEEKLY_STEPS, Due, owed
from digest.pipeline import editorial
from digest.pipeline.steps import STEPS, Turn, issue_to_send
from digest.pipeline.upcoming import Rule, next_send
from digest.pipeline.working import issues_under_way
from digest.settings import Schedule, Settings
from digest.store.periods import FIRST, Occurrences
from digest.wording import plural

if TYPE_CHECKING:
    from digest.engine import Dispatcher
    from digest.store import Store

COLLECTING = ("collect",)
ISSUING = ("draft", "send")
"""Steps of one lane: each lane ticks by itself, so that a slow source delays no issue."""

MOST_STARTS = 3
"""A step whose process ends in the middle of it so often is given up, and told."""

PATIENCE = timedelta(minutes=15)
"""How long a draft waits for the collecting that was due before it, and a send for its draft."""

ALERTED_BEFORE = timedelta(hours=2)
"""How long before an unapproved issue is to leave operators are told."""

CLOCKS_DIFFER = timedelta(days=1)
"""A period that was taken so long before it is due was taken by a clock that was wrong."""

_BEFORE = {"draft": "collect", "send": "draft"}

log = logging.getLogger("digest")


@dataclass
class Ticker:
    """Looks at one store by one file's settings; made anew when the file changes.

    Attributes:
        dispatcher: has issues drained, and sources asked, by whoever there is.
        stop: asked in the middle of long work, to end it early.
        do: what each step does; says in words what it did.
    """

    store: Store
    settings: Settings
    dispatcher: Dispatcher
    stop: Callable[[], bool] = bool
    do: Mapping[str, Callable[[Turn], str]] = field(default_factory=lambda: STEPS)
    _waiting: dict[str, datetime] = field(default_factory=dict)

    def tick(self, now: datetime, steps: Collection[str] = (*COLLECTING, *ISSUING)) -> list[str]:
        """Do what is due of these steps, each by one thread at a time.

        Returns:
            What was done, a line each.

        Raises:
            StoreError: the database cannot be used now; the next tick goes on.
        """
        told = []
        begun = {one.schedule: one for one in self.store.ledger.occurrences.open()}
        for schedule in self.settings.schedules:
            for step, _ in schedule.steps:
                if step in steps:
                    broken = begun.get(f"{schedule.id}/{step}")
                    told += self._step(schedule, step, now, broken)
        if "send" in steps:
            self._tell_of_a_clock_ahead(now)
            self._remind(now)
            self._drain()
        return told

    def _step(
        self, schedule: Schedule, step: str, now: datetime, broken: Occurrence | None
    ) -> list[str]:
        """Do the last period that is due, note those gone by.

        Args:
            broken: a period that was begun by a process that is gone; it goes first.
        """
        name = f"{schedule.id}/{step}"
        if broken is not None:
            return self._run(schedule, Due(step, broken.period, broken.due_at), now, again=True)
        dues = self._dues(name, step, Rule.of(schedule, step), now)
        occurrences = self.store.ledger.occurrences
        if not dues:
            return []
        gone, last = _left(occurrences, name, dues)
        if gone:
            self._note_gone(name, step, gone, now)
        if last is None or self._must_wait(schedule, last, now):
            return []
        return self._run(schedule, last, now)

    def _note_gone(self, name: str, step: str, gone: tuple[Due, ...], now: datetime) -> None:
        """Note periods that nothing ran in; of issues operators are told."""
        periods = [(due.period, due.at) for due in gone]
        self.store.ledger.occurrences.gone(name, periods, "missed: nothing ran then", now)
        log.warning("%s: %d earlier periods were missed", name, len(gone))
        if step in WEEKLY_STEPS:
            editorial.owe_alert(
                self.store,
                self.settings,
                f"missed-{name}-{gone[-1].period}",
                problem=f"nothing ran when the {step} of {gone[-1].period} was due"
                + (f", nor of {plural(len(gone) - 1, 'week')} before" if len(gone) > 1 else ""),
                place=f"schedule {name}",
                fix="`recap issues` shows what waits; do by hand what is still worth it, with"
                " `recap draft --week` or `recap send`",
                now=now,
            )

    def _dues(self, name: str, step: str, rule: Rule, now: datetime) -> tuple[Due, ...]:
        """What is due by now since the last period that was taken.

        A rule that is new or was changed holds from now on; what the old one still owed is owed.
        """
        occurrences = self.store.ledger.occurrences
        watched = occurrences.watched(name, now)
        if watched is None:
            occurrences.watch(name, str(rule), now)
            return ()
        before, since = watched
        if before == str(rule):
            return rule.due(step, since, now)
        left = Rule.parse(before).due(step, since, now)
        if _left(occurrences, name, left)[1] is None:
            _, moved = _left(occurrences, name, rule.due(step, since, now))
            occurrences.watch(name, str(rule), now)
            if moved is not None:
                log.warning(
                    "%s: the %s of %s was moved to a time gone by, so it is not done by itself",
                    name, step, moved.period,
                )  # fmt: skip
        return left

    def _must_wait(self, schedule: Schedule, due: Due, now: datetime) -> bool:
        """Whether it is too early, for a reason that passes by itself."""
        if due.step == "send":
            row = issue_to_send(self.store, schedule, due)
            if (
                row
                and row.status is IssueStatus.APPROVED
                and is_in_undo_window(row.send_after, now)
            ):
                return True
        before, until = _BEFORE.get(due.step, ""), due.at if due.step == "send" else now
        if before and self._is_pending(schedule, before, until):
            name = f"{schedule.id}/{due.step}"
            return now < self._waiting.setdefault(name, now) + PATIENCE
        return False

    def _is_pending(self, schedule: Schedule, step: str, until: datetime) -> bool:
        """Whether the last period of a step that was due by then is still to come to its end."""
        name = f"{schedule.id}/{step}"
        if step not in dict(schedule.steps):
            return False
        dues = Rule.of(schedule, step).due(step, until - timedelta(days=8), until)
        first = self.store.ledger.occurrences.get(name, FIRST)
        if not dues or first is None or dues[-1].at <= first.due_at:
            return False
        last = self.store.ledger.occurrences.get(name, dues[-1].period)
        return last is None or last.done_at is None

    def _run(
        self, schedule: Schedule, due: Due, now: datetime, *, again: bool = False
    ) -> list[str]:
        """Take a period and do its step, unless another has taken it."""
        name, occurrences = f"{schedule.id}/{due.step}", self.store.ledger.occurrences
        self._waiting.pop(name, None)
        if not again and not occurrences.begin(name, due.period, due.at):
            return []
        if again and not occurrences.again(name, due.period, MOST_STARTS):
            outcome = f"failed: its process ended in the middle of it {MOST_STARTS} times"
        else:
            outcome = self._do(schedule, due, now)
        occurrences.done(name, due.period, outcome=outcome, at=now)
        line, failed = f"{name} {due.period}: {outcome}", outcome.startswith("failed")
        if failed:
            self._alert(name, due, outcome, now)
        log.log(
            logging.ERROR if failed else logging.INFO, "%s", line,
            extra={"schedule": schedule.id, "step": due.step, "period": due.period},
        )  # fmt: skip
        return [line]

    def _do(self, schedule: Schedule, due: Due, now: datetime) -> str:
        """The step's own words, or why it failed; it is not tried again in its period."""
        turn = Turn(self.store, self.settings, schedule, due, now, self.dispatcher, self.stop)
        try:
            return self.do[due.step](turn)
        except StoreError:
            raise  # nothing can be noted either: the next tick begins it again
        except DigestError as error:
            return f"failed: {error.problem}" + (f"; {error.hint}" if error.hint else "")

    def _alert(self, name: str, due: Due, outcome: str, now: datetime) -> None:
        editorial.owe_alert(
            self.store,
            self.settings,
            f"step-{name}-{due.period}",
            problem=outcome,
            place=f"step {due.step} of {due.period}",
            fix=f"do it by hand: `recap {due.step}`",
            now=now,
        )

    def _remind(self, now: datetime) -> None:
        """Remind editors of a draft that is to leave soon; shortly before, operators are told."""
        for schedule in self.settings.schedules:
            at = next_send(schedule, now) if schedule.review.required else None
            row = issue_to_send(self.store, schedule, Due("send", "", at)) if at else None
            if at is None or row is None or row.status is not IssueStatus.DRAFT:
                continue
            passed = [
                hours
                for hours in schedule.review.reminder_hours
                if row.drafted_at <= at.astimezone(UTC) - timedelta(hours=hours) <= now
            ]
            if passed:
                editorial.owe_reminder(
                    self.store, self.settings, schedule, row.number,
                    send_at=at, hours=min(passed), now=now,
                )  # fmt: skip
            if at.astimezone(UTC) - ALERTED_BEFORE <= now:
                self._alert_unapproved(schedule, row.number, at, now)

    def _alert_unapproved(
        self, schedule: Schedule, number: int, at: datetime, now: datetime
    ) -> None:
        default = schedule.review.if_not_approved
        editorial.owe_alert(
            self.store,
            self.settings,
            f"unapproved-{number}-{at:%Y%m%dT%H%M}",
            problem=f"nobody has approved issue {number}, which is to leave at {at:%H:%M %Z}",
            place=f"issue {number}, which is a draft",
            fix=f"let somebody read and approve it; otherwise the schedule will {default} it",
            now=now,
        )

    def _tell_of_a_clock_ahead(self, now: datetime) -> None:
        """Say once that a clock that was wrong has taken periods that are still to come."""
        ahead = self.store.ledger.occurrences.after(now + CLOCKS_DIFFER)
        if ahead is not None:
            editorial.owe_alert(
                self.store,
                self.settings,
                f"clock-{ahead.due_at:%Y%m%dT%H%M}",
                problem=f"this machine's clock was ahead: periods up to {ahead.period} count as"
                " done and are not done again",
                place=f"schedule {ahead.schedule}",
                fix="look at the clock; do by hand what is due until then: `recap draft`,"
                " `recap send`",
                now=now,
            )

    def _drain(self) -> None:
        """Let senders know of what they could get on with; those that are at it take no notice."""
        for number in issues_under_way(self.store):
            self.dispatcher.kick(number)


def _left(
    occurrences: Occurrences, name: str, dues: Sequence[Due]
) -> tuple[tuple[Due, ...], Due | None]:
    """What is left to do of the periods of a step that are due, as `owed` says."""
    return owed(dues, occurrences.taken(name, [due.period for due in dues]))
