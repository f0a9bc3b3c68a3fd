"""An issue on its way, as the desk sees it: begun behind the pages, its numbers, its speed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.consent import email_key, normalise_address
from digest.engine import Dispatcher, Stop
from digest.errors import (
    DeliveryError,
    DigestError,
    InputError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
    StateError,
)
from digest.model import AuditLine, DeliveryState, IssueStatus
from digest.pipeline.approving import SUBSCRIBER, TESTED, audit_name, send_test
from digest.pipeline.course import Pace
from digest.pipeline.sending import begin, check_may_leave, wait_for_undo
from digest.settings import Settings
from digest.wording import duration, plural, span

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import IssueRow, Later, Store, Tally

MOST_TESTS = 10
NOT_TESTED = "test copy not sent"
"""What the audit log calls it."""

LATELY = timedelta(minutes=1)
"""How far back the speed is measured."""

_HOPELESS = (NotAcceptedError, OutcomeUnknownError, ProviderRefusedError)
"""Faults that the next address meets as well."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an issue is.

    Attributes:
        rate: mails a second that were settled lately; 0.0 while none leaves.
        seconds: until nothing is left, at that rate; None if that cannot be told.
        later: those that wait for their readers' hour; None if none does.
        here: this process is sending it, or has others send it.
        problem: why this process stopped sending it, or why nobody gets on; None if they do.
    """

    row: IssueRow
    tally: Tally
    rate: float
    seconds: float | None
    later: Later | None
    here: bool
    problem: DigestError | None

    @property
    def is_over(self) -> bool:
        """Nothing moves any more until somebody presses something."""
        return not self.here and self.row.status is not IssueStatus.SENDING


def read_addresses(text: str) -> tuple[str, ...]:
    """The addresses of test copies, as somebody typed them: blanks, commas, lines between.

    Raises:
        InputError: none, too many, or one of them is no address.
    """
    typed = text.replace(",", " ").replace(";", " ").split()
    by_key = {email_key(one): one for one in map(normalise_address, typed[: 5 * MOST_TESTS])}
    if not by_key:
        raise InputError("no address is given", hint="write your own, such as ada@desk.example")
    if len(by_key) > MOST_TESTS:
        raise InputError(
            f"these are more than {MOST_TESTS} addresses", hint="a test copy is for a few people"
        )
    return tuple(by_key.values())


def send_tests(
    store: Store, settings: Settings, number: int, addresses: Sequence[str], provider: Provider, *,
    now: datetime, by: str,
) -> dict[str, str]:  # fmt: skip
    """Send a test copy to each address, as `send_test` does.

    Returns:
        Why an address did not get its copy, by address; "" if it did.
    """
    told: dict[str, str] = {}
    for address in addresses:
        try:
            send_test(store, settings, number, address, provider, now=now, by=by)
            told[address] = ""
        except (DeliveryError, StateError) as error:
            told[address] = error.problem
            details = f"{audit_name(store, address)}: {error.problem}"
            store.users.audit.note(AuditLine(now, by, NOT_TESTED, number, details))
            if isinstance(error, _HOPELESS):
                rest = {one: "not tried, after that" for one in addresses if one not in told}
                return told | rest
    return told


def last_tests(store: Store, number: int, by: str) -> tuple[str, ...]:
    """The addresses that somebody asked test copies of an issue for last, in that order."""
    lines = [
        line
        for _, line in store.users.audit.lines(issue=number)
        if line.who == by and line.what in (TESTED, NOT_TESTED)
    ]
    names = [line.details.partition(":")[0] for line in lines if line.at == lines[0].at]
    return tuple(filter(None, (_address_of(store, name) for name in reversed(names))))


def _address_of(store: Store, name: str) -> str:
    """Who is named so in the audit log; "" if they were erased since."""
    if not name.startswith(SUBSCRIBER):
        return name
    known = store.audience.by_id(int(name.removeprefix(SUBSCRIBER)))
    return known.email if known else ""


def send_now(
    dispatcher: Dispatcher, store: Store, settings: Settings, number: int, *, by: str
) -> bool:
    """Begin to send an approved issue behind the pages, or go on with it.

    Returns:
        False if all of it is on its way already, or this process is about to end.

    Raises:
        StateError: the issue may not leave.
    """
    check_may_leave(store, number)
    clock = store.ledger.clock()

    def first(stop: Stop) -> bool:
        if not wait_for_undo(store, number, Pace(clock, time.sleep, stop=stop)):
            return False
        begin(store, settings, number, now=clock(), by=by)
        return True

    return dispatcher.kick(number, first=first)


def progress(dispatcher: Dispatcher, store: Store, number: int, *, now: datetime) -> Progress:
    """How far an issue is, whoever sends it.

    Raises:
        InputError: no such issue.
    """
    row = store.content.issue_row(number)
    tally = store.ledger.outcomes.tally(number, since=now - LATELY)
    later = store.ledger.later(number, now)
    sending = row.status is IssueStatus.SENDING
    may_leave = sending or row.status is IssueStatus.APPROVED
    rate = seconds = 0.0
    if sending and row.changed_at is not None:
        span = min(LATELY, now - row.changed_at).total_seconds()
        rate = tally.recent / max(span, 1.0)
        seconds = (tally.open - (later.mails if later else 0)) / rate if rate else 0.0
    problem = dispatcher.problem(number) if may_leave else None
    if sending and not tally.recent and problem is None:  # another process may be at it
        problem = _trouble(store, number)
    return Progress(
        row=row,
        tally=tally,
        rate=rate,
        seconds=seconds if rate else None,
        later=later,
        here=dispatcher.is_under_way(number),
        problem=problem,
    )


def _trouble(store: Store, number: int) -> DigestError | None:
    """What the ledger tells of an issue that does not get on, whoever sends it."""
    told = store.ledger.trouble(number)
    return NotAcceptedError(told, hint="it is tried again by itself") if told else None


def in_words(progress: Progress) -> str:
    """What is going on, in a sentence or two."""
    row, sent = progress.row, progress.tally.states[DeliveryState.SENT]
    so_far = f"{plural(sent, 'mail')} sent" if sent else "nothing sent"
    if row.status is IssueStatus.HELD:
        return f"{row.held_because}; {so_far} before"
    if row.status is IssueStatus.SENT:
        return f"done, {so_far}"
    if row.status is IssueStatus.SENDING and progress.later:
        return f"{so_far} so far; {waiting_in_words(progress.later)}"
    if row.status is IssueStatus.SENDING and not progress.here:
        return f"{so_far} so far; this server is not at it, another may be"
    if row.status is IssueStatus.SENDING:
        return f"{so_far} so far"
    if progress.here:
        return "it leaves by itself once the time to take it back is over"
    return so_far


def waiting_in_words(later: Later) -> str:
    """How many mails wait for their readers' hour, and when it comes."""
    waits = "waits" if later.mails == 1 else "wait"
    hours = span(later.first, later.last)
    return f"{plural(later.mails, 'mail')} {waits} for their hour, {hours}"


def speed_in_words(progress: Progress) -> str:
    """`420 a second, 12 min left`; "" while nothing moves."""
    if not progress.rate:
        return ""
    rate = f"{progress.rate:,.0f} a second" if progress.rate >= 1 else "less than one a second"
    return f"{rate}, {duration(progress.seconds or 0)} left"
