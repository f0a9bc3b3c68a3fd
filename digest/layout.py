"""Lay an issue out for printing: what the mail says, in which order, in words and dates.

Pure: from an `Issue` and a `Brand` to a `Page`, which the templates only dress. Every text of a
page is one line without control characters, so nothing in it can break a template, a header or
the placeholders that `digest.render.personalise` fills in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digest.clauses import shorter
from digest.model import Brand, Issue, Item, Reference, Sentence, Story, Theme, Week

MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
QUIET = 5
_TLDR_LIMIT = 180
_WORDS_A_MINUTE = 230
# No words are lost here: controls, lone surrogates, non-characters, and the marks that force a
# reading direction on everything after them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_PLACEHOLDER = re.compile(r"@(?=@[A-Z_]+@@)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Link:
    """A text and the address behind it; the address is "" where it is not http(s)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class StoryBlock:
    """One story as printed.

    Attributes:
        number: its rank in the theme, from 1.
        day: "May 27", or "seen May 27" if the source gave no date.
        earlier: "issue 3" with the address of the story there, if this one carries it on.
        also: at most three further sources with their reports; `more` counts the rest.
        two_way: the text holds right-to-left script, so direction follows the first letter.
    """

    number: int
    id: str
    title: str
    url: str
    changed: str
    matters: str
    to_do: str
    source: str
    day: str
    late: bool
    earlier: Link | None
    writer: str
    also: tuple[Link, ...]
    more: int
    two_way: bool


@dataclass(frozen=True, slots=True)
class ThemeBlock:
    """One theme as printed."""

    label: str
    trend: str
    stories: tuple[StoryBlock, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the TL;DR: the headline, and what to know."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A whole issue as printed, top to bottom.

    Attributes:
        dates: "May 25–31, 2026".
        minutes: time to read at 230 words a minute, from 1.
        dek: what changed in the story that `headline` names; the TL;DR leaves that story out.
        quiet: fewer than five stories; the intro says so.
        unsubscribe: address with or without a placeholder, ready for a link.
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
    address: str


def lay_out(issue: Issue, brand: Brand, *, unsubscribe: str) -> Page:
    """The page of an issue, signed by `brand`, with `unsubscribe` as the address to leave by."""
    zone = ZoneInfo(issue.timezone)
    year = Week.parse(issue.week).year
    blocks = tuple(_theme(theme, zone, year) for theme in issue.themes)
    also = tuple(_story(story, rank, zone, year) for rank, story in enumerate(issue.also, start=1))
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
        dek=_changed(best) if best else "",
        intro=tuple(printable(line) for line in issue.intro),
        points=() if quiet else _points(issue.themes, best),
        themes=blocks,
        also=also,
        sources=_names(item.source for story in issue.stories for item in story.items),
        writers=_names(block.writer for theme in blocks for block in theme.stories),
        quiet=quiet,
        unsubscribe=unsubscribe,
        address=printable(brand.address),
    )


def printable(text: str) -> str:
    """The same words on one line, without what is no text: controls, overrides, placeholders."""
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return _PLACEHOLDER.sub("@\u2060", text) if "@@" in text else text


def open_link(url: str) -> str:
    """The address as it may stand in a link: http(s), no blanks; "" for anything else."""
    url = _UNPRINTABLE.sub("", url.strip())
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc or url.split() != [url]:
        return ""
    return _PLACEHOLDER.sub("%40", url)


def week_dates(week: Week) -> str:
    """Monday to Sunday: "May 25–31, 2026", "Jun 29 – Jul 5, 2026", "Dec 29, 2025 – Jan 4, 2026"."""
    first = week.monday()
    last = first + timedelta(days=6)
    if first.year != last.year:
        return f"{_day(first)}, {first.year} – {_day(last)}, {last.year}"
    if first.month != last.month:
        return f"{_day(first)} – {_day(last)}, {last.year}"
    return f"{_day(first)}–{last.day}, {last.year}"


