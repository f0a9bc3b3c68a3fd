"""The links of an issue: asked for on the web, for the lint to judge what it said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.clean import shown_url
from digest.lint import LinkAnswer, link_addresses
from digest.model import Issue
from digest.pipeline.collecting import manners_of
from digest.pipeline.drafting import render
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.sources.fetched import Fetched, Manners
    from digest.sources.hosts import Clock
    from digest.store import Store


def addresses_of(settings: Settings, issue: Issue) -> tuple[str, ...]:
    """The addresses that a mail of this issue links to, each once, in print order."""
    return link_addresses(render(settings, issue))


def ask(
    store: Store,
    settings: Settings,
    urls: Sequence[str],
    *,
    now: datetime,
    on_done: Callable[[str], object] = str,
    manners: Manners | None = None,
    clock: Clock | None = None,
) -> dict[str, LinkAnswer]:
    """What the web says of each address, with the manners and the guard of collecting.

    Args:
        on_done: told each address as it is over, from another thread.
        manners: by default as `settings` say, with the limits of `digest.sources.links`.
        clock: by default one that starts at `now` and really waits.

    Raises:
        StateError: a collector is at work; two would not see each other's turns.
    """
    from digest.sources.hosts import SteadyClock
    from digest.sources.links import LIMITS, ask_links

    answers: dict[str, LinkAnswer] = {}

    def take(fetched: Fetched) -> None:
        answers[fetched.source.url] = _answer(fetched)
        on_done(fetched.source.url)

    with store.visits.collecting():
        ask_links(
            urls,
            take,
            clock=clock or SteadyClock(now),
            manners=manners or replace(manners_of(settings), limits=LIMITS),
            pauses=store.visits.pauses(),
        )
    return {url: answers[url] for url in urls}


def _answer(fetched: Fetched) -> LinkAnswer:
    reason = fetched.error.removesuffix(f" ({shown_url(fetched.source.url)})")
    return LinkAnswer(fetched.status, fetched.url, reason, fetched.unknown_host)
