"""Sending: an approved issue to everyone it is owed to, batch by batch, through the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.attempts import Breaker, reputation_problem
from digest.delivery import Limits, check_sendable, is_in_undo_window
from digest.errors import StateError
from digest.model import AuditLine, Email, IssueStatus
from digest.personal import personalise
from digest.pipeline.accounts import COMMAND_LINE
from digest.pipeline.approving import BOUNCED, COMPLAINED
from digest.pipeline.archiving import publish
from digest.pipeline.closing import close
from digest.pipeline.course import Course, Pace
from digest.pipeline.drafting import PREVIEW_READER, check_clean
from digest.pipeline.highwater import HighWater
from digest.pipeline.webhooks import apply_reports
from digest.sealing import Sealer
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import Frozen, Later, Store

SEND = "sending begun"
"""What the audit log calls it."""

PATIENCE = 1.0
"""Seconds between two looks at whether to stop, while nothing may be sent."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a send would do: people, batches, bytes of all mails, seconds at the provider's pace.

    Attributes:
        later: those of the people whose mail waits for their hour, once the issue is under way.
    """

    people: int
    batches: int
    size: int
    seconds: float | None
    later: Later | None = None


def forecast(
    store: Store, settings: Settings, number: int, provider: Provider, *, now: datetime
) -> Forecast:
    """What `send` would do; a mail is taken to be as large as that of a made-up reader.

    Raises:
        StateError: the issue may not leave.
    """
    check_may_leave(store, number)
    mail = store.approvals.frozen(number).mail
    return forecast_of(store, settings, number, mail, provider, now=now)


def forecast_of(
    store: Store,
    settings: Settings,
    number: int,
    mail: Email,
    provider: Provider,
    *,
    now: datetime,
) -> Forecast:
    """The same of a mail that may still be approved, or held."""
    people = store.ledger.eligible(number, at=now)
    (one,) = personalise(mail, [PREVIEW_READER], secret=settings.secret_key)
    size, limits = provider.size(one), _limits(settings, provider)
    seconds = people / limits.per_second if limits.per_second else None
    batches, later = -(-people // limits.batch(size)), store.ledger.later(number, now)
    return Forecast(people, batches, people * size, seconds, later)


def send(
    store: Store,
    settings: Settings,
    number: int,
    provider: Provider,
    *,
    pace: Pace,
    on_batch: Callable[[int], object] = int,
    by: str = COMMAND_LINE,
) -> dict[str, int]:
    """Send an approved issue to everyone it is owed to; run again, it goes on where it stopped.

    What could not be settled is tried again under its key, for as long as keys are safe to use.

    Args:
        on_batch: told how many mails each batch finished.
        by: who lets it leave.

    Returns:
        How many deliveries of the issue stand in each state.

    Raises:
        StateError: the issue is not approved or was held meanwhile, its database is a copy, it has
            no reader, or has an error by now.
        ProviderRefusedError: nothing can leave until a person mends something; the issue is held.
        DeliveryError: the provider does not answer, and has not in this run.
    """
    check_may_leave(store, number)
    if not wait_for_undo(store, number, pace):
        return store.ledger.counts(number)
    begin(store, settings, number, now=pace.clock(), by=by)
    return drain(store, settings, number, provider, pace=pace, on_batch=on_batch)


def begin(
    store: Store, settings: Settings, number: int, *, now: datetime, by: str, leave_local: str = ""
) -> None:
    """Let an approved issue leave: from here on it is in sending, and everyone is owed it.

    Begun again, it owes the issue to those who have come since.

    Args:
        leave_local: the time on each reader's wall at which their mail leaves, in ISO 8601, such
            as `2026-06-01T08:00`; "" for at once. An issue under way keeps what it was begun with.

    Raises:
        StateError: as `send` says; nothing has changed.
    """
    check_may_leave(store, number)
    store.users.audit.note(AuditLine(now, by, SEND, number))
    issue = store.content.issue(number)
    frozen = store.approvals.frozen(number)
    HighWater(store, settings.folder, now=now)
    _check_anyone(store, number, now)
    fresh = issue.status is IssueStatus.APPROVED
    if fresh:
        check_clean(store, settings, issue, frozen.mail)  # the provider may be another by now
    publish(store, settings, number)
    # Planned first: what is in sending is owed to somebody, whenever this process ends.
    store.ledger.plan(number, at=now, leave_local=leave_local if fresh else None)
    waiting = (IssueStatus.APPROVED, IssueStatus.SENDING)
    store.content.set_status(number, IssueStatus.SENDING, expected=waiting, at=now)


def drain(
    store: Store,
    settings: Settings,
    number: int,
    provider: Provider,
    *,
    pace: Pace,
    on_batch: Callable[[int], object] = int,
    breaker: Breaker | None = None,
) -> dict[str, int]:
    """Send what is owed of an issue that was begun, until nothing is left for this sender to do.

    Any number of senders may drain one issue, on as many machines, each as often as it likes. A
    reader's hour that is more than a minute away is not waited for: the issue stays in sending,
    to be drained again.

    Args:
        breaker: of this sender's earlier runs, which knows whether the provider answers.

    Returns:
        How many deliveries of the issue stand in each state.

    Raises:
        StateError, ProviderRefusedError, DeliveryError: as `send` says.
    """
    check_may_leave(store, number)
    frozen = store.approvals.frozen(number)
    apply_reports(store, now=pace.clock())
    mark = HighWater(store, settings.folder, now=pace.clock())
    Course(
        store.ledger,
        provider,
        issue=number,
        content=frozen.sha256,
        seal=_sealer(settings, frozen, provider),
        hold=lambda because: store.approvals.hold(number, because, pace.clock()),
        problem=lambda: _reputation(store, number, pace.clock()),
        reach=mark.reach,
        pace=pace,
        on_batch=on_batch,
        breaker=breaker or Breaker(),
    ).run()
    return close(store, number, pace.clock())


def _limits(settings: Settings, provider: Provider) -> Limits:
    """What a batch may hold: by the provider and by the project."""
    limits = provider.limits
    return replace(limits, bytes=min(limits.bytes, settings.sending.max_batch_bytes))


def _sealer(settings: Settings, frozen: Frozen, provider: Provider) -> Sealer:
    limits = _limits(settings, provider)
    return Sealer(frozen.mail, secret=settings.secret_key, limits=limits, size=provider.size)


def wait_for_undo(store: Store, number: int, pace: Pace) -> bool:
    """Let the time pass in which the approval may be taken back; False if told to stop in it."""
    while is_in_undo_window(store.content.issue_row(number).send_after, pace.clock()):
        if pace.stop():
            return False
        pace.sleep(PATIENCE)
        check_may_leave(store, number)
    return True


def _reputation(store: Store, number: int, now: datetime) -> str:
    """Why the issue must not go on by itself, from what the provider told of its mails."""
    apply_reports(store, now=now, fresh_only=True)
    fates = store.ledger.fates(number)
    return reputation_problem(
        sum(fates.values()),
        fates.get(BOUNCED, 0),
        fates.get(COMPLAINED, 0),
        accepted=store.approvals.accepted(number),
    )


def check_may_leave(store: Store, number: int) -> None:
    """Let an issue pass that is approved or in sending; `StateError` if it is not."""
    row = store.content.issue_row(number)
    check_sendable(number, row.status, row.held_because)


def _check_anyone(store: Store, number: int, now: datetime) -> None:
    """An issue that nobody would get is not closed as sent: readers may still be added."""
    if not store.ledger.eligible(number, at=now) and not any(store.ledger.counts(number).values()):
        raise StateError(
            f"issue {number} has nobody to go to: there is no confirmed subscriber",
            hint="add one with `recap subscribers add ada@reader.example`",
        )
