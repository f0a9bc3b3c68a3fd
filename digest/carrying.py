"""Carry out one move on the board, or say why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digest.board import Board, Section, Told
from digest.model import Story
from digest.model.moves import (
    BringBack,
    DropStory,
    LeadStory,
    MergeStories,
    MergeThemes,
    Move,
    PinStory,
    PlaceStory,
    PlaceTheme,
    RenameTheme,
    SplitStory,
    SplitTheme,
    ThemeMark,
    WordBrief,
    WordHeadline,
)


class _Refused(Exception):
    """A move cannot be carried out; nothing of it was done."""


def carry_out(board: Board, move: Move) -> str:
    """Change the board as a move of stories or themes says.

    Returns:
        "", or why it cannot be carried out, in an editor's words; then the board is as it was.
    """
    try:
        _MOVES[type(move)](board, move)
    except _Refused as refused:
        return str(refused)
    return ""


def _found(board: Board, name: str) -> Told:
    """The story that a move names, printed or not, but not dropped."""
    told = board.story(name)
    if told is None:
        raise _Refused(f"its story is no longer in the week (report {name})")
    if told.dropped:
        raise _Refused(f"“{told.title}” was dropped")
    return told


def _keep(board: Board, told: Told) -> Told:
    """A story that an editor cares for is printed, whatever its rank is by now."""
    if not told.printed:
        board.put(told, board.also)
    told.held = False
    return told


def _theme(board: Board, mark: ThemeMark) -> Section:
    section = board.theme(mark)
    if section is None:
        raise _Refused(f"theme “{mark.label}” is no longer in the draft")
    return section


def _word_headline(board: Board, move: WordHeadline) -> None:
    _keep(board, _found(board, move.story)).headline = move.text


def _word_brief(board: Board, move: WordBrief) -> None:
    told = _keep(board, _found(board, move.story))
    told.worded.pop(move.part, None)
    if move.lines is not None:
        told.worded[move.part] = move.lines


def _place_story(board: Board, move: PlaceStory) -> None:
    told = _keep(board, _found(board, move.story))
    place = board.theme_or_new(move.theme).stories if move.theme else board.also
    before = board.story(move.before)
    board.put(told, place, before if before is not told else _next(place, told))


def _next(place: list[Told], told: Told) -> Told | None:
    """What stands behind a story in a place; None if it is the last, or stands elsewhere."""
    behind = place[place.index(told) + 1 :] if told in place else []
    return behind[0] if behind else None


def _pin_story(board: Board, move: PinStory) -> None:
    told = _found(board, move.story)
    if not move.pinned:
        if told.held:
            _leave_out(board, told)
            told.held = False
        return
    held = told.held or not told.printed
    place = board.theme_or_new(move.theme).stories if move.theme else board.also
    if not told.printed or (move.theme and told not in place):
        board.put(told, place)
    told.held = held


def _leave_out(board: Board, told: Told) -> None:
    if told.printed and len(board.printed) == 1:
        raise _Refused("it is the last story: an issue needs one")
    board.take(told)


def _drop_story(board: Board, move: DropStory) -> None:
    told = board.story(move.story)
    if told is None:
        raise _Refused(f"its story is no longer in the week (report {move.story})")
    _leave_out(board, told)
    told.dropped = True


def _bring_back(board: Board, move: BringBack) -> None:
    told = board.story(move.item)
    if told is None:
        if move.report is None:
            raise _Refused(f"report {move.item} is no longer in the week")
        told = Told([move.report], (Story(move.report.id, (move.report,)),))
        board.know(told)
    place = board.theme_or_new(move.theme).stories if move.theme else board.also
    if not told.printed or (move.theme and told not in place):
        board.put(told, place)
    told.held = False


def _merge_stories(board: Board, move: MergeStories) -> None:
    told, other = _found(board, move.story), _found(board, move.other)
    _keep(board, told)
    if other is told:
        return
    board.take(other)
    told.items += other.items
    told.parts += other.parts
    board.know(told)


def _split_story(board: Board, move: SplitStory) -> None:
    told = _found(board, move.story)
    off = [item for item in told.items if item.id in move.items]
    rest = [item for item in told.items if item.id not in move.items]
    apart = [other for name in move.items if (other := board.story(name)) not in (None, told)]
    if not off and not apart:
        raise _Refused(f"the reports to part from “{told.title}” are no longer in the week")
    if off and not rest:
        raise _Refused(f"nothing would be left of “{told.title}”")
    _keep(board, told)
    if off:
        own = Told(off, told.parts)
        for part in (own, told):
            part.items = off if part is own else rest
            part.parts = tuple(p for p in part.parts if _shares(p, part)) or part.parts
        board.know(own)
        place = board.place_of(told)
        board.put(own, place, _next(place, told))


def _shares(story: Story, told: Told) -> bool:
    ids = {item.id for item in story.items}
    return any(item.id in ids for item in told.items)


def _lead_story(board: Board, move: LeadStory) -> None:
    told = _found(board, move.story)
    lead = next((item for item in told.items if item.id == move.item), None)
    if lead is None:
        raise _Refused(f"report {move.item} is no longer one of “{told.title}”")
    _keep(board, told).items = [lead, *(item for item in told.items if item is not lead)]


def _rename_theme(board: Board, move: RenameTheme) -> None:
    section = _theme(board, move.theme)
    other = board.theme(ThemeMark(move.label))
    if other not in (None, section):
        raise _Refused(f"another theme is called “{move.label}” already")
    section.label = move.label


def _place_theme(board: Board, move: PlaceTheme) -> None:
    section = _theme(board, move.theme)
    before = _theme(board, move.before) if move.before else None
    if before is section:
        return
    board.sections.remove(section)
    at = board.sections.index(before) if before else len(board.sections)
    board.sections.insert(at, section)


def _merge_themes(board: Board, move: MergeThemes) -> None:
    other = _theme(board, move.other)
    section = board.theme_or_new(move.theme)
    if section is other:
        return
    section.stories += other.stories
    section.themes += other.themes
    other.stories = []
    board.sections.remove(other)


def _split_theme(board: Board, move: SplitTheme) -> None:
    found = [told for name in move.stories if (told := board.story(name)) and not told.dropped]
    stories = list(dict.fromkeys(found))
    if not stories:
        raise _Refused(f"no story of theme “{move.label}” is in the draft any more")
    section = board.theme(ThemeMark(move.label))
    if section is None:
        section = Section(move.label, [])
        at = next((n for n, s in enumerate(board.sections, 1) if stories[0] in s.stories), None)
        board.sections.insert(len(board.sections) if at is None else at, section)
    for told in stories:
        board.put(_keep(board, told), section.stories)


_MOVES: dict[type, Callable[[Board, Any], None]] = {
    WordHeadline: _word_headline,
    WordBrief: _word_brief,
    PlaceStory: _place_story,
    PinStory: _pin_story,
    DropStory: _drop_story,
    BringBack: _bring_back,
    MergeStories: _merge_stories,
    SplitStory: _split_story,
    LeadStory: _lead_story,
    RenameTheme: _rename_theme,
    PlaceTheme: _place_theme,
    MergeThemes: _merge_themes,
    SplitTheme: _split_theme,
}
