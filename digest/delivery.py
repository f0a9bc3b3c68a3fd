"""What a provider is asked and what it answers, and which issues may leave at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from digest.errors import StateError
from digest.model import DeliveryState, Issue, IssueStatus

BATCH_LIMIT = 100
"""Mails in one batch: the most that Resend's batch call takes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a provider takes at once.

    Attributes:
        mails: the most in one batch.
        bytes: the most that a batch's mails weigh together, by the provider's own `size`.
        per_second: mails a second that it is paced at; None for no pace.
    """

    mails: int = BATCH_LIMIT
    bytes: int = 5_000_000
    per_second: float | None = None

    def batch(self, largest: int) -> int:
        """How many mails of at most `largest` bytes make a batch; at least one."""
        return max(1, min(self.mails, self.bytes // max(largest, 1)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail of a batch: sent with the provider's id, or rejected with why."""

    state: DeliveryState
    provider_id: str = ""
    error: str = ""


def check_sendable(issue: Issue) -> None:
    """Let an approved issue or one in sending pass.

    Raises:
        StateError: the issue is a draft, held, skipped or sent already; says what to do.
    """
    if issue.status in (IssueStatus.APPROVED, IssueStatus.SENDING):
        return
    hints = {
        IssueStatus.DRAFT: f"read it with `recap show {issue.number} --format text`, "
        f"then `recap approve {issue.number}`",
        IssueStatus.SENT: f"see who got it with `recap deliveries {issue.number}`",
    }
    raise StateError(
        f"issue {issue.number} is {issue.status.value} (revision {issue.revision})"
        " and cannot be sent",
        hint=hints.get(issue.status, f"approve it first: `recap approve {issue.number}`"),
    )


def message_id(key: str, address: str, domain: str) -> str:
    """A Message-ID (RFC 5322) that is the same whenever the same batch writes to the same person.

    Args:
        key: the batch's idempotency key.
        address: the recipient.
        domain: the sender's domain.
    """
    digest = hashlib.sha256(f"{key}\n{address}".encode()).hexdigest()[:32]
    return f"<{digest}@{domain}>"
