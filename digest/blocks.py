"""Lay one story out for printing: its texts, links and days, each one line fit to print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digest.model import Brief, Item, Reference, Sentence, Story

MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
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
class Point:
    """One line of the TL;DR: the headline, and what to know."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Details:
    """What a brief has beyond its first paragraphs; the mail prints it while there is room.

    Attributes:
        table: the head and the rows of the comparison; empty without one.
        ahead: what a report expects, each with who says so.
        timeline: the day, "Jul 16", and what was then.
        related: stories of earlier issues.
    """

    takeaways: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    deep_dive: str = ""
    ahead: tuple[str, ...] = ()
    timeline: tuple[Point, ...] = ()
    related: tuple[Link, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of it, in print order."""
        cells = (cell for row in self.table for cell in row)
        lines = (f"{line.lead} {line.text}" for line in self.timeline)
        related = (f"{link.text} {link.url}" for link in self.related)
        deep = (self.deep_dive,) if self.deep_dive else ()
        return (*self.takeaways, *cells, *deep, *self.ahead, *lines, *related)


@dataclass(frozen=True, slots=True)
class StoryBlock:
    """One story as printed.

    Attributes:
        number: its rank in the theme, from 1.
        day: "May 27", or "seen May 27" if the source gave no date.
        earlier: "issue 3" with the address of the story there, if this one carries it on.
        also: at most three further sources with their reports; `more` counts the rest.
        roles: "developers, policy teams"; "" where nobody in particular should care.
        details: what the brief has beyond the first paragraphs.
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
    roles: str
    details: Details
    two_way: bool

    @property
    def size(self) -> int:
        """Bytes of its text, details aside."""
        texts = (self.title, self.changed, self.matters, self.to_do, self.url)
        return sum(len(text.encode()) for text in texts)


def story_block(story: Story, number: int, zone: ZoneInfo, year: int) -> StoryBlock:
    """One story, the `number`-th of its theme; days are those of `zone`."""
    lead, brief = story.lead, story.brief
    others = {item.source: item for item in reversed(story.items) if item.source != lead.source}
    links = [
        Link(printable(source), open_link(others[source].link))
        for source in story.sources
        if source in others
    ]
    changed = _changed(story)
    title, matters = printable(story.title), words_of(brief.why_it_matters)
    to_do = words_of(brief.what_to_do_next)
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
        roles=", ".join(role.text[:1].lower() + role.text[1:] for role in brief.who_should_care),
        details=_details(brief, year),
        two_way=bool(_RIGHT_TO_LEFT.search(title + changed + matters + to_do)),
    )


def _changed(story: Story) -> str:
    """What changed with the insight, if that is not a part of it; "" if no sentence was usable."""
    titles = {f"{item.title}." for item in story.items}
    changed = story.brief.what_changed
    insight = tuple(s for s in story.brief.insight if not changed or s.text not in titles)
    part = set(re.findall(r"\w+", words_of(insight))) <= set(re.findall(r"\w+", words_of(changed)))
    if part:
        return words_of(changed)
    summaries = {item.id: item.summary for item in story.items}
    both = (*changed, *insight)
    texts = {summaries.get(sentence.items[0], "") for sentence in both}
    whole = texts.pop()
    apart = bool(texts) or len(changed) > 1
    return words_of(both if apart else sorted(both, key=lambda said: whole.find(said.text)))


def _earlier(continues: Iterable[Reference]) -> Link | None:
    """The issue whose story this one carries on, and where to read it."""
    return next((Link(f"issue {one.issue}", open_link(one.url)) for one in continues), None)


def words_of(sentences: Iterable[Sentence]) -> str:
    """The sentences as one printable text."""
    return printable(" ".join(sentence.text for sentence in sentences))


def _details(brief: Brief, year: int) -> Details:
    table = brief.comparison
    return Details(
        takeaways=_texts(brief.takeaways),
        table=tuple(tuple(map(printable, row)) for row in (table.columns, *table.rows) if row),
        deep_dive=words_of(brief.deep_dive),
        ahead=_texts(brief.implications),
        timeline=tuple(
            Point(_spoken_day(line.date, year), printable(line.text)) for line in brief.timeline
        ),
        related=tuple(
            Link(f"{printable(one.text)} (issue {one.issue})", open_link(one.url))
            for one in brief.related
        ),
    )


def _texts(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    return tuple(printable(sentence.text) for sentence in sentences)


def _spoken_day(day: str, year: int) -> str:
    """A day as precise as it was said: "Jul 16", "Dec 2025", "2024"; the year if it is another."""
    said = [int(part) for part in day.split("-")]
    if len(said) == 1:
        return day
    month = MONTHS[said[1] - 1]
    if len(said) == 2:
        return f"{month} {said[0]}"
    return f"{month} {said[2]}" + ("" if said[0] == year else f", {said[0]}")


def printable(text: str) -> str:
    """The same words on one line, without what is no text: controls, overrides, placeholders."""
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return _PLACEHOLDER.sub("@\u2060", text) if "@@" in text else text


def columns(text: str) -> int:
    """How wide a text stands in plain print: wide letters and emoji count two."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


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


def item_day(item: Item, zone: ZoneInfo, year: int) -> str:
    """The day of a report in `zone`; the year only if it is not `year`; "seen" if undated."""
    moment: datetime = item.time.astimezone(zone)
    text = short_day(moment.date()) + ("" if moment.year == year else f", {moment.year}")
    return text if item.published else f"seen {text}"


def short_day(day: date) -> str:
    """A day as "May 27"."""
    return f"{MONTHS[day.month - 1]} {day.day}"
