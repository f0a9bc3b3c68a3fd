"""Reads what an editor pressed or typed on a page as moves of the draft that the page showed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import get_args
from urllib.parse import unquote

import msgspec

from digest.errors import InputError
from digest.model import Issue, Story, Theme
from digest.model.moves import (
    BriefPart,
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
    WordIssue,
)

SHORT = "short"
"""Stands for the short stories where a place is chosen; themes stand by their number from 0."""

END = "-"
"""Stands for the end of a theme where a place in it is told."""

_PARTS: tuple[BriefPart, ...] = get_args(BriefPart)


def mark(theme: Theme) -> ThemeMark:
    """What names a theme."""
    return ThemeMark(theme.label, tuple(story.id for story in theme.stories))


def pressed(issue: Issue, order: str) -> Move:
    """The move of one button, such as `up STORY`, `place STORY 2 -` or `theme-down 1`.

    Args:
        order: a verb and its words; ids are percent-encoded, since they may hold spaces.

    Raises:
        InputError: no page has such a button, or what it names is not in the draft.
    """
    verb, _, rest = order.partition(" ")
    words = [unquote(word) for word in rest.split()]
    known = _VERBS.get(verb)
    if known is None or len(words) != known[0]:
        raise InputError(f"no button says `{order[:80]}`", hint="load the page again")
    return known[1](issue, *words)


def with_chosen(
    issue: Issue, do: str, chosen: Sequence[str], form: Mapping[str, str]
) -> list[Move]:
    """The moves of a button for all chosen stories: `move`, `theme`, `merge`, `drop` or `split`.

    Args:
        chosen: ids of stories, in the order of the page; for `split`, of a story's reports.

    Raises:
        InputError: nothing fitting is chosen.
    """
    if do == "split":
        return [SplitStory(story_of(issue, form.get("story", "")).id, tuple(chosen))]
    stories = [story_of(issue, one) for one in chosen]
    if not stories or (do == "merge" and len(stories) < 2):
        wanted = "at least two stories" if do == "merge" else "at least one story"
        raise InputError(f"choose {wanted} first", hint="tick the boxes beside the headlines")
    if do == "theme":
        label = form.get("label", "").strip()
        if not label:
            raise InputError("the new theme has no name", hint="write one beside the button")
        return [SplitTheme(tuple(story.id for story in stories), label)]
    if do == "merge":
        first, *others = stories
        return [MergeStories(first.id, other.id) for other in others]
    if do == "move":
        place = place_of(issue, form.get("to", ""))
        return [PlaceStory(story.id, place) for story in stories]
    if do == "drop":
        return [DropStory(story.id) for story in stories]
    raise InputError(f"no button says `{do[:80]}`", hint="load the page again")


def worded(issue: Issue, form: Mapping[str, str]) -> list[Move]:
    """The moves that make the lines of the issue what the form says, where that is a change."""
    now = {
        "subject": (issue.subject,),
        "preheader": (issue.preheader,),
        "intro": issue.intro,
    }
    moves: list[Move] = []
    for part, before in now.items():
        if part in form and (lines := _lines(form[part])) != before:
            moves.append(WordIssue(part, lines))  # type: ignore[arg-type]
    return moves


def worded_story(issue: Issue, wanted: str, form: Mapping[str, str]) -> list[Move]:
    """The same for the headline and the brief of a story."""
    story = story_of(issue, wanted)
    moves: list[Move] = []
    if "headline" in form and (text := " ".join(form["headline"].split())) != story.title:
        moves.append(WordHeadline(story.id, text))
    for part in _PARTS:
        if part in form:
            lines = _lines(form[part])
            if lines != tuple(sentence.text for sentence in getattr(story.brief, part)):
                moves.append(WordBrief(story.id, part, lines))
    return moves


def renamed(issue: Issue, number: str, label: str) -> list[Move]:
    """The move that gives a theme another name, if it is another."""
    theme = _theme(issue, number)
    label = " ".join(label.split())
    if not label:
        raise InputError("a theme needs a name", hint="write one, or merge it into another")
    return [] if label == theme.label else [RenameTheme(mark(theme), label)]


def joined(issue: Issue, number: str, other: str) -> Move:
    """The move that puts the stories of another theme into one."""
    return MergeThemes(mark(_theme(issue, number)), mark(_theme(issue, other)))


def read_moves(document: str) -> list[Move]:
    """Moves that a page keeps, to be made once more on a later revision.

    Raises:
        InputError: they are not what `kept_moves` wrote.
    """
    try:
        return msgspec.json.decode(document, type=list[Move])
    except msgspec.MsgspecError as error:
        raise InputError(f"these are no moves: {error}", hint="load the page again") from None


def kept_moves(moves: Sequence[Move]) -> str:
    """The moves as text, for `read_moves`."""
    return msgspec.json.encode(moves).decode()


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for one in text.splitlines() if (line := " ".join(one.split())))


def story_of(issue: Issue, wanted: str) -> Story:
    """The story of a draft that an id of any of its reports names; `InputError` for none."""
    for story in issue.stories:
        if wanted == story.id or any(wanted == item.id for item in story.items):
            return story
    raise InputError(
        f"the draft holds no story `{wanted[:64]}`", hint="it was dropped or merged; load the page"
    )


def _theme(issue: Issue, number: str) -> Theme:
    if number.isdecimal() and int(number[:6]) < len(issue.themes):
        return issue.themes[int(number[:6])]
    raise InputError(f"the draft has no theme number `{number[:20]}`", hint="load the page again")


def place_of(issue: Issue, where: str) -> ThemeMark | None:
    """The theme that a choice of a place names; None for the short stories."""
    return None if where == SHORT else mark(_theme(issue, where))


def _sections(issue: Issue) -> list[tuple[ThemeMark | None, tuple[Story, ...]]]:
    """Themes and the short stories, in print order."""
    return [*((mark(theme), theme.stories) for theme in issue.themes), (None, issue.also)]


def _shifted(issue: Issue, wanted: str, step: int) -> Move:
    """One place up or down; over the edge of a theme into the next one."""
    story = story_of(issue, wanted)
    sections = _sections(issue)
    at, (place, stories) = next(
        (index, section) for index, section in enumerate(sections) if story in section[1]
    )
    others = [one.id for one in stories]
    spot = others.index(story.id) + step
    if 0 <= spot < len(others):
        # Behind the next story is before the one after it.
        behind = spot if step < 0 else spot + 1
        return PlaceStory(story.id, place, others[behind] if behind < len(others) else "")
    beyond = at + step
    if not 0 <= beyond < len(sections):
        edge = "first" if step < 0 else "last"
        raise InputError(f"“{story.title[:80]}” is the {edge} story", hint="nothing was moved")
    place, stories = sections[beyond]
    first = stories[0].id if stories and step > 0 else ""
    return PlaceStory(story.id, place, first)


def _placed(issue: Issue, wanted: str, where: str, before: str) -> Move:
    place = place_of(issue, where)
    ahead = "" if before == END else story_of(issue, before).id
    return PlaceStory(story_of(issue, wanted).id, place, ahead)


def _pinned(issue: Issue, wanted: str, *, pinned: bool) -> Move:
    story = story_of(issue, wanted)
    theme = next((mark(theme) for theme in issue.themes if story in theme.stories), None)
    return PinStory(story.id, theme, pinned)


def _theme_shifted(issue: Issue, number: str, step: int) -> Move:
    theme = _theme(issue, number)
    spot = int(number) + step
    if not 0 <= spot < len(issue.themes):
        edge = "first" if step < 0 else "last"
        raise InputError(f"“{theme.label}” is the {edge} theme", hint="nothing was moved")
    behind = spot if step < 0 else spot + 1
    after = mark(issue.themes[behind]) if behind < len(issue.themes) else None
    return PlaceTheme(mark(theme), after)


_VERBS: dict[str, tuple[int, Callable[..., Move]]] = {
    "up": (1, lambda issue, story: _shifted(issue, story, -1)),
    "down": (1, lambda issue, story: _shifted(issue, story, 1)),
    "pin": (1, lambda issue, story: _pinned(issue, story, pinned=True)),
    "unpin": (1, lambda issue, story: _pinned(issue, story, pinned=False)),
    "drop": (1, lambda issue, story: DropStory(story_of(issue, story).id)),
    "back": (1, lambda _, item: BringBack(item)),
    "lead": (2, lambda issue, story, item: LeadStory(story_of(issue, story).id, item)),
    "place": (3, _placed),
    "theme-up": (1, lambda issue, number: _theme_shifted(issue, number, -1)),
    "theme-down": (1, lambda issue, number: _theme_shifted(issue, number, 1)),
    "rewrite": (2, lambda issue, story, part: _given_back(issue, story, part)),
}


def _given_back(issue: Issue, wanted: str, part: str) -> Move:
    """A text of a story as the machine writes it."""
    story = story_of(issue, wanted)
    if part == "headline":
        return WordHeadline(story.id, "")
    known = next((one for one in _PARTS if one == part), None)
    if known is None:
        raise InputError(f"no brief has a part `{part[:40]}`", hint="load the page again")
    return WordBrief(story.id, known, None)
