"""Edit a draft: make a move, undo, redo, go back; nothing another editor did is ever lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from digest.errors import InputError, StateError
from digest.history import History, Step, StepKind
from digest.model import Issue
from digest.model.moves import BringBack, Move, ThemeMark
from digest.moves import Edited, settled
from digest.pipeline.revisions import EditConflict, Entry, Revisions
from digest.settings import Settings
from digest.wordings import cleaned

if TYPE_CHECKING:
    from digest.sources.fetched import Manners
    from digest.sources.hosts import Clock
    from digest.store import Store

__all__ = [
    "EditConflict", "Entry", "add_by_url", "back_to", "history", "issue_at", "make_move", "redo",
    "undo",
]  # fmt: skip


def make_move(
    store: Store,
    settings: Settings,
    number: int,
    move: Move,
    *,
    revision: int,
    by: str,
    now: datetime,
) -> Edited:
    """Make one move on a draft.

    The same move of the same editor twice on the same revision is one: a form that is sent twice
    does no harm.

    Args:
        revision: the one that the editor saw.
        by: who makes it.

    Returns:
        The issue after it, and what else it did.

    Raises:
        InputError: no such issue; a text is too long; the move cannot be carried out.
        EditConflict: the issue has another revision by now.
        StateError: it is no draft.
        TemplateError: it could not be printed then.
    """
    kept = Revisions(store, settings, number)
    move = settled(kept.issue, cleaned(move))
    if kept.is_repeated(revision, "do", by, move=move):
        return Edited(kept.issue)
    kept.check(revision, move)
    step = Step(revision + 1, now, by, "do", move)
    edited = kept.after((*kept.history.active, step))
    notes = [note for note in edited.notes if note.move == len(kept.history.active)]
    if failed := next((note for note in notes if note.failed), None):
        raise InputError(failed.text, hint="look at the issue as it is now")
    return kept.keep(step, edited.issue, notes)


def add_by_url(
    store: Store,
    settings: Settings,
    number: int,
    url: str,
    *,
    theme: ThemeMark | None = None,
    revision: int,
    by: str,
    now: datetime,
    manners: Manners | None = None,
    clock: Clock | None = None,
) -> Edited:
    """Fetch an article and print it, in a theme or among the short ones: a `BringBack`.

    The article is an item from then on, whatever becomes of the move.

    Args:
        manners, clock: with which it is fetched; by default as `settings` say.

    Raises:
        InputError: it cannot be fetched, or the issue tells it already; and as `make_move` does.
        EditConflict, StateError: as `make_move` does, before anything is fetched.
    """
    from digest.pipeline.adding import fetch_report

    kept = Revisions(store, settings, number)
    kept.check(revision)
    report = fetch_report(store, settings, url, now=now, manners=manners, clock=clock)
    told = (s for s in kept.issue.stories if any(item.id == report.id for item in s.items))
    if story := next(told, None):
        raise InputError(
            f"issue {number} tells this article already, in “{story.title}”",
            hint="move or split that story",
        )
    move = BringBack(report.id, theme, report)
    return make_move(store, settings, number, move, revision=revision, by=by, now=now)


def undo(
    store: Store, settings: Settings, number: int, *, revision: int, by: str, now: datetime
) -> Edited:
    """Take the last step back that was not taken back yet, whoever made it.

    Raises:
        StateError: there is none, or the issue is no draft.
        EditConflict: the issue has another revision by now.
    """
    return _turn(store, settings, number, "undo", revision=revision, by=by, now=now)


def redo(
    store: Store, settings: Settings, number: int, *, revision: int, by: str, now: datetime
) -> Edited:
    """Make the step again that was undone last; it raises as `undo` does."""
    return _turn(store, settings, number, "redo", revision=revision, by=by, now=now)


def back_to(
    store: Store,
    settings: Settings,
    number: int,
    to: int,
    *,
    revision: int,
    by: str,
    now: datetime,
) -> Edited:
    """Return to the moves that held at an earlier revision: a step that can be undone itself.

    They are made on the last build: reports that came later stay.

    Args:
        to: an earlier revision of the issue.

    Raises:
        InputError: the issue has no such revision.
        StateError: it is no draft.
        EditConflict: the issue has another revision by now.
    """
    kept = Revisions(store, settings, number)
    if kept.is_repeated(revision, "back", by, target=to):
        return Edited(kept.issue)
    kept.check(revision)
    if to not in {step.revision for step in kept.history.steps}:
        raise InputError(
            f"issue {number} has no revision {to}",
            hint=f"see them with `recap edit {number} history`",
        )
    step = Step(revision + 1, now, by, "back", target=to)
    edited = kept.after(kept.history.active_at(to))
    return kept.keep(step, edited.issue, edited.notes)


def history(store: Store, settings: Settings, number: int) -> tuple[Entry, ...]:
    """Every revision of an issue, newest first; empty if nothing is kept of its making.

    Raises:
        InputError: no such issue.
    """
    return Revisions(store, settings, number).entries()


def issue_at(store: Store, settings: Settings, number: int, revision: int) -> Issue:
    """The issue as it was at a revision.

    Raises:
        InputError: it has no such revision.
    """
    return Revisions(store, settings, number).at(revision)


def _turn(
    store: Store,
    settings: Settings,
    number: int,
    kind: StepKind,
    *,
    revision: int,
    by: str,
    now: datetime,
) -> Edited:
    kept = Revisions(store, settings, number)
    if kept.is_repeated(revision, kind, by):
        return Edited(kept.issue)
    kept.check(revision)
    turned = kept.history.undoable if kind == "undo" else kept.history.redoable
    if turned is None:
        raise StateError(f"there is nothing to {kind} in issue {number}")
    step = Step(revision + 1, now, by, kind, target=turned.revision)
    after = History((*kept.history.steps, step)).active
    return kept.keep(step, kept.after(after).issue, ())
