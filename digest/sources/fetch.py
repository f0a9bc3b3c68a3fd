"""The one client for collecting: many sources at once, politely, within limits of time and size.

A source that fails is a `Fetched` with an error in plain words; it never stops the others, and no
message shows a user name or a password.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest import __version__
from digest.clean import shown_url
from digest.model import Source

if TYPE_CHECKING:
    import aiohttp

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_CHUNK = 65_536
# TLS connections say goodbye after the session is closed, and warn if the loop is gone by then.
_CLOSING = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much one source may take; times in seconds, sizes in bytes.

    Attributes:
        first_byte: the longest silence, before the answer and within it.
        size: of the body, after decompression.
        at_once: requests in flight; one host gets one of them.
    """

    connect: float = 5
    first_byte: float = 15
    total: float = 30
    size: int = 10 * 1024 * 1024
    at_once: int = 16
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one source answered.

    Attributes:
        data: the body, decompressed; None where `error` says why there is none.
        content_type: the header, "" without one.
        url: where the body came from, redirects followed; no user, no password.
    """

    source: Source
    data: bytes | None
    content_type: str = ""
    error: str = ""
    url: str = ""


class _Refused(Exception):
    """An answer that is no body of a feed; the message is in plain words."""


def fetch_sources(
    sources: Iterable[Source],
    *,
    on_done: Callable[[Source], None] | None = None,
    contact: str = "",
    limits: Limits | None = None,
) -> tuple[Fetched, ...]:
    """Fetch every source once.

    Args:
        sources: with http(s) addresses; any other is an error of that source.
        on_done: told of each source as it is over, in the order of their ending.
        contact: an address that a publisher may turn to, shown in the User-Agent.
        limits: times and sizes; the defaults suit the open web.

    Returns:
        One result a source, in the order given.
    """
    return asyncio.run(_fetch_all(tuple(sources), on_done, contact, limits or Limits()))


async def _fetch_all(
    sources: tuple[Source, ...],
    on_done: Callable[[Source], None] | None,
    contact: str,
    limits: Limits,
) -> tuple[Fetched, ...]:
    import aiohttp

    agent = f"weekly-ai-recap/{__version__}" + (f" (+{contact})" if contact else "")
    hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    slots = asyncio.Semaphore(limits.at_once)

    async def one(session: aiohttp.ClientSession, source: Source) -> Fetched:
        async with hosts[_host(source.url)], slots:
            fetched = await _fetch(session, source, limits)
        if on_done is not None:
            on_done(source)
        return fetched

    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=limits.at_once, limit_per_host=1),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": agent, "Accept": _ACCEPT},
        timeout=aiohttp.ClientTimeout(
            total=limits.total, sock_connect=limits.connect, sock_read=limits.first_byte
        ),
    ) as session:
        results = await asyncio.gather(*(one(session, source) for source in sources))
    await asyncio.sleep(_CLOSING)
    return tuple(results)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _fetch(session: aiohttp.ClientSession, source: Source, limits: Limits) -> Fetched:
    import aiohttp

    if not re.match(r"https?://[^/\s]", source.url, re.IGNORECASE):
        error = f"`{shown_url(source.url)}` is not an http or https address"
        return Fetched(source, None, error=error)
    try:
        async with session.get(source.url, max_redirects=limits.redirects) as answer:
            data = await _body(answer, limits)
            kind = answer.headers.get("Content-Type", "")
            final = str(answer.url.with_user(None).with_fragment(None))
            return Fetched(source, data, kind, url=final)
    except _Refused as refused:
        error = str(refused)
    except (aiohttp.ClientError, OSError, ValueError) as fault:
        error = _in_words(fault, limits)
    return Fetched(source, None, error=f"{error} ({shown_url(source.url)})")


async def _body(answer: aiohttp.ClientResponse, limits: Limits) -> bytes:
    if answer.status != HTTPStatus.OK:
        raise _Refused(_status_in_words(answer.status, answer.headers.get("cf-mitigated", "")))
    chunks = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        chunks += chunk
        if len(chunks) > limits.size:
            raise _Refused(f"the answer is larger than {limits.size / 1024 / 1024:.4g} MiB")
    if not chunks:
        raise _Refused("the answer is empty")
    return bytes(chunks)


def _status_in_words(status: int, challenge: str) -> str:
    if challenge:
        return f"answered {status}: a challenge page for browsers"
    try:
        return f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"answered with the unknown status {status}"


def _in_words(fault: Exception, limits: Limits) -> str:
    """What went wrong, without addresses, which may carry a password."""
    import aiohttp

    words: tuple[tuple[type[Exception], str], ...] = (
        (aiohttp.TooManyRedirects, f"redirects more than {limits.redirects} times"),
        (aiohttp.NonHttpUrlRedirectClientError, "redirects to what is no http or https address"),
        (aiohttp.InvalidURL, "the address is malformed"),
        (aiohttp.ConnectionTimeoutError, f"no connection within {limits.connect:g} s"),
        (aiohttp.SocketTimeoutError, f"no answer within {limits.first_byte:g} s"),
        (TimeoutError, f"not finished within {limits.total:g} s"),
        (aiohttp.ClientConnectorDNSError, "the name of the host is not known"),
        (aiohttp.ClientConnectorSSLError, "no secure connection (TLS) is possible"),
        (aiohttp.ClientPayloadError, "the answer broke off or is badly compressed"),
        (aiohttp.ServerDisconnectedError, "the server hung up without an answer"),
        (aiohttp.ClientResponseError, "the answer is no valid HTTP"),
    )
    if isinstance(fault, aiohttp.ClientConnectorCertificateError):
        reason = fault.certificate_error
        told = reason.verify_message if isinstance(reason, ssl.SSLCertVerificationError) else ""
        return f"the TLS certificate was refused: {told}".rstrip(": ")
    found = next((text for kind, text in words if isinstance(fault, kind)), "")
    if found:
        return found
    reason = getattr(fault, "os_error", fault)
    return f"no connection: {getattr(reason, 'strerror', None) or type(fault).__name__}"
