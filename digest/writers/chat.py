"""One call of a chat-completions endpoint: limits of time and size, faults in plain words.

No message shows the key or the query of the address.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from digest import __version__
from digest.clean import plain
from digest.errors import WriterError

if TYPE_CHECKING:
    import aiohttp

PATIENCE = 60.0
"""Seconds that a server may ask us to wait; one that asks for more is not asked again."""

_MESSAGE = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)')
_CHUNK = 65_536
_COMPLAINT = 200
_PLACE = "check RECAP_WRITER_URL and RECAP_WRITER_MODEL"
# TLS connections say goodbye after the session is closed, and warn if the loop is gone by then.
_CLOSING = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much one answer may take; times in seconds, the size in bytes."""

    connect: float = 5
    total: float = 120
    size: int = 1024 * 1024


class Busy(WriterError):
    """No answer for now: the same request may be made again.

    Args:
        retry_after: seconds the server asked us to wait; None if it named no time.
    """

    def __init__(self, problem: str, *, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class Broken(Busy):
    """The connection broke before the answer was whole: the server may have charged for it."""


class Unanswered(WriterError):
    """No answer in time: the server may have worked, and charged, all the same."""


class Misfit(WriterError):
    """The server does not take the request as it is; `complaint` is what it said, lower-case."""

    def __init__(self, problem: str, complaint: str) -> None:
        super().__init__(problem)
        self.complaint = complaint


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where chat completions are asked for.

    Attributes:
        key: sent as a bearer token; "" sends none.
    """

    url: str
    key: str = field(repr=False)
    limits: Limits = Limits()

    @property
    def host(self) -> str:
        """What messages call it."""
        return urlsplit(self.url).hostname or ""

    def post(self, body: bytes) -> bytes:
        """Post one request and read the answer.

        Args:
            body: JSON.

        Raises:
            Busy: 408, 429, 5xx or no connection; `Broken` if it broke on the way.
            Unanswered: out of time.
            Misfit: 400 or 422.
            WriterError: anything else; `final` where no other request can fare better.
        """
        import aiohttp

        try:
            return asyncio.run(self._post(body))
        except aiohttp.ClientSSLError as error:
            raise WriterError(
                f"no secure connection to {self.host} is possible ({type(error).__name__})",
                hint="check RECAP_WRITER_URL and the certificate of that server",
                final=True,
            ) from error
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise Busy(f"no connection to {self.host}") from error
        except TimeoutError as error:
            raise Unanswered(f"no answer from {self.host} in {self.limits.total:g} s") from error
        except UnicodeError as error:
            raise WriterError(
                f"the name {self.host} cannot be a host's", hint=_PLACE, final=True
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Broken(f"no whole answer from {self.host} ({type(error).__name__})") from error

    async def _post(self, body: bytes) -> bytes:
        import aiohttp

        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": f"weekly-ai-recap/{__version__}",
        }
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        timeout = aiohttp.ClientTimeout(total=self.limits.total, sock_connect=self.limits.connect)
        jar = aiohttp.DummyCookieJar()
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as session,
                session.post(self.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                data = await self._body(answer)
                if answer.status == HTTPStatus.OK:
                    return data
                raise self._refusal(answer.status, answer.headers, data)
        finally:
            if self.url.startswith("https:"):
                await asyncio.sleep(_CLOSING)

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        data = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            data += chunk
            if len(data) > self.limits.size:
                most = self.limits.size / 1024 / 1024
                raise WriterError(f"the answer of {self.host} is larger than {most:.4g} MiB")
        return bytes(data)

    def _refusal(self, status: int, headers: Any, data: bytes) -> WriterError:
        """A status other than 200, classed by what asking again could do."""
        said = f"{self.host} answered {status}"
        if status in (400, 422):
            text = data.decode("utf-8", "replace")
            return Misfit(f"{said}: {self._shown(text)}", text.lower())
        if status == 402 or (status == 429 and b"insufficient_quota" in data):
            return WriterError(said, hint="the account's quota is used up", final=True)
        if status in (408, 429) or status >= 500:
            wait = _retry_after(headers)
            if wait is None or wait <= PATIENCE:
                return Busy(said, retry_after=wait)
            return WriterError(f"{said} and asks us to wait {wait:.0f} s", final=True)
        if status in (401, 403):
            return WriterError(said, hint="check RECAP_WRITER_KEY", final=True)
        wrong_place = status <= 405
        return WriterError(said, hint=_PLACE if wrong_place else "", final=wrong_place)

    def _shown(self, complaint: str) -> str:
        """What the server says is wrong, in one line; the key never shows in it."""
        message = _MESSAGE.search(complaint)
        text = message[1] if message else complaint[: 10 * _COMPLAINT]
        return plain(text.replace(self.key or "\0", "(key)"), limit=_COMPLAINT)


def _retry_after(headers: Any) -> float | None:
    """Seconds to wait: as given, or from the answer's own date to the date that it names."""
    value = headers.get("Retry-After", "")
    if value.replace(".", "", 1).isdecimal():
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):  # TypeError: one names its zone, the other does not
        return None
    return max(0.0, wait.total_seconds())
