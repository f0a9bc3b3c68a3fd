"""Lists of Sources in OPML, in and out.

Beside what every reader knows an outline may have our own attributes: `type` is a kind of source,
and those of `ATTRIBUTES` are the selectors of a page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from lxml import etree

from digest.clean import canonical_url, plain, shown_url
from digest.errors import InputError
from digest.items import Refusal
from digest.model import Selectors, Source
from digest.sources.feed_bytes import decoded
from digest.sources.feed_repair import without_declaration
from digest.sources.kinds import KINDS
from digest.sources.page import fault_of
from digest.sources.parsed import escape
from digest.sources.reading import Reading, read_bytes

ATTRIBUTES = {
    "item": "select",
    "title": "selectTitle",
    "link": "selectLink",
    "summary": "selectSummary",
    "date": "selectDate",
}
_LARGEST = 10_000_000


def read_opml(path: Path) -> Reading:
    """The sources of an OPML file; the innermost folder is the group.

    What is listed twice, is no web address, is a page without selectors, or is another list is a
    refusal. A type that is no kind of ours stands for a feed, as `rss` does. Two sources of one
    name are told apart by their hosts.

    Raises:
        InputError: it lists nothing at all, or is larger than any list.
    """
    import listparser

    data = read_bytes(path, most=_LARGEST + 1)
    if len(data) > _LARGEST:
        raise InputError(
            f"`{path}` has more than {_LARGEST // 10**6} MB, which is no list of sources",
            hint="split it, or check whether it is the right file",
        )
    document = without_declaration(decoded(data, None)).encode("utf-8", "replace")
    found = listparser.parse(document)
    own = _own_attributes(document)
    sources: dict[str, Source] = {}
    refused: list[Refusal] = []
    for feed in found.feeds:
        attributes = own.get((feed.url or "").strip(), {})
        outcome = _source(feed.url, feed.title, feed.categories, attributes)
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        elif canonical_url(outcome.url) in sources:
            refused.append(Refusal(outcome.name, f"{shown_url(outcome.url)} is listed twice"))
        else:
            sources[canonical_url(outcome.url)] = outcome
    refused += [
        Refusal(
            plain(escape(other.title or ""), limit=80) or shown_url(other.url),
            "a list of its own: import it",
        )
        for other in found.lists
    ]
    if not sources and not refused:
        raise InputError(
            f"`{path}` lists no source", hint='write <outline text="Name" xmlUrl="https://…"/>'
        )
    return Reading(tuple(refused), _distinct(sources.values()), "opml")


def _own_attributes(document: bytes) -> dict[str, dict[str, str]]:
    """The attributes of each outline by its address, in lower case; listparser drops ours."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8"
    )
    root = etree.fromstring(document, parser)
    found: dict[str, dict[str, str]] = {}
    for outline in () if root is None else root.iter(etree.Element):
        attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        found.setdefault(attributes.get("xmlurl", "").strip(), attributes)
    return found


def _source(
    url: str, title: str, categories: list[list[str]], attributes: Mapping[str, str]
) -> Source | Refusal:
    url = (url or "").strip()
    name = plain(escape(title or ""), limit=100)
    try:
        canonical_url(url)
    except InputError as error:
        return Refusal(name or shown_url(url), error.problem)
    group = plain(escape(next((path[-1] for path in categories if path), "")), limit=100)
    source = Source(name or urlsplit(url).hostname or url, url, group=group)
    kind = attributes.get("type", "").strip().lower()
    if kind != "page":
        return replace(source, kind=kind) if kind in KINDS else source
    selectors = Selectors(
        **{part: attributes.get(name.lower(), "").strip() for part, name in ATTRIBUTES.items()}
    )
    fault = fault_of(selectors)
    return Refusal(source.name, fault) if fault else replace(source, kind=kind, selectors=selectors)


def _distinct(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The same sources under names that differ."""
    named: dict[str, Source] = {}
    for source in sources:
        host = urlsplit(source.url).hostname
        tries = (f"{source.name} ({host} {number})" for number in itertools.count(2))
        names = itertools.chain((source.name, f"{source.name} ({host})"), tries)
        name = next(name for name in names if name not in named)
        named[name] = replace(source, name=name)
    return tuple(named.values())


def write_opml(sources: Iterable[Source], *, title: str = "Sources") -> str:
    """An OPML 2.0 document of `sources`, by group and name; the same sources, the same text."""
    ordered = sorted(sources, key=lambda source: (source.group, source.name, source.url))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{quoteattr(plain(title))[1:-1]}</title></head>",
        "  <body>",
    ]
    for group, members in itertools.groupby(ordered, key=lambda source: source.group):
        indent = "    "
        if group:
            lines.append(f"    <outline text={quoteattr(group)}>")
            indent = "      "
        lines += [f"{indent}<outline{_attributes_of(source)}/>" for source in members]
        if group:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _attributes_of(source: Source) -> str:
    """The attributes of an outline, each after a space."""
    attributes = {
        # What other readers look for; they take a kind of ours for a feed that fails.
        "type": "rss" if source.kind == "feed" else source.kind,
        "text": source.name,
        "title": source.name,
        "xmlUrl": source.url,
        **{name: getattr(source.selectors, part) for part, name in ATTRIBUTES.items()},
    }
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
