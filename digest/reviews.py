"""Word the mail that asks editors to review a draft: the draft, its faults, what happens when.

It lets somebody decide on a telephone: everything of the draft is there but the stories' texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.blocks import StoryBlock, printable
from digest.clean import shorten
from digest.layout import Page
from digest.localisation import ENGLISH, Catalog
from digest.model import Brand, Issue, Story
from digest.notices import Line, Notice, Section, button, composed

MOST_FAULTS = 20
"""Rules that are listed; the rest is counted."""

_LINE_CHARACTERS = 180


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule of the check finds: the first place, and how many more there are of its kind.

    Attributes:
        text: the place, and what is wrong there.
    """

    rule: str
    text: str
    fix: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Preflight:
    """What is to know of a draft before it leaves.

    Attributes:
        errors: what has to be mended first.
        readers: whom it would reach now.
    """

    errors: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    readers: int


@dataclass(frozen=True, slots=True)
class Terms:
    """When a draft leaves, and what becomes of it if nobody approves it.

    Attributes:
        send_at: in the schedule's zone; None if nobody knows.
        default: "hold", "send" or "skip".
        required: without an approval nothing leaves at all, but by that default.
        left: the time until then, in a reminder; None in the first mail.
    """

    send_at: datetime | None
    default: str
    required: bool = True
    left: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The pages to open, approve and hold it on; "" where none is served.

    Attributes:
        until: how long they work.
    """

    open: str = ""
    approve: str = ""
    hold: str = ""
    until: datetime | None = None


def review(
    brand: Brand,
    issue: Issue,
    page: Page,
    *,
    preflight: Preflight,
    terms: Terms,
    ways: Ways,
    words: Catalog = ENGLISH,
) -> Notice:
    """Asks an editor to look at a draft and to say whether it may leave.

    Args:
        page: the issue as its mail prints it.
        ways: without them the commands are named.
    """
    heading = words.say("Issue %(number)s waits for your review", number=issue.number)
    if terms.left is not None:
        left = words.duration(terms.left)
        heading = words.say("%(left)s left: %(heading)s", left=left, heading=heading)
    stories = words.count("%(number)s story", "%(number)s stories", len(page.stories))
    default = _default(terms, words)
    may_approve = ways.approve and not preflight.errors
    return composed(
        "draft-ready" if terms.left is None else "reminder",
        brand,
        words,
        subject=f"{heading}: {printable(issue.subject)}",
        preheader=f"{words.say(', ').join((stories, _counts(preflight, words)))}. {default}",
        heading=heading,
        paragraphs=(
            words.say("Its subject: %(subject)s", subject=issue.subject),
            words.say(
                "%(stories)s in %(themes)s. It would reach %(readers)s.",
                stories=stories,
                themes=words.count("%(number)s theme", "%(number)s themes", len(page.themes)),
                readers=words.count("%(number)s reader", "%(number)s readers", preflight.readers),
            ),
            _leaving(terms, words),
            default,
            _to_mend_first(preflight, words),
            "" if ways.open else _commands(issue.number, words),
        ),
        button=button(words.say("Open the draft"), ways.open),
        ways=(
            button(words.say("Approve it"), ways.approve if may_approve else ""),
            button(words.say("Hold it"), ways.hold),
        ),
        remarks=_small_print(ways, words),
        sections=(_checked(preflight, words), *_contents(issue, page, words)),
        reason=words.say("You get this because you edit %(name)s.", name=brand.name),
    )


def _default(terms: Terms, words: Catalog) -> str:
    if terms.send_at is None:
        return words.say("Nothing is sent before somebody approves it.")
    if not terms.required or terms.default == "send":
        return words.say(
            "If nobody approves it by then, the schedule does, if nothing is to be mended."
        )
    if terms.default == "skip":
        return words.say("If nobody approves it by then, nobody gets this issue.")
    return words.say("If nobody approves it by then, it is held, and nothing is sent.")


def _leaving(terms: Terms, words: Catalog) -> str:
    if terms.send_at is None:
        return ""
    return words.say("It is to be sent on %(when)s.", when=words.moment(terms.send_at))


def _to_mend_first(preflight: Preflight, words: Catalog) -> str:
    if not preflight.errors:
        return ""
    return words.say("It cannot be approved before what is listed below is mended.")


def _commands(number: int, words: Catalog) -> str:
    return words.say(
        "Read it with “%(show)s”, then approve it with “%(approve)s”, or stop it with “%(hold)s”.",
        show=f"recap show {number}",
        approve=f"recap approve {number}",
        hold=f"recap hold {number}",
    )


def _small_print(ways: Ways, words: Catalog) -> tuple[str, ...]:
    if not ways.open or ways.until is None:
        return ()
    return (
        words.say("Each link opens a page with a button; opening it changes nothing."),
        words.say(
            "Whoever has the links can use them: do not pass this mail on. They work until"
            " %(when)s, and approve only the draft as it is here.",
            when=words.moment(ways.until),
        ),
    )


def _counts(preflight: Preflight, words: Catalog) -> str:
    errors = words.count("%(number)s error", "%(number)s errors", len(preflight.errors))
    warnings = words.count("%(number)s warning", "%(number)s warnings", len(preflight.warnings))
    return words.say(", ").join((errors, warnings)) if preflight.errors else warnings


def _checked(preflight: Preflight, words: Catalog) -> Section:
    """The findings of the check, a line a rule, what has to be mended first."""
    lines = [*_faults(preflight.errors, words.say("To mend:"), words)]
    lines += _faults(preflight.warnings, "", words)
    more = len(lines) - MOST_FAULTS
    if not lines:
        lines = [Line("", "", words.say("Nothing was found."))]
    elif more > 0:
        told = words.say("and %(count)s more", count=words.number(more))
        lines = [*lines[:MOST_FAULTS], Line("", "", told)]
    heading = words.say("The check: %(counts)s", counts=_counts(preflight, words))
    return Section(printable(heading), tuple(lines))


def _faults(faults: Sequence[Fault], before: str, words: Catalog) -> list[Line]:
    lines = []
    for fault in faults:
        fix = fault.fix[:1].upper() + fault.fix[1:]
        more = words.say("and %(count)s more", count=words.number(fault.more))
        said = " · ".join((fix, *((more,) if fault.more else ()), fault.rule))
        lines.append(Line(printable(f"{before} {fault.text}"), "", printable(said)))
    return lines


def _contents(issue: Issue, page: Page, words: Catalog) -> list[Section]:
    """The stories in reading order, under the headings of the mail."""
    stories = {story.id: story for story in issue.stories}

    def section(heading: str, blocks: Sequence[StoryBlock]) -> Section:
        return Section(heading, tuple(_line(block, stories.get(block.id)) for block in blocks))

    parts = [section(theme.label, theme.stories) for theme in page.themes]
    if page.lead:
        parts.insert(0, section(words.say("On top"), [page.lead.story]))
    return [*parts, section(words.say("Also this week"), page.also)]


def _line(block: StoryBlock, story: Story | None) -> Line:
    """A story in its headline, its source and one sentence."""
    sentences = (story.brief.insight or story.brief.what_changed) if story else ()
    said = printable(sentences[0].text) if sentences else ""
    if said.rstrip(".") == block.title.rstrip("."):
        said = ""
    return Line(block.title, block.url, " · ".join(filter(None, (
        block.source, shorten(said, _LINE_CHARACTERS),
    ))))  # fmt: skip
