"""Lay an issue out for printing: what the mail says, in which order, in words and dates.

Pure: from an `Issue` and a `Brand` to a `Page`, which the templates only dress. Every text of a
page is one line without control characters, so nothing in it can break a template, a header or
the placeholders that `digest.render.personalise` fills in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from digest.blocks import (
    Details,
    Link,
    Point,
    StoryBlock,
    open_link,
    printable,
    short_day,
    story_block,
    words_of,
)
from digest.clauses import shorter
from digest.model import Brand, Issue, Story, Theme, Week

QUIET = 5
_TLDR_LINES = 5
_TLDR_LIMIT = 180
_WORDS_A_MINUTE = 230
_CLOSING = ("”", '"', "’", "'", ")", "%")
_MOST_BYTES = 64_000
"""Of the HTML: with the text part and the encoding, a mail then stays under 102,400."""

_FRAME_BYTES, _STORY_BYTES, _LINE_BYTES = 12_000, 800, 80
"""What templates add around a page, a story and a line of its details."""


@dataclass(frozen=True, slots=True)
class ThemeBlock:
    """One theme as printed."""

    label: str
    trend: str
    stories: tuple[StoryBlock, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole issue as printed, top to bottom.

    Attributes:
        dates: "May 25–31, 2026".
        minutes: time to read at 230 words a minute, from 1.
        dek: the first sentence of the story that `headline` names; the TL;DR leaves that story out.
        quiet: fewer than five stories; the intro says so.
        unsubscribe, preferences: addresses with or without a placeholder, ready for a link.
        view: the issue in a browser.
        forward: a new mail that points to `view`. These three are "" where nothing is served.
    """

    language: str
    name: str
    tagline: str
    number: int
    dates: str
    minutes: int
    subject: str
    preheader: str
    headline: Link
    dek: str
    intro: tuple[str, ...]
    points: tuple[Point, ...]
    themes: tuple[ThemeBlock, ...]
    also: tuple[StoryBlock, ...]
    sources: tuple[str, ...]
    writers: tuple[str, ...]
    quiet: bool
    unsubscribe: str
    preferences: str
    view: str
    forward: str
    address: str


def lay_out(
    issue: Issue,
    brand: Brand,
    *,
    unsubscribe: str,
    preferences: str = "",
    view: str = "",
    forward: str = "",
) -> Page:
    """The page of an issue, signed by `brand`, with the addresses its links lead to."""
    zone = ZoneInfo(issue.timezone)
    year = Week.parse(issue.week).year
    blocks = _with_room(issue, tuple(_theme(theme, zone, year) for theme in issue.themes))
    also = tuple(
        story_block(story, rank, zone, year) for rank, story in enumerate(issue.also, start=1)
    )
    quiet = len(issue.stories) < QUIET
    best = _best(issue, brand)
    return Page(
        language=printable(brand.language),
        name=printable(brand.name),
        tagline=printable(brand.tagline),
        number=issue.number,
        dates=week_dates(Week.parse(issue.week)),
        minutes=_minutes(issue.intro, blocks, also),
        subject=printable(issue.subject),
        preheader=printable(issue.preheader),
        headline=_headline(issue, best, brand),
        dek=words_of(best.brief.what_changed[:1] or best.brief.insight) if best else "",
        intro=tuple(printable(line) for line in issue.intro),
        points=() if quiet else _points(issue.themes, best),
        themes=blocks,
        also=also,
        sources=_names(item.source for story in issue.stories for item in story.items),
        writers=_names(block.writer for theme in blocks for block in theme.stories),
        quiet=quiet,
        unsubscribe=unsubscribe,
        preferences=preferences,
        view=view,
        forward=forward,
        address=printable(brand.address),
    )


def week_dates(week: Week) -> str:
    """Monday to Sunday: "May 25–31, 2026", "Jun 29 – Jul 5, 2026", "Dec 29, 2025 – Jan 4, 2026"."""
    first = week.monday()
    last = first + timedelta(days=6)
    if first.year != last.year:
        return f"{short_day(first)}, {first.year} – {short_day(last)}, {last.year}"
    if first.month != last.month:
        return f"{short_day(first)} – {short_day(last)}, {last.year}"
    return f"{short_day(first)}–{last.day}, {last.year}"


def _best(issue: Issue, brand: Brand) -> Story | None:
    """The story the week is named after; None if the title says more than name and week."""
    title = printable(issue.title)
    plain = not title or issue.week in title or title.casefold() == brand.name.casefold()
    if not issue.stories or not plain:
        return None
    return min(issue.stories, key=lambda story: (-story.score, story.id))


def _headline(issue: Issue, best: Story | None, brand: Brand) -> Link:
    if best is None:
        return Link(printable(issue.title) or printable(brand.name), "")
    return Link(printable(best.title), open_link(best.lead.link))


def _theme(theme: Theme, zone: ZoneInfo, year: int) -> ThemeBlock:
    stories = tuple(
        story_block(story, rank, zone, year) for rank, story in enumerate(theme.stories, start=1)
    )
    return ThemeBlock(printable(theme.label), printable(theme.trend), stories)


def _with_room(issue: Issue, themes: tuple[ThemeBlock, ...]) -> tuple[ThemeBlock, ...]:
    """The themes with the details of their best stories, as far as the mail has room."""
    blocks = [block for theme in themes for block in theme.stories]
    taken = _FRAME_BYTES + sum(_STORY_BYTES + block.size for block in blocks)
    taken += sum(_STORY_BYTES // 2 for _ in issue.also)
    rank = {story.id: (-story.score, story.id) for story in issue.stories}
    bare: set[str] = set()
    for block in sorted(blocks, key=lambda block: rank[block.id]):
        size = sum(_LINE_BYTES + len(text.encode()) for text in block.details.texts)
        if taken + size > _MOST_BYTES:
            bare.add(block.id)
        else:
            taken += size
    return tuple(
        replace(
            theme,
            stories=tuple(
                replace(block, details=Details()) if block.id in bare else block
                for block in theme.stories
            ),
        )
        for theme in themes
    )


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


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    names = {printable(text) for text in texts} - {""}
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _minutes(
    intro: tuple[str, ...], themes: tuple[ThemeBlock, ...], also: tuple[StoryBlock, ...]
) -> int:
    texts = [*intro, *(block.title for block in also)]
    for theme in themes:
        texts += (
            " ".join((block.title, block.changed, block.matters, block.to_do, *block.details.texts))
            for block in theme.stories
        )
    return max(1, round(sum(len(text.split()) for text in texts) / _WORDS_A_MINUTE))
