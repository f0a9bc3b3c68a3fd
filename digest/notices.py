"""Word the mails that are no issue: confirmation, welcome, announcement, alert, goodbye.

Each goes to one person about one thing. An address of a page is "" where that page is not served;
then nothing points to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.blocks import Link, open_link, printable, printable_brand
from digest.clean import shorten
from digest.errors import ConfigError
from digest.localisation import ENGLISH, Catalog
from digest.model import Brand

SUBJECT_CHARACTERS = 70
PREHEADER_CHARACTERS = 140
MOST_LINES = 20
"""Lines of a report that an alert prints; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section: what it is about, the address behind that or "", and what is said."""

    about: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long notice, under a heading of its own."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as printed, top to bottom.

    Attributes:
        kind: "confirmation", "welcome", "draft-ready", "reminder", "announcement", "alert" or
            "goodbye".
        lines: a list under the paragraphs, such as the lines of a report.
        button: the one page to open; None where none is served.
        ways: further pages to open instead.
        remarks: small print under the button.
        sections: what a long notice is about, under the small print.
        reason: why this person gets it.
        leave: the subscriber's own address to leave by; "" in a mail that nobody subscribed to.
    """

    kind: str
    language: str
    direction: str
    brand: Brand
    subject: str
    preheader: str
    heading: str
    paragraphs: tuple[str, ...]
    lines: tuple[str, ...]
    button: Link | None
    remarks: tuple[str, ...]
    reason: str
    leave: str
    ways: tuple[Link, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What there is to read in it, in print order."""
        told = [self.heading, *self.paragraphs, *self.lines, *self.remarks]
        for section in self.sections:
            told.append(section.heading)
            told += [text for line in section.lines for text in (line.about, line.text) if text]
        return (*told, self.reason)

    @property
    def links(self) -> tuple[str, ...]:
        """Every address that it leads to, in print order, but the one to leave by."""
        buttons = (self.button,) if self.button else ()
        pages = [link.url for link in (*buttons, *self.ways)]
        return (*pages, *(line.url for part in self.sections for line in part.lines if line.url))


def confirmation(brand: Brand, *, page: str, days: int, words: Catalog = ENGLISH) -> Notice:
    """Asks whoever owns an address whether they want the newsletter.

    Nothing in it comes from whoever typed the address in, so it cannot carry their words.

    Args:
        page: where a button confirms; opening it confirms nothing, since machines open links.
        days: how long the page works.

    Raises:
        ConfigError: there is no page to confirm on.
    """
    if not open_link(page):
        raise ConfigError(
            f"the page to confirm a subscription on is `{page}`, which nobody can open",
            hint="set RECAP_BASE_URL to the address where the pages are served",
        )
    name = brand.name
    return composed(
        "confirmation",
        brand,
        words,
        subject=words.say("Confirm your subscription to %(name)s", name=name),
        preheader=words.say("One button to press; without it nothing more is sent to you."),
        heading=words.say("Confirm your subscription"),
        paragraphs=(
            words.say("Somebody asked for %(name)s at this address.", name=name),
            words.say("If that was you, open the page and press the button there."),
        ),
        button=Link(words.say("Open the page to confirm"), page),
        remarks=(
            words.count(
                "The page works for %(number)s day.", "The page works for %(number)s days.", days
            ),
            words.say("If it was not you, ignore this mail: nothing more is sent to you."),
        ),
        reason=words.say("You get this because somebody entered your address."),
    )


def welcome(
    brand: Brand,
    *,
    next_issue: datetime | None,
    leave: str,
    archive: str = "",
    words: Catalog = ENGLISH,
) -> Notice:
    """Tells a new subscriber what comes when, and how to leave.

    Args:
        next_issue: when the next issue is to be sent, in the newsletter's zone, if it is known.
        leave: the subscriber's own address to leave by, a page or a mail.
        archive: the page of earlier issues.
    """
    when = words.moment(next_issue) if next_issue else ""
    return composed(
        "welcome",
        brand,
        words,
        subject=words.say("Welcome to %(name)s", name=brand.name),
        preheader=words.say("You are subscribed: what comes when, and how to leave."),
        heading=words.say("You are subscribed"),
        paragraphs=(
            words.say("Thank you. A new issue of %(name)s comes every week.", name=brand.name),
            words.say("The next one is due on %(when)s.", when=when) if when else "",
            words.say("A link at the end of this mail, and of every issue, lets you leave."),
        ),
        button=button(words.say("Read earlier issues"), archive),
        reason=words.say("You get this because you confirmed your subscription."),
        leave=leave,
    )


def announcement(
    brand: Brand, *, what: str, fix: str = "", desk: str = "", words: Catalog = ENGLISH
) -> Notice:
    """Tells editors and operators what was done by default, since nobody did otherwise.

    Args:
        what: it, in one sentence.
        fix: what to do if that is not wanted; "" if nothing can be done.
        desk: the page where it can be done.
    """
    return composed(
        "announcement",
        brand,
        words,
        subject=what,
        preheader=fix or words.say("Nothing has to be done."),
        heading=what,
        paragraphs=(fix,),
        button=button(words.say("Open it at the desk"), desk),
        reason=words.say("You get this because you make %(name)s.", name=brand.name),
    )


def alert(
    brand: Brand,
    *,
    problem: str,
    place: str,
    fix: str,
    lines: Sequence[str] = (),
    words: Catalog = ENGLISH,
) -> Notice:
    """Tells the operator what went wrong.

    Args:
        problem: what happened, in one sentence with the value at fault.
        place: where: a command, a source, a step of a schedule.
        fix: what to do; "" if nothing can be done.
        lines: of the run's report; the first `MOST_LINES` are printed, the others counted.
    """
    more = len(lines) - MOST_LINES
    where = words.say("Where: %(place)s", place=place)
    to_do = words.say("What to do: %(fix)s", fix=fix) if fix else ""
    return composed(
        "alert",
        brand,
        words,
        subject=words.say(
            "%(name)s needs attention: %(problem)s", name=brand.name, problem=problem
        ),
        preheader=" · ".join(filter(None, (where, to_do))),
        heading=problem,
        paragraphs=(where, to_do),
        lines=(
            *lines[:MOST_LINES],
            words.say("and %(count)s more", count=words.number(more)) if more > 0 else "",
        ),
        reason=words.say("You get this because you run %(name)s.", name=brand.name),
    )


def goodbye(brand: Brand, *, subscribe: str = "", words: Catalog = ENGLISH) -> Notice:
    """Tells a subscriber who left that it is done, and how to come back.

    Args:
        subscribe: the page to subscribe on; without one an answer to the mail does.
    """
    again = button(words.say("Subscribe again"), subscribe)
    back = (
        words.say("If that was a mistake, or you miss it, subscribe again.")
        if again
        else words.say("If that was a mistake, or you miss it, answer this mail.")
    )
    return composed(
        "goodbye",
        brand,
        words,
        subject=words.say("You have left %(name)s", name=brand.name),
        preheader=words.say("No further issue is sent to this address. This is the last mail."),
        heading=words.say("You have left"),
        paragraphs=(
            words.say("No further issue of %(name)s is sent to this address.", name=brand.name),
            back,
        ),
        button=again,
        reason=words.say("You get this once, because you left."),
    )


def composed(
    kind: str,
    brand: Brand,
    words: Catalog,
    *,
    subject: str,
    preheader: str,
    heading: str,
    paragraphs: tuple[str, ...],
    reason: str,
    lines: tuple[str, ...] = (),
    button: Link | None = None,
    ways: tuple[Link | None, ...] = (),
    remarks: tuple[str, ...] = (),
    sections: tuple[Section, ...] = (),
    leave: str = "",
) -> Notice:
    """A notice with its texts fit to print, the empty ones left out, cut where an inbox cuts."""
    return Notice(
        kind=kind,
        language=words.language,
        direction=words.direction,
        brand=printable_brand(brand, words),
        subject=shorten(printable(subject), SUBJECT_CHARACTERS),
        preheader=shorten(printable(preheader), PREHEADER_CHARACTERS),
        heading=printable(heading),
        paragraphs=_printed(paragraphs),
        lines=_printed(lines),
        button=button,
        remarks=_printed(remarks),
        reason=printable(reason),
        leave=printable(leave),
        ways=tuple(filter(None, ways)),
        sections=tuple(section for section in sections if section.lines),
    )


def button(text: str, page: str) -> Link | None:
    """A button to a page that is served."""
    return Link(text, open_link(page)) if open_link(page) else None


def _printed(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(printable, texts)))
