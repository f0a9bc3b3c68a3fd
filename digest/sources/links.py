"""Whether the pages behind links are still there: asked for without reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from digest.model import Pause, Source
from digest.sources.fetch import fetch_sources
from digest.sources.fetched import Ask, Fetched, Limits, Manners
from digest.sources.hosts import Clock

LIMITS = Limits(connect=5, first_byte=10, total=15, patience=0, round=60)
"""An editor is waiting: what is not asked within a minute is left."""

AGAIN = 30
"""Seconds for the second question, where the first was refused."""

_FINAL = frozenset((0, 429))


def ask_links(
    urls: Iterable[str],
    on_answered: Callable[[Fetched], None],
    *,
    clock: Clock,
    manners: Manners,
    pauses: Iterable[Pause] = (),
) -> None:
    """Ask for every address by HEAD, and by GET where only the method may have been refused.

    The addresses of one host are asked one after another, the hosts side by side.

    Args:
        on_answered: called once for each address, with it as the source's name and without a
            body, one at a time, in a thread of its own; what was not asked in time is `held`.
        pauses: what hosts asked for before.
    """
    refused: list[Ask] = []
    known = list(pauses)

    def take(fetched: Fetched) -> None:
        if fetched.pause:
            known.append(fetched.pause)
        if fetched.error and fetched.status not in _FINAL:
            refused.append(Ask(fetched.source, probe="GET"))
        else:
            on_answered(fetched)

    asks = [Ask(Source(url, url), probe="HEAD") for url in dict.fromkeys(urls)]
    fetch_sources(asks, take, clock=clock, manners=manners, pauses=known)
    last = replace(manners, limits=replace(manners.limits, round=AGAIN))
    fetch_sources(refused, on_answered, clock=clock, manners=last, pauses=known)
