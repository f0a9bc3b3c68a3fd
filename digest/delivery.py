"""What a provider is asked and what it answers, and which issues may leave at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from digest.errors import StateError
from digest.model import DeliveryState, IssueStatus

BATCH_LIMIT = 100
"""Mails in one batch: the most that Resend's batch call takes."""

MAX_BATCH_BYTES = 5_000_000
"""A batch closes before it is larger: nobody documents a limit, and a lost call is dear."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a provider takes at once.

    Attributes:
        mails: the most in one batch.
        bytes: the most that a batch's mails weigh together, by the provider's own `size`.
        per_second: mails a second that it is paced at; None for no pace.
        lanes: calls that may be under way at once, so that one's answer is not waited for idly.
    """

    mails: int = BATCH_LIMIT
    bytes: int = MAX_BATCH_BYTES
    per_second: float | None = None
    lanes: int = 1

    def batch(self, largest: int) -> int:
        """How many mails of at most `largest` bytes make a batch; at least one."""
        return max(1, min(self.mails, self.bytes // max(largest, 1)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail of a batch: sent with the provider's id, or rejected with why."""

    state: DeliveryState
    provider_id: str = ""
    error: str = ""


class MailEventKind(StrEnum):
    """What a provider reports of a mail after it took it."""

    SENT = "sent"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One report; it may come again, late, and before what happened earlier.

    Attributes:
        id: the same for every copy of the report.
        provider_id: of the mail, as in `Outcome`; "" if the report is of no mail.
        address: whom it is about; "" if of nobody.
        at: when it happened, UTC.
        tags: of the mail, as in `Email`.
        permanent: of a bounce: no later mail will arrive either.
        reason: in the provider's words; may hold the address.
    """

    id: str
    kind: MailEventKind
    at: datetime
    provider_id: str = ""
    address: str = ""
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    permanent: bool = False
    reason: str = ""


def check_sendable(number: int, status: IssueStatus, because: str = "") -> None:
    """Let an issue pass that is approved or in sending.

    Args:
        because: why it is held, if it is.

    Raises:
        StateError: it is a draft, held, skipped or sent already; says what to do.
    """
    if status in (IssueStatus.APPROVED, IssueStatus.SENDING):
        return
    hints = {
        IssueStatus.DRAFT: f"read it with `recap show {number} --format text`, "
        f"then `recap approve {number}`",
        IssueStatus.HELD: f"once that is settled: `recap resume {number}`",
        IssueStatus.SENT: f"see who got it with `recap deliveries {number}`",
        IssueStatus.SKIPPED: f"make a draft of it again with `recap resume {number}`",
    }
    reason = f": {because}" if because else ""
    raise StateError(
        f"issue {number} is {status.value} and cannot be sent{reason}",
        hint=hints[status],
    )


def is_in_undo_window(send_after: datetime | None, at: datetime) -> bool:
    """Whether an approval can still be taken back before anything leaves."""
    return send_after is not None and at < send_after


def message_id(key: str, address: str, domain: str) -> str:
    """A Message-ID (RFC 5322) that is the same whenever the same batch writes to the same person.

    Args:
        key: the batch's idempotency key.
        address: the recipient.
        domain: the sender's domain.
    """
    digest = hashlib.sha256(f"{key}\n{address}".encode()).hexdigest()[:32]
    return f"<{digest}@{domain}>"
