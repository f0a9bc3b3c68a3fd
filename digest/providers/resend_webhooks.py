"""Read what Resend reports: signed over the raw body, not stale, one typed event.

The scheme is Svix's: https://docs.svix.com/receiving/verifying-payloads/how-manual. It is spelled
out here, and not left to the SDK, because the SDK reads the machine's clock and not the one given.
Events: https://resend.com/docs/dashboard/webhooks/event-types
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from digest.delivery import MailEvent, MailEventKind
from digest.errors import WebhookError

MOST_BYTES = 256 * 1024
TOLERANCE = 300
"""Seconds that a report's time may be off, either way: an older one may be a replayed one."""

_ID_LENGTH = 255
_VERSION = "v1"
_KINDS = {
    "email.sent": MailEventKind.SENT,
    "email.delivered": MailEventKind.DELIVERED,
    "email.delivery_delayed": MailEventKind.DELAYED,
    "email.bounced": MailEventKind.BOUNCED,
    "email.complained": MailEventKind.COMPLAINED,
    "email.failed": MailEventKind.FAILED,
    "email.suppressed": MailEventKind.SUPPRESSED,
    "suppression.added": MailEventKind.SUPPRESSED,
    "suppression.removed": MailEventKind.UNSUPPRESSED,
}
_PASSING = frozenset({"transient", "temporary", "undetermined"})
_DETAILS = ("bounce", "failed", "suppressed")


class _Document(msgspec.Struct):
    type: str
    created_at: str
    data: dict[str, Any]


_decoder = msgspec.json.Decoder(_Document)


def check_call(
    body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: datetime
) -> str:
    """The id of one webhook call, the same for every copy, if Resend made it just now.

    Nothing of the body is read.

    Args:
        body: exactly as it came; at most 256 KB.
        headers: of the call, in lower case or whatever the case if they can be asked so.
        secrets: `whsec_…`; any of them may have signed it.
        now: the current moment, UTC.

    Raises:
        WebhookError: whatever else it is; the text shows nothing of the body.
    """
    if len(body) > MOST_BYTES:
        raise WebhookError(f"a webhook of {len(body)} bytes, and at most {MOST_BYTES} are read")
    mark, stamp, signatures = (
        headers.get(f"svix-{name}", "") for name in ("id", "timestamp", "signature")
    )
    if not (mark.isascii() and mark.isprintable() and 0 < len(mark) <= _ID_LENGTH):
        raise WebhookError("a webhook without a usable svix-id")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 13):
        raise WebhookError("a webhook without a usable svix-timestamp")
    late = now.timestamp() - int(stamp)
    if abs(late) > TOLERANCE:
        raise WebhookError(
            f"a webhook whose time is {late:.0f} s off, and {TOLERANCE} s are allowed",
            hint="check this machine's clock",
        )
    if not _is_signed(body, mark, stamp, signatures, secrets):
        raise WebhookError(
            "a webhook whose signature fits no secret of RESEND_WEBHOOK_SECRET",
            hint="copy the secret from the webhook's page at Resend",
        )
    return mark


def parse_event(mark: str, body: bytes) -> MailEvent:
    """The event that a checked call tells of; `WebhookError` if it cannot be read."""
    try:
        return _event(mark, _decoder.decode(body))
    except (msgspec.MsgspecError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WebhookError(f"a webhook that cannot be read ({type(error).__name__})") from error


def _is_signed(body: bytes, mark: str, stamp: str, signatures: str, secrets: Sequence[str]) -> bool:
    given = []
    for signature in signatures.split(" "):
        version, _, text = signature.partition(",")
        if version == _VERSION:
            try:
                given.append(base64.b64decode(text, validate=True))
            except (binascii.Error, ValueError):
                continue
    content = f"{mark}.{stamp}.".encode() + body
    right = [hmac.digest(_key(secret), content, "sha256") for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in right)


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def _event(mark: str, document: _Document) -> MailEvent:
    kind = _KINDS.get(document.type, MailEventKind.OTHER)
    at = datetime.fromisoformat(document.created_at)
    at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    if kind is MailEventKind.OTHER:
        return MailEvent(mark, kind, at)
    data = document.data
    detail: dict[str, Any] = next((data[name] for name in _DETAILS if name in data), {})
    if document.type.startswith("suppression."):
        provider_id, address = data.get("source_id") or "", data["email"]
        detail = {"message": data.get("origin")}
    else:
        provider_id, address = data["email_id"], data["to"][0]
    return MailEvent(
        mark,
        kind,
        at,
        provider_id=_text(provider_id),
        address=_text(address),
        tags=_tags(data.get("tags")),
        permanent=kind is MailEventKind.BOUNCED
        and str(detail.get("type", "")).lower() not in _PASSING,
        reason=str(detail.get("message") or detail.get("reason") or ""),
    )


def _tags(given: Any) -> dict[str, str]:
    """Tags by name; Resend's documents have shown them as a mapping and as a list of pairs."""
    if isinstance(given, dict):
        return {str(name): str(value) for name, value in given.items()}
    return {str(tag["name"]): str(tag["value"]) for tag in given or ()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value
