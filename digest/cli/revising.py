"""The moves of themes by `recap edit`, and its undo, redo, history and diff."""

from __future__ import annotations

from dataclasses import asdict

import click

from digest.cli.console import open_project, print_json
from digest.cli.edits import Call, change, command, make, story_id, tell_changes, theme_mark
from digest.model import Issue
from digest.model import moves as made


@command("rename-theme")
@click.argument("theme")
@click.argument("label")
def rename_theme(call: Call, theme: str, label: str) -> None:
    """Call THEME by another name, in later issues too."""
    make(call, lambda issue: made.RenameTheme(theme_mark(issue, theme), label))


@command("place-theme")
@click.argument("theme")
@click.option("--before", default="", help="Another theme (default: the end).")
def place_theme(call: Call, theme: str, before: str) -> None:
    """Move THEME before another, or to the end."""

    def build(issue: Issue) -> made.Move:
        following = theme_mark(issue, before) if before else None
        return made.PlaceTheme(theme_mark(issue, theme), following)

    make(call, build)


@command("merge-themes")
@click.argument("theme")
@click.argument("other")
def merge_themes(call: Call, theme: str, other: str) -> None:
    """Put the stories of OTHER behind those of THEME, which keeps its name."""
    make(call, lambda issue: made.MergeThemes(theme_mark(issue, theme), theme_mark(issue, other)))


@command("split-theme")
@click.argument("label")
@click.argument("stories", nargs=-1, required=True)
def split_theme(call: Call, label: str, stories: tuple[str, ...]) -> None:
    """Make a theme called LABEL of some STORIES."""
    make(
        call,
        lambda issue: made.SplitTheme(tuple(story_id(issue, story) for story in stories), label),
    )


@command()
def undo(call: Call) -> None:
    """Take the last step back."""
    from digest.pipeline import editing

    change(call, lambda store, settings, _, how: editing.undo(store, settings, call.number, **how))


@command()
def redo(call: Call) -> None:
    """Make the step again that was undone last."""
    from digest.pipeline import editing

    change(call, lambda store, settings, _, how: editing.redo(store, settings, call.number, **how))


@command()
@click.argument("to", type=int)
def back(call: Call, to: int) -> None:
    """Return to the moves of an earlier revision; reports that came later stay."""
    from digest.pipeline import editing

    change(
        call,
        lambda store, settings, _, how: editing.back_to(store, settings, call.number, to, **how),
    )


@command(changes=False)
def history(call: Call) -> None:
    """List the revisions, newest first."""
    from digest.pipeline import editing

    with open_project() as (settings, store):
        entries = editing.history(store, settings, call.number)
    if call.as_json:
        print_json([{**asdict(entry), "at": entry.at.isoformat()} for entry in entries])
        return
    for entry in entries:
        undone = " (undone)" if entry.undone else ""
        note = f" ({entry.note})" if entry.note else ""
        who = entry.by or "recap"
        click.echo(
            f"{entry.revision:>4}  {entry.at:%Y-%m-%d %H:%M}  {who:<10}  {entry.text}{undone}{note}"
        )


@command(changes=False)
@click.argument("since", type=int, required=False)
@click.argument("to", type=int, required=False)
def diff(call: Call, since: int | None, to: int | None) -> None:
    """Say what changed from revision SINCE (default: the one before) to TO (default: now)."""
    from digest.differences import differences
    from digest.pipeline import editing

    with open_project() as (settings, store):
        last = store.content.issue(call.number).revision if to is None else to
        first = max(1, last - 1) if since is None else since
        before, after = (
            editing.issue_at(store, settings, call.number, revision) for revision in (first, last)
        )
    changed = differences(before, after)
    if call.as_json:
        print_json([asdict(line) for line in changed])
        return
    tell_changes(changed, call.number, words=True)
    if not changed:
        click.echo("nothing an editor would see")
