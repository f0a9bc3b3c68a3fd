"""One article that an editor names by its address: fetched, and made an item as any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.articles import article_text, read_on
from digest.errors import InputError, SourceError
from digest.items import Refusal, clean_item
from digest.model import Item, Source, Story
from digest.pipeline.articles import FRESH, article_manners
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.sources.fetched import Fetched, Manners
    from digest.sources.hosts import Clock
    from digest.store import Store

_HINT = "check the address in a browser, or add the story with `recap import`"
LONGEST_URL = 2_000


def fetch_report(
    store: Store,
    settings: Settings,
    url: str,
    *,
    now: datetime,
    manners: Manners | None = None,
    clock: Clock | None = None,
) -> Item:
    """Fetch one article as collecting does, and store it as an item, if it is not known.

    Returns:
        The item, with the text of its article; it has the id of the stored one if it is known.

    Raises:
        InputError: the address cannot be fetched, or leads to no article; nothing was stored.
    """
    from digest.sources.article import no_page, page_text

    if len(url) > LONGEST_URL:
        raise InputError(f"the address has {len(url):,} characters", hint=_HINT)
    fetched = _fetched(store, settings, url.strip(), now, manners, clock)
    page, reason = page_text(fetched)
    if fetched.data is None or no_page(fetched):
        raise InputError(f"nothing was added: {reason}", hint=_HINT)
    item = _item(fetched, now)
    added = store.content.add_items([item], at=now)
    known = added.new[0].id if added.new else added.matches[0].known.id
    item = replace(item, id=known)
    text = "" if reason else article_text(page, item)[0]
    return read_on(Story(item.id, (item,)), {item.id: text} if text else {}).lead


def _item(fetched: Fetched, now: datetime) -> Item:
    from digest.sources.reported import page_record

    try:
        item = clean_item(page_record(fetched), now=now, fetched=True)
    except SourceError as error:
        raise InputError(f"nothing was added: {error.problem}", hint=_HINT) from None
    if isinstance(item, Refusal):
        raise InputError(f"nothing was added: {item.subject}: {item.reason}", hint=_HINT)
    return item


def _fetched(
    store: Store,
    settings: Settings,
    url: str,
    now: datetime,
    manners: Manners | None,
    clock: Clock | None,
) -> Fetched:
    from digest.pipeline.collecting import manners_of
    from digest.sources.article import fetch_articles
    from digest.sources.hosts import SteadyClock
    from digest.sources.robots import Robots

    clock = clock or SteadyClock(now)

    def keep(origin: str, text: str) -> None:
        store.articles.save_robots(origin, text, clock.now())

    answers: list[Fetched] = []
    fetch_articles(
        [Source(url, url)],
        answers.append,
        robots=Robots(store.articles.robots(clock.now() - FRESH), keep),
        clock=clock,
        manners=manners or article_manners(manners_of(settings)),
        pauses=store.visits.pauses(),
    )
    return answers[0]
