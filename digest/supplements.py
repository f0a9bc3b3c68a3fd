"""Lay out what stands beside the stories: one in depth, things to do, numbers, a count by theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from digest.backreferences import names_nobody
from digest.blocks import Depth, Link, depth_of, open_link, printable
from digest.days import Days
from digest.figures import figures
from digest.localisation import Catalog
from digest.model import Brief, Story, Theme

_ACTIONS = 3
_FEWEST_FIGURES = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One theme in the count of the week.

    Attributes:
        stories: found this week, printed or not.
        share: of the longest bar, in percent, at least 1.
        before: the counts of the issues before, oldest first, "5, 0, 3"; "" without any.
    """

    label: str
    stories: int
    share: int
    before: str


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the week, what it stands for, and who says so."""

    value: str
    text: str
    credit: Link


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do, with the report that names it."""

    text: str
    credit: Link


def depth(ranked: Iterable[Story], days: Days, told: set[str]) -> Depth | None:
    """The story with most to show beside what is printed of it: a table, a timeline, a dive.

    Args:
        told: ids of the stories whose takeaways are printed elsewhere.
    """
    deep = [story for story in ranked if _shows(story.brief)]
    if not deep:
        return None
    best = max(deep, key=lambda story: _weight(story.brief, takeaways=story.id not in told))
    return depth_of(best, days, takeaways=best.id not in told)


def _shows(brief: Brief) -> bool:
    return bool(brief.comparison.rows or brief.timeline or brief.deep_dive)


def _weight(brief: Brief, *, takeaways: bool) -> int:
    """How much there is to show: rows of the table count twice, lines of the rest once."""
    lines = len(brief.timeline) + len(brief.implications) + bool(brief.deep_dive)
    return 2 * len(brief.comparison.rows) + lines + (len(brief.takeaways) if takeaways else 0)


def actions(ranked: Iterable[Story]) -> tuple[Action, ...]:
    """One thing to do a story, best stories first, in sentences that stand alone."""
    told = (
        Action(printable(sentence.text), _credit(story, sentence.items))
        for story in ranked
        for sentence in story.brief.what_to_do_next[:1]
        if not names_nobody(sentence.text)
    )
    return tuple(islice(told, _ACTIONS))


def _credit(story: Story, items: tuple[str, ...]) -> Link:
    """The source of the first of the items, and the report; of an editor's words the story."""
    if not items:
        return Link(printable(story.title), open_link(story.lead.link))
    item = next((item for item in story.items if item.id == items[0]), story.lead)
    return Link(printable(item.source), open_link(item.link))


def numbers(ranked: Iterable[Story]) -> tuple[Number, ...]:
    """The numbers of the week, best stories first; one alone is no list."""
    found = figures(ranked)
    if len(found) < _FEWEST_FIGURES:
        return ()
    return tuple(
        Number(
            printable(figure.value),
            printable(figure.text),
            Link(printable(figure.item.source), open_link(figure.item.link)),
        )
        for figure in found
    )


def bars(themes: tuple[Theme, ...], words: Catalog) -> tuple[Bar, ...]:
    """A bar a theme, in the issue's order; nothing where there is nothing to compare."""
    if len(themes) < 2:
        return ()
    longest = max(theme.size for theme in themes)
    return tuple(
        Bar(
            label=printable(theme.label),
            stories=theme.size,
            share=max(1, round(100 * theme.size / max(1, longest))),
            before=words.listed(map(words.number, theme.history)),
        )
        for theme in themes
    )
