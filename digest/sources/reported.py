"""One article's page as a record: what its head says of it, by Open Graph and HTML itself."""

from __future__ import annotations

from digest.items import RawItem
from digest.sources.fetched import Fetched
from digest.sources.page import page_tree
from digest.sources.parsed import escape

_TITLES = ("meta[property='og:title']", "h1", "title")
_SUMMARIES = ("meta[property='og:description']", "meta[name='description']")
_DATES = (
    "meta[property='article:published_time']",
    "meta[itemprop='datePublished']",
    "meta[name='date']",
    "time[datetime]",
)
_LONGEST = 5_000
"""Characters of a text of the head that are read."""
_NAMES = ("meta[property='og:site_name']",)


def page_record(fetched: Fetched) -> RawItem:
    """The record of an article, from the answer that its address gave.

    Args:
        fetched: with a body.

    Raises:
        SourceError: it is no page.
    """
    root = page_tree(fetched)

    def first(selectors: tuple[str, ...]) -> str | None:
        for css in selectors:
            for element in root.cssselect(css)[:1]:
                told = element.get("content") or element.get("datetime") or element.text_content()
                if text := " ".join(told[:_LONGEST].split()):
                    return escape(text)
        return None

    return RawItem(
        url=fetched.url or fetched.source.url,
        title=first(_TITLES),
        summary=first(_SUMMARIES),
        published=first(_DATES),
        source=first(_NAMES),
    )
