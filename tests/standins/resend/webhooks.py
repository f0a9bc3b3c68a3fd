"""Signed webhooks as Resend sends them (through Svix), and the ways in which they arrive badly.

The scheme: https://docs.svix.com/receiving/verifying-payloads/how-manual
"""

from __future__ import annotations

import base64
import hmac
import json
import random
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"the stand-in's secret...").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"one that is not known...").decode()

_MORE: dict[str, dict[str, Any]] = {
    "email.bounced": {
        "bounce": {"type": "Permanent", "subType": "General", "message": "550 5.1.1 unknown user"}
    },
    "email.failed": {"failed": {"reason": "reached_daily_quota"}},
    "email.suppressed": {
        "suppressed": {"type": "OnAccountSuppressionList", "message": "known bad"}
    },
}


@dataclass(frozen=True)
class Hook:
    """One request to our endpoint: its headers and its raw body."""

    headers: dict[str, str]
    body: bytes


def payload(kind: str, mail: Any, *, at: float, **data: Any) -> dict[str, Any]:
    """The document of an event about a mail; `data` is put over what it usually holds."""
    when = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
    if kind.startswith("suppression."):
        about = {"id": str(uuid.uuid4()), "email": mail.to, "origin": "bounce"}
        return {"type": kind, "created_at": when, "data": {**about, "source_id": mail.id, **data}}
    about = {
        "email_id": mail.id,
        "created_at": datetime.fromtimestamp(mail.at, UTC).isoformat(),
        "message_id": f"<{mail.id}@carrier.example>",
        "from": mail.sender,
        "to": [mail.to],
        "subject": mail.subject,
        "tags": dict(mail.tags),
    }
    return {"type": kind, "created_at": when, "data": {**about, **_MORE.get(kind, {}), **data}}


def signed(
    document: dict[str, Any], secrets: Sequence[str] = (SECRET,), *, at: float, id: str = ""
) -> Hook:
    """An event signed with each secret, as both are used for a while when one takes over."""
    body = json.dumps(document, separators=(",", ":")).encode()
    id = id or "msg_" + uuid.uuid4().hex
    stamp = str(int(at))
    marks = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mark = hmac.digest(key, f"{id}.{stamp}.".encode() + body, "sha256")
        marks.append("v1," + base64.b64encode(mark).decode())
    return Hook(
        {
            "svix-id": id,
            "svix-timestamp": stamp,
            "svix-signature": " ".join(marks),
            "content-type": "application/json",
        },
        body,
    )


def post(
    url: str, hooks: Iterable[Hook], *, copies: int = 1, shuffled: int | None = None
) -> list[int]:
    """Hand hooks to an endpoint, each `copies` times, in the order of the seed `shuffled` if given.

    Returns:
        The status of each answer, in the order of posting.
    """
    queue = [hook for hook in hooks for _ in range(copies)]
    if shuffled is not None:
        random.Random(shuffled).shuffle(queue)
    return [_post(url, hook) for hook in queue]


def _post(url: str, hook: Hook) -> int:
    request = urllib.request.Request(url, data=hook.body, headers=hook.headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
