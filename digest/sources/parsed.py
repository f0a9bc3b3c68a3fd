"""What a feed says, whatever its format: a title and its items."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urljoin

from digest.clean import parse_date, plain
from digest.items import RawItem

_ABSOLUTE = ("http://", "https://")


@dataclass(frozen=True)
class ParsedItem:
    """One item of a feed, as the feed gave it; what is cleaned of it is made when it is asked for.

    Attributes:
        title_html: the title as HTML, plain text escaped; so is `summary_html`.
        link: absolute where the feed allows it; "" without one.
        id: the feed's own identifier; "" without one.
        date_text: the date as the feed wrote it; "" without one.
    """

    title_html: str
    summary_html: str
    link: str
    id: str
    date_text: str

    @cached_property
    def title(self) -> str:
        """The title as plain text, one line."""
        return plain(self.title_html)

    @cached_property
    def summary(self) -> str:
        """The summary as plain text, one line, never cut."""
        return plain(self.summary_html)

    @cached_property
    def published(self) -> datetime | None:
        """When it was published, in UTC; None without a date that can be read."""
        return parse_date(self.date_text)


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's title as HTML, and its items in the order of the feed."""

    title_html: str
    items: tuple[ParsedItem, ...]

    @cached_property
    def title(self) -> str:
        """The title as plain text; "" without one."""
        return plain(self.title_html)

    def raw_items(self, source: str = "") -> tuple[RawItem, ...]:
        """The items for `digest.items`, under `source` or else the feed's own title.

        The feed's identifiers are no ids of ours: two feeds may use the same ones.
        """
        name = source or self.title
        return tuple(
            RawItem(
                url=item.link or None,
                title=item.title_html,
                summary=item.summary_html,
                published=item.date_text or None,
                source=name,
                position=f"item {number}",
                guid=item.id or None,
            )
            for number, item in enumerate(self.items, start=1)
        )


def parsed_item(
    *, title: str, summary: str, link: str, date: str, identifier: str, base: str
) -> ParsedItem:
    """Build one item from what the feed gave.

    Args:
        title: HTML; `escape` plain text first. So is `summary`.
        link: absolute, or relative to `base`.
        date: as the feed wrote it.
        base: the address of the feed, or of its `xml:base`; "" if unknown.
    """
    return ParsedItem(title, summary, resolved(link, base), identifier.strip(), date.strip())


def resolved(link: str, base: str) -> str:
    """`link` made absolute; as it is where it cannot be."""
    link = "".join(link.split()) if link[:4].lower() == "http" else link.strip()
    if not link or not base or link.startswith(_ABSOLUTE):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def escape(text: str) -> str:
    """Plain text as HTML that means the same."""
    return html.escape(text, quote=False)
