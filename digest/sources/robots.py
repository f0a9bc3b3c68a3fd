"""What sites let a program like this one read, by their robots.txt (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from yarl import URL

from digest.sources.bodies import EMPTY
from digest.sources.fetched import Fetched

if TYPE_CHECKING:
    from protego import Protego

AGENT = "weekly-ai-recap"
"""The name that a robots.txt may speak to."""

_READ = 500 * 1024
_CLOSED = frozenset((408, 425, 429))

Get = Callable[[str], Awaitable[Fetched]]


class Unreadable(Exception):
    """A site's rules could not be had, so none of its pages may be; the message says why."""

    def __init__(self, fetched: Fetched) -> None:
        super().__init__(f"its robots.txt could not be read: {fetched.error}")
        self.fetched = fetched


class Robots:
    """The rules of sites, each asked for once.

    Args:
        known: the text of robots.txt by origin ("https://lab.example"), as far as it is fresh.
        on_fetched: told the origin and the text of each that was fetched; "" allows all.
    """

    def __init__(self, known: Mapping[str, str], on_fetched: Callable[[str, str], None]) -> None:
        self._texts = dict(known)
        self._on_fetched = on_fetched
        self._rules: dict[str, Protego] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def rule(self, url: str, get: Get) -> tuple[bool, float]:
        """Whether a page may be asked for, and the seconds its site wants between requests.

        Args:
            get: gives the answer of an address, redirects followed.

        Raises:
            Unreadable: nobody knows.
        """
        origin = str(URL(url).origin())
        async with self._turns[origin]:
            if origin not in self._rules:
                if origin not in self._texts:
                    self._texts[origin] = _text_of(await get(f"{origin}/robots.txt"))
                    self._on_fetched(origin, self._texts[origin])
                self._rules[origin] = _parsed(self._texts[origin])
        rules = self._rules[origin]
        return rules.can_fetch(url, AGENT), float(rules.crawl_delay(AGENT) or 0)


def _text_of(fetched: Fetched) -> str:
    """The rules in an answer: a site without a robots.txt allows all."""
    if fetched.data is not None:
        return fetched.data[:_READ].decode("utf-8", "replace").replace("\0", "")
    missing = 400 <= fetched.status < 500 and fetched.status not in _CLOSED
    if missing or fetched.error.startswith(EMPTY):
        return ""
    raise Unreadable(fetched)


def _parsed(text: str) -> Protego:
    from protego import Protego

    return Protego.parse(text)
