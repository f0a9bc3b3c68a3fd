"""One round over many sources: every host at its own pace, none of them in another's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from yarl import URL

from digest.model import Pause
from digest.sources.client import Client
from digest.sources.fetched import Ask, Fetched, Manners
from digest.sources.hosts import Clock

DEAD_AFTER = 3
"""A host that was not reached so often in a row is asked for no other source in that round."""


def fetch_sources(
    asks: Iterable[Ask],
    on_fetched: Callable[[Fetched], None],
    *,
    clock: Clock,
    manners: Manners,
    pauses: Iterable[Pause] = (),
) -> None:
    """Ask every source once, and hand over each answer as it comes.

    The sources of one host are asked one after another in the order given, the hosts side by
    side. What is not begun when the round's time is up is handed over as held.

    Args:
        asks: with http(s) addresses; any other is an error of that source.
        on_fetched: called once for each, one at a time, in a thread of its own; what it raises
            ends the round and is raised here.
        clock: times the spacing and the pauses.
        pauses: what hosts asked for in earlier rounds.
    """
    try:
        asyncio.run(_round(tuple(asks), on_fetched, clock, manners, tuple(pauses)))
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def _round(
    asks: tuple[Ask, ...],
    on_fetched: Callable[[Fetched], None],
    clock: Clock,
    manners: Manners,
    pauses: tuple[Pause, ...],
) -> None:
    loop = asyncio.get_running_loop()
    # Names are looked up in the default one, and a look-up that hangs must not hold up storing.
    loop.set_default_executor(ThreadPoolExecutor(manners.limits.at_once))
    end = clock.now() + timedelta(seconds=manners.limits.round)

    async def deliver(fetched: Fetched) -> None:
        await loop.run_in_executor(handling, on_fetched, fetched)

    async def ask_in_turn(client: Client, host: str, queue: list[Ask]) -> None:
        unreached = 0

        async def count(fetched: Fetched) -> None:
            nonlocal unreached
            unreached = unreached + 1 if fetched.unreached else 0
            await deliver(fetched)

        for ask in queue:
            reason = ""
            if clock.now() >= end:
                reason = "the round was over before its turn; it is among the first of the next"
            elif unreached >= DEAD_AFTER:
                reason = f"{host} did not answer {DEAD_AFTER} times in a row"
            if reason:
                await deliver(Fetched(ask.source, None, error=reason, held=True))
            else:
                await client.fetch(ask, count)

    with ThreadPoolExecutor(1) as handling:
        async with Client(manners, clock, pauses) as client, asyncio.TaskGroup() as group:
            for host, queue in _by_host(asks).items():
                group.create_task(ask_in_turn(client, host, queue))


def _by_host(asks: tuple[Ask, ...]) -> dict[str, list[Ask]]:
    hosts: dict[str, list[Ask]] = {}
    for ask in asks:
        hosts.setdefault(host_of(ask.source.url), []).append(ask)
    return hosts


def host_of(url: str) -> str:
    """The host of an address as it is looked up; "" if it has none."""
    try:
        return (URL(url).raw_host or "").lower()
    except ValueError:
        return ""
