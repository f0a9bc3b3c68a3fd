"""The one client for collecting: asks one address, politely and within limits, and says what came.

A source that fails is a `Fetched` with an error in plain words; no message shows a user name or a
password. Every hop of a redirect is a request of its own: it waits for the turn of its host, and
its address is checked as it connects.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus
from types import TracebackType

import aiohttp
from aiohttp import SocketFactoryType
from yarl import URL

from digest import __version__
from digest.clean import shown_url
from digest.instruments import COLLECTED
from digest.model import Pause
from digest.sources.answers import (
    REDIRECTS,
    challenge_in,
    conditions_of,
    fault_in_words,
    is_unknown_host,
    pause_asked,
    refreshed,
    status_in_words,
    validators_of,
)
from digest.sources.bodies import PAGE_START, body_of, start_of
from digest.sources.fetched import Ask, Fetched, Manners, failed
from digest.sources.guard import open_socket, refusal
from digest.sources.hosts import Clock, HostPaused, Hosts
from digest.sources.redirects import Refused, Way

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
# TLS connections say goodbye after the session is closed, and warn if the loop is gone by then.
_CLOSING = 0.05

_ODD_STATUS = 600  # and above, which no standard knows: as many series as somebody likes

# What the client may fail with on an answer that nobody has thought of.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, RuntimeError)

Deliver = Callable[[Fetched], Awaitable[None]]


class Client:
    """One round's connections to the web; use it in an `async with` statement.

    Args:
        clock: times the spacing and the pauses; the limits of a request run on real time.
        pauses: what hosts asked for in earlier rounds.
        most: requests that may be made, redirects included.
        follow: whether redirects are followed, or handed over for the asker to decide.

    Attributes:
        requests: made so far.
    """

    def __init__(
        self,
        manners: Manners,
        clock: Clock,
        pauses: Iterable[Pause] = (),
        *,
        most: float = math.inf,
        follow: bool = True,
    ) -> None:
        limits = manners.limits
        self.requests = 0
        self._most = most
        self._follow = follow
        self._manners = manners
        self._limits = limits
        self._clock = clock
        self._hosts = Hosts(
            clock,
            apart=limits.apart,
            apart_limited=limits.apart_limited,
            patience=limits.patience,
            known=pauses,
        )
        self._slots = asyncio.Semaphore(limits.at_once)

    async def __aenter__(self) -> Client:
        self._guarded = self._session(open_socket)
        self._open = self._session(None)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._guarded.close()
        await self._open.close()
        if "_trusted" in vars(self):
            await asyncio.sleep(_CLOSING)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The authorities of this system; reading them takes a while, so only where needed."""
        return ssl.create_default_context()

    def _session(self, opening: SocketFactoryType | None) -> aiohttp.ClientSession:
        contact = self._manners.contact
        agent = f"weekly-ai-recap/{__version__}" + (f" (+{contact})" if contact else "")
        limits = self._limits
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=limits.at_once,
                limit_per_host=1,
                resolver=aiohttp.ThreadedResolver(),
                socket_factory=opening,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, br, zstd"},
            timeout=aiohttp.ClientTimeout(
                total=limits.total, sock_connect=limits.connect, sock_read=limits.first_byte
            ),
            max_line_size=limits.header,
            max_field_size=limits.header,
        )

    async def fetch(self, ask: Ask, deliver: Deliver) -> None:
        """Ask one source and hand over what it answered.

        Args:
            deliver: called once. Its body counts among those in flight until it comes back, so
                slow handling slows fetching down and memory stays bounded.
        """
        try:
            way = Way(URL(ask.source.url), self._limits.redirects)
        except ValueError:
            await deliver(failed(ask.source, "the address is malformed"))
            return
        if reason := refusal(way.url):
            error = f"`{shown_url(ask.source.url)}` {reason}"
            await deliver(Fetched(ask.source, None, error=error))
            return
        try:
            await self._walk(ask, way, deliver)
        except HostPaused as paused:
            reason = f"{paused.host} asked to be left alone until {paused.until:%a %H:%M} UTC"
            await deliver(Fetched(ask.source, None, error=reason, held=True))

    async def _walk(self, ask: Ask, way: Way, deliver: Deliver) -> None:
        """Follow redirects to the answer, one turn of a host and one slot for each request."""
        while True:
            host = way.host
            await self._hosts.enter(host)
            async with self._slots:
                try:
                    fetched = await self._request(ask, way)
                finally:
                    self._hosts.leave(host)
                if fetched is not None:
                    await deliver(fetched)
                    return

    async def _request(self, ask: Ask, way: Way) -> Fetched | None:
        """One request; None if its answer sends us elsewhere, where `way` then points."""
        limits = self._limits
        if self.requests >= self._most:
            return failed(ask.source, f"needs more than {self._most} requests")
        self.requests += 1
        session = self._open if way.host in self._manners.allowed else self._guarded
        url = str(way.url.with_user(None))
        conditions = conditions_of(ask.validators) if ask.validators.url == url else {}
        outcome = "failed"
        try:
            async with session.request(
                ask.probe or "GET",
                way.url,
                allow_redirects=False,
                headers=conditions,
                ssl=self._trusted if way.url.scheme == "https" else True,
            ) as answer:
                outcome = str(answer.status) if answer.status < _ODD_STATUS else "failed"
                if answer.status in REDIRECTS:
                    way.follow(answer.status, answer.headers.get("Location", ""))
                    there = Fetched(
                        ask.source, None, url=url, status=answer.status, leads_to=str(way.url)
                    )
                    return None if self._follow else there
                if answer.status == HTTPStatus.OK:
                    return await self._good(ask, way, url, answer)
                if answer.status == HTTPStatus.NOT_MODIFIED and conditions:
                    new = refreshed(ask.validators, answer.headers)
                    return Fetched(
                        ask.source, None, url=url, status=answer.status, validators=new,
                        unchanged=True, moved_to=way.moved_to,
                    )  # fmt: skip
                return await self._bad(ask, way, url, answer)
        except Refused as refused:
            return failed(ask.source, str(refused), url=url)
        except (aiohttp.ClientError, OSError, ValueError, *_FAULTS) as fault:
            reason = fault_in_words(
                fault, connect=limits.connect, silence=limits.first_byte, total=limits.total
            )
            return replace(
                failed(ask.source, reason, url=url),
                garbled=isinstance(fault, aiohttp.ClientResponseError),
                unreached=isinstance(fault, (aiohttp.ClientConnectionError, TimeoutError)),
                unknown_host=is_unknown_host(fault),
            )
        finally:
            COLLECTED.labels(outcome).inc()

    async def _good(self, ask: Ask, way: Way, url: str, answer: aiohttp.ClientResponse) -> Fetched:
        """The body of an answer that has one.

        Raises:
            Refused: it is none that can be read.
        """
        data = b"" if ask.probe else await body_of(answer, self._limits)
        if challenge := challenge_in(answer.headers, data[:PAGE_START]):
            raise Refused(f"answered {answer.status} with {challenge}")
        kind = answer.headers.get("Content-Type", "")
        validators = validators_of(answer.headers, url)
        return Fetched(
            ask.source, data, kind, url=url, status=answer.status, validators=validators,
            moved_to=way.moved_to,
        )  # fmt: skip

    async def _bad(self, ask: Ask, way: Way, url: str, answer: aiohttp.ClientResponse) -> Fetched:
        """What a status says that brings no feed; the host is paused if it asks for it."""
        start = await start_of(answer)
        reason = status_in_words(answer.status, challenge_in(answer.headers, start))
        pause = pause_asked(way.host, answer.status, answer.headers, self._clock.now())
        if pause is not None:
            self._hosts.pause(pause)
            reason += f"; its host is left alone until {pause.until:%a %H:%M} UTC"
        return failed(ask.source, reason, url=url, status=answer.status, pause=pause)
