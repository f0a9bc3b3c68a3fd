"""`recap edit`: the group, how stories and themes are named there, and how a change is told."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from digest.cli.console import json_option, now_option, open_project, print_json, say
from digest.model import Issue, Story
from digest.model import moves as made
from digest.model.moves import ThemeMark

if TYPE_CHECKING:
    from digest.differences import Difference
    from digest.moves import Edited
    from digest.settings import Settings
    from digest.store import Store

_SHOWN = 12
_RUNS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
"""Words that are gone or new, as `wdiff` prints them."""


@dataclass(frozen=True, slots=True)
class Call:
    """What all commands of `recap edit` are given: the issue, who edits it, and how it is told."""

    number: int
    by: str
    revision: int | None
    now: datetime
    as_json: bool


@click.group()
@click.argument("number", type=int)
@click.pass_context
def edit(ctx: click.Context, number: int) -> None:
    """Edit the draft NUMBER: the moves are kept, and made again whenever it is drafted again.

    STORY is an id, a rank or a part of a headline, as for `recap why`; THEME is a name or a place
    from 1 up. No text gives a text back to the machine.
    """
    ctx.obj = number


_EDITOR = (
    click.option("--by", default="", metavar="NAME", help="Who edits (default: your user name)."),
    click.option("--revision", type=int, help="Refuse if the issue has another revision."),
    now_option,
)


def command(name: str = "", *, changes: bool = True) -> Callable[[Callable[..., None]], None]:
    """Make a function a command of `recap edit`, its first argument the `Call`.

    Args:
        name: by default the function's.
        changes: it is an editor's, who is named.
    """

    def decorate(function: Callable[..., None]) -> None:
        def run(
            number: int,
            /,
            as_json: bool,
            by: str = "",
            revision: int | None = None,
            now: datetime = datetime.min,
            **words: Any,
        ) -> None:
            function(Call(number, by or _user(), revision, now, as_json), **words)

        run.__doc__ = function.__doc__
        run.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        made = click.pass_obj(run)
        for option in (json_option, *(reversed(_EDITOR) if changes else ())):
            made = option(made)
        edit.command(name or function.__name__)(made)

    return decorate


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "editor"


Make = Callable[["Store", "Settings", Issue, dict[str, Any]], "Edited"]


def change(call: Call, make: Make) -> None:
    """Make a change, and tell what an editor sees of it."""
    from digest.differences import differences

    with open_project() as (settings, store):
        before = store.content.issue(call.number)
        revision = before.revision if call.revision is None else call.revision
        edited = make(
            store, settings, before, {"revision": revision, "by": call.by, "now": call.now}
        )
    changed = differences(before, edited.issue)
    notes = [note.text for note in edited.notes]
    if call.as_json:
        lines = [asdict(line) for line in changed]
        print_json({"revision": edited.issue.revision, "notes": notes, "changed": lines})
        return
    say("edited", f"issue {call.number}, revision {edited.issue.revision}")
    for note in notes:
        click.echo(f"  note: {note}")
    tell_changes(changed, call.number)


def tell_changes(changed: tuple[Difference, ...], number: int, *, words: bool = False) -> None:
    """A line a difference: all of them with every text word by word, or the first dozen."""
    for line in changed if words else changed[:_SHOWN]:
        click.echo(f"  {line.text}")
        for text in line.reworded if words else ():
            runs = "".join(_run(run.kind, run.text) for run in text.runs)
            click.echo(f"    {text.part.replace('_', ' ')}: {runs}")
    if not words and len(changed) > _SHOWN:
        click.echo(f"  and {len(changed) - _SHOWN} more: recap edit {number} diff")


def _run(kind: str, text: str) -> str:
    space = text[: len(text) - len(text.lstrip())]
    return space + _RUNS[kind].format(text.lstrip())


def make(call: Call, build: Callable[[Issue], made.Move]) -> None:
    """Make the move that `build` makes of the issue as it stands."""
    from digest.pipeline import editing

    change(
        call,
        lambda store, settings, issue, how: editing.make_move(
            store, settings, call.number, build(issue), **how
        ),
    )


def story_id(issue: Issue, wanted: str) -> str:
    """The id of the story or the left-out item that is meant."""
    from digest.pipeline.explaining import find

    found = find(issue, wanted)
    return found.id if isinstance(found, Story) else found.item


def theme_mark(issue: Issue, wanted: str) -> ThemeMark:
    """The theme that is meant; a name that the issue does not have makes a new one."""
    place = int(wanted) - 1 if wanted.isdecimal() else -1
    named = [theme for theme in issue.themes if theme.label.casefold() == wanted.casefold()]
    theme = named[0] if named else None
    if theme is None and 0 <= place < len(issue.themes):
        theme = issue.themes[place]
    if theme is None:
        return ThemeMark(wanted)
    return ThemeMark(theme.label, tuple(story.id for story in theme.stories))


def place_mark(issue: Issue, wanted: str | None) -> ThemeMark | None:
    """The theme that is meant; None for the short stories."""
    return theme_mark(issue, wanted) if wanted else None


theme_option = click.option("--theme", help="A theme (default: among the short ones).")