def item_day(item: Item, zone: ZoneInfo, year: int) -> str:
    """The day of a report in `zone`; the year only if it is not `year`; "seen" if undated."""
    moment: datetime = item.time.astimezone(zone)
    text = _day(moment.date()) + ("" if moment.year == year else f", {moment.year}")
    return text if item.published else f"seen {text}"


def _day(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}"


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
        _story(story, rank, zone, year) for rank, story in enumerate(theme.stories, start=1)
    )
    return ThemeBlock(printable(theme.label), printable(theme.trend), stories)


def _story(story: Story, number: int, zone: ZoneInfo, year: int) -> StoryBlock:
    lead, brief = story.lead, story.brief
    others = {item.source: item for item in reversed(story.items) if item.source != lead.source}
    links = [
        Link(printable(source), open_link(others[source].link))
        for source in story.sources
        if source in others
    ]
    changed = _changed(story)
    title, matters = printable(story.title), _words(brief.why_it_matters)
    to_do = _words(brief.what_to_do_next)
    return StoryBlock(
        number=number,
        id=story.id,
        title=title,
        url=open_link(lead.link),
        changed=changed,
        matters=matters,
        to_do=to_do,
        source=printable(lead.source),
        day=item_day(lead, zone, year),
        late=story.late,
        earlier=_earlier(brief.continues),
        writer=printable(brief.writer),
        also=tuple(links[:3]),
        more=len(links[3:]),
        two_way=bool(_RIGHT_TO_LEFT.search(title + changed + matters + to_do)),
    )


def _changed(story: Story) -> str:
    """What changed with the insight, if that is not a part of it; "" if no sentence was usable."""
    changed, insight = story.brief.what_changed, story.brief.insight
    part = set(re.findall(r"\w+", _words(insight))) <= set(re.findall(r"\w+", _words(changed)))
    if len(changed) > 1 or part:
        return _words(changed)
    summaries = {item.id: item.summary for item in story.items}
    both = (*changed, *insight)
    texts = {summaries.get(sentence.items[0], "") for sentence in both}
    whole = texts.pop()
    return _words(both if texts else sorted(both, key=lambda sentence: whole.find(sentence.text)))


def _earlier(continues: Iterable[Reference]) -> Link | None:
    """The issue whose story this one carries on, and where to read it."""
    return next((Link(f"issue {one.issue}", open_link(one.url)) for one in continues), None)


def _words(sentences: Iterable[Sentence]) -> str:
    return printable(" ".join(sentence.text for sentence in sentences))


def _points(themes: tuple[Theme, ...], best: Story | None) -> tuple[Point, ...]:
    """Five lines: the first story of each theme that `best` does not stand for, then the next."""
    listed = [theme.stories for theme in themes]
    taken = {best.id} if best else set()
    firsts = [s[0] for s in listed if s and not any(story.id in taken for story in s)]
    taken |= {story.id for story in firsts}
    rest = [story for stories in listed for story in stories if story.id not in taken]
    rest.sort(key=lambda story: (-story.score, story.id))
    return tuple(_point(story) for story in (*firsts, *rest)[:5])


def _point(story: Story) -> Point:
    sentences = story.brief.insight or story.brief.what_changed
    text = printable(sentences[0].text) if sentences else ""
    text = next((form for form in shorter(text) if len(form) <= _TLDR_LIMIT), text)
    title = printable(story.title)
    return Point(title if title.endswith((".", "!", "?", "…")) else f"{title}.", text)


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    names = {printable(text) for text in texts} - {""}
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))


def _minutes(
    intro: tuple[str, ...], themes: tuple[ThemeBlock, ...], also: tuple[StoryBlock, ...]
) -> int:
    texts = [*intro, *(block.title for block in also)]
    for theme in themes:
        texts += (
            f"{block.title} {block.changed} {block.matters} {block.to_do}"
            for block in theme.stories
        )
    return max(1, round(sum(len(text.split()) for text in texts) / _WORDS_A_MINUTE))
