"""Apply an editor's moves to the machine's draft: what holds is done, what does not is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from digest import masthead
from digest.board import Board, Section, Told
from digest.carrying import carry_out
from digest.localisation import ENGLISH, Catalog
from digest.model import Issue, LeftOut, Story, Theme
from digest.model.moves import (
    MergeThemes,
    Move,
    PinStory,
    PlaceStory,
    PlaceTheme,
    SplitStory,
    SplitTheme,
    ThemeMark,
    WordIssue,
)
from digest.retelling import Retelling, reworded

DROPPED = "dropped by the editor"
"""The rule by which the reports of a dropped story are left out."""
_ORDERING = (PlaceStory, PlaceTheme, MergeThemes, SplitTheme)
"""What puts a story on top of the mail if it is the first to be printed then."""


@dataclass(frozen=True, slots=True)
class Note:
    """What an editor has to know of a move.

    Attributes:
        move: its place among the moves, from 0.
        text: why it could not be carried out, or what else it did.
        failed: it could not be carried out.
    """

    move: int
    text: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft after an editor's moves."""

    issue: Issue
    notes: tuple[Note, ...] = ()


def apply(
    base: Issue,
    others: Sequence[Story],
    moves: Sequence[Move],
    *,
    language: str = "en",
    focus: Sequence[str] = (),
    words: Catalog = ENGLISH,
) -> Edited:
    """Carry out moves on the machine's draft, one after another.

    A story that a move names is printed from there on, wherever a rebuild ranks it. Moves that
    change nothing give the same bytes as none.

    Args:
        base: the machine's draft.
        others: the week's stories that it does not print; they are looked at for the stories that
            moves name, so those that hold no such item may be missing (see `named`).
        moves: in the order they were made, their texts clean.
        language: ISO 639-1, of the briefs that are written again.
        focus: words that make a story on topic; empty takes the shipped ones.
        words: the language of the lines on top.

    Returns:
        The edited issue with the base's number and revision; and the notes.
    """
    if not moves:
        return Edited(base)
    board = Board(base, others)
    lines: dict[str, tuple[str, ...]] = {}
    notes: list[Note] = []
    for number, move in enumerate(moves):
        if isinstance(move, WordIssue):
            lines[move.part] = move.lines
            continue
        first = board.printed[0]
        if reason := carry_out(board, move):
            notes.append(Note(number, reason, True))
        notes += [
            Note(number, f"theme “{label}” has no story any more and is gone", False)
            for label in board.sweep()
        ]
        if isinstance(move, _ORDERING) and board.printed[0] is not first:
            board.lead = board.printed[0]
    retelling = Retelling(base, language, tuple(focus))
    issue = _topped(_issue(base, board, retelling), base, lines, language, words)
    return Edited(issue, tuple(notes))


def named(moves: Iterable[Move]) -> frozenset[str]:
    """The ids of the items that moves name."""
    found: set[str] = set()
    for move in moves:
        found.update(getattr(move, name, "") for name in ("story", "other", "item", "before"))
        found.update(*(getattr(move, name, ()) for name in ("items", "stories")))
        for mark in (getattr(move, name, None) for name in ("theme", "other", "before")):
            found.update(mark.stories if isinstance(mark, ThemeMark) else ())
    return frozenset(name for name in found if isinstance(name, str) and name)


def pinned(issue: Issue, moves: Iterable[Move]) -> frozenset[str]:
    """The ids of the stories of an issue that moves have pinned."""
    of = {item.id: story.id for story in issue.stories for item in story.items}
    held: dict[str, bool] = {}
    for move in moves:
        if isinstance(move, PinStory) and move.story in of:
            held[of[move.story]] = move.pinned
    return frozenset(name for name, pin in held.items() if pin)


def settled(issue: Issue, move: Move) -> Move:
    """The move with its story named by a report that stays in it, as an issue stands now."""
    if not isinstance(move, SplitStory) or move.story not in move.items:
        return move
    held = next((s.items for s in issue.stories if any(i.id == move.story for i in s.items)), ())
    rest = (item.id for item in held if item.id not in move.items)
    return msgspec.structs.replace(move, story=next(rest, move.story))


def _issue(base: Issue, board: Board, retelling: Retelling) -> Issue:
    stories = {told: _story(told, retelling) for told in board.printed}
    printed = {item.id for told in stories for item in told.items}
    left_out = {line.item: line for line in base.left_out if line.item not in printed}
    for told in board.known:
        if told.dropped:
            left_out |= {item.id: LeftOut(item.id, item.title, DROPPED) for item in told.items}
    first = next(iter(stories))
    return replace(
        base,
        themes=tuple(_theme(section, stories) for section in board.sections),
        also=tuple(stories[told] for told in board.also),
        left_out=tuple(
            sorted(left_out.values(), key=lambda line: (line.rule, line.title, line.item))
        ),
        lead=stories[first].id if first is board.lead else "",
    )


def _story(told: Told, retelling: Retelling) -> Story:
    story = retelling.story(told.items, told.parts)
    brief = reworded(story, told.worded) if told.worded else story.brief
    return replace(story, headline=told.headline, brief=brief)


def _theme(section: Section, stories: Mapping[Told, Story]) -> Theme:
    """The theme of a section: it remembers the names of all that it was made of."""
    held = tuple(stories[told] for told in section.stories)
    if not section.themes:
        return Theme(section.label, (section.label,), held)
    terms = dict.fromkeys(term for theme in section.themes for term in theme.terms)
    return replace(
        section.themes[0],
        label=section.label,
        terms=tuple(terms),
        stories=held,
        found=sum(theme.found for theme in section.themes),
    )


def _topped(
    issue: Issue, base: Issue, lines: Mapping[str, tuple[str, ...]], language: str, words: Catalog
) -> Issue:
    """The issue with the editor's words on top, else the machine's where its stories changed."""
    name = base.title.removesuffix(f", {base.week}")
    before = masthead.topped(base, name, language, words)
    now = masthead.topped(issue, name, language, words)
    subject = now.subject if now.subject != before.subject else base.subject
    preheader = now.preheader if now.preheader != before.preheader else base.preheader
    intro = now.intro if now.intro != before.intro else base.intro
    return replace(
        issue,
        subject=next(iter(lines.get("subject", ())), subject),
        preheader=next(iter(lines.get("preheader", ())), preheader),
        intro=lines.get("intro") or intro,
    )
