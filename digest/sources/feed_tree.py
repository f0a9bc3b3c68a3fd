"""A well-formed tree of RSS, RDF, Atom, CDF or a news sitemap mapped to a ParsedFeed."""

from __future__ import annotations

import base64
import binascii
import contextlib
import itertools
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from digest.sources.parsed import ParsedFeed, ParsedItem, escape, parsed_item, resolved

_KINDS = {
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/elements/1.0/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/dcterms/": "dcterms:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
    "http://purl.org/rss/1.0/": "",
    "http://purl.org/net/rss1.1#": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
_RSS_DATES = (
    "pubdate", "dc:date", "dcterms:issued", "atom:published", "dcterms:created", "atom:updated",
    "dcterms:modified", "lastmod",
)  # fmt: skip
_ATOM_DATES = (
    "atom:published", "atom:issued", "dcterms:issued", "dc:date", "pubdate", "dcterms:created",
    "atom:created", "atom:updated", "atom:modified", "dcterms:modified",
)  # fmt: skip
_RSS_TEXTS = (
    "description", "dc:description", "content:encoded", "atom:summary", "atom:content",
    "xhtml:body", "body", "fullitem", "abstract", "itunes:summary", "media:description",
)  # fmt: skip
_ATOM_TEXTS = (
    "atom:summary", "atom:content", "content:encoded", "dc:description", "description",
    "itunes:summary", "media:description",
)  # fmt: skip
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PLAIN = ("", "alternate")
_PAGES = ("", "text/html", "application/xhtml+xml")
_Fields = dict[str, list[etree._Element]]


def feed_of(root: etree._Element, url: str) -> ParsedFeed | None:
    """The feed that a tree holds; None if its root is that of something else.

    Args:
        root: parsed without resolving entities.
        url: where the feed came from, for relative links; "" if unknown, and the site that an RSS
            feed names takes its place.
    """
    kind = _key(root)
    if kind in ("atom:feed", "feed"):
        title = _html(_first(_fields(root), ("atom:title", "title")))
        entries = _elements(root, "entry", ("atom:entry", "entry"))
        return ParsedFeed(title, tuple(_atom_item(entry, url) for entry in entries))
    if kind == "atom:entry":
        return ParsedFeed("", (_atom_item(root, url),))
    if kind == "urlset":
        return _news_of(root, url)
    if kind not in ("rss", "rdf:rdf", "rdf", "channel"):
        return None
    about = _fields(next(_elements(root, "channel", ("channel",)), root))
    title = _html(_first(about, ("title", "dc:title", "atom:title")))
    base = url or _text(_first(about, ("link",)))
    items = _elements(root, "item", ("item",))
    return ParsedFeed(title, tuple(_rss_item(item, base) for item in items))


def _elements(root: etree._Element, name: str, keys: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements of a tree under one of `keys`, however their `name` is capitalised.

    What stands within a field of another such element is part of that field's text.
    """
    spellings = (f"{{*}}{name}", f"{{*}}{name.upper()}", f"{{*}}{name.capitalize()}")
    for element in root.iter(*spellings):
        if _key(element) in keys and not _is_quoted(element, keys, root):
            yield element


def _is_quoted(element: etree._Element, keys: tuple[str, ...], root: etree._Element) -> bool:
    """Whether anything else stands between `element` and one of `keys` around it."""
    parent = element.getparent()
    if parent is root or parent is None or parent.getparent() is root:
        return False
    around = itertools.dropwhile(lambda outer: outer in keys, map(_key, element.iterancestors()))
    return any(outer in keys for outer in around)


def _key(element: etree._Element) -> str:
    """Namespace kind and lower-case local name, such as `dc:date`; RSS names stand alone."""
    tag: object = element.tag
    return _key_of(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=512)
def _key_of(tag: str) -> str:
    if tag[0] != "{":
        return tag.lower()
    namespace, _, name = tag[1:].lower().partition("}")
    kind = _KINDS.get(namespace)
    if kind is None:
        kind = "" if "userland.com/rss" in namespace or "rss2" in namespace else f"{namespace}:"
    return kind + name


def _fields(element: etree._Element) -> _Fields:
    fields: _Fields = {}
    for child in element:
        key = _key(child)
        if key in fields:
            fields[key].append(child)
        else:
            fields[key] = [child]
        if key == "media:group":
            for inner in child:
                fields.setdefault(_key(inner), []).append(inner)
    return fields


def _first(fields: _Fields, names: tuple[str, ...]) -> etree._Element | None:
    """The first field of `names` that holds anything."""
    for name in names:
        for element in fields.get(name, ()):
            if len(element) or (element.text and element.text.strip()):
                return element
    return None


def _text(element: etree._Element | None) -> str:
    """All text inside; a reference to an entity that was not resolved stays as written."""
    if element is None:
        return ""
    if not len(element):
        return (element.text or "").strip()
    return "".join(str(piece) for piece in element.itertext()).strip()


def _html(element: etree._Element | None) -> str:
    """A text field as HTML, by the rules of Atom where it says what it holds."""
    if element is None:
        return ""
    if len(element) and any(isinstance(child.tag, str) for child in element):
        return "".join(_markup(element))
    text = _text(element)
    atom = _key(element).startswith("atom:")
    kind, mode = element.get("type", "").lower(), element.get("mode", "")
    html = not atom or "html" in kind or mode == "escaped"
    if mode == "base64" or (atom and "/" in kind and not kind.startswith("text/")):
        with contextlib.suppress(binascii.Error, ValueError):
            text = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
            html = html or not kind.startswith("text/")
    return text if html else escape(text)


def _markup(element: etree._Element) -> Iterator[str]:
    yield escape(element.text or "")
    for child in element:
        yield str(etree.tostring(child, encoding="unicode", method="html", with_tail=False))
        yield escape(child.tail or "")


def _date(fields: _Fields, names: tuple[str, ...]) -> str:
    return _text(_first(fields, names))


def _atom_item(entry: etree._Element, url: str) -> ParsedItem:
    fields = _fields(entry)
    link = _atom_link(fields)
    return parsed_item(
        title=_html(_first(fields, ("atom:title", "title", "dc:title", "media:title"))),
        summary=_html(_first(fields, _ATOM_TEXTS)),
        link="" if link is None else (link.get("href") or _text(link)),
        date=_date(fields, _ATOM_DATES),
        identifier=_text(_first(fields, ("atom:id", "id", "guid"))),
        base=_base(entry if link is None else link, url),
    )


def _base(element: etree._Element, url: str) -> str:
    """The address that links in `element` are relative to: its `xml:base`, else the feed's."""
    base = element.base
    return resolved(base, url) if base else url


def _atom_link(fields: _Fields) -> etree._Element | None:
    """The alternate link to a page; an enclosure only where there is nothing else."""
    best = None
    for link in (*fields.get("atom:link", ()), *fields.get("link", ())):
        if link.get("rel", "alternate").lower() not in _PLAIN or not (
            link.get("href") or _text(link)
        ):
            continue
        if link.get("type", "").lower() in _PAGES:
            return link
        best = link if best is None else best
    return best


def _rss_item(item: etree._Element, url: str) -> ParsedItem:
    fields = _fields(item)
    guid = _first(fields, ("guid", "atom:id"))
    about = str(item.get(_ABOUT) or item.get("about") or "")
    link = _first(fields, ("link",))
    return parsed_item(
        title=_html(_first(fields, ("title", "dc:title", "atom:title", "media:title"))),
        summary=_html(_first(fields, _RSS_TEXTS)),
        link=_text(link) or _rss_link(item, fields, guid, about),
        date=_date(fields, _RSS_DATES) or item.get("LASTMOD") or item.get("lastmod") or "",
        identifier=_text(guid) or about,
        base=_base(item if link is None else link, url),
    )


def _rss_link(
    item: etree._Element, fields: _Fields, guid: etree._Element | None, about: str
) -> str:
    """The page of an item without a link: an Atom link, a guid that is an address, an enclosure."""
    atom = _atom_link(fields)
    if atom is not None:
        return atom.get("href") or _text(atom)
    if guid is not None and guid.get("isPermaLink", "true").lower() != "false":
        address = _text(guid)
        if address.startswith(("http://", "https://", "/")):
            return address
    if about.startswith(("http://", "https://")):
        return about
    for name in ("enclosure", "media:content"):
        for element in fields.get(name, ()):
            if element.get("url"):
                return str(element.get("url"))
    return item.get("href") or item.get("HREF") or ""


def _news_of(root: etree._Element, url: str) -> ParsedFeed | None:
    """The articles of a news sitemap; None for a sitemap that tells no titles."""
    entries = [
        (fields, _fields(news))
        for fields in map(_fields, _elements(root, "url", ("url",)))
        if (news := _first(fields, ("news:news",))) is not None
    ]
    if not entries:
        return None
    about = _first(entries[0][1], ("news:publication",))
    name = "" if about is None else _text(_first(_fields(about), ("news:name",)))
    return ParsedFeed(
        escape(name), tuple(_news_item(fields, news, url) for fields, news in entries)
    )


def _news_item(fields: _Fields, news: _Fields, url: str) -> ParsedItem:
    return parsed_item(
        title=_html(_first(news, ("news:title",))),
        summary="",
        link=_text(_first(fields, ("loc",))),
        date=_date(news, ("news:publication_date",)),
        identifier="",
        base=url,
    )
