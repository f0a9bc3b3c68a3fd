"""A move in words, for the history and for reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from digest.model import Issue
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
    ThemeMark,
    WordBrief,
    WordHeadline,
    WordIssue,
)
from digest.wording import SHORT, plural


def titles_of(issues: Iterable[Issue]) -> dict[str, str]:
    """What to call a story by the id of any of its items: the headline of the first issue's."""
    titles: dict[str, str] = {}
    for issue in issues:
        for story in issue.stories:
            for item in story.items:
                titles.setdefault(item.id, story.title)
        for line in issue.left_out:
            titles.setdefault(line.item, line.title)
    return titles


def told(move: Move, titles: Mapping[str, str]) -> str:
    """What was done, such as `dropped “Northwind opens a data centre”`.

    Args:
        titles: a headline for the id of any item; one without a headline is named by its id.
    """

    def name(story: str) -> str:
        return f"“{titles.get(story, story)}”"

    match move:
        case WordIssue(part, lines):
            return f"{'wrote' if lines else 'gave back'} the {part}"
        case WordHeadline(story, text):
            return f"{'wrote' if text else 'gave back'} the headline of {name(story)}"
        case WordBrief(story, part, texts):
            verb = "gave back" if texts is None else "wrote" if texts else "emptied"
            return f"{verb} “{part.replace('_', ' ')}” of {name(story)}"
        case PlaceStory(story, theme, before):
            behind = f", before {name(before)}" if before else ""
            return f"moved {name(story)} to {_place(theme)}{behind}"
        case PinStory(story, theme, pinned):
            place = f" in {_place(theme)}" if pinned else ""
            return f"{'pinned' if pinned else 'unpinned'} {name(story)}{place}"
        case DropStory(story):
            return f"dropped {name(story)}"
        case BringBack(item, theme, report):
            what = f"“{report.title}”" if report else name(item)
            return f"{'added' if report else 'brought back'} {what} in {_place(theme)}"
        case MergeStories(story, other):
            return f"merged {name(other)} into {name(story)}"
        case SplitStory(story, items):
            return f"parted {plural(len(items), 'report')} from {name(story)}"
        case LeadStory(story, item):
            return f"let {name(item)} lead {name(story)}"
        case RenameTheme(theme, label):
            return f"renamed theme {_place(theme)} to “{label}”"
        case PlaceTheme(theme, before):
            where = f"before {_place(before)}" if before else "to the end"
            return f"moved theme {_place(theme)} {where}"
        case MergeThemes(theme, other):
            return f"merged theme {_place(other)} into {_place(theme)}"
        case _:
            return f"made theme “{move.label}” of {plural(len(move.stories), 'story')}"


def _place(theme: ThemeMark | None) -> str:
    return f"“{theme.label if theme else SHORT}”"
