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

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Hand over one batch.

        Args:
            key: names the batch; the same key with the same mails is never sent twice.
            emails: 1 to 100 mails, each to one address.
            at: the moment of sending, printed as the Date where the provider prints none.

        Returns:
            One outcome a mail, in order.

        Raises:
            TemporaryDeliveryError: refused for now or outcome unknown; same key, try again.
            PermanentDeliveryError: refused for good.
        """
        ...


def open_provider(settings: Settings) -> Provider:
    """The provider that schedules.yaml names; `ConfigError` if it lacks its key."""
    if settings.provider == "resend":
        from digest.providers.resend import ResendProvider

        return ResendProvider(settings.resend_api_key, settings.resend_api_url)
    from digest.providers.outbox import OutboxProvider

    return OutboxProvider(settings.folder / "outbox")
