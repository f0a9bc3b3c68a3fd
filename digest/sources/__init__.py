"""Where items come from: files of several kinds here, sources on the web in `fetch` and `kinds`.

A kind of file is a `Reader` in the table below. What a reader gives is raw: `digest.items` makes
items of it or refuses it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from digest.errors import InputError, SourceError
from digest.sources.feed import looks_like, parse_feed
from digest.sources.feed_bytes import decoded
from digest.sources.fetched import Fetched
from digest.sources.jsonl import read_json, read_jsonl
from digest.sources.kinds import KINDS, Kind, read_answer
from digest.sources.opml import read_opml
from digest.sources.reading import Reader, Reading, field_names, read_bytes
from digest.sources.table import read_table

__all__ = [
    "KINDS", "READERS", "Fetched", "Kind", "Reader", "Reading", "read_answer", "read_feed_file",
    "read_file",
]  # fmt: skip

_ACCEPTED = (
    "a file of items in JSONL, JSON or CSV, a feed (RSS, Atom, JSON Feed),"
    " or a list of sources in OPML"
)
_HEAD = 8_192
_XML = re.compile(r"<(?:\?xml|(?:\w+:)?(?:rss|feed|rdf|channel)[\s>])", re.IGNORECASE)
_OPML = re.compile(r"<opml[\s>]", re.IGNORECASE)
_HTML = re.compile(r"^\s*<(?:!doctype html|html)", re.IGNORECASE)
_BY_ENDING = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".opml": "opml",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".xml": "feed",
}


def read_feed_file(path: Path) -> Reading:
    """The items of a feed document that was saved to a file.

    Raises:
        InputError: it is no feed.
    """
    try:
        feed = parse_feed(read_bytes(path))
    except SourceError as error:
        problem = error.problem.replace("the document", f"`{path}`", 1)
        raise InputError(problem, hint=f"accepted is {_ACCEPTED}") from None
    return Reading(feed.raw_items(feed.title or path.stem), (), "feed")


READERS: dict[str, Reader] = {
    "csv": read_table,
    "feed": read_feed_file,
    "json": read_json,
    "jsonl": read_jsonl,
    "opml": read_opml,
}


def read_file(path: Path | str) -> Reading:
    """Read a file of items or sources, whatever its kind; content counts for more than the name.

    Raises:
        InputError: it is missing or unreadable, or of no kind that is known.
    """
    path = Path(path)
    head = read_bytes(path, most=_HEAD)
    if not head.strip(b"\x00 \t\r\n"):
        raise InputError(f"`{path}` is empty", hint=f"accepted is {_ACCEPTED}")
    text = decoded(head, None)
    kind = _kind(text.lstrip("\ufeff \t\r\n"), path.suffix.lower())
    if kind is None:
        raise InputError(
            f"`{path}` cannot be imported: it looks like {looks_like(text)}",
            hint=f"accepted is {_ACCEPTED}",
        )
    return READERS[kind](path)


def _kind(head: str, ending: str) -> str | None:
    """The name of the reader for a text that begins with `head`; None if it looks like none."""
    if _HTML.match(head) or head.startswith("%PDF"):
        return None
    if head.startswith("<") or (_XML.search(head) and ending not in (".csv", ".jsonl", ".ndjson")):
        return "opml" if _OPML.search(head) else "feed"
    if head[0] in "{[":
        return "jsonl" if ending in (".jsonl", ".ndjson") or _is_object_line(head) else "json"
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    if ending == ".json":
        return "json"
    first = head.split("\n", 1)[0]
    names = field_names([name.strip("\"' \r") for name in re.split("[,;\t]", first)])
    return "csv" if {"title", "url"} <= set(names) else None


def _is_object_line(head: str) -> bool:
    """Whether the first line is a whole object and another line follows."""
    line, newline, rest = head.partition("\n")
    if not newline or not rest.strip():
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
