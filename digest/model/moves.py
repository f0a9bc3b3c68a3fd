"""What an editor can do to a draft, each as a small record that is kept and applied again."""

from __future__ import annotations

from typing import Literal

import msgspec

from digest.model.content import Item

BriefPart = Literal[
    "insight",
    "what_changed",
    "why_it_matters",
    "what_to_do_next",
    "who_should_care",
    "takeaways",
    "deep_dive",
    "implications",
]
"""The parts of a brief that an editor words; the others are tables and credits."""

IssuePart = Literal["subject", "preheader", "intro"]
"""The lines of an issue that an editor words."""


class ThemeMark(msgspec.Struct, frozen=True):
    """Which theme is meant, so that it is found again after a rebuild has named it otherwise.

    Attributes:
        label: its name as the editor saw it.
        stories: ids of the stories that it held then.
    """

    label: str
    stories: tuple[str, ...] = ()


class _Move(msgspec.Struct, frozen=True, tag=True):
    """A story is named by the id of any of its items: a late report can join it to another."""


class WordIssue(_Move, frozen=True):
    """Write a line of the issue; no lines gives it back to the machine."""

    part: IssuePart
    lines: tuple[str, ...]


class WordHeadline(_Move, frozen=True):
    """Write a story's headline; "" gives it back to the machine."""

    story: str
    text: str


class WordBrief(_Move, frozen=True):
    """Write a part of a story's brief, a sentence a line; None gives it back to the machine."""

    story: str
    part: BriefPart
    lines: tuple[str, ...] | None


class PlaceStory(_Move, frozen=True):
    """Move a story into a theme, or among the short ones.

    Attributes:
        theme: None for the short ones.
        before: a story of that place; "" for its end.
    """

    story: str
    theme: ThemeMark | None
    before: str = ""


class PinStory(_Move, frozen=True):
    """Keep a story in the issue, in its theme, however later reports rank it; or no longer."""

    story: str
    theme: ThemeMark | None
    pinned: bool = True


class DropStory(_Move, frozen=True):
    """Leave a story out; its reports are listed as left out by the editor."""

    story: str


class BringBack(_Move, frozen=True):
    """Print a left-out item, with the reports it was joined with, in a theme or among the short.

    Attributes:
        report: the item itself where it was fetched for the editor, so that it is there whatever
            week the item falls in; None for one that the draft knows.
    """

    item: str
    theme: ThemeMark | None = None
    report: Item | None = None


class MergeStories(_Move, frozen=True):
    """Make one story of two: `other` is told by `story` from here on."""

    story: str
    other: str


class SplitStory(_Move, frozen=True):
    """Make a story of its own of some reports of a story, right behind it."""

    story: str
    items: tuple[str, ...]


class LeadStory(_Move, frozen=True):
    """Let one of its reports lead a story: the story links to it and takes its headline."""

    story: str
    item: str


class RenameTheme(_Move, frozen=True):
    """Give a theme another name; later issues know it by that."""

    theme: ThemeMark
    label: str


class PlaceTheme(_Move, frozen=True):
    """Move a theme before another, or to the end."""

    theme: ThemeMark
    before: ThemeMark | None = None


class MergeThemes(_Move, frozen=True):
    """Put the stories of `other` behind those of `theme`, which keeps its name."""

    theme: ThemeMark
    other: ThemeMark


class SplitTheme(_Move, frozen=True):
    """Make a theme of some stories, right behind the theme that the first of them stands in."""

    stories: tuple[str, ...]
    label: str


Move = (
    WordIssue
    | WordHeadline
    | WordBrief
    | PlaceStory
    | PinStory
    | DropStory
    | BringBack
    | MergeStories
    | SplitStory
    | LeadStory
    | RenameTheme
    | PlaceTheme
    | MergeThemes
    | SplitTheme
)
"""Any of them; as JSON, `type` is the name of the class."""
