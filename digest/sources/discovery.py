"""Finds the feed of a site from its address, in at most four requests.

A feed's own address costs one. A page is read for what it links as its feed, then the usual places
are tried; a feed of comments is taken only when there is no other.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import etree, html

from digest.clean import shown_url
from digest.errors import SourceError
from digest.model import Pause, Source
from digest.sources.client import Client
from digest.sources.feed import ParsedFeed, parse_feed
from digest.sources.fetched import Ask, Fetched, Manners
from digest.sources.hosts import Clock

MOST_REQUESTS = 4
"""Redirects count too."""

USUAL_PLACES = ("/feed", "/rss.xml", "/atom.xml", "/index.xml")

_READ = 1024 * 1024
_TYPES = re.compile(
    r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|(?:text|application)/xml", re.I
)
_FEED_LINK = re.compile(
    r"(?:^|[/._=-])(?:rss|atom|feeds?|rdf)(?:[/._?=-]|\d|$)|\.rss$|\.atom$", re.I
)
_COMMENTS = re.compile(r"\bcomments?\b|kommentare?\b|comentarios\b|commentaires\b", re.I)
_NO_OWNER = frozenset(
    "about apps codespaces collections contact customer-stories enterprise explore features issues"
    " login marketplace new notifications orgs pricing pulls search security settings site sponsors"
    " topics trending".split()
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """A feed that was found.

    Attributes:
        url: the address to subscribe to.
        feed: what is there now.
        fetched: the answer it was in, so that it need not be fetched again.
        others: addresses of further feeds that the page names, not asked.
    """

    url: str
    feed: ParsedFeed
    fetched: Fetched
    others: tuple[str, ...] = ()


def discover(
    address: str, *, manners: Manners, clock: Clock, pauses: Iterable[Pause] = ()
) -> Discovery:
    """Find the feed at an address, or the one of the site that it belongs to.

    Raises:
        SourceError: none was found, or the address did not answer; the message says what was.
    """
    return asyncio.run(_discover(full_address(address), manners, clock, tuple(pauses)))


def full_address(address: str) -> str:
    """The address with a scheme: what people type and what `feed:` links hold."""
    text = re.sub(r"^feed:(?://)?(?=https?:)|^feed(?=://)", "", address.strip(), flags=re.I)
    if text.startswith("://"):
        return f"https{text}"
    return text if re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.I) else f"https://{text}"


async def _discover(
    address: str, manners: Manners, clock: Clock, pauses: tuple[Pause, ...]
) -> Discovery:
    async with Client(manners, clock, pauses, most=MOST_REQUESTS) as client:
        start = known_place(address) or address
        fetched = await _get(client, start)
        if feed := _feed_in(fetched):
            return Discovery(_lasting(start, fetched), feed, fetched)
        if fetched.data is None:
            raise SourceError(f"no feed was found: {fetched.error}")
        named, comments = feeds_named_in(fetched.data, fetched.url)
        usual = [urljoin(fetched.url, path) for path in USUAL_PLACES]
        for place in dict.fromkeys((*named, *usual[:2], *comments, *usual[2:])):
            if client.requests >= MOST_REQUESTS:
                break
            found = await _get(client, place)
            if feed := _feed_in(found):
                others = tuple(other for other in (*named, *comments) if other != place)
                return Discovery(_lasting(place, found), feed, found, others)
    raise SourceError(
        f"no feed was found at `{shown_url(address)}`, in its page, or in the usual places",
        hint="look for a link called RSS or Feed, and give its address; without one a page will do,"
        " see docs/howto/add-a-source.md",
    )


async def _get(client: Client, url: str) -> Fetched:
    found: list[Fetched] = []

    async def keep(fetched: Fetched) -> None:
        found.append(fetched)

    await client.fetch(Ask(Source(url, url)), keep)
    return found[0]


def _feed_in(fetched: Fetched) -> ParsedFeed | None:
    if fetched.data is None:
        return None
    try:
        return parse_feed(fetched.data, content_type=fetched.content_type, url=fetched.url)
    except SourceError:
        return None


def _lasting(url: str, fetched: Fetched) -> str:
    """The address that was asked, or where it says to be for good."""
    return fetched.moved_to or url


def known_place(address: str) -> str:
    """The feed of a page whose site has one rule for all its pages; "" for any other page."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as a bracket that is never closed: asking for it says so
        return ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    steps = [step for step in parts.path.split("/") if step]
    if host == "youtube.com":
        base = "https://www.youtube.com/feeds/videos.xml"
        if len(steps) > 1 and steps[0] == "channel":
            return f"{base}?channel_id={steps[1]}"
        lists = parse_qs(parts.query).get("list")
        return f"{base}?playlist_id={lists[0]}" if lists else ""
    if host == "github.com" and steps and steps[0].lower() not in _NO_OWNER:
        owner = steps[0]
        if steps[-1].endswith(".atom"):
            return ""
        if len(steps) == 1:
            return f"https://github.com/{owner}.atom"
        kind = "/".join(steps[2:]) if steps[2:3] in (["commits"], ["tags"]) else "releases"
        return f"https://github.com/{owner}/{steps[1].removesuffix('.git')}/{kind}.atom"
    return ""


def feeds_named_in(page: bytes, url: str) -> tuple[list[str], list[str]]:
    """The feeds that a page links: in its head, or if there is none, in its body.

    Args:
        page: HTML, however broken.
        url: where it came from, for relative links.

    Returns:
        Absolute http(s) addresses, each once, likeliest first: feeds of articles, of comments.
    """
    try:
        root = html.document_fromstring(page[:_READ])
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return [], []
    bases = [base.get("href", "") for base in root.iter("base")]
    base = (_joined(url, bases[0]) if bases else "") or url
    found: list[tuple[bool, str]] = []
    for link in root.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        if "alternate" in rels and _TYPES.match((link.get("type") or "").strip()):
            found.append(_named(base, link.get("href"), link.get("title")))
    if not any(address for _, address in found):
        found = _channel(page, url)
    if not found:
        for anchor in root.iter("a"):
            href = (anchor.get("href") or "").strip()
            if _FEED_LINK.search(_path_of(href)):
                found.append(_named(base, href, anchor.text_content()[:80]))
    urls = list(dict.fromkeys((last, one) for last, one in found if one and one != url))
    return [one for last, one in urls if not last], [one for last, one in urls if last]


def _path_of(href: str) -> str:
    """The path and query of a link, "" where it is none."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _named(base: str, href: str | None, title: str | None) -> tuple[bool, str]:
    """Whether a link leads to comments, and its absolute address; "" if it has none."""
    address = _joined(base, (href or "").strip())
    return bool(_COMMENTS.search(f"{title or ''} {_path_of(address)}")), address


def _joined(base: str, href: str) -> str:
    try:
        address = urljoin(base, href)
    except ValueError:
        return ""
    return address if href and address.startswith(("http://", "https://")) else ""


def _channel(page: bytes, url: str) -> list[tuple[bool, str]]:
    """The feed of the channel that a page of YouTube's is about; its identifier is in the page."""
    match = re.search(rb'(?:channel/|"(?:channelId|externalId)":")(UC[\w-]{22})', page)
    if match is None or not (urlsplit(url).hostname or "").endswith("youtube.com"):
        return []
    return [(False, f"https://www.youtube.com/feeds/videos.xml?channel_id={match[1].decode()}")]
