"""Lay one story out as a page of its own: its whole brief, and every report of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from digest.blocks import (
    Link,
    Point,
    depth_of,
    open_host,
    open_link,
    printable,
    printed,
    story_block,
    words_of,
)
from digest.days import Days
from digest.model import Sentence, Story


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a story: who told it, under which headline, when; `url` is "" if not open."""

    source: str
    title: str
    day: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One story as a page prints it; a part that is empty is not shown.

    Attributes:
        day: of the lead's publication, and when that was, for programs.
        fresh: how long after its publication the lead was collected: "32 minutes".
        insight: one line, unless another part says the same.
        changed, matters, next: what changed, why it matters, what to do next.
        roles: who should care.
        table: the head and the rows of the comparison.
        ahead: what a report expects, each with who says so.
        earlier: the issue whose story this one carries on.
        reports: the lead first.
        host: on which the lead stands.
        writer: the model that worded some of it.
    """

    id: str
    title: str
    url: str
    host: str
    day: str
    published: datetime
    fresh: str
    insight: str
    changed: tuple[str, ...]
    matters: tuple[str, ...]
    next: tuple[str, ...]
    roles: str
    takeaways: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    dive: tuple[str, ...]
    ahead: tuple[str, ...]
    timeline: tuple[Point, ...]
    related: tuple[Link, ...]
    earlier: Link | None
    reports: tuple[Report, ...]
    writer: str

    @property
    def summary(self) -> str:
        """What a link to the page may say of it, in up to two hundred characters; "" if nothing."""
        text = self.insight or " ".join(self.changed or self.matters)
        return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0] + "…"


def card(story: Story, days: Days) -> Card:
    """The page of a story; days are printed in the issue's zone and language."""
    block, brief, lead = story_block(story, 1, days, first=True), story.brief, story.lead
    deep = depth_of(story, days, takeaways=False)
    return Card(
        id=story.id,
        title=block.title,
        url=block.url,
        host=open_host(lead.link),
        day=block.day,
        published=lead.time,
        fresh=_fresh(story, days),
        insight=_insight(story),
        changed=printed(brief.what_changed),
        matters=printed(brief.why_it_matters),
        next=printed(brief.what_to_do_next),
        roles=block.roles,
        takeaways=block.takeaways,
        table=deep.table if len(deep.table) > 1 else (),
        dive=printed(brief.deep_dive),
        ahead=deep.ahead,
        timeline=deep.timeline,
        related=block.related,
        earlier=block.earlier,
        reports=tuple(_reports(story, days)),
        writer=block.writer,
    )


def one_line(story: Story) -> str:
    """The story in a line, for lists: its insight, or what changed; "" where nobody said more."""
    brief = story.brief
    first: Iterable[Sentence] = (brief.insight or brief.what_changed or brief.why_it_matters)[:1]
    return words_of(first)


def _fresh(story: Story, days: Days) -> str:
    lead = story.lead
    if not story.brief.freshness or lead.published is None:
        return ""
    return days.words.duration(lead.first_seen - lead.published)


def _insight(story: Story) -> str:
    """The insight, unless it repeats a headline or what changed."""
    text = words_of(story.brief.insight)
    told = words_of(story.brief.what_changed)
    titles = {printable(title).rstrip(".") for title in (story.title, story.lead.title)}
    return "" if text.rstrip(".") in titles or text in told else text


def _reports(story: Story, days: Days) -> Iterable[Report]:
    for item in story.items:
        words = days.words
        source, title = words.isolated(printable(item.source)), printable(item.title)
        yield Report(source, title, days.of(item), open_link(item.link))
