"""What an answer means, in plain words: its status, its validators, challenge pages, failures."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from digest.model import NO_VALIDATORS, Pause, Validators
from digest.sources.backoff import FIRST, http_date, retry_after
from digest.sources.guard import ForbiddenAddress

REDIRECTS = frozenset((301, 302, 303, 307, 308))
PERMANENT = frozenset((301, 308))
_LONGEST_VALIDATOR = 1_000
# The second is what Linux says of a name that is there and has no address; others do not have it.
_NO_NAME = frozenset((socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)))
_MEANING = {
    400: "it did not understand the request",
    401: "it wants a user name and a password",
    402: "it wants to be paid",
    403: "it does not let this program in",
    404: "there is nothing at this address",
    410: "it is gone for good",
    429: "it is asked too often",
    451: "it may not be shown here by law",
    503: "it is overloaded or under repair",
}
_TOO_LONG = re.compile(r"more than \d+ bytes|too many headers", re.I)
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)", re.I | re.S
)
_CHALLENGES = (
    ("Cloudflare", rb"cf-chl|cdn-cgi/challenge-platform|<title>just a moment|cf-browser-verif"),
    ("DataDome", rb"captcha-delivery\.com"),
    ("Imperva", rb"_incapsula_resource"),
    ("PerimeterX", rb"px-captcha|perimeterx"),
    ("AWS WAF", rb"awswaf|gokuprops"),
    ("Sucuri", rb"sucuri_cloudproxy"),
    ("Anubis", rb"/\.within\.website/x/cmd/anubis|making sure you're not a bot"),
    ("", rb"checking your browser|are you a robot|verify(?:ing)? (?:that )?you are (?:a )?human"),
)
_PATTERNS = tuple((name, re.compile(pattern, re.I)) for name, pattern in _CHALLENGES)


def challenge_in(headers: Mapping[str, str], start: bytes) -> str:
    """The challenge for browsers that this answer is, in words; "" if it is none.

    Args:
        headers: of the answer; names in any case.
        start: of its body; only a page is looked at, a feed may write of challenges.
    """
    name = None
    if headers.get("cf-mitigated", "").lower() == "challenge":
        name = "Cloudflare"
    elif headers.get("x-amzn-waf-action", ""):
        name = "AWS WAF"
    elif _HTML.match(start):
        name = next((name for name, pattern in _PATTERNS if pattern.search(start)), None)
    if name is None:
        return ""
    return "a challenge page for browsers" + (f" ({name})" if name else "")


def status_in_words(status: int, challenge: str = "") -> str:
    """What a status without a feed says; a challenge says more than its status."""
    try:
        phrase = f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"answered with the unknown status {status}" + (
            f": {challenge}" if challenge else ""
        )
    meaning = challenge or _MEANING.get(status, "")
    return f"{phrase}: {meaning}" if meaning else phrase


def validators_of(headers: Mapping[str, str], url: str) -> Validators:
    """What to ask this address with next time.

    An answer that expires at 0 is made anew each time and says nothing by its validators; a date
    that is none is not sent back.
    """
    if headers.get("Expires", "").strip() in ("0", "-1"):
        return NO_VALIDATORS
    etag = _usable(headers.get("ETag", ""))
    modified = _usable(headers.get("Last-Modified", ""))
    if http_date(modified) is None:
        modified = ""
    return Validators(etag, modified, url) if etag or modified else NO_VALIDATORS


def conditions_of(validators: Validators) -> dict[str, str]:
    """The headers that ask for an answer only if something is newer."""
    named = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in named.items() if value}


def pause_asked(host: str, status: int, headers: Mapping[str, str], now: datetime) -> Pause | None:
    """The pause that an answer asks for its whole host.

    "Too many requests" (429) asks for one in any case, an hour if it names no time; 503 only
    with a Retry-After.
    """
    if status not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return None
    wait = retry_after(headers.get("Retry-After", ""), now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Pause(host, now + (wait or FIRST), limited_at=now)
    return Pause(host, now + wait) if wait else None


def refreshed(old: Validators, headers: Mapping[str, str]) -> Validators:
    """The validators after an answer that nothing is newer: those it repeats replace the old."""
    new = validators_of(headers, old.url)
    return Validators(new.etag or old.etag, new.last_modified or old.last_modified, old.url)


def _usable(value: str) -> str:
    """A header's value that can be sent back as it is; else ""."""
    value = value.strip()
    good = value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR
    return value if good else ""


def is_unknown_host(fault: Exception) -> bool:
    """Whether a name was looked up and does not exist, or leads nowhere."""
    import aiohttp

    return isinstance(fault, aiohttp.ClientConnectorDNSError) and fault.os_error.errno in _NO_NAME


def fault_in_words(fault: Exception, *, connect: float, silence: float, total: float) -> str:
    """Why there is no answer, without addresses, which may carry a password.

    Args:
        fault: what the client raised.
        connect: the seconds that were given to connect; the others in the same way.
    """
    import aiohttp

    if isinstance(fault, aiohttp.ClientConnectorCertificateError):
        reason = fault.certificate_error
        told = reason.verify_message if isinstance(reason, ssl.SSLCertVerificationError) else ""
        return f"the TLS certificate was refused: {told}".rstrip(": ")
    cause = getattr(fault, "os_error", fault)
    if isinstance(cause, ForbiddenAddress):
        return f"leads to {cause}, which is not asked unless RECAP_ALLOWED_HOSTS names the host"
    if isinstance(fault, aiohttp.ClientResponseError) and _TOO_LONG.search(fault.message):
        return "the headers of the answer are too long"
    words: tuple[tuple[type[Exception], str], ...] = (
        (aiohttp.InvalidURL, "the address is malformed"),
        (aiohttp.ConnectionTimeoutError, f"no connection within {connect:g} s"),
        (aiohttp.SocketTimeoutError, f"no answer within {silence:g} s"),
        (TimeoutError, f"not finished within {total:g} s"),
        (aiohttp.ClientConnectorDNSError, "the name of the host is not known"),
        (aiohttp.ClientConnectorSSLError, "no secure connection (TLS) is possible"),
        (aiohttp.ClientPayloadError, "the answer broke off or is badly compressed"),
        (aiohttp.ServerDisconnectedError, "the server hung up without an answer"),
        (aiohttp.ClientResponseError, "the answer is no valid HTTP"),
        (UnicodeError, "the name of the host is malformed"),
    )
    found = next((text for kind, text in words if isinstance(fault, kind)), "")
    return found or f"no connection: {getattr(cause, 'strerror', None) or type(fault).__name__}"
