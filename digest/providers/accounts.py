"""Ask a provider what our key or login may do, by a call that changes nothing and sends nothing.

Resend tells no scope of a key by itself. Its list of domains may be read by a full-access key only;
a sending key is answered 401 `restricted_api_key`: https://resend.com/docs/api-reference/errors
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from digest.diagnosis import Access, Answer, Unseen
from digest.errors import NotAcceptedError, ProviderRefusedError
from digest.redaction import redact
from digest.settings import Settings, SmtpServer

TIMEOUT = (5.0, 10.0)
"""Seconds to connect, and to wait for an answer: somebody is waiting."""

_RESTRICTED = "restricted_api_key"


def ask_provider(settings: Settings, clock: Callable[[], datetime]) -> Answer | Unseen | None:
    """What the provider lets us do; None of the outbox, and without a key or server.

    Args:
        clock: the current moment, UTC.
    """
    if settings.provider == "resend":
        key = settings.resend_api_key
        return _ask_resend(key, settings.resend_api_url, clock) if key else None
    if settings.provider == "smtp":
        return _ask_server(settings.smtp) if settings.smtp else None
    return None


def _ask_resend(key: str, url: str, clock: Callable[[], datetime]) -> Answer | Unseen:
    from digest.providers.resend import OWN_URL
    from digest.providers.resend_http import PooledClient

    headers = {"Authorization": f"Bearer {key}", "User-Agent": "weekly-ai-recap"}
    before = clock()
    try:
        body, status, told = PooledClient(0, TIMEOUT).request(
            "GET", f"{url.rstrip('/') or OWN_URL}/domains", headers
        )
    except RuntimeError as error:
        return Unseen(f"Resend cannot be reached ({redact(str(error))})")
    ahead = _ahead(before + (clock() - before) / 2, told)
    try:
        document = msgspec.json.decode(body)
        if status == 200:
            domains = {str(one["name"]).lower(): str(one["status"]) for one in document["data"]}
            whole = not document.get("has_more")
            return Answer(Access.FULL, domains=domains, all_domains=whole, ahead=ahead)
        name, message = str(document.get("name")), redact(str(document.get("message")))
    except (AttributeError, LookupError, TypeError, ValueError):
        return Unseen(f"Resend's answer ({status}) is none that its reference names")
    if name == _RESTRICTED:
        return Answer(Access.SENDING, ahead=ahead)
    if status in (400, 401, 403):
        return Answer(Access.REFUSED, message, ahead=ahead)
    return Unseen(f"Resend answered {status} ({name})")


def _ahead(here: datetime, headers: Mapping[str, Any]) -> float | None:
    """Seconds between our clock and theirs, whose Date has no fractions; None without one."""
    try:
        there = parsedate_to_datetime(str(headers.get("date", "")))
    except ValueError:
        return None
    there = there if there.tzinfo else there.replace(tzinfo=UTC)
    return (here - there).total_seconds() - 0.5


def _ask_server(server: SmtpServer) -> Answer | Unseen:
    from digest.providers.smtp_connection import connect

    where = f"{server.host}:{server.port}"
    try:
        with connect(server, "doctor"):
            return Answer(Access.SENDING)
    except NotAcceptedError:
        return Unseen(f"the mail server {where} cannot be reached, or is busy")
    except ProviderRefusedError as error:
        return Answer(Access.REFUSED, error.problem)
