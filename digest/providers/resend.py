"""Send batches through Resend: one call, one idempotency key, an outcome a mail.

Facts of the API: https://resend.com/docs/api-reference/emails/send-batch-emails and
https://resend.com/docs/dashboard/emails/idempotency-keys (keys are kept 24 hours). A batch takes
neither `attachments` nor `scheduled_at`: both would be dropped in silence, so no mail has them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import resend
from resend.exceptions import NoContentError, ResendError

from digest.delivery import Limits, Outcome
from digest.errors import BatchRefusedError, ConfigError
from digest.model import Email
from digest.providers.limiter import Limiter
from digest.providers.resend_answers import explain, is_rate_limit, outcomes
from digest.providers.resend_http import PooledClient, encoded

if TYPE_CHECKING:
    from digest.providers import RateLimit

CALLS_PER_SECOND = 5.0
"""What Resend lets a new account call; any answer says the real number."""

OWN_URL = resend.api_url
"""Where Resend answers, unless the settings or the environment say otherwise."""

_BATCH = Limits(lanes=4)
_CARRIERS = frozenset({"Message-ID", "Feedback-ID"})


class ResendProvider:
    """The batch endpoint of Resend; one account a process, any number of threads.

    Args:
        api_key: a key that may send; `ConfigError` if empty.
        api_url: another base address, "" for Resend's own.
        clock: seconds that only ever grow, for the pace.
        sleep: waits the given seconds.
        limiter: paces the calls together with others; by default, those of this process alone.
    """

    name = "resend"
    honours_keys = True

    def __init__(
        self,
        api_key: str,
        api_url: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        limiter: RateLimit | None = None,
    ) -> None:
        if not api_key:
            raise ConfigError(
                "provider `resend` needs the environment variable RESEND_API_KEY, which is empty",
                hint="put RESEND_API_KEY=re_… into .env, or write `provider: outbox`",
            )
        # The SDK keeps its key, address and client in module globals; this is the one place.
        resend.api_key = api_key
        resend.api_url = api_url.rstrip("/") or OWN_URL
        # The list's brackets and commas come on top of the mails that the limit counts.
        resend.default_http_client = PooledClient(_BATCH.bytes + _BATCH.mails + 1)
        self._limiter = limiter or Limiter(CALLS_PER_SECOND, clock=clock, sleep=sleep)

    @property
    def limits(self) -> Limits:
        """100 mails or 5 MB, at 94 % of the rate that Resend names. See `Provider.limits`."""
        return replace(_BATCH, per_second=self._limiter.per_second * _BATCH.mails)

    def size(self, mail: Email) -> int:
        """Bytes of the mail's JSON. See `Provider.size`."""
        return len(encoded(params(mail)))

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Hand over one batch, each mail judged by itself. See `Provider.send`."""
        if len(emails) > _BATCH.mails:
            raise BatchRefusedError(
                f"batch {key} holds {len(emails)} mails and Resend takes {_BATCH.mails}",
                hint="claim smaller batches",
            )
        options: resend.Batch.SendOptions = {
            "idempotency_key": key,
            "batch_validation": "permissive",
        }
        mails = [params(mail) for mail in emails]  # before the turn: making them takes a while
        passed = self._limiter.wait()
        try:
            reply = resend.Batch.send(mails, options)
        except NoContentError:
            reply = None
        except ResendError as error:
            self._limiter.heard(passed, error.headers or {}, refused=is_rate_limit(error))
            raise explain(error, key) from error
        if isinstance(reply, dict):
            self._limiter.heard(passed, reply.get("http_headers", {}), refused=False)
        return outcomes(reply, key, len(emails))


def params(mail: Email) -> resend.Emails.SendParams:
    """The JSON object that stands for a mail.

    Message-ID and Feedback-ID stay behind: the carrier behind Resend writes its own in their
    place (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html), and Gmail counts a mail
    with two of the latter as none. The tags say the same to Resend's own reports.
    """
    headers = {name: text for name, text in mail.headers.items() if name not in _CARRIERS}
    fields: resend.Emails.SendParams = {
        "from": mail.sender,
        "to": [mail.to],
        "subject": mail.subject,
        "html": mail.html,
        "text": mail.text,
        "headers": headers,
    }
    if "Reply-To" in headers:
        fields["reply_to"] = headers.pop("Reply-To")
    if mail.tags:
        fields["tags"] = [{"name": name, "value": value} for name, value in mail.tags.items()]
    return fields
