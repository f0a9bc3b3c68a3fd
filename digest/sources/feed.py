"""One feed document, of whatever format and however broken, parsed; or a SourceError."""

from __future__ import annotations

import json
import re

from lxml import etree

from digest.errors import SourceError
from digest.items import RawItem
from digest.sources.feed_bytes import decoded
from digest.sources.feed_fallback import feed_by_feedparser
from digest.sources.feed_json import is_json_feed, json_feed_of
from digest.sources.feed_repair import repaired, whole_items, without_declaration
from digest.sources.feed_tree import feed_of
from digest.sources.fetched import Fetched
from digest.sources.parsed import ParsedFeed, ParsedItem

__all__ = ["MOST_PARTS", "ParsedFeed", "ParsedItem", "feed_items", "looks_like", "parse_feed"]

_LIKE_A_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)[\s/>]", re.IGNORECASE)
_HTML = re.compile(
    r"\s*(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body)\b", re.I | re.DOTALL
)
_CHALLENGE = re.compile(r"just a moment|cf-chl|checking your browser|enable javascript", re.I)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_BEYOND_REASON = {
    "Excessive depth": "is nested too deeply",
    "Maximum entity": "has entities that multiply",
    "XML_PARSE_HUGE": "has one text of over 10 MB",
    "too big found": "has one text of over 10 MB",
    "huge text node": "has one text of over 10 MB",
}
_UNFINISHED = etree.ErrorTypes.ERR_TAG_NOT_FINISHED
MOST_PARTS = 500_000
"""Each part of a tree takes some 200 bytes, many times what it takes in the document."""

_LONGEST_FALLBACK = 2_000_000


def parse_feed(data: bytes, *, content_type: str | None = None, url: str = "") -> ParsedFeed:
    """Parse RSS 0.9x/1.0/2.0, Atom, RDF, CDF, JSON Feed or a news sitemap.

    A strict parse comes first, then the same after cheap repairs, then feedparser in a process with
    limits: every silent loss of text that lenient parsers show makes the strict parse fail. No
    entity is expanded, no file and no address is opened. Of a document that was cut off the whole
    items are kept. May be called from any thread.

    Args:
        data: the document.
        content_type: the header it came with, for its charset; the type itself is not believed.
        url: where it came from, for relative links.

    Raises:
        SourceError: it is no feed, and the message says what it looks like; or it is broken and
            too large, too deep or too slow to repair.
    """
    text = decoded(data, content_type).lstrip("\ufeff \t\r\n")
    if any(data.count(sign) > MOST_PARTS for sign in (b"<", b"{", b"=")):
        raise _beyond_reason(url, f"has more than {MOST_PARTS:,} elements or attributes")
    if text.startswith(("{", "[")):
        return _json_feed(text, url)
    if _HTML.match(text):
        raise _no_feed(text, url)
    feed = _strict(without_declaration(text), url) or _mended(repaired(text), url)
    if feed is None:
        raise _no_feed(text, url)
    return feed


def feed_items(data: bytes, fetched: Fetched) -> tuple[RawItem, ...]:
    """The items of a feed that was fetched, under the name of its source.

    Raises:
        SourceError: as for `parse_feed`.
    """
    url = fetched.url or fetched.source.url
    feed = parse_feed(data, content_type=fetched.content_type, url=url)
    return feed.raw_items(fetched.source.name)


def _json_feed(text: str, url: str) -> ParsedFeed:
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise _no_feed(text, url) from None
    if not is_json_feed(document):
        raise _no_feed(text, url)
    return json_feed_of(document, url)


def _strict(text: str, url: str, *, unfinished: bool = False) -> ParsedFeed | None:
    """The feed of a well-formed document; None if it is not well-formed, or no feed.

    Args:
        text: without a declaration.
        url: for relative links.
        unfinished: that elements are open at the end is no fault.

    Raises:
        SourceError: it is nested or long beyond all reason.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8",
        collect_ids=False, recover=unfinished,
    )  # fmt: skip
    root = None
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        for fault, words in _BEYOND_REASON.items():
            if fault in (error.msg or ""):
                raise _beyond_reason(url, words) from None
    if root is None or any(entry.type != _UNFINISHED for entry in parser.error_log):
        return None
    return feed_of(root, url)


def _mended(text: str, url: str) -> ParsedFeed | None:
    """The feed of a repaired text: strictly, else its whole items, else by feedparser.

    Raises:
        SourceError: it is too long, or takes too much to read.
    """
    feed = _strict(text, url)
    if feed is not None or not _LIKE_A_FEED.search(text):
        return feed
    feed = _strict(whole_items(text), url, unfinished=True)
    if feed is None and len(text) > _LONGEST_FALLBACK:
        raise SourceError(
            f"{url or 'the document'} is broken XML of {len(text):,} characters; at most"
            f" {_LONGEST_FALLBACK:,} are repaired",
            hint="tell its publisher: a validator names the first broken line",
        )
    return feed or feed_by_feedparser(text, url)


def _beyond_reason(url: str, words: str) -> SourceError:
    return SourceError(
        f"{url or 'the document'} {words}", hint="check the address: no real feed looks like this"
    )


def _no_feed(text: str, url: str) -> SourceError:
    return SourceError(
        f"{url or 'the document'} is no feed: it looks like {looks_like(text)}",
        hint="give the address of an RSS, Atom or JSON feed; sites often link it as `RSS`",
    )


def looks_like(text: str) -> str:
    """What a document that is no feed seems to be, in words."""
    start = text[:4_000].lstrip("\ufeff \t\r\n")
    if not start:
        return "an empty document"
    if start[0] in "{[":
        return "JSON that is no JSON Feed"
    if start.startswith("%PDF"):
        return "a PDF"
    if _HTML.match(start):
        return "a challenge page for browsers" if _CHALLENGE.search(start) else "an HTML page"
    root = _ROOT.search(start)
    if start.startswith("<") and root:
        name = root[1]
        return "an OPML list of feeds" if name.lower() == "opml" else f"XML with the root <{name}>"
    if "\x00" in start or start.count("\ufffd") > len(start) // 20:
        return "binary data"
    return f"text that begins with `{' '.join(start[:40].split())}`"
