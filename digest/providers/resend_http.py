"""The HTTP client that Resend's SDK is given: kept connections, fixed bytes, exact failures."""

from __future__ import annotations

import ssl
from typing import Any

import msgspec
import requests
from requests.adapters import HTTPAdapter
from resend.http_client import HTTPClient
from urllib3.exceptions import MaxRetryError, NewConnectionError

from digest.instruments import provider_call

TIMEOUT = (20.0, 30.0)
"""Seconds to connect, and again to send the whole body; and to wait for an answer.

The first is the library's limit of both: 5 MB in 20 s is a line of 2 Mbit/s.
"""

_POOL = 32


class NotConnectedError(RuntimeError):
    """No connection was made, so nothing can have been taken."""


class UnusableError(RuntimeError):
    """The address, or a header made of the key, is not one that can be called."""


class TooLargeError(RuntimeError):
    """The body is over the limit, or holds text that UTF-8 cannot; nothing was sent."""


class PooledClient(HTTPClient):
    """The SDK's seam for HTTP, over one session that keeps its connections; any number of threads.

    Args:
        most: bytes of the largest body that may leave.
        timeout: seconds, as in `TIMEOUT`.
    """

    def __init__(self, most: int, timeout: tuple[float, float] = TIMEOUT) -> None:
        self._most, self._timeout = most, timeout
        self._session = requests.Session()
        self._session.auth = _as_it_is
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_POOL))

    def request(
        self,
        method: str,
        url: str,
        headers: Any,
        json: Any = None,
        files: Any = None,
        data: Any = None,
    ) -> tuple[bytes, int, dict[str, str]]:
        """Make one call; whatever is raised, the SDK reports as an `HttpClientError`."""
        if json is not None:
            data = encoded(json)
            headers = {**headers, "Content-Type": "application/json"}
            if len(data) > self._most:
                raise TooLargeError(f"{len(data)} bytes, and at most {self._most} may leave")
        with provider_call("resend") as call:
            try:
                reply = self._session.request(
                    method,
                    url,
                    headers=headers,
                    files=files,
                    data=data,
                    timeout=self._timeout,
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                call.outcome = "timeout" if isinstance(error, requests.Timeout) else "no answer"
                raise _classed(error) from error
            call.outcome = str(reply.status_code)
        return reply.content, reply.status_code, {k.lower(): v for k, v in reply.headers.items()}


def encoded(document: object) -> bytes:
    """JSON in UTF-8; the same document gives the same bytes, which a repeated key needs."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError as error:
        raise TooLargeError("a mail holds half a character (a lone surrogate)") from error


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep the key of the headers: without this, a ~/.netrc would put its own in their place."""
    return request


def _classed(error: requests.RequestException) -> RuntimeError:
    """What is certain of a call that failed."""
    name = type(error).__name__
    if isinstance(error, ValueError):  # requests' own errors of a URL or header are these
        return UnusableError(name)
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    unverified = isinstance(reason, Exception) and any(
        isinstance(part, ssl.SSLCertVerificationError) for part in (reason, *reason.args)
    )
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
        return NotConnectedError(name)
    return NotConnectedError("its certificate is not trusted") if unverified else RuntimeError(name)
