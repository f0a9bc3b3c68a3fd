"""The articles behind the reports of an issue, read before its briefs are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digest.articles import article_text, worth_reading_on
from digest.errors import StateError
from digest.model import Item, ReportLine, Source, Story
from digest.store.articles import Article

if TYPE_CHECKING:
    from digest.sources.fetched import Fetched, Manners
    from digest.sources.hosts import Clock
    from digest.store import Store

A_STORY = 3
"""Reports of one story whose articles are read, its lead's first."""

FRESH = timedelta(days=1)
"""How long a robots.txt holds, and a page without a text is not asked for again."""

Step = Callable[[str], object]


class ArticleReader:
    """Reads the articles of one draft, from the store or the web.

    Attributes:
        counts: articles wanted, kept from earlier, read now and not used; empty before `texts`.
        lines: a line of kind "unread" for each that is not used, with the reason.
    """

    def __init__(
        self,
        store: Store,
        *,
        manners: Manners,
        clock: Clock,
        on_step: Step = str,
    ) -> None:
        self._store = store
        self._manners = manners
        self._clock = clock
        self._on_step = on_step
        self.counts: dict[str, int] = {}
        self.lines: list[ReportLine] = []

    def texts(self, stories: Sequence[Story]) -> dict[str, str]:
        """The texts of the articles whose reports have a short summary, by the item's id.

        Whatever fails has a line, and the summary has to do.

        Raises:
            StoreError: what was read cannot be kept.
        """
        items = {
            item.id: item
            for story in stories
            for item in [one for one in story.items if worth_reading_on(one)][:A_STORY]
        }
        kept = {
            name: article
            for name, article in self._store.articles.of(tuple(items)).items()
            if article.text or self._is_fresh(article.fetched_at)
        }
        read = self._read([item for name, item in items.items() if name not in kept])
        found = {name: one.text for name, one in {**kept, **read}.items() if one.text}
        for name, one in kept.items():
            if not one.text:
                self._not_used(items[name], one.outcome)
        self.counts = {
            "articles": len(items),
            "articles read before": sum(bool(one.text) for one in kept.values()),
            "articles read": sum(bool(one.text) for one in read.values()),
            "articles not used": len(items) - len(found),
        }
        self.lines.sort(key=lambda line: (line.subject, line.reason))
        return dict(sorted(found.items()))

    def _is_fresh(self, moment: datetime) -> bool:
        return timedelta(0) <= self._clock.now() - moment < FRESH

    def _read(self, items: Sequence[Item]) -> dict[str, Article]:
        """What these items' pages say now; those that were not reached are missing."""
        if not items:
            return {}
        from digest.sources.article import fetch_articles, page_text
        from digest.sources.robots import Robots

        by_id = {item.id: item for item in items}
        read: dict[str, Article] = {}
        asked: Counter[str] = Counter()

        def take(fetched: Fetched) -> None:
            asked["pages"] += 1
            self._on_step(f"read {asked['pages']} of {len(items)}")
            item = by_id[fetched.source.name]
            page, reason = page_text(fetched)
            text, why = ("", reason) if reason else article_text(page, item)
            if why:
                self._not_used(item, why)
            if fetched.held or fetched.unreached:
                return
            read[item.id] = Article(item.id, self._clock.now(), text, why)
            self._store.articles.save(read[item.id])

        def keep(origin: str, text: str) -> None:
            self._store.articles.save_robots(origin, text, self._clock.now())

        robots = Robots(self._store.articles.robots(self._clock.now() - FRESH), keep)
        self._on_step(f"read 0 of {len(items)}")
        pages = [Source(item.id, item.link) for item in items]
        try:
            with self._store.visits.collecting():
                fetch_articles(
                    pages,
                    take,
                    robots=robots,
                    clock=self._clock,
                    manners=self._manners,
                    pauses=self._store.visits.pauses(),
                )
        except StateError as busy:
            self.lines.append(ReportLine("articles", f"none was read: {busy.problem}", "unread"))
        return read

    def _not_used(self, item: Item, reason: str) -> None:
        self.lines.append(ReportLine(f"{item.title} ({item.source})", reason, "unread"))


def article_manners(manners: Manners) -> Manners:
    """The manners of collecting, with the limits of a draft that waits."""
    from digest.sources.article import LIMITS

    return replace(manners, limits=LIMITS)
