"""Send batches through Resend: one call, one idempotency key, an outcome a mail.

Facts of the API: https://resend.com/docs/api-reference/emails/send-batch-emails and
https://resend.com/docs/dashboard/emails/idempotency-keys (keys are kept 24 hours).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import requests
import resend
from resend.exceptions import ResendError
from resend.http_client import HTTPClient

from digest.delivery import BATCH_LIMIT, Outcome
from digest.errors import (
    BatchRefusedError,
    ConfigError,
    ContradictionError,
    DeliveryError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
)
from digest.model import DeliveryState, Email

_CARRIERS = frozenset({"Message-ID", "Feedback-ID"})

TIMEOUT = (5.0, 30.0)
"""Seconds to connect and to wait for an answer."""


class _PooledClient(HTTPClient):
    """The SDK's seam for HTTP, over one session that keeps its connections."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def request(
        self,
        method: str,
        url: str,
        headers: Any,
        json: Any = None,
        files: Any = None,
        data: Any = None,
    ) -> tuple[bytes, int, dict[str, str]]:
        try:
            reply = self._session.request(
                method, url, headers=headers, json=json, files=files, data=data, timeout=TIMEOUT
            )
        except requests.RequestException as error:
            # The SDK words this as a RuntimeError and reports it as an HttpClientError.
            raise RuntimeError(f"Request failed: {type(error).__name__}") from error
        return reply.content, reply.status_code, dict(reply.headers)


class ResendProvider:
    """The batch endpoint of Resend.

    Args:
        api_key: a key that may send; `ConfigError` if empty.
        api_url: another base address, "" for Resend's own.
    """

    name = "resend"
    honours_keys = True
    lanes = 4

    def __init__(self, api_key: str, api_url: str = "") -> None:
        if not api_key:
            raise ConfigError(
                "provider `resend` needs the environment variable RESEND_API_KEY, which is empty",
                hint="put RESEND_API_KEY=re_… into .env, or write `provider: outbox`",
            )
        # The SDK keeps its key, address and client in module globals; this is the one place.
        resend.api_key = api_key
        if api_url:
            resend.api_url = api_url.rstrip("/")
        resend.default_http_client = _PooledClient()

    def send(self, key: str, emails: Sequence[Email], *, at: datetime) -> tuple[Outcome, ...]:
        """Hand over one batch, each mail judged by itself. See `Provider.send`."""
        if len(emails) > BATCH_LIMIT:
            raise BatchRefusedError(
                f"batch {key} holds {len(emails)} mails and Resend takes {BATCH_LIMIT}",
                hint="claim smaller batches",
            )
        options: resend.Batch.SendOptions = {
            "idempotency_key": key,
            "batch_validation": "permissive",
        }
        try:
            reply = resend.Batch.send([params(mail) for mail in emails], options)
        except ResendError as error:
            raise _explain(error, key) from error
        return _outcomes(reply, key, len(emails))


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


def _outcomes(reply: Any, key: str, count: int) -> tuple[Outcome, ...]:
    """Match the answer to the mails: ids in order, the indexes under `errors` left out."""
    refused = {int(line["index"]): str(line["message"]) for line in reply.get("errors") or ()}
    ids = [str(line["id"]) for line in reply["data"]]
    if len(ids) + len(refused) != count:
        raise ContradictionError(
            f"Resend answered batch {key} of {count} mails with {len(ids)} ids and"
            f" {len(refused)} errors",
            hint="look the batch up in Resend's log before sending it again",
        )
    accepted = iter(ids)
    return tuple(
        Outcome(DeliveryState.REJECTED, error=refused[place])
        if place in refused
        else Outcome(DeliveryState.SENT, provider_id=next(accepted))
        for place in range(count)
    )


def _explain(error: ResendError, key: str) -> DeliveryError:
    """Class an error of the SDK by what is known of the batch (its table of errors:
    https://resend.com/docs/api-reference/errors)."""
    code, kind = int(error.code), error.error_type
    said = f"Resend answered batch {key} with {code} ({kind})"
    if kind == "HttpClientError":
        return OutcomeUnknownError(
            f"Resend could not be reached for batch {key}, or did not answer in time",
            hint="nothing to do: the same batch is tried again under the same key",
        )
    wait = (error.headers or {}).get("retry-after", "")
    seconds = float(wait) if wait.replace(".", "", 1).isdigit() else None
    if code == 429 and "quota" in kind:
        hint = "the account's quota is used up: raise it or wait"
        return ProviderRefusedError(said, hint=hint, retry_after=seconds)
    if code == 429:
        hint = "nothing to do: the same batch is tried again under the same key"
        return NotAcceptedError(said, hint=hint, retry_after=seconds)
    if code >= 500 or kind == "concurrent_idempotent_requests":
        hint = "nothing to do: the same batch is tried again under the same key"
        return OutcomeUnknownError(said, hint=hint)
    if code in (401, 403):
        hint = "check RESEND_API_KEY and that the sender's domain is verified at Resend"
        return ProviderRefusedError(said, hint=hint)
    if code == 409:
        hint = "look the batch up in Resend's log before anything of it is sent again"
        return ContradictionError(said, hint=hint)
    return BatchRefusedError(f"{said}: {error.message}", hint="mend what it names")
