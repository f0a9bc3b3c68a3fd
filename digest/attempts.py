"""When a batch is tried again, when sending pauses, and when an issue must not go on by itself.

The numbers are Resend's where it has any: it keeps keys for 24 hours
(https://resend.com/docs/dashboard/emails/idempotency-keys) and may stop an account that bounces or
annoys more than a share (https://resend.com/docs/knowledge-base/account-quotas-and-limits).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=20)
"""After the first attempt, how long a batch is tried again by itself: 24 hours less a margin."""

LEASE = timedelta(seconds=90)
"""How long a batch belongs to one sender; longer than a provider may take to answer."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
MOST_BOUNCES, BOUNCES_OF, LEAST_BOUNCES = 0.04, 100, 10
MOST_COMPLAINTS, COMPLAINTS_OF, LEAST_COMPLAINTS = 0.0008, 1_000, 3
WARNED_OF = 500
"""Mails from which on half of either share is worth a word; fewer say little."""


def backoff(attempt: int, chance: float) -> float:
    """Seconds until a batch whose outcome is unknown is tried again: 1, 2, 4 … up to 300.

    Args:
        attempt: how many there were, from 1.
        chance: 0 to 1; takes up to half of the wait away, so that senders do not come together.
    """
    doubled = min(FIRST_WAIT * 2.0 ** min(attempt - 1, 30), LONGEST_WAIT)
    return doubled * (1 - chance / 2)


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns to call a provider that are one sender's own, among several of one account.

    Attributes:
        count: how many there are; the first is now.
        apart: seconds between two of them.
        wait: seconds after which to ask again, where there is none.
    """

    count: int = 0
    apart: float = 0.0
    wait: float = 0.0


class Breaker:
    """Counts failures in a row; after some of them nothing new is begun, and probes are spaced.

    Args:
        limit: failures in a row that open it.
        pause: seconds between two probes.
    """

    def __init__(self, limit: int = 5, pause: float = 30.0) -> None:
        self._limit, self._pause = limit, timedelta(seconds=pause)
        self._failures = 0
        self._until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Only probes may go."""
        return self._failures >= self._limit

    def failed(self, at: datetime, wait: float = 0.0) -> None:
        """Note a failure; while it is open the next probe waits for the longer of both times."""
        self._failures += 1
        if self.is_open:
            self._until = at + max(self._pause, timedelta(seconds=wait))

    def succeeded(self) -> None:
        """The provider takes mail again."""
        self._failures, self._until = 0, None

    def wait(self, at: datetime) -> float:
        """Seconds until a batch may go; 0 if one may go now."""
        return max(0.0, (self._until - at).total_seconds()) if self._until else 0.0


def reputation_problem(
    sent: int, bounced: int, complained: int, *, accepted: tuple[int, int] = (0, 0)
) -> str:
    """Why sending an issue on would cost the sender their name; "" if it would not.

    Args:
        sent: mails that the provider took.
        bounced, complained: how many of them came back, and were called spam.
        accepted: bounces and complaints that a person knew of when they let it go on; as many
            again as stop an issue at first have to come on top.
    """
    if (
        sent >= BOUNCES_OF
        and bounced >= LEAST_BOUNCES + accepted[0]
        and bounced > MOST_BOUNCES * sent
    ):
        return f"{bounced} of {sent} mails bounced ({bounced / sent:.1%}, the limit is 4 %)"
    if (
        sent >= COMPLAINTS_OF
        and complained >= LEAST_COMPLAINTS + accepted[1]
        and complained > MOST_COMPLAINTS * sent
    ):
        share = f"{complained / sent:.2%}, the limit is 0.08 %"
        return f"{complained} of {sent} readers called it spam ({share})"
    return ""


def reputation_warning(sent: int, bounced: int, complained: int) -> str:
    """What comes near to stopping an issue: half of a limit, of 500 mails or more; "" if nothing.

    Args:
        sent, bounced, complained: as for `reputation_problem`.
    """
    if sent < WARNED_OF:
        return ""
    if bounced >= LEAST_BOUNCES and bounced > MOST_BOUNCES / 2 * sent:
        return f"{bounced} of {sent} mails bounced ({bounced / sent:.1%}; it stops at 4 %)"
    if complained >= LEAST_COMPLAINTS - 1 and complained > MOST_COMPLAINTS / 2 * sent:
        share = f"{complained / sent:.2%}; it stops at 0.08 %"
        return f"{complained} of {sent} readers called it spam ({share})"
    return ""
