"""Build feed documents and the files they are saved in."""

from __future__ import annotations

import json
from pathlib import Path

RSS_ITEM = (
    "<item><title>A new chip</title><link>https://lab.example/1</link><guid>1</guid>"
    "<pubDate>Tue, 05 May 2026 13:04:05 GMT</pubDate><description>It is fast.</description></item>"
)


def rss(*items: str, title: str = "The Lab", head: str = '<?xml version="1.0"?>') -> bytes:
    """An RSS 2.0 document in UTF-8."""
    body = "".join(items or (RSS_ITEM,))
    channel = f"<channel><title>{title}</title><link>https://lab.example/</link>{body}</channel>"
    return f'{head}<rss version="2.0">{channel}</rss>'.encode()


def rss_item(title: str = "A new chip", link: str = "https://lab.example/1", more: str = "") -> str:
    """One item of an RSS document."""
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def atom(*entries: str, attributes: str = "") -> bytes:
    """An Atom document in UTF-8."""
    start = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>The Lab</title>'
    return (start + "".join(entries) + "</feed>").encode()


def write(folder: Path, name: str, content: bytes | str | list[object]) -> Path:
    """A file with `content`; a list becomes a line of JSON an element."""
    path = folder / name
    if isinstance(content, list):
        content = "".join(json.dumps(element) + "\n" for element in content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
