"""The revisions of one issue: as it stands, as it was, what changed since, what an edit makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.differences import Difference, differences
from digest.errors import InputError, StateError
from digest.history import History, Step, StepKind, moves_of
from digest.model import Issue
from digest.model.moves import DropStory, MergeThemes, Move, PinStory, PlaceStory, PlaceTheme
from digest.moves import Edited, Note
from digest.pipeline.drafting import may_be_edited, own_templates, render
from digest.pipeline.replaying import others_for, replay
from digest.settings import Settings
from digest.telling import titles_of, told

if TYPE_CHECKING:
    from digest.store import Store

_WORDLESS = (PlaceStory, PlaceTheme, PinStory, DropStory, MergeThemes)
"""Moves that bring no text: preview and approval print what they leave."""

_NAMED = 3
"""Differences that the message of a conflict names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision in the history of an issue.

    Attributes:
        by: who made it; "" for the machine.
        text: what was done, in words.
        undone: it is a move that does not hold any more.
        note: why it could not be carried out on the last build, or what else it did; else "".
    """

    revision: int
    at: datetime
    by: str
    kind: StepKind
    text: str
    undone: bool = False
    note: str = ""


class EditConflict(StateError):
    """Somebody else has edited the issue since; the refused move was not made, and is here.

    Args:
        revision: the issue's now.
        since: what changed since the revision that the move was meant for.
        entries: the steps that changed it.
        move: the refused one; None for an undo, a redo or a return.
    """

    def __init__(
        self,
        issue: Issue,
        since: tuple[Difference, ...],
        entries: tuple[Entry, ...],
        move: Move | None,
    ) -> None:
        who = ", ".join(dict.fromkeys(entry.by or "a rebuild" for entry in entries))
        lines = [line.text for line in since[:_NAMED]]
        if len(since) > _NAMED:
            lines.append(f"and {len(since) - _NAMED} more")
        super().__init__(
            f"issue {issue.number} was changed meanwhile{f' by {who}' if who else ''},"
            f" to revision {issue.revision}: {'; '.join(lines) or 'it reads the same'};"
            " your change was not made",
            hint="look at the issue as it is now, then repeat your change",
        )
        self.revision = issue.revision
        self.since = since
        self.entries = entries
        self.move = move


class Revisions:
    """One issue with its history, as it stands when an edit begins."""

    def __init__(self, store: Store, settings: Settings, number: int) -> None:
        from digest.catalogs import catalog

        self.store = store
        self.settings = settings
        self.issue = store.content.issue(number)
        self.history = History(store.drafts.steps(number))
        if not self.history.steps:  # it was stored by a version that kept no builds
            store.drafts.adopt(number)
            self.history = History(store.drafts.steps(number))
        self._words = catalog(settings.brand.language, own_templates(settings))

    def is_repeated(
        self, revision: int, kind: StepKind, by: str, *, move: Move | None = None, target: int = 0
    ) -> bool:
        """Whether the step after a revision is the same of the same editor: a form sent twice."""
        steps = (step for step in self.history.steps if step.revision == revision + 1)
        return any(
            (step.kind, step.by, step.move) == (kind, by, move)
            and target in (0, step.target)
            and revision < self.issue.revision
            for step in steps
        )

    def check(self, revision: int, move: Move | None = None) -> None:
        """Refuse an edit of an issue that is no draft, or of another revision.

        Raises:
            StateError: it is no draft.
            EditConflict: it has another revision.
        """
        from digest.store.drafts import not_editable

        if not may_be_edited(self.store, self.issue):
            raise not_editable(self.issue.number, self.issue.status.value)
        if revision != self.issue.revision:
            raise self.conflict(revision, move)

    def conflict(self, revision: int, move: Move | None) -> EditConflict:
        """What changed since a revision."""
        known = any(step.revision == revision for step in self.history.steps)
        since = differences(self.at(revision), self.issue) if known else ()
        entries = [entry for entry in self.entries() if entry.revision > revision]
        return EditConflict(self.issue, since, tuple(reversed(entries)), move)

    def at(self, revision: int) -> Issue:
        """The issue as it was at a revision, with the status that it has now."""
        if revision not in {step.revision for step in self.history.steps}:
            raise InputError(
                f"issue {self.issue.number} has no revision {revision}",
                hint=f"see them with `recap edit {self.issue.number} history`",
            )
        issue = self.after(self.history.active_at(revision), revision).issue
        return replace(issue, revision=revision, status=self.issue.status)

    def after(self, steps: Sequence[Step], revision: int | None = None) -> Edited:
        """The last build up to a revision with the moves of steps."""
        up_to = self.issue.revision if revision is None else revision
        base = self.store.drafts.base(self.issue.number, up_to) or self.issue
        moves = moves_of(steps)
        others = others_for(self.store, base, moves)
        return replay(self.settings, base, others, moves, self._words)

    def keep(self, step: Step, issue: Issue, notes: Sequence[Note]) -> Edited:
        """Store a step with the issue after it.

        Raises:
            EditConflict: somebody was faster.
            TemplateError: the issue cannot be printed with what the step words or takes in.
        """
        from digest.store import Overtaken

        issue = replace(issue, revision=step.revision)
        if not isinstance(step.move, _WORDLESS):  # to print a large week takes 40 ms
            render(self.settings, issue)  # a draft that cannot be printed is not stored
        try:
            self.store.drafts.append(step, issue)
        except Overtaken:
            now = Revisions(self.store, self.settings, issue.number)
            raise now.conflict(step.revision - 1, step.move) from None
        return Edited(issue, tuple(notes))

    def entries(self) -> tuple[Entry, ...]:
        """The history in words, newest first."""
        issues = [self.issue]
        if base := self.store.drafts.base(self.issue.number, self.issue.revision):
            issues.append(base)
        titles = titles_of(issues)
        active = self.history.active
        notes: dict[int, str] = {}
        if active:
            replayed = self.after(active)
            notes = {active[note.move].revision: note.text for note in replayed.notes}
        held = {step.revision for step in active}
        by_revision = {step.revision: step for step in self.history.steps}
        return tuple(
            Entry(
                step.revision, step.at, step.by, step.kind,
                _text(step, by_revision, titles),
                undone=step.kind == "do" and step.revision not in held,
                note=notes.get(step.revision, ""),
            )
            for step in reversed(self.history.steps)
        )  # fmt: skip


def _text(step: Step, steps: dict[int, Step], titles: dict[str, str]) -> str:
    """What a step did, in words."""
    if step.move is not None:
        return told(step.move, titles)
    if step.kind == "draft":
        return "drafted" if step.revision == min(steps) else "drafted again"
    if step.kind == "back":
        return f"returned to revision {step.target}"
    verb = "undid" if step.kind == "undo" else "did again"
    return f"{verb}: {_text(steps[step.target], steps, titles)}"
