"""Feeds that no strict parser accepts, read by feedparser in a process that can be ended."""

from __future__ import annotations

import json

from digest.errors import SourceError
from digest.sources.parsed import ParsedFeed, parsed_item
from digest.sources.processes import Worker
from digest.sources.worker import CPU_SECONDS, MEMORY


def feed_by_feedparser(text: str, url: str) -> ParsedFeed | None:
    """The feed that feedparser finds in `text`; None if it finds none.

    Raises:
        SourceError: it takes more than 1.5 s of CPU time, 20 s in all, or 512 MiB.
    """
    reply = _WORKER.ask(text.encode("utf-8", "replace"))
    if reply is None:
        raise SourceError(
            f"{url or 'the document'} is broken XML that cannot be repaired within"
            f" {CPU_SECONDS} s and {MEMORY // 2**20} MiB",
            hint="tell its publisher: a validator names the first broken line",
        )
    found = json.loads(reply)
    if found is None:
        return None
    items = tuple(parsed_item(**fields, base=url) for fields in found["items"])
    return ParsedFeed(found["title"], items)


_WORKER = Worker("feed")
