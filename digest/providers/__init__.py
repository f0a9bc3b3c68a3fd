"""Who carries the mail: the Provider protocol and the table of those that ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digest.delivery import Limits, Outcome
from digest.model import Email
from digest.settings import Settings


class Provider(Protocol):
    """Takes a batch of personal mails and says what became of each.

    Attributes:
        honours_keys: the same batch under the same key is never sent twice. Where it is False, a
            batch whose outcome is unknown must not be tried again: a person has to look.
    """

    name: str
    honours_keys: bool

    @property
    def limits(self) -> Limits:
        """What one batch may hold and how fast batches leave, as far as is known by now."""
        ...

    def size(self, mail: Email) -> int:
        """Bytes that a mail takes in a batch."""
        ...

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Hand over one batch.

        Args:
            key: names the batch.
            emails: within `limits`, each to one address.
            at: the moment of sending, printed as the Date where the provider prints none.

        Returns:
            One outcome a mail, in order.

        Raises:
            NotAcceptedError: nothing was taken, for now.
            OutcomeUnknownError: it may have been taken; only the same key may be tried again.
            BatchRefusedError: a mail is at fault, and the answer does not say which.
            ProviderRefusedError: no batch can leave until a person mends something.
            ContradictionError: the answer does not fit what was sent.
        """
        ...


class RateLimit(Protocol):
    """Lets calls through at the rate that an account has."""

    @property
    def per_second(self) -> float:
        """Calls a second at the present pace."""
        ...

    def wait(self) -> float:
        """Sleep until the next call may go; its moment, for `heard`.

        Raises:
            NotAcceptedError: that would take too long; says how long.
        """
        ...

    def heard(self, at: float, headers: Mapping[str, str], *, refused: bool) -> None:
        """Learn from the answer to the call of that moment."""
        ...


def open_provider(settings: Settings, *, limiter: RateLimit | None = None) -> Provider:
    """The provider that schedules.yaml names; `ConfigError` if it lacks its key or server.

    Args:
        limiter: paces the calls of one that has a limit; by default, those of this process.
    """
    if settings.provider == "resend":
        from digest.providers.resend import ResendProvider

        key, url = settings.resend_api_key, settings.resend_api_url
        return ResendProvider(key, url, limiter=limiter)
    if settings.provider == "smtp":
        from digest.providers.smtp import SmtpProvider

        return SmtpProvider(settings.smtp)
    from digest.providers.outbox import OutboxProvider

    return OutboxProvider(settings.folder / "outbox")
