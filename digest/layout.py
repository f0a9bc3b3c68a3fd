"""Lay an issue out for printing: what the mail says, in which order, in words and dates.

Pure: from an `Issue` and a `Brand` to a `Page`, which the templates only dress. Every text of a
page is one line without control characters, so nothing in it can break a template, a header or
the placeholders that `digest.render.personalise` fills in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from digest import supplements
from digest.blocks import (
    Depth,
    Point,
    StoryBlock,
    open_host,
    printable,
    printable_brand,
    story_block,
)
from digest.clauses import shorter
from digest.days import Days, week_span
from digest.links import Links
from digest.localisation import ENGLISH, Catalog
from digest.model import Brand, Issue, Story, Theme, Week
from digest.supplements import Action, Bar, Number

QUIET = 5
_TLDR_LINES = 5
_TLDR_LIMIT = 180
_WORDS_A_MINUTE = 230
_CLOSING = ("”", '"', "’", "'", ")", "%")


@dataclass(frozen=True, slots=True)
class ThemeBlock:
    """One theme as printed."""

    label: str
    trend: str
    stories: tuple[StoryBlock, ...]


@dataclass(frozen=True, slots=True)
class LeadBlock:
    """The story the week is named after, with its theme and the host its report stands on."""

    theme: str
    host: str
    story: StoryBlock


@dataclass(frozen=True, slots=True)
class Page:
    """A whole issue as printed, top to bottom.

    Attributes:
        dates: "May 25 – 31, 2026".
        minutes: time to read at 230 words a minute, from 1.
        lead: stands on top and not again in its theme; None where an editor titled the issue.
        headline: the editor's title, or the newsletter's name, where there is no lead.
        quiet: fewer than five stories; the intro says so.
        unsubscribe, preferences: addresses with or without a placeholder, ready for a link.
        view: the issue in a browser.
        forward: a new mail that points to `view`. These three are "" where nothing is served.
    """

    language: str
    direction: str
    brand: Brand
    number: int
    dates: str
    minutes: int
    subject: str
    preheader: str
    lead: LeadBlock | None
    headline: str
    intro: tuple[str, ...]
    points: tuple[Point, ...]
    themes: tuple[ThemeBlock, ...]
    depth: Depth | None
    actions: tuple[Action, ...]
    numbers: tuple[Number, ...]
    bars: tuple[Bar, ...]
    also: tuple[StoryBlock, ...]
    sources: tuple[str, ...]
    writers: tuple[str, ...]
    quiet: bool
    unsubscribe: str
    preferences: str
    view: str
    forward: str

    @property
    def stories(self) -> tuple[StoryBlock, ...]:
        """Every story block, in print order."""
        lead = (self.lead.story,) if self.lead else ()
        return (*lead, *(story for theme in self.themes for story in theme.stories), *self.also)


def lay_out(
    issue: Issue,
    brand: Brand,
    *,
    links: Links,
    words: Catalog = ENGLISH,
    short: bool = False,
) -> Page:
    """The page of an issue.

    Args:
        brand: who signs it.
        links: where the mail points besides its stories.
        words: the language it speaks beside that of the reports.
        short: leave out the takeaways of each theme's first story and related earlier stories.
    """
    week = Week.parse(issue.week)
    days = Days(ZoneInfo(issue.timezone), week.year, words)
    ranked = issue.ranked
    quiet = len(ranked) < QUIET
    lead = ranked[0] if ranked and _untitled(issue, brand) else None
    rest = [story for story in ranked if story is not lead]
    top = _lead(issue, lead, days) if lead else None
    themes = tuple(
        block for theme in issue.themes if (block := _theme(theme, lead, days, short)).stories
    )
    also = [story for story in issue.also if story is not lead]
    blocks = tuple(story_block(story, rank, days) for rank, story in enumerate(also, start=1))
    printing = (*((top.story,) if top else ()), *(s for t in themes for s in t.stories), *blocks)
    told = {block.id for block in printing if block.takeaways}
    depth = supplements.depth(ranked, days, told)
    intro = tuple(printable(line) for line in issue.intro)
    return Page(
        language=words.language,
        direction=words.direction,
        brand=printable_brand(brand, words),
        number=issue.number,
        dates=week_span(week, words),
        minutes=_minutes(intro, printing, depth),
        subject=printable(issue.subject),
        preheader=printable(issue.preheader),
        lead=top,
        headline="" if top else printable(issue.title) or printable(brand.name),
        intro=intro,
        points=() if quiet else _points(issue.themes, lead),
        themes=themes,
        depth=depth,
        actions=supplements.actions(ranked),
        numbers=supplements.numbers(rest),
        bars=() if quiet else supplements.bars(issue.themes, words),
        also=blocks,
        sources=tuple(map(words.isolated, _sources(issue))),
        writers=_names(block.writer for block in printing),
        quiet=quiet,
        unsubscribe=links.unsubscribe,
        preferences=links.preferences,
        view=links.view,
        forward=links.forward,
    )


def _untitled(issue: Issue, brand: Brand) -> bool:
    """Whether the issue's title says no more than name and week, so that the lead stands for it."""
    title = printable(issue.title)
    return not title or issue.week in title or title.casefold() == brand.name.casefold()


