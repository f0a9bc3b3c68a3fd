"""What a feed says, whatever its format: a title and its items."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from digest.clean import parse_date, plain
from digest.items import RawItem


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One item of a feed.

    Attributes:
        title: plain text, one line; so is `summary`, which is never cut.
        link: absolute where the feed allows it; "" without one.
        published: UTC; None without a date that can be read.
        id: the feed's own identifier; "" without one.
        title_html: the title as the feed gave it, plain text escaped; so is `summary_html`.
        date_text: the date as the feed wrote it.
    """

    title: str
    link: str
    published: datetime | None
    id: str
    summary: str
    title_html: str = ""
    summary_html: str = ""
    date_text: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's title (plain text, "" without one) and its items in the order of the feed."""

    title: str
    items: tuple[ParsedItem, ...]

    def raw_items(self, source: str = "") -> tuple[RawItem, ...]:
        """The items for `digest.items`, under `source` or else the feed's own title.

        The feed's identifiers are no ids of ours: two feeds may use the same ones.
        """
        return tuple(
            RawItem(
                url=item.link or None,
                title=item.title_html,
                summary=item.summary_html,
                published=item.date_text or None,
                source=source or self.title,
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
    return ParsedItem(
        title=plain(title),
        link=resolved(link, base),
        published=parse_date(date),
        id=identifier.strip(),
        summary=plain(summary),
        title_html=title,
        summary_html=summary,
        date_text=date.strip(),
    )


def resolved(link: str, base: str) -> str:
    """`link` made absolute; as it is where it cannot be."""
    link = "".join(link.split()) if link[:4].lower() == "http" else link.strip()
    if not link or not base:
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def escape(text: str) -> str:
    """Plain text as HTML that means the same."""
    return html.escape(text, quote=False)
