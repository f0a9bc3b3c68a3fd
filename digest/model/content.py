"""What is read and what is made of it: Item, Story, Brief, Theme, Issue, RunReport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from digest.model.weeks import Window


class IssueStatus(StrEnum):
    """Where an issue stands; it is editable only as a draft."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Item:
    """One report, as one source gave it.

    Attributes:
        id: 1 to 64 characters, unique; the importer's own id, else a hash of the address.
        url: canonical address, unique: two items never share it.
        link: the address a reader opens; tracking parameters are gone.
        published: as the source said it, if that can be right; None otherwise.
        first_seen: when it was first collected; set once, kept for ever.
        language: ISO 639-1, by its script and words ("en" where they tell nothing).
        sponsored: an advertisement or a house notice; never picked.
        remarks: what was repaired on the way in, in words an editor understands.
        points: votes or points, where the source counts them; never negative.
        guid: the source's own identifier, which it may change or use twice; "" without one.
        archived: its source showed its archive, so nobody knows how old it is; never picked.
    """

    id: str
    url: str
    link: str
    title: str
    summary: str
    source: str
    published: datetime | None
    first_seen: datetime
    language: str = "en"
    sponsored: bool = False
    remarks: tuple[str, ...] = ()
    points: int | None = None
    guid: str = ""
    archived: bool = False

    @property
    def time(self) -> datetime:
        """When it happened as far as we know: published, else first seen."""
        return self.published or self.first_seen

    @property
    def text(self) -> str:
        """Title and summary as one text."""
        return f"{self.title}. {self.summary}" if self.summary else self.title


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a brief and the ids of the items it came from; none if an editor wrote it."""

    text: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference(Sentence):
    """A sentence that points back to a story of an earlier issue.

    Attributes:
        url: the address where that story can be read.
        issue: the number of the issue that printed it.
    """

    url: str
    issue: int


@dataclass(frozen=True, slots=True)
class DatedSentence:
    """A sentence of a timeline with the day it speaks of."""

    date: str
    text: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names side by side: one row a name, the first cell of a row is the name."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """The editorial text of a story; a part without evidence is empty, never padded.

    `writer` is the name of the model that worded some of it, "" if none did.
    """

    insight: tuple[Sentence, ...] = ()
    what_changed: tuple[Sentence, ...] = ()
    why_it_matters: tuple[Sentence, ...] = ()
    what_to_do_next: tuple[Sentence, ...] = ()
    who_should_care: tuple[Sentence, ...] = ()
    takeaways: tuple[Sentence, ...] = ()
    comparison: Comparison = Comparison()
    deep_dive: tuple[Sentence, ...] = ()
    implications: tuple[Sentence, ...] = ()
    timeline: tuple[DatedSentence, ...] = ()
    related: tuple[Reference, ...] = ()
    freshness: tuple[Sentence, ...] = ()
    credit: tuple[Sentence, ...] = ()
    continues: tuple[Reference, ...] = ()
    writer: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every sentence of every part, tables aside."""
        parts = (getattr(self, field.name) for field in fields(self))
        return tuple(line.text for part in parts if isinstance(part, tuple) for line in part)


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for a rank: a value in [0, 1], its weight, and the points they make."""

    name: str
    value: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class Story:
    """The reports of one event.

    Attributes:
        id: the id of its earliest-seen item, so a late report does not rename it.
        items: at least one, lead first; an item is in one story.
        headline: what is printed; the lead's title unless an editor wrote another.
        score: sum of the signals' points, in [0, 100].
        late: some report was published before the window and first seen in it.
    """

    id: str
    items: tuple[Item, ...]
    headline: str = ""
    score: float = 0.0
    signals: tuple[Signal, ...] = ()
    brief: Brief = Brief()
    late: bool = False

    @property
    def lead(self) -> Item:
        """The report that the story links to."""
        return self.items[0]

    @property
    def title(self) -> str:
        """The headline to print."""
        return self.headline or self.lead.title

    @property
    def sources(self) -> tuple[str, ...]:
        """The distinct sources, lead's first."""
        return tuple(dict.fromkeys(item.source for item in self.items))


@dataclass(frozen=True, slots=True)
class PinnedTheme:
    """A theme that the editor always wants found: its printed name and words that mark it."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """What several stories are about: a name, the terms behind it, the stories best first.

    `found` is how many of the week's stories lie under it, printed or not; 0 if nobody counted.
    `history` is the same of the issues before, oldest first, 0 where it was not met.
    """

    label: str
    terms: tuple[str, ...]
    stories: tuple[Story, ...]
    trend: str = ""
    found: int = 0
    history: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """The stories that are known to lie under it, the printed ones at the least."""
        return max(self.found, len(self.stories))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that is not in the issue, and the rule that kept it out."""

    item: str
    title: str
    rule: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One week's newsletter; frozen by hash at approval.

    Attributes:
        number: 1, 2, 3 …, by order of making.
        window: the half-open span its items come from; `window.end` is the cut-off.
        timezone: IANA name; dates are printed in it.
        revision: counts the rebuilds and edits of the draft, from 1.
        intro: the lines under the name, in order.
        also: stories worth a line, best first.
        left_out: every other item looked at, each with a rule.
        lead: the id of the story that an editor put on top; "" for the best by score.
    """

    number: int
    week: str
    window: Window
    timezone: str
    title: str
    subject: str
    preheader: str
    intro: tuple[str, ...]
    themes: tuple[Theme, ...]
    also: tuple[Story, ...]
    left_out: tuple[LeftOut, ...]
    drafted_at: datetime
    status: IssueStatus = IssueStatus.DRAFT
    revision: int = 1
    lead: str = ""

    @property
    def stories(self) -> tuple[Story, ...]:
        """Every story in print order: theme by theme, then the short ones."""
        return (*(story for theme in self.themes for story in theme.stories), *self.also)

    @property
    def ranked(self) -> tuple[Story, ...]:
        """Every story, the one that an editor put on top first, then the best by score."""
        return tuple(sorted(self.stories, key=lambda s: (s.id != self.lead, -s.score, s.id)))


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing that did not go the plain way: what, why, and which kind of event it was.

    `kind` is one of refused, known, changed, noted, failed, moved, muted, waiting, unread, edit,
    left out; "edit" is a move of an editor's that does not hold any more, or did more than asked.
    """

    subject: str
    reason: str
    kind: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run did: counts by word, and a line a thing that did not go the plain way."""

    kind: str
    at: datetime
    counts: Mapping[str, int]
    lines: tuple[ReportLine, ...] = ()
