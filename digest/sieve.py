"""Parts the items and stories that may be in an issue from those that a rule keeps out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from digest.entities import on_topic
from digest.kinds import no_news
from digest.model import Item, LeftOut, Story
from digest.plan import Plan

ON_TOPIC = 3
"""One in so many reports of a story has to be on topic."""
LATE_DAYS = 7
"""A report found later than this after its publication is an archive's, not a late one."""


def sift(items: Sequence[Item], plan: Plan) -> tuple[tuple[Item, ...], tuple[LeftOut, ...]]:
    """Part the items that may be in the issue from those that a rule keeps out.

    Args:
        items: those that entered before the window's end and after the previous cut-off.

    Returns:
        The items to join into stories, and the others with the rule in words.
    """
    kept, left_out = [], []
    for item in items:
        rule = _rule_against(item, plan)
        if rule:
            left_out.append(LeftOut(item.id, item.title, rule))
        else:
            kept.append(item)
    return tuple(kept), tuple(left_out)


def _rule_against(item: Item, plan: Plan) -> str:
    """The first rule that keeps an item out; "" if none does."""
    start = plan.window.start
    earliest = start - timedelta(days=LATE_DAYS) if plan.follows else start
    if item.sponsored:
        return "sponsored: an advertisement or a notice of the house"
    if item.archived:
        return "from an archive: undated, among many that its source showed at once"
    if item.time < earliest:
        what = "published" if item.published else "first seen"
        return f"too old: {what} {item.time:%Y-%m-%d}, before {earliest:%Y-%m-%d}"
    return ""


def fitting(joined: Sequence[Story], plan: Plan) -> tuple[tuple[Story, ...], tuple[LeftOut, ...]]:
    """Part the stories that may be printed from those off topic, in another language or no news."""
    kept, left_out = [], []
    for story in joined:
        if all(item.language != plan.language for item in story.items):
            rule = f"in another language: {story.lead.language}, and joined to no story in"
            rule += f" {plan.language}"
        elif not _on_topic(story, plan.focus):
            rule = "off topic: too few of its reports hold a focus word of the newsletter, or only"
            rule += " in passing"
        elif all(what := [no_news(item.title) for item in story.items]):
            rule = f"no news: {what[0]}"
        else:
            kept.append(story)
            continue
        left_out += [LeftOut(item.id, item.title, rule) for item in story.items]
    return tuple(kept), tuple(left_out)


def _on_topic(story: Story, focus: Sequence[str]) -> bool:
    """Whether a third of the reports are on topic: one that names it in passing is not enough."""
    held = sum(on_topic(item.text, focus, title=item.title) for item in story.items)
    return held > 0 and ON_TOPIC * held >= len(story.items)
