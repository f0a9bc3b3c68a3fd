"""Write what no report words of a brief: who should care, how fresh it is, whose it is."""

from __future__ import annotations

from datetime import timedelta

from digest import cues
from digest.model import Item, Sentence, Story

_OF_MANY_TRADES = {"developer", "developers"}
"""Also of land: by themselves they do not tell whose story it is."""


def roles(story: Story) -> tuple[Sentence, ...]:
    """Up to two roles of which the story's items hold two words or more, the most frequent.

    Of an item that tells several stories only the title counts. A second role needs half as many
    words as the first has.
    """
    ids = tuple(item.id for item in story.items)
    text = " ".join(i.title if cues.ROUND_UP.search(i.title) else i.text for i in story.items)
    text = f"{story.title}. {text}" if story.headline else text
    found = [(pattern.findall(text.lower()), role) for role, pattern in cues.ROLES]
    counts = [(len(words), role) for words, role in found if set(words) - _OF_MANY_TRADES]
    best = sorted((c for c in counts if c[0] >= 2), key=lambda c: -c[0])[:2]
    return tuple(Sentence(role, ids) for count, role in best if 2 * count >= best[0][0])


def freshness(lead: Item) -> tuple[Sentence, ...]:
    """How long after its publication the lead was collected; nothing where that is not known."""
    if lead.published is None or lead.first_seen <= lead.published:
        return ()
    age = lead.first_seen - lead.published
    return (Sentence(f"Collected {_span(age)} after publication", (lead.id,)),)


def _span(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def credit(story: Story) -> tuple[Sentence, ...]:
    """The lead's source, and who else covered the story."""
    first, *others = story.sources
    ids = tuple(item.id for item in story.items)
    return (Sentence(f"{first}; also covered by {', '.join(others)}" if others else first, ids),)
