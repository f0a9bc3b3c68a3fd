"""JSON Feed 1 and 1.1, mapped by its specification (jsonfeed.org)."""

from __future__ import annotations

from typing import Any

from digest.sources.parsed import ParsedFeed, ParsedItem, escape, parsed_item


def is_json_feed(document: object) -> bool:
    """Whether a JSON document says it is a JSON Feed, or has the shape of one."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return False
    return "jsonfeed.org" in str(document.get("version", "")) or "home_page_url" in document


def json_feed_of(document: dict[str, Any], url: str) -> ParsedFeed:
    """The feed that a JSON document holds; what is no object among its items is left out."""
    entries = [entry for entry in document["items"] if isinstance(entry, dict)]
    base = url or text_of(document.get("home_page_url"))
    title = escape(text_of(document.get("title")))
    return ParsedFeed(title, tuple(_item(entry, base) for entry in entries))


def text_of(value: object) -> str:
    """Text, or a number where text belongs; everything else is nothing."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else ""


def _item(entry: dict[str, Any], base: str) -> ParsedItem:
    plain_text = text_of(entry.get("summary")) or text_of(entry.get("content_text"))
    return parsed_item(
        title=escape(text_of(entry.get("title"))),
        summary=escape(plain_text) if plain_text else text_of(entry.get("content_html")),
        link=text_of(entry.get("url")) or text_of(entry.get("external_url")) or _address(entry),
        date=text_of(entry.get("date_published")) or text_of(entry.get("date_modified")),
        identifier=text_of(entry.get("id")),
        base=base,
    )


def _address(entry: dict[str, Any]) -> str:
    """The identifier, where that is an address."""
    identifier = text_of(entry.get("id"))
    return identifier if identifier.startswith(("http://", "https://")) else ""
