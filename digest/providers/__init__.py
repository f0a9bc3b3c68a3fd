"""Who carries the mail: the Provider protocol and the table of those that ship."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from digest.delivery import Outcome
from digest.model import Email
from digest.settings import Settings


class Provider(Protocol):
    """Takes a batch of personal mails and says what became of each."""

    name: str
    honours_keys: bool
    """A batch whose outcome is unknown may go again: under its key it is delivered once."""
    lanes: int
    """Calls that may be under way at the same time."""

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Hand over one batch.

        Args:
            key: names the batch; the same key with the same mails is never sent twice.
            emails: 1 to 100 mails, each to one address.
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


def batches_per_second(name: str) -> float | None:
    """How fast a provider takes batches unless its account allows more; None if nothing limits it.

    Resend's default is 5 requests a second (https://resend.com/docs/api-reference/rate-limit).
    """
    return {"resend": 5.0}.get(name)


def open_provider(settings: Settings) -> Provider:
    """The provider that schedules.yaml names; `ConfigError` if it lacks its key."""
    if settings.provider == "resend":
        from digest.providers.resend import ResendProvider

        return ResendProvider(settings.resend_api_key, settings.resend_api_url)
    from digest.providers.outbox import OutboxProvider

    return OutboxProvider(settings.folder / "outbox")
