"""Feeds that no strict parser accepts, read by feedparser and mapped to a ParsedFeed."""

from __future__ import annotations

import io
from typing import Any

from digest.clean import plain
from digest.sources.parsed import ParsedFeed, ParsedItem, escape, parsed_item

# feedparser walks broken markup with code that may fail anywhere in it.
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError)


def feed_by_feedparser(text: str, url: str) -> ParsedFeed | None:
    """The feed that feedparser finds in `text`; None if it finds none.

    Dates and links are read by this package's own rules: feedparser takes zones that it does not
    know for UTC, and an identifier for a link.
    """
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (*FAULTS, ValueError):
        return None
    if not found.get("version") and not found.get("entries"):
        return None
    title = plain(_html(found.get("feed", {}), "title"))
    return ParsedFeed(title, tuple(_item(entry, url) for entry in found.get("entries", [])))


def _html(entry: Any, name: str) -> str:
    text = str(entry.get(name) or "")
    kind = (entry.get(f"{name}_detail") or {}).get("type") or "text/html"
    return escape(text) if kind == "text/plain" and "<" not in text else text


def _item(entry: Any, url: str) -> ParsedItem:
    links = [link for link in entry.get("links", []) if link.get("href")]
    alternates = [link["href"] for link in links if link.get("rel", "alternate") == "alternate"]
    enclosures = [link["href"] for link in links if link.get("rel") == "enclosure"]
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    return parsed_item(
        title=_html(entry, "title"),
        summary=_html(entry, "summary") or next(iter(contents), ""),
        link=str(next(iter(alternates), "") or entry.get("link") or next(iter(enclosures), "")),
        date=str(entry.get("published") or entry.get("updated") or entry.get("created") or ""),
        identifier=str(entry.get("id") or ""),
        base=url,
    )
