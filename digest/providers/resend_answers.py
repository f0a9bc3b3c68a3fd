"""What Resend's answers mean: an outcome a mail, or an error by what is known of the batch.

Its table of errors: https://resend.com/docs/api-reference/errors. It answers some faults of the key
with 400 and of the sender with 422, which must not be taken for faults of a reader's mail.
"""

from __future__ import annotations

from typing import Any

from resend.exceptions import ResendError

from digest.delivery import Outcome
from digest.errors import (
    BatchRefusedError,
    ContradictionError,
    DeliveryError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
)
from digest.model import DeliveryState
from digest.providers.limiter import seconds
from digest.providers.resend_http import NotConnectedError, TooLargeError, UnusableError
from digest.redaction import redact

ALL_ALIKE = 10
"""Mails refused with one message, and none taken, that are no accident: the sender is at fault."""

_AGAIN = "nothing to do: the same batch is tried again under the same key"
_LOOK = "look the batch up in Resend's log before anything of it is sent again"
_ACCOUNT = "check RESEND_API_KEY and that the sender's domain is verified at Resend"
_OF_A_MAIL = frozenset({400, 413, 422})
_OF_THE_ACCOUNT = frozenset({"invalid_from_address", "invalid_idempotency_key"})


def is_rate_limit(error: ResendError) -> bool:
    """There were too many calls in this second; not a quota of mails, which has the same status."""
    return _code(error) == 429 and "quota" not in str(error.error_type)


def outcomes(reply: Any, key: str, count: int) -> tuple[Outcome, ...]:
    """Match the answer to the mails: ids in order, the indexes under `errors` left out.

    Raises:
        ContradictionError: it is not an answer to these mails.
        ProviderRefusedError: every mail was refused with the same words.
    """
    try:
        lines = list(reply.get("errors") or ())
        refused = {int(line["index"]): str(line["message"]) for line in lines}
        ids = [str(line["id"]) for line in reply["data"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ContradictionError(
            f"Resend's answer to batch {key} is none that its reference names", hint=_LOOK
        ) from error
    places = refused.keys() <= set(range(count)) and len(refused) == len(lines)
    if len(ids) + len(refused) != count or not places or not all(ids) or len(set(ids)) < len(ids):
        raise ContradictionError(
            f"Resend answered batch {key} of {count} mails with {len(ids)} ids and"
            f" {len(refused)} errors",
            hint=_LOOK,
        )
    if count >= ALL_ALIKE and not ids and len(set(refused.values())) == 1:
        raise ProviderRefusedError(
            f"Resend refused every mail of batch {key}: {redact(refused[0])}", hint=_ACCOUNT
        )
    accepted = iter(ids)
    return tuple(
        Outcome(DeliveryState.REJECTED, error=redact(refused[place]))
        if place in refused
        else Outcome(DeliveryState.SENT, provider_id=next(accepted))
        for place in range(count)
    )


def explain(error: ResendError, key: str) -> DeliveryError:
    """Class an error of the SDK by what is known of the batch."""
    code, kind = _code(error), str(error.error_type)
    if kind == "HttpClientError":  # a failure of the call itself, which the SDK calls a 500
        return _unanswered(error.__context__, key)
    said = f"Resend answered batch {key} with {code} ({kind})"
    wait = seconds((error.headers or {}).get("retry-after", ""))
    if is_rate_limit(error):
        return NotAcceptedError(said, hint=_AGAIN, retry_after=wait)
    if code == 429:
        hint = "the account's quota is used up: raise it or wait"
        return ProviderRefusedError(said, hint=hint, retry_after=wait)
    if code >= 500 or code == 408 or kind == "concurrent_idempotent_requests":
        return OutcomeUnknownError(said, hint=_AGAIN)
    if code == 409:
        return ContradictionError(said, hint=_LOOK)
    of_the_key = "api key" in str(error.message).lower()
    if code in _OF_A_MAIL and kind not in _OF_THE_ACCOUNT and not of_the_key:
        return BatchRefusedError(f"{said}: {redact(error.message)}", hint="mend what it names")
    return ProviderRefusedError(f"{said}: {redact(error.message)}", hint=_ACCOUNT)


def _unanswered(cause: BaseException | None, key: str) -> DeliveryError:
    if isinstance(cause, TooLargeError):
        return BatchRefusedError(f"batch {key} cannot be sent: {cause}", hint="shorten the issue")
    if isinstance(cause, UnusableError):
        return ProviderRefusedError(
            f"Resend cannot be called for batch {key}: {cause}",
            hint="check RESEND_API_URL and RESEND_API_KEY",
        )
    if isinstance(cause, NotConnectedError):
        return NotAcceptedError(
            f"no connection to Resend could be made for batch {key}: {cause}", hint=_AGAIN
        )
    return OutcomeUnknownError(
        f"Resend was lost before it answered batch {key}, or did not answer in time", hint=_AGAIN
    )


def _code(error: ResendError) -> int:
    """The status, which the SDK gives as a number or as text."""
    text = str(error.code)
    return int(text) if text.isdecimal() else 500
