"""Build items, stories, themes and issues for tests: sensible defaults, any field by keyword."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from digest.model import (
    Brief,
    Email,
    Issue,
    Item,
    Sentence,
    Signal,
    Source,
    Story,
    Subscriber,
    SubscriberStatus,
    Theme,
    Week,
)

NOW = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)
WEEK = Week(2026, 22)
WINDOW = WEEK.window(ZoneInfo("UTC"))
_numbers: Iterator[int] = itertools.count(1)


def at(text: str) -> datetime:
    """Read `2026-05-27` or `2026-05-27T09:30` as a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def make_source(name: str = "Chip Ledger", **fields: Any) -> Source:
    """A feed; its address follows from its name."""
    slug = name.lower().replace(" ", "-")
    return Source(**{"name": name, "url": f"https://{slug}.example/feed.xml", **fields})


def make_item(id: str = "", title: str = "", **fields: Any) -> Item:
    """An item of Wednesday 27 May 2026; a missing id, title or address is made up and unique.

    Give `published=None` for an item without a publication date.
    """
    id = id or f"item-{next(_numbers)}"
    url = fields.pop("url", f"https://chip-ledger.example/{id}")
    published = fields.pop("published", at("2026-05-27T09:30"))
    defaults: dict[str, Any] = {
        "link": url,
        "summary": "The company gave the date, the price and the size of the order.",
        "source": "Chip Ledger",
        "first_seen": (published or at("2026-05-27T09:30")) + timedelta(minutes=20),
    }
    title = title or f"Northwind opens data centre {id}"
    return Item(
        **{**defaults, **fields, "id": id, "url": url, "title": title, "published": published}
    )


def make_brief(item: Item, **parts: Any) -> Brief:
    """A brief of three parts, all from one item; a part may be given as text."""
    texts = {
        "insight": f"{item.title} is the week's clearest sign of where the money goes",
        "what_changed": item.summary,
        "why_it_matters": "It moves the price of a token for everyone who rents capacity.",
        "credit": f"Reported by {item.source}.",
    }
    given = {
        name: said(part, item.id) if isinstance(part, str) else part
        for name, part in {**texts, **parts}.items()
    }
    return Brief(**given)


def said(text: str, *items: str) -> tuple[Sentence, ...]:
    """One sentence with the items it came from; nothing for an empty text."""
    return (Sentence(text, items),) if text else ()


def make_story(*items: Item, **fields: Any) -> Story:
    """A story of the given items (one, if none is given), lead first, with a brief."""
    items = items or (make_item(),)
    defaults: dict[str, Any] = {
        "id": items[0].id,
        "score": 60.0,
        "signals": (Signal("coverage", 0.6, 100.0, 60.0),),
        "brief": make_brief(items[0]),
    }
    return Story(**{**defaults, **fields, "items": items})


def make_theme(label: str = "Infra capex", stories: Sequence[Story] = (), **fields: Any) -> Theme:
    """A theme of the given stories (two, if none is given)."""
    stories = tuple(stories) or (make_story(), make_story())
    defaults: dict[str, Any] = {"terms": (label.lower(), "data centre", "capex")}
    return Theme(**{**defaults, **fields, "label": label, "stories": stories})


def make_issue(*themes: Theme, **fields: Any) -> Issue:
    """Issue 5, for week 2026-W22, of the given themes (two of two stories, if none is given)."""
    themes = themes or (make_theme("Infra capex"), make_theme("Custom silicon"))
    defaults: dict[str, Any] = {
        "number": 5,
        "week": str(WEEK),
        "window": WINDOW,
        "timezone": "UTC",
        "title": "Weekly AI Recap",
        "subject": "Northwind doubles its data centre budget",
        "preheader": "Also: two new accelerators, a cheaper model, and a rule on data.",
        "intro": (
            "Money moved first this week: three budgets were raised.",
            "Chips followed, with two designs taped out.",
            "Rules came last, and slower.",
        ),
        "also": (),
        "left_out": (),
        "drafted_at": NOW,
    }
    return Issue(**{**defaults, **fields, "themes": themes})


def make_subscriber(id: int = 1, email: str = "", **fields: Any) -> Subscriber:
    """A confirmed subscriber."""
    defaults: dict[str, Any] = {
        "name": "",
        "status": SubscriberStatus.CONFIRMED,
        "asked_at": at("2026-05-01"),
        "confirmed_at": at("2026-05-01T00:05"),
    }
    return Subscriber(
        **{**defaults, **fields, "id": id, "email": email or f"reader{id}@post.example"}
    )


def make_email(**fields: Any) -> Email:
    """A small complete mail to one reader."""
    defaults: dict[str, Any] = {
        "sender": "Weekly AI Recap <recap@weekly-ai-recap.example>",
        "to": "reader1@post.example",
        "subject": "Northwind doubles its data centre budget",
        "preheader": "Also: two new accelerators, a cheaper model, and a rule on data.",
        "html": '<!doctype html><html lang="en"><body><p>Hello</p></body></html>',
        "text": "Hello\n",
    }
    return Email(**{**defaults, **fields})
