"""Sending: an approved issue to everyone it is owed to, batch by batch, through the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from digest.delivery import BATCH_LIMIT, Outcome, check_sendable
from digest.errors import DeliveryError, NotAcceptedError, OutcomeUnknownError, StateError
from digest.model import DeliveryState, Email, Issue, IssueStatus
from digest.pipeline.drafting import check_clean, render
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.providers import Provider
    from digest.store import Store
    from digest.store.ledger import Batch

ATTEMPTS = 4
"""Tries at one batch in one run; the next run goes on with the same batch and key."""


def send(
    store: Store,
    settings: Settings,
    number: int,
    provider: Provider,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    on_batch: Callable[[int], object] = int,
) -> dict[str, int]:
    """Send an approved issue to everyone it is owed to; run again, it goes on where it stopped.

    Args:
        clock: the current moment, asked for each batch.
        sleep: waits the given seconds between two tries at a batch.
        on_batch: told how many mails each batch finished.

    Returns:
        How many deliveries of the issue stand in each state.

    Raises:
        StateError: the issue is not approved, is not what was approved, has no reader, or has an
            error by now.
        DeliveryError: a batch was refused; it stays claimed under its key for the next run.
    """
    issue = store.content.issue(number)
    check_sendable(issue)
    _check_frozen(store, issue)
    _check_anyone(store, number)
    if issue.status is IssueStatus.APPROVED:
        check_clean(store, settings, issue)  # templates and settings are not frozen with it
    mail = render(settings, issue)
    waiting = (IssueStatus.APPROVED, IssueStatus.SENDING)
    store.content.set_status(number, IssueStatus.SENDING, expected=waiting, at=clock())
    store.ledger.plan(number, at=clock())
    while batch := store.ledger.claim(number, limit=BATCH_LIMIT, at=clock()):
        outcomes = _send_batch(store, settings, mail, batch, provider, clock=clock, sleep=sleep)
        people = [recipient.id for recipient in batch.recipients]
        results = [
            (person, outcome.state, outcome.provider_id, outcome.error)
            for person, outcome in zip(people, outcomes, strict=True)
        ]
        store.ledger.finish(batch, results, at=clock())
        on_batch(len(people))
    counts = store.ledger.counts(number)
    # Another sender may still hold a batch; the last one to finish closes the issue.
    if not counts[DeliveryState.PLANNED] and not counts[DeliveryState.CLAIMED]:
        closed = (IssueStatus.SENDING, IssueStatus.SENT)
        store.content.set_status(number, IssueStatus.SENT, expected=closed, at=clock())
    return counts


def _send_batch(
    store: Store,
    settings: Settings,
    mail: Email,
    batch: Batch,
    provider: Provider,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Sequence[Outcome]:
    """Hand one batch over, again under the same key while the outcome is unknown."""
    from digest.render import personalise

    mails = tuple(personalise(mail, batch.recipients, secret=settings.secret_key))

    def note(state: RetryCallState) -> None:
        """Write the failed try into the ledger."""
        error = state.outcome.exception() if state.outcome else None
        store.ledger.release(batch, error=str(error), at=clock())

    retrying = Retrying(
        retry=retry_if_exception_type((NotAcceptedError, OutcomeUnknownError)),
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        sleep=sleep,
        after=note,
        reraise=True,
    )
    try:
        return retrying(provider.send, batch.key, mails, at=clock())
    except (NotAcceptedError, OutcomeUnknownError):
        raise
    except DeliveryError as error:
        store.ledger.release(batch, error=str(error), at=clock())
        raise


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: as the provider asked, else 1, 2, 4 …"""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, NotAcceptedError) else None
    doubled = 2.0 ** (state.attempt_number - 1)
    return min(doubled if asked is None else asked, 60.0)


def _check_anyone(store: Store, number: int) -> None:
    """An issue that nobody would get is not closed as sent: readers may still be added."""
    if not store.ledger.eligible(number) and not any(store.ledger.counts(number).values()):
        raise StateError(
            f"issue {number} has nobody to go to: there is no confirmed subscriber",
            hint="add one with `recap subscribers add ada@reader.example`",
        )


def _check_frozen(store: Store, issue: Issue) -> None:
    from digest.issue import content_hash

    approved = store.content.issue_row(issue.number).content_sha256
    if content_hash(issue) != approved:
        raise StateError(
            f"issue {issue.number} is not what was approved"
            f" (content {content_hash(issue)[:12]}, approved {approved[:12] or 'nothing'})",
            hint="restore the database, or correct it in a new issue",
        )
