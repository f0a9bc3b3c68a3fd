"""The pages of articles: asked for as their sites allow, and their text found in them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from digest.model import Pause, Source
from digest.sources.client import Client
from digest.sources.feed_bytes import decoded
from digest.sources.fetch import DEAD_AFTER, host_of
from digest.sources.fetched import Ask, Fetched, Limits, Manners, failed
from digest.sources.hosts import Clock
from digest.sources.processes import Worker
from digest.sources.robots import Robots, Unreadable

LIMITS = Limits(
    connect=5, first_byte=10, total=15, size=4 * 1024 * 1024, at_once=8, patience=5, round=60
)
"""A draft is waiting: what is not read within a minute is left."""

_PAGES = ("", "text/html", "application/xhtml+xml")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_PAID = re.compile(rb'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
_WORKER = Worker("article")


def fetch_articles(
    articles: Iterable[Source],
    on_fetched: Callable[[Fetched], None],
    *,
    robots: Robots,
    clock: Clock,
    manners: Manners,
    pauses: Iterable[Pause] = (),
) -> None:
    """Ask for every page that its site lets programs read, once.

    The pages of one host are asked for one after another, the hosts side by side. Each hop of a
    redirect is asked for as its own site allows. When three hosts in a row are not reached, there
    is no network, and nothing more is asked.

    Args:
        articles: the item's id as the name, and the address of its page.
        on_fetched: called once for each, one at a time, in a thread of its own; what was not
            asked because of the network or the time is `held` or `unreached`.
    """
    try:
        asyncio.run(_round(tuple(articles), on_fetched, robots, clock, manners, tuple(pauses)))
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def no_page(fetched: Fetched) -> str:
    """What an address leads to instead of a page, in words; "" if to one, as far as it says."""
    kind = fetched.content_type.partition(";")[0].strip().lower()
    return "" if kind in _PAGES else f"the address leads to {kind[:60]}, not to a page"


def page_text(fetched: Fetched) -> tuple[str, str]:
    """The text of a page, a paragraph a line, or "" and why there is none, in words."""
    if fetched.data is None:
        return "", fetched.error
    if reason := no_page(fetched):
        return "", reason
    if _PAID.search(fetched.data):
        return "", "the page says that its text is for subscribers"
    reply = _WORKER.ask(decoded(fetched.data, _kind(fetched)).encode("utf-8", "replace"))
    if reply is None:
        return "", "the page takes too long to read"
    return json.loads(reply) or "", ""


def _kind(fetched: Fetched) -> str:
    """The type of a page with its encoding: what the header does not name, the page may."""
    named = _CHARSET.search(fetched.data[:4096]) if fetched.data else None
    if named is None or "charset" in fetched.content_type.lower():
        return fetched.content_type
    return f"text/html; charset={named[1].decode()}"


async def _round(
    articles: tuple[Source, ...],
    on_fetched: Callable[[Fetched], None],
    robots: Robots,
    clock: Clock,
    manners: Manners,
    pauses: tuple[Pause, ...],
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(manners.limits.at_once))
    hosts: dict[str, list[Source]] = {}
    for article in articles:
        hosts.setdefault(host_of(article.url), []).append(article)
    slots = asyncio.Semaphore(manners.limits.at_once)
    with ThreadPoolExecutor(1) as handling:
        async with Client(manners, clock, pauses, follow=False) as client:
            reader = _Reader(client, robots, clock, manners.limits)

            async def ask_in_turn(queue: list[Source]) -> None:
                for article in queue:
                    async with slots:  # so that the last hosts see how the first have fared
                        fetched = await reader.article(article)
                    await loop.run_in_executor(handling, on_fetched, fetched)

            async with asyncio.TaskGroup() as group:
                for queue in hosts.values():
                    group.create_task(ask_in_turn(queue))


class _Reader:
    """Asks for pages hop by hop, until the time is up or nothing is reached any more."""

    def __init__(self, client: Client, robots: Robots, clock: Clock, limits: Limits) -> None:
        self._client = client
        self._robots = robots
        self._clock = clock
        self._end = clock.now() + timedelta(seconds=limits.round)
        self._most = limits.redirects
        self._unreached: set[str] = set()

    async def article(self, article: Source) -> Fetched:
        """The page of one article, or why it is not read."""
        source = article
        for _ in range(self._most + 1):
            if reason := self._over(self._clock.now()):
                return Fetched(article, None, error=reason, held=True)
            try:
                allowed, delay = await self._robots.rule(source.url, self._followed)
            except Unreadable as unknown:
                return replace(unknown.fetched, source=article, error=str(unknown))
            except ValueError:
                return failed(article, "the address is malformed")
            if not allowed:
                return failed(article, "its robots.txt asks programs not to read it")
            if delay and self._clock.now() + timedelta(seconds=delay) >= self._end:
                reason = f"its site asks for {delay:g} s between requests"
                return Fetched(article, None, error=reason, held=True)
            if delay:
                await self._clock.sleep(delay)
            fetched = await self._get(source)
            if not fetched.leads_to:
                return replace(fetched, source=article)
            source = replace(article, url=fetched.leads_to)
        return failed(article, f"redirects more than {self._most} times")

    async def _followed(self, url: str) -> Fetched:
        """What an address answers at the end of its redirects."""
        source = Source(url, url)
        for _ in range(self._most + 1):
            fetched = await self._get(source)
            if not fetched.leads_to:
                return fetched
            source = Source(url, fetched.leads_to)
        return failed(source, f"redirects more than {self._most} times")

    async def _get(self, source: Source) -> Fetched:
        found: list[Fetched] = []

        async def keep(fetched: Fetched) -> None:
            found.append(fetched)

        await self._client.fetch(Ask(source), keep)
        if found[0].unreached:
            self._unreached.add(host_of(source.url))
        elif found[0].status:
            self._unreached.clear()
        return found[0]

    def _over(self, now: datetime) -> str:
        if now >= self._end:
            return "there was no time left for it"
        if len(self._unreached) >= DEAD_AFTER:
            return f"{DEAD_AFTER} hosts in a row were not reached"
        return ""
