"""Stories of Hacker News with their points, from an answer of its search (hn.algolia.com/api)."""

from __future__ import annotations

import json
from typing import Any

from digest.clean import shown_url
from digest.errors import SourceError
from digest.items import RawItem, Refusal
from digest.sources.feed_json import text_of
from digest.sources.fetched import Fetched
from digest.sources.parsed import escape

_STORY = "https://news.ycombinator.com/item?id="


def hackernews_items(data: bytes, fetched: Fetched) -> tuple[RawItem | Refusal, ...]:
    """The stories that a search found; one without an address of its own has that of its page.

    Raises:
        SourceError: it is no answer of the search.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    hits = document.get("hits") if isinstance(document, dict) else None
    if not isinstance(hits, list):
        url = shown_url(fetched.url or fetched.source.url)
        raise SourceError(
            f"{url} is no answer of the search of Hacker News: it has no list of `hits`",
            hint="its address begins with https://hn.algolia.com/api/v1/search_by_date?tags=story",
        )
    return tuple(
        _item(hit, fetched.source.name, f"hit {number}") for number, hit in enumerate(hits, start=1)
    )


def _item(hit: Any, source: str, position: str) -> RawItem | Refusal:
    if not isinstance(hit, dict):
        return Refusal(position, "no object")
    number = text_of(hit.get("objectID"))
    page = f"{_STORY}{number}" if number else None
    return RawItem(
        url=text_of(hit.get("url")) or page,
        title=escape(text_of(hit.get("title"))) or None,
        summary=text_of(hit.get("story_text")) or None,
        published=text_of(hit.get("created_at")) or None,
        source=source,
        position=position,
        points=text_of(hit.get("points")) or None,
        guid=page,
    )
