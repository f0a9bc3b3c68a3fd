"""The steps that led to a draft: which moves hold after each, what can be undone and redone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.model.moves import Move

StepKind = Literal["draft", "do", "undo", "redo", "back"]


@dataclass(frozen=True, slots=True)
class Step:
    """One revision of an issue: the machine's draft, or what an editor did.

    Attributes:
        revision: of the issue, as it was after it.
        by: who made it; "" for the machine.
        kind: "back" returns to the moves of an earlier revision.
        move: of "do" alone.
        target: the revision whose step is undone or done again, or that is returned to; else 0.
    """

    revision: int
    at: datetime
    by: str
    kind: StepKind
    move: Move | None = None
    target: int = 0


_State = tuple[Step, ...]


class History:
    """What the steps of an issue come to.

    Args:
        steps: in any order; their revisions differ.

    Attributes:
        steps: by revision.
        active: the steps whose moves hold, in the order they were made.
        undoable: the step that an undo would take back; None if there is none.
        redoable: the one that a redo would do again; None if there is none.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: step.revision))
        self._states: dict[int, _State] = {}
        done: list[tuple[Step, _State]] = []
        undone: list[tuple[Step, _State]] = []
        state: _State = ()
        for step in self.steps:
            if step.kind in ("do", "back"):
                done.append((step, state))
                undone = []
                state = (*state, step) if step.kind == "do" else self.active_at(step.target)
            elif step.kind == "undo":
                last, before = done.pop()
                undone.append((last, state))
                state = before
            elif step.kind == "redo":
                again, after = undone.pop()
                done.append((again, state))
                state = after
            self._states[step.revision] = state
        self.active = state
        self.undoable = done[-1][0] if done else None
        self.redoable = undone[-1][0] if undone else None

    def active_at(self, revision: int) -> tuple[Step, ...]:
        """The steps whose moves held at a revision; none before the first."""
        known = [number for number in self._states if number <= revision]
        return self._states[max(known)] if known else ()

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves that hold."""
        return moves_of(self.active)


def moves_of(steps: Iterable[Step]) -> tuple[Move, ...]:
    """The moves of steps, in their order."""
    return tuple(step.move for step in steps if step.move is not None)
