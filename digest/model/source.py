"""Where items come from: Source, and the Selectors of one that is a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a page holds its items, in CSS; "" where the rules of `digest.sources.page` do.

    Attributes:
        item: finds one element an item, in the page; the others look within that element.
        link: an element with an address, or around one.
    """

    item: str = ""
    title: str = ""
    link: str = ""
    summary: str = ""
    date: str = ""


NO_SELECTORS = Selectors()


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from: one address that is asked, or a file imported under a name.

    Attributes:
        kind: a name of `digest.sources.kinds.KINDS`: what makes items of its answers.
        selectors: of a page; no other kind has any.
    """

    name: str
    url: str
    kind: str = "feed"
    group: str = ""
    muted: bool = False
    selectors: Selectors = NO_SELECTORS
