"""Small weeks with known events and themes, for the tests of stories, themes and labels."""

from __future__ import annotations

import random
from collections.abc import Sequence

from digest.model import Item, Story
from tests.builders import make_item

EVENTS: dict[str, list[tuple[str, str]]] = {
    "reactor": [
        (
            "Oakmere buys power from Fennel reactor for data centers",
            "Oakmere Cloud agreed to buy 180 megawatts from the Fennel Ridge reactor.",
        ),
        (
            "Fennel Ridge reactor will feed Oakmere data centers",
            "The reactor owner sells 180 megawatts to Oakmere Cloud; the price was not published.",
        ),
        (
            "What the Oakmere reactor contract means for the grid",
            "Fennel Ridge leaves the open market as Oakmere Cloud takes 180 megawatts of power.",
        ),
    ],
    "worm": [
        (
            "InkBlot worm spreads by calendar invite",
            "Saltmarsh researchers built InkBlot, a prompt injection worm that infects assistants.",
        ),
        (
            "Assistants patched after InkBlot calendar attack",
            "Three vendors patched the prompt injection hole that the InkBlot worm used.",
        ),
    ],
    "tart": [
        (
            "Rhubarb and almond tart for late spring",
            "Roast the rhubarb with orange peel, then bake the almond tart until golden.",
        ),
    ],
    "bond": [
        (
            "Brightwater sells $14 billion of bonds",
            "Pension funds ordered three times what Brightwater Digital offered in its bond sale.",
        ),
        (
            "Brightwater bond sale is the largest of its kind",
            "Brightwater Digital raised $14 billion; the bonds pay 6.1 percent.",
        ),
    ],
}

THEMES: dict[str, list[str]] = {
    "chips": ["foundry yield wafer", "wafer packaging foundry", "foundry memory stack wafer"],
    "law": ["senate bill committee", "committee vote senate rule", "senate court bill hearing"],
    "robots": ["robot arm warehouse", "warehouse robot grasp", "robot folding warehouse towel"],
    "agents": ["coding agent editor", "agent pull request coding", "coding agent deletes table"],
}


def week_items(language: str = "en") -> list[Item]:
    """Every report of `EVENTS`, an outlet each; the id is event and number."""
    return [
        make_item(
            f"{event}-{number}",
            title,
            summary=summary,
            url=f"https://outlet-{number}.example/{event}",
            source=f"Outlet {number}",
            language=language,
        )
        for event, reports in EVENTS.items()
        for number, (title, summary) in enumerate(reports)
    ]


def theme_texts() -> tuple[list[str], list[str]]:
    """Titles, three a theme, and the theme of each."""
    titles = [f"{text} {theme}{n}" for theme, many in THEMES.items() for n, text in enumerate(many)]
    return titles, [theme for theme, many in THEMES.items() for _ in many]


def theme_stories() -> list[Story]:
    """A story of one report for each of `theme_texts`."""
    titles, kinds = theme_texts()
    items = [
        make_item(f"{kind}-{n}", title, summary="")
        for n, (title, kind) in enumerate(zip(titles, kinds, strict=True))
    ]
    return [Story(id=item.id, items=(item,)) for item in items]


def groups_of(labels: Sequence[int], names: Sequence[str]) -> set[frozenset[str]]:
    """The partition that labels make of names."""
    return {
        frozenset(name for name, own in zip(names, labels, strict=True) if own == label)
        for label in set(labels)
    }


def shuffled(count: int, seed: int) -> list[int]:
    """The numbers below `count` in another order."""
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return order
