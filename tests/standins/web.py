"""A web on this machine: any host 127.x.y.z, any answer down to the byte, and who asked when.

One port, every loopback address: a host is an address of its own. What is served is set by the
test; what was asked is in `visits`, timed by the test's own clock.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from tests.builders_feeds import rss

START = datetime(2026, 5, 25, 6, 0, tzinfo=UTC)
HOSTS = frozenset(f"127.0.{part}.{number}" for part in range(4) for number in range(1, 255))


class FastClock:
    """A clock on which nobody waits: sleeping moves it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment

    def pass_by(self, **span: float) -> datetime:
        self._now += timedelta(**span)
        return self._now

    async def sleep(self, seconds: float) -> None:
        target = self._now + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        self._now = max(self._now, target)


@dataclass
class Visit:
    """One request."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    began: datetime
    ended: datetime | None = None
    status: int = 0
    full: bool = False


@dataclass(frozen=True)
class Answer:
    """What to answer: a status, a body, headers over the usual ones (None leaves one out)."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str | None] = field(default_factory=dict)

    def encoded(self, *, bodiless: bool = False) -> bytes:
        headers: dict[str, str | None] = {
            "Content-Type": "application/rss+xml",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Odd"
        lines = [f"HTTP/1.1 {self.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body * (not bodiless)


Raw = Callable[[asyncio.StreamWriter], Awaitable[None]]
Page = Answer | Raw | Callable[[Visit], Answer]


def feed(*items: str, **headers: str) -> Answer:
    """A feed with these items, or with one."""
    return Answer(rss(*items), headers={k.replace("_", "-"): v for k, v in headers.items()})


def moved(to: str, status: int = 301) -> Answer:
    return Answer(status=status, headers={"Location": to})


def conditional(page: Answer, etag: str = '"v1"') -> Callable[[Visit], Answer]:
    """The page, or 304 for whoever has it."""

    def answer(visit: Visit) -> Answer:
        if visit.headers.get("if-none-match") == etag:
            return Answer(status=304, headers={"ETag": etag, "Content-Length": None})
        return Answer(page.body, page.status, {**page.headers, "ETag": etag})

    return answer


class Web:
    """What is served, and what was asked."""

    def __init__(self, clock: FastClock) -> None:
        self.clock = clock
        self.visits: list[Visit] = []
        self.open: Counter[str] = Counter()
        self.most_open: Counter[str] = Counter()
        self.port = 0
        self.thinking = 0.0
        self._pages: dict[tuple[str, str], Page] = {}

    def serve(self, path: str, page: Page, host: str = "127.0.0.1") -> str:
        """Serve a page from now on; gives its address."""
        self._pages[host, path] = page
        return self.url(path, host)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.path == path]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        host = writer.get_extra_info("sockname")[0]
        method, path = head[0].split()[:2]
        visit = Visit(host, method, path, headers, self.clock.now())
        self.visits.append(visit)
        self.open[host] += 1
        self.most_open[host] = max(self.most_open[host], self.open[host])
        page = self._pages.get((host, visit.path), Answer(b"no", 404))
        try:
            if self.thinking:
                await asyncio.sleep(self.thinking)
            if isinstance(page, Answer) or not asyncio.iscoroutinefunction(page):
                answer = page if isinstance(page, Answer) else page(visit)
                visit.status = answer.status
                visit.full = answer.status == 200
                # Everything in one piece: whoever has read it may ask again at once.
                self.open[host] -= 1
                visit.ended = self.clock.now()
                writer.write(answer.encoded(bodiless=method == "HEAD"))
                await writer.drain()
                return True
            await page(writer)
            await writer.drain()
            self.open[host] -= 1
        finally:
            visit.ended = visit.ended or self.clock.now()
        return False


@contextmanager
def running_web(clock: FastClock, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Serve until the block ends."""
    web = Web(clock)
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(web.talk, "0.0.0.0", 0, ssl=tls, backlog=1024)
        web.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait()
    try:
        yield web
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
