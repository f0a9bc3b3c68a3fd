"""The moves of stories and texts by `recap edit`."""

from __future__ import annotations

from typing import get_args

import click

from digest.cli.edits import (
    Call,
    change,
    command,
    make,
    place_mark,
    story_id,
    theme_mark,
    theme_option,
)
from digest.model import Issue
from digest.model import moves as made
from digest.model.moves import BriefPart, IssuePart


@command()
@click.argument("part", type=click.Choice(get_args(IssuePart)))
@click.argument("lines", nargs=-1)
def write(call: Call, part: IssuePart, lines: tuple[str, ...]) -> None:
    """Write the subject, the preheader or the intro, a LINE an argument."""
    make(call, lambda _: made.WordIssue(part, lines))


@command()
@click.argument("story")
@click.argument("text", default="")
def headline(call: Call, story: str, text: str) -> None:
    """Write the headline of STORY."""
    make(call, lambda issue: made.WordHeadline(story_id(issue, story), text))


@command()
@click.argument("story")
@click.argument("part", type=click.Choice(get_args(BriefPart)))
@click.argument("lines", nargs=-1)
@click.option("--empty", is_flag=True, help="Leave the part out.")
def brief(call: Call, story: str, part: BriefPart, lines: tuple[str, ...], empty: bool) -> None:
    """Write a PART of the brief of STORY, a sentence an argument."""
    texts = lines if lines or empty else None
    make(call, lambda issue: made.WordBrief(story_id(issue, story), part, texts))


@command()
@click.argument("story")
@theme_option
@click.option("--before", default="", help="A story of that place (default: its end).")
def place(call: Call, story: str, theme: str | None, before: str) -> None:
    """Move STORY into a theme, or among the short ones."""

    def build(issue: Issue) -> made.Move:
        following = story_id(issue, before) if before else ""
        return made.PlaceStory(story_id(issue, story), place_mark(issue, theme), following)

    make(call, build)


@command()
@click.argument("story")
def pin(call: Call, story: str) -> None:
    """Keep STORY where it stands, however later reports rank it."""
    make(call, lambda issue: _pinned(issue, story, pinned=True))


@command()
@click.argument("story")
def unpin(call: Call, story: str) -> None:
    """Let STORY be ranked again."""
    make(call, lambda issue: _pinned(issue, story, pinned=False))


def _pinned(issue: Issue, wanted: str, *, pinned: bool) -> made.Move:
    name = story_id(issue, wanted)
    held = (theme for theme in issue.themes if any(s.id == name for s in theme.stories))
    theme = next((theme_mark(issue, theme.label) for theme in held), None)
    return made.PinStory(name, theme, pinned)


@command()
@click.argument("story")
def drop(call: Call, story: str) -> None:
    """Leave STORY out."""
    make(call, lambda issue: made.DropStory(story_id(issue, story)))


@command("bring-back")
@click.argument("item")
@theme_option
def bring_back(call: Call, item: str, theme: str | None) -> None:
    """Print the left-out ITEM, an id or a part of its title, with the reports joined to it."""
    make(call, lambda issue: made.BringBack(story_id(issue, item), place_mark(issue, theme)))


@command()
@click.argument("url")
@theme_option
def add(call: Call, url: str, theme: str | None) -> None:
    """Fetch the article at URL, and print it."""
    from digest.pipeline import editing

    change(
        call,
        lambda store, settings, issue, how: editing.add_by_url(
            store, settings, call.number, url, theme=place_mark(issue, theme), **how
        ),
    )


@command()
@click.argument("story")
@click.argument("other")
def merge(call: Call, story: str, other: str) -> None:
    """Make one story of two: STORY tells OTHER from here on."""
    make(call, lambda issue: made.MergeStories(story_id(issue, story), story_id(issue, other)))


@command()
@click.argument("story")
@click.argument("items", nargs=-1, required=True)
def split(call: Call, story: str, items: tuple[str, ...]) -> None:
    """Make a story of its own of the reports ITEMS of STORY, by their ids."""
    make(call, lambda issue: made.SplitStory(story_id(issue, story), items))


@command()
@click.argument("story")
@click.argument("item")
def lead(call: Call, story: str, item: str) -> None:
    """Let the report ITEM, by its id, lead STORY."""
    make(call, lambda issue: made.LeadStory(story_id(issue, story), item))
