"""Lists of Sources in OPML, in and out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from digest.clean import canonical_url, plain, shown_url
from digest.errors import InputError
from digest.items import Refusal
from digest.model import Source
from digest.sources.feed_bytes import decoded
from digest.sources.feed_repair import without_declaration
from digest.sources.parsed import escape
from digest.sources.reading import Reading, read_bytes

_LARGEST = 10_000_000


def read_opml(path: Path) -> Reading:
    """The sources of an OPML file; the innermost folder is the group.

    What is listed twice, is no web address, or is another list is a refusal. Two sources of one
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
    found = listparser.parse(without_declaration(decoded(data, None)).encode("utf-8", "replace"))
    sources: dict[str, Source] = {}
    refused: list[Refusal] = []
    for feed in found.feeds:
        outcome = _source(feed.url, feed.title, feed.categories)
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


def _source(url: str, title: str, categories: list[list[str]]) -> Source | Refusal:
    url = (url or "").strip()
    name = plain(escape(title or ""), limit=100)
    try:
        canonical_url(url)
    except InputError as error:
        return Refusal(name or shown_url(url), error.problem)
    group = plain(escape(next((path[-1] for path in categories if path), "")), limit=100)
    return Source(name or urlsplit(url).hostname or url, url, "feed", group)


def _distinct(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The same sources under names that differ."""
    named: dict[str, Source] = {}
    for source in sources:
        host = urlsplit(source.url).hostname
        tries = (f"{source.name} ({host} {number})" for number in itertools.count(2))
        names = itertools.chain((source.name, f"{source.name} ({host})"), tries)
        name = next(name for name in names if name not in named)
        named[name] = Source(name, source.url, source.kind, source.group, source.muted)
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
        for source in members:
            name = quoteattr(source.name)
            address = quoteattr(source.url)
            lines.append(f'{indent}<outline type="rss" text={name} title={name} xmlUrl={address}/>')
        if group:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])
