"""Lay one story out for printing: its texts, links and days, each one line fit to print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from digest.days import Days
from digest.localisation import Catalog
from digest.model import Brand, Reference, Sentence, Story

# No words are lost here: controls, lone surrogates, non-characters, and the marks that force a
# reading direction on everything after them.
_NO_CHARACTERS = "".join(
    chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    f"{_NO_CHARACTERS}]"
)
_PLACEHOLDER = re.compile(r"@(?=@[A-Z_]+@@)")


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
class StoryBlock:
    """One story as printed.

    Attributes:
        number: its rank in the theme, from 1.
        day: "May 27", or "seen May 27" if the source gave no date.
        earlier: "issue 3" with the address of the story there, if this one carries it on.
        also: at most three further sources with their reports; `more` counts the rest.
        roles: "developers, policy teams"; "" where nobody in particular should care.
        takeaways: further sentences; printed for the first story of a theme.
        related: stories of earlier issues.
    """

    number: int
    id: str
    title: str
    url: str
    changed: str
    matters: str
    source: str
    day: str
    late: bool
    earlier: Link | None
    writer: str
    also: tuple[Link, ...]
    more: int
    roles: str
    takeaways: tuple[str, ...]
    related: tuple[Link, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What there is to read in it, in print order."""
        return (self.title, self.changed, self.matters, *self.takeaways)


@dataclass(frozen=True, slots=True)
class Depth:
    """What one brief has beyond its first paragraphs: a table, a timeline, the details.

    Attributes:
        title: of the story it belongs to.
        table: the head and the rows of the comparison; empty without one.
        ahead: what a report expects, each with who says so.
        timeline: the day, "Jul 16", and what was then.
        source: who reported the story; `url` is that report.
    """

    story: str
    title: str
    takeaways: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    dive: str
    ahead: tuple[str, ...]
    timeline: tuple[Point, ...]
    source: str
    url: str

    @property
    def texts(self) -> tuple[str, ...]:
        """What there is to read in it, in print order."""
        cells = (cell for row in self.table for cell in row)
        lines = (f"{line.lead} {line.text}" for line in self.timeline)
        return (*self.takeaways, *cells, self.dive, *self.ahead, *lines)


def story_block(
    story: Story, number: int, days: Days, *, first: bool = False, short: bool = False
) -> StoryBlock:
    """One story, the `number`-th of its theme; the `first` of one has its takeaways with it.

    Without them and without related stories it is `short`.
    """
    lead, brief, words = story.lead, story.brief, days.words
    others = {item.source: item for item in reversed(story.items) if item.source != lead.source}
    links = [
        Link(words.isolated(printable(source)), open_link(others[source].link))
        for source in story.sources
        if source in others
    ]
    return StoryBlock(
        number=number,
        id=story.id,
        title=printable(story.title),
        url=open_link(lead.link),
        changed=_changed(story),
        matters=words_of(brief.why_it_matters),
        source=words.isolated(printable(lead.source)),
        day=days.of(lead),
        late=story.late,
        earlier=_earlier(brief.continues, words),
        writer=words.isolated(printable(brief.writer)),
        also=tuple(links[:3]),
        more=len(links[3:]),
        roles=words.listed(_role(role.text, words) for role in brief.who_should_care),
        takeaways=printed(brief.takeaways) if first and not short else (),
        related=() if short else tuple(_related(one, words) for one in brief.related),
    )


def depth_of(story: Story, days: Days, *, takeaways: bool) -> Depth:
    """The details of a story's brief; without its `takeaways` where those stand elsewhere."""
    brief, table = story.brief, story.brief.comparison
    return Depth(
        story=story.id,
        title=printable(story.title),
        takeaways=printed(brief.takeaways) if takeaways else (),
        table=tuple(tuple(map(printable, row)) for row in (table.columns, *table.rows) if row),
        dive=words_of(brief.deep_dive),
        ahead=printed(brief.implications),
        timeline=tuple(
            Point(days.spoken(line.date), printable(line.text)) for line in brief.timeline
        ),
        source=days.words.isolated(printable(story.lead.source)),
        url=open_link(story.lead.link),
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
    texts = {summaries.get(next(iter(sentence.items), ""), "") for sentence in both}
    whole = texts.pop()
    apart = bool(texts) or len(changed) > 1
    return words_of(both if apart else sorted(both, key=lambda said: whole.find(said.text)))


def _role(role: str, words: Catalog) -> str:
    """A role in the middle of a line: "developers"."""
    said = printable(words.say(role))
    return said[:1].lower() + said[1:]


def _earlier(continues: Iterable[Reference], words: Catalog) -> Link | None:
    """The issue whose story this one carries on, and where to read it."""
    return next((Link(_issue(one, words), open_link(one.url)) for one in continues), None)


def _related(one: Reference, words: Catalog) -> Link:
    title = words.isolated(printable(one.text))
    return Link(f"{title} ({_issue(one, words)})", open_link(one.url))


def _issue(one: Reference, words: Catalog) -> str:
    return words.say("issue %(number)s", number=one.issue)


def words_of(sentences: Iterable[Sentence]) -> str:
    """The sentences as one printable text."""
    return printable(" ".join(sentence.text for sentence in sentences))


def printed(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """Each sentence as printable text."""
    return tuple(printable(sentence.text) for sentence in sentences)


def printable(text: str) -> str:
    """The same words on one line, without what is no text: controls, overrides, placeholders."""
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return _PLACEHOLDER.sub("@\u2060", text) if "@@" in text else text


def printable_brand(brand: Brand, words: Catalog) -> Brand:
    """The brand with its texts fit to print; the tagline it comes with is the catalogue's."""
    return replace(
        brand,
        name=printable(brand.name),
        address=printable(brand.address),
        tagline=printable(words.say(brand.tagline)),
        intro=printable(brand.intro),
        footer=printable(brand.footer),
    )


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


def open_host(url: str) -> str:
    """The host of an address as people say it, without `www.`; "" where the link is not open."""
    return (urlsplit(open_link(url)).hostname or "").removeprefix("www.")
