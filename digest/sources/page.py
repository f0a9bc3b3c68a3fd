"""Items of a page that has no feed, found by CSS selectors.

Only what `item` finds has to be said. Within it the title is the first heading or else the text
of the link, the link the first element with an address, the date that of the first `<time>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple
from functools import lru_cache

from cssselect import SelectorError
from lxml import etree, html
from lxml.cssselect import CSSSelector

from digest.clean import shown_url
from digest.errors import SourceError
from digest.items import RawItem
from digest.model import Selectors
from digest.sources.feed import MOST_PARTS
from digest.sources.feed_bytes import decoded
from digest.sources.feed_repair import without_declaration
from digest.sources.fetched import Fetched
from digest.sources.parsed import escape, resolved

MOST_ITEMS = 1_000
_LONGEST_TEXT = 20_000
_SHOWN = 100
_HEAD = 2_048
_META = re.compile(rb"<meta[^>]*?charset\s*=[^>]*", re.IGNORECASE)
_TITLE = "h1, h2, h3, h4, h5, h6"
_LINK = "[href]"
_DATE = "time"


def fault_of(selectors: Selectors) -> str:
    """What is wrong with the selectors of a page, in words; "" if nothing is."""
    if not selectors.item:
        return "a page needs a selector that finds its items"
    nothing = etree.Element("html")
    for css in filter(None, astuple(selectors)):
        try:
            _compiled(css)(nothing)
        except (SelectorError, etree.XPathError, RecursionError, ValueError) as error:
            return f"`{css[:_SHOWN]}` is no CSS selector: {error}"
    return ""


def page_items(data: bytes, fetched: Fetched) -> tuple[RawItem, ...]:
    """The items of a page, in its order, by the selectors of its source.

    Raises:
        SourceError: a selector is wrong, or they do not find what they are for.
    """
    selectors = fetched.source.selectors
    url = fetched.url or fetched.source.url
    if fault := fault_of(selectors):
        raise SourceError(f"{shown_url(url)}: {fault}", hint="see docs/howto/add-a-source.md")
    root = page_tree(fetched)
    entries = _compiled(selectors.item)(root)
    if not 0 < len(entries) <= MOST_ITEMS:
        count = f"{len(entries)} elements, more than {MOST_ITEMS}," if entries else "nothing"
        raise _astray(f"`{selectors.item}` finds {count} in {shown_url(url)}")
    bases = [resolved(base.get("href", ""), url) for base in root.iter("base")]
    base = next(filter(None, bases), url)
    items = tuple(
        _item(entry, selectors, base, fetched.source.name, number)
        for number, entry in enumerate(entries, start=1)
    )
    if not any(item.url for item in items):
        raise _astray(f"no element that `{selectors.item}` finds in {shown_url(url)} has a link")
    return items


@lru_cache(maxsize=256)
def _compiled(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


def page_tree(fetched: Fetched) -> html.HtmlElement:
    """The page that came as a tree.

    Raises:
        SourceError: it is empty, or too large for one.
    """
    data = fetched.data or b""
    text = decoded(data, _charset(fetched.content_type, data))
    return _tree(text, fetched.url or fetched.source.url)


def _charset(content_type: str, data: bytes) -> str:
    """Where the encoding is named: in the header, or else in the page."""
    named = None if "charset" in content_type.lower() else _META.search(data[:_HEAD])
    return named[0].decode("ascii", "replace") if named else content_type


def _tree(text: str, url: str) -> html.HtmlElement:
    if text.count("<") > MOST_PARTS:
        raise SourceError(f"{shown_url(url)} has more than {MOST_PARTS:,} elements")
    try:
        return html.document_fromstring(without_declaration(text.replace("\x00", "")))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise SourceError(
            f"{shown_url(url)} is an empty page",
            hint="open it in a browser: what does it show?",
        ) from None


def _astray(problem: str) -> SourceError:
    return SourceError(
        f"{problem}: has the page changed, or is it made by scripts?",
        hint="look at the source of the page, and give selectors that fit it",
    )


def _item(
    entry: html.HtmlElement, selectors: Selectors, base: str, source: str, number: int
) -> RawItem:
    """One element as a record; what is not found in it stays None."""
    link = _first(entry, selectors.link or _LINK)
    if link is None and not selectors.link:
        link = entry
    title = _first(entry, selectors.title or _TITLE)
    summary = _first(entry, selectors.summary) if selectors.summary else None
    date = _first(entry, selectors.date or _DATE)
    return RawItem(
        url=_address(link, base) if link is not None else None,
        title=_text(title if title is not None or selectors.title else link),
        summary=_text(summary),
        published=(date.get("datetime") if date is not None else None) or _text(date),
        source=source,
        position=f"item {number}",
    )


def _first(entry: html.HtmlElement, css: str) -> html.HtmlElement | None:
    """The first element that a selector finds, the entry itself included."""
    return next(iter(_compiled(css)(entry)), None)


def _address(link: html.HtmlElement, base: str) -> str | None:
    """The absolute address that an element has, holds, or stands in."""
    for element in _around(link):
        if href := (element.get("href") or "").strip():
            return resolved(href, base)
    return None


def _around(link: html.HtmlElement) -> Iterator[html.HtmlElement]:
    yield link
    yield from link.iterdescendants("a")
    yield from link.iterancestors("a")


def _text(element: html.HtmlElement | None) -> str | None:
    """The text of an element as HTML, on one line; None without any."""
    if element is None:
        return None
    return escape(" ".join(element.text_content()[:_LONGEST_TEXT].split())) or None
