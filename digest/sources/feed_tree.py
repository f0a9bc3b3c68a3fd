"""A well-formed RSS, RDF, Atom or CDF tree mapped to a ParsedFeed."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Iterator

from lxml import etree

from digest.clean import plain
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
_PAGES = ("", "text/html", "application/xhtml+xml")
_Fields = dict[str, list[etree._Element]]


def feed_of(root: etree._Element, url: str) -> ParsedFeed | None:
    """The feed that a tree holds; None if its root is that of something else.

    Args:
        root: parsed without resolving entities.
        url: where the feed came from, for relative links; "" if unknown.
    """
    kind = _key(root)
    if kind in ("atom:feed", "feed"):
        fields = _fields(root)
        title = _html(_first(fields, ("atom:title", "title")))
        entries = [el for el in root.iter() if _key(el) in ("atom:entry", "entry")]
        return ParsedFeed(plain(title), tuple(_atom_item(entry, url) for entry in entries))
    if kind == "atom:entry":
        return ParsedFeed("", (_atom_item(root, url),))
    if kind not in ("rss", "rdf:rdf", "rdf", "channel"):
        return None
    elements = [el for el in root.iter() if isinstance(el.tag, str)]
    channel = (
        root if kind == "channel" else next((e for e in elements if _key(e) == "channel"), root)
    )
    title = _html(_first(_fields(channel), ("title", "dc:title", "atom:title")))
    items = [el for el in elements if _key(el) == "item"]
    return ParsedFeed(plain(title), tuple(_rss_item(item, url) for item in items))


def _key(element: etree._Element) -> str:
    """Namespace kind and lower-case local name, such as `dc:date`; RSS names stand alone."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return ""
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
        fields.setdefault(key, []).append(child)
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
    kind = (element.get("type") or "").lower()
    atom = _key(element).startswith("atom:")
    mode = element.get("mode", "")
    if any(isinstance(child.tag, str) for child in element):
        return "".join(_markup(element))
    text = _text(element)
    if mode == "base64" or (atom and kind and "/" in kind and not kind.startswith("text/")):
        with contextlib.suppress(binascii.Error, ValueError):
            text = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    html = not atom or "html" in kind or mode == "escaped"
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
    links = [*fields.get("atom:link", ()), *fields.get("link", ())]
    alternates = [
        el for el in links if (el.get("rel") or "alternate").lower() == "alternate"
        and (el.get("href") or _text(el))
    ]  # fmt: skip
    pages = [el for el in alternates if (el.get("type") or "").lower() in _PAGES]
    return next(iter(pages or alternates), None)


def _rss_item(item: etree._Element, url: str) -> ParsedItem:
    fields = _fields(item)
    guid = _first(fields, ("guid", "atom:id"))
    about = str(item.get(_ABOUT) or item.get("about") or "")
    return parsed_item(
        title=_html(_first(fields, ("title", "dc:title", "atom:title", "media:title"))),
        summary=_html(_first(fields, _RSS_TEXTS)),
        link=_rss_link(item, fields, guid, about),
        date=_date(fields, _RSS_DATES) or item.get("LASTMOD") or item.get("lastmod") or "",
        identifier=_text(guid) or about,
        base=_base(item, url),
    )


def _rss_link(
    item: etree._Element, fields: _Fields, guid: etree._Element | None, about: str
) -> str:
    """The item's page: its link, else an Atom link, a guid that is an address, an enclosure."""
    text = _text(_first(fields, ("link",)))
    if text:
        return text
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
