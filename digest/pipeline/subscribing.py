"""Subscribing to a source by its address, and asking sources how they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.clean import canonical_url, plain, shown_url
from digest.errors import InputError
from digest.items import RawItem
from digest.model import NO_VALIDATORS, Health, RunReport, Source
from digest.pipeline.collecting import manners_of
from digest.pipeline.rounds import Round
from digest.sources import read_answer
from digest.sources.fetched import Ask, Fetched, Manners
from digest.sources.health import Outcome, after
from digest.sources.hosts import Clock, SteadyClock
from digest.sources.parsed import escape
from digest.store import Visit

if TYPE_CHECKING:
    from digest.settings import Settings
    from digest.store import Store

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Subscription:
    """A source that was added, what its feed brought at once, and the site's other feeds."""

    source: Source
    report: RunReport
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """How one source answered just now: with so many items, or a problem in words."""

    source: Source
    items: int
    problem: str


def subscribe(
    store: Store,
    settings: Settings,
    address: str,
    *,
    now: datetime,
    name: str = "",
    manners: Manners | None = None,
    clock: Clock | None = None,
) -> Subscription:
    """Find the feed at an address and make it a source; its items are stored from the same answer.

    Args:
        address: of a feed, or of a site that has one.
        name: how to call the source; by default as the feed calls itself.

    Raises:
        InputError: a source has that address, or that name, already; nothing was stored.
        SourceError: no feed was found.
    """
    from digest.sources.discovery import discover, full_address

    clock = clock or SteadyClock(now)
    known = store.content.sources()
    _refuse_known(known, full_address(address))
    if any(source.name == name for source in known):
        raise InputError(
            f"a source is called `{name}` already", hint="choose another name with --name"
        )
    found = discover(
        address,
        manners=manners or manners_of(settings),
        clock=clock,
        pauses=store.visits.pauses(),
    )
    _refuse_known(known, found.url)
    source = Source(name or _free_name(found.feed.title, found.url, known), found.url)
    store.content.add_sources([source])
    this = Round(store, (source,), now=now, clock=clock, chance=random.random)
    # The source has the address that is for good by now.
    this.take(replace(found.fetched, source=source, moved_to=""))
    this.keep()
    report = this.report()
    store.content.save_report(report)
    return Subscription(source, report, found.others)


def _refuse_known(known: tuple[Source, ...], url: str) -> None:
    for source in known:
        if _same(source.url, url):
            raise InputError(
                f"source `{source.name}` has the address {shown_url(url)} already",
                hint="see its health with `recap sources list`",
            )


def _same(one: str, other: str) -> bool:
    try:
        return one == other or canonical_url(one) == canonical_url(other)
    except InputError:
        return False


def _free_name(title: str, url: str, known: tuple[Source, ...]) -> str:
    """What the feed calls itself, or its host; told apart from the names that are taken."""
    taken = {source.name for source in known}
    host = urlsplit(url).hostname or url
    name = plain(escape(title), limit=_LONGEST_NAME) or host
    if name in taken:
        name = f"{name} ({host})"
    number = 2
    while name in taken:
        name, number = f"{name.partition(' #')[0]} #{number}", number + 1
    return name


def check(
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    only: str = "",
    on_checked: Callable[[Checked], None],
    manners: Manners | None = None,
    clock: Clock | None = None,
    chance: Callable[[], float] = random.random,
) -> int:
    """Ask sources for their feeds, due or not, and note how they are; no item is stored.

    Args:
        only: the name of the one source to ask, muted or not; "" for all that are not muted.
        on_checked: told of each source as it has answered, from another thread.

    Returns:
        How many were asked.

    Raises:
        InputError: there is no source to ask.
        StateError: a collector is at work.
    """
    from digest.sources.fetch import fetch_sources

    clock = clock or SteadyClock(now)
    sources = _to_check(store, only)
    healths = store.visits.healths()

    def take(fetched: Fetched) -> None:
        source, problem, read = fetched.source, fetched.error, 0
        if not fetched.held:
            records, problem = read_answer(fetched)
            read = len(records)
            undated = sum(isinstance(one, RawItem) and not one.published for one in records)
            outcome = Outcome(read, undated=undated, problem=problem)
            before = healths.get(source.name, Health())
            health = after(before, fetched, outcome, now=clock.now(), chance=chance())
            kept = _without_items(health, before, garbled=fetched.garbled)
            store.visits.save([Visit(source.name, kept, fetched.pause)])
        on_checked(Checked(source, read, problem))

    with store.visits.collecting():
        fetch_sources(
            map(Ask, sources),
            take,
            clock=clock,
            manners=manners or manners_of(settings),
            pauses=store.visits.pauses(),
        )
    return len(sources)


def _to_check(store: Store, only: str) -> list[Source]:
    sources = [
        one for one in store.content.sources() if one.name == only or not (only or one.muted)
    ]
    if not sources:
        problem = f"no source is called `{only}`" if only else "there is no source to ask"
        raise InputError(problem, hint="see the names with `recap sources list`")
    return sources


def _without_items(health: Health, before: Health, *, garbled: bool) -> Health:
    """The health after a check: what stands for items, which were not stored, stays as it was."""
    return replace(
        health,
        validators=NO_VALIDATORS if garbled else before.validators,
        moved_to=before.moved_to,
        moved_since=before.moved_since,
        moved_times=before.moved_times,
        muted_because=before.muted_because,
    )
