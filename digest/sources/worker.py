"""The process in which others' code reads broken feeds and pages, to be ended at its limits.

It is run by its path with the name of its job, and knows nothing of this package. A request is a
document in UTF-8, a reply JSON, each behind its length in four bytes.
"""

from __future__ import annotations

import contextlib
import html
import importlib
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import IO, Any

CPU_SECONDS = 1.5
MEMORY = 512 * 2**20

# Both libraries walk broken markup with code that may fail anywhere in it.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


def main() -> None:
    """Answer requests until the input ends; die at the first that needs too much."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr
    library, job = JOBS[sys.argv[1]]
    importlib.import_module(library)  # loaded before the clock runs

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    while (request := read_frame(requests)) is not None:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        reply = json.dumps(job(request.decode())).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        write_frame(replies, reply)


def read_frame(stream: IO[bytes], most: int = 2**26) -> bytes | None:
    """One frame of at most `most` bytes; None where the stream ends before it does."""
    head = stream.read(4)
    length = int.from_bytes(head)
    if len(head) < 4 or length > most:
        return None
    data = stream.read(length)
    return data if len(data) == length else None


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Send one frame."""
    stream.write(len(data).to_bytes(4) + data)
    stream.flush()


def parsed(text: str) -> dict[str, Any] | None:
    """What feedparser finds in `text`: a title and items of plain fields; None if it is no feed.

    Titles and summaries are HTML; dates and links are as written, for feedparser takes zones that
    it does not know for UTC, and an identifier for a link.
    """
    import feedparser

    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except FAULTS:
        return None
    entries = found.get("entries", [])
    if not found.get("version") and not entries:
        return None
    return {"title": _html(found.get("feed", {}), "title"), "items": [_item(e) for e in entries]}


def article(text: str) -> str | None:
    """The text of the article in a page, a paragraph a line; None if none is found."""
    import trafilatura

    try:
        return trafilatura.extract(
            text, favor_precision=True, include_tables=False, include_comments=False
        )
    except FAULTS:
        return None


def _html(entry: Any, name: str) -> str:
    text = str(entry.get(name) or "")
    kind = (entry.get(f"{name}_detail") or {}).get("type") or "text/html"
    return html.escape(text, quote=False) if kind == "text/plain" and "<" not in text else text


def _item(entry: Any) -> dict[str, str]:
    links = [link for link in entry.get("links", []) if link.get("href")]
    alternates = [link["href"] for link in links if link.get("rel", "alternate") == "alternate"]
    enclosures = [link["href"] for link in links if link.get("rel") == "enclosure"]
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    return {
        "title": _html(entry, "title"),
        "summary": _html(entry, "summary") or str(next(iter(contents), "")),
        "link": str(next(iter(alternates), "") or entry.get("link") or next(iter(enclosures), "")),
        "date": str(entry.get("published") or entry.get("updated") or entry.get("created") or ""),
        "identifier": str(entry.get("id") or ""),
    }


JOBS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "feed": ("feedparser", parsed),
    "article": ("trafilatura", article),
}
"""What it can be run for, and the library that this takes."""


if __name__ == "__main__":
    main()