def _lead(issue: Issue, story: Story, days: Days) -> LeadBlock:
    theme = next((theme.label for theme in issue.themes if story in theme.stories), "")
    named, host = days.words.isolated(printable(theme)), open_host(story.lead.link)
    return LeadBlock(named, days.words.isolated(host), story_block(story, 1, days))


def _theme(theme: Theme, lead: Story | None, days: Days, short: bool) -> ThemeBlock:
    """A theme without the story that stands on top of the mail."""
    stories = [story for story in theme.stories if story is not lead]
    blocks = (
        story_block(story, rank, days, first=rank == 1, short=short)
        for rank, story in enumerate(stories, start=1)
    )
    return ThemeBlock(printable(theme.label), printable(theme.trend), tuple(blocks))


def _points(themes: tuple[Theme, ...], best: Story | None) -> tuple[Point, ...]:
    """Five lines, best first: a story a theme that `best` does not stand for, then the others.

    Stories of which no more can be said than the headline give way.
    """
    lead = next((at for at, theme in enumerate(themes) if best in theme.stories), None)
    listed = sorted(
        ((at, story) for at, theme in enumerate(themes) for story in theme.stories),
        key=lambda pair: (
            not (pair[1].brief.insight or pair[1].brief.what_changed),
            -pair[1].score,
        ),
    )
    firsts: dict[int, Story] = {}
    rest: list[Story] = []
    for at, story in listed:
        if at == lead or at in firsts:
            rest.append(story)
        else:
            firsts[at] = story
    told = (story for story in (*firsts.values(), *rest) if story != best)
    return tuple(_point(story) for story in islice(told, _TLDR_LINES))


def _point(story: Story) -> Point:
    sentences = story.brief.insight or story.brief.what_changed
    text = printable(sentences[0].text) if sentences else ""
    text = next((form for form in shorter(text) if len(form) <= _TLDR_LIMIT), text)
    title = printable(story.title)
    return Point(f"{title}." if title[-1:].isalnum() or title.endswith(_CLOSING) else title, text)


def _sources(issue: Issue) -> tuple[str, ...]:
    return _names(item.source for story in issue.stories for item in story.items)


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    names = {printable(text) for text in texts} - {""}
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _minutes(intro: Iterable[str], blocks: Iterable[StoryBlock], depth: Depth | None) -> int:
    texts = [*intro, *(text for block in blocks for text in block.texts)]
    texts += depth.texts if depth else ()
    return max(1, round(sum(len(text.split()) for text in texts) / _WORDS_A_MINUTE))
