"""Which moves hold after steps, undo, redo and returns."""

from __future__ import annotations

from digest.history import History, Step, moves_of
from digest.model.moves import DropStory
from tests.builders import NOW


def steps(*told: str) -> list[Step]:
    """`do a`, `undo`, `redo`, `draft`, `back 2`; the first is revision 1."""
    made = []
    for revision, words in enumerate(told, start=1):
        kind, _, rest = words.partition(" ")
        move = DropStory(rest) if kind == "do" else None
        made.append(Step(revision, NOW, "anna", kind, move, int(rest) if kind == "back" else 0))
    return made


def names(*told: str) -> str:
    return "".join(move.story for move in History(steps(*told)).moves)


def test_moves_hold_in_the_order_they_were_made():
    assert names("draft", "do b", "do a") == "ba"


def test_the_order_in_which_steps_are_given_does_not_matter():
    assert (
        History(reversed(steps("draft", "do b", "do a"))).moves
        == History(steps("draft", "do b", "do a")).moves
    )


def test_an_undo_takes_the_last_step_back_and_a_redo_makes_it_again():
    assert names("draft", "do a", "do b", "undo") == "a"
    assert names("draft", "do a", "do b", "undo", "undo") == ""
    assert names("draft", "do a", "do b", "undo", "undo", "redo") == "a"
    assert names("draft", "do a", "do b", "undo", "redo", "undo") == "a"


def test_a_rebuild_changes_no_moves():
    assert names("draft", "do a", "draft", "undo", "draft") == ""


def test_a_step_after_an_undo_leaves_nothing_to_redo():
    assert History(steps("draft", "do a", "undo", "do b")).redoable is None


def test_a_return_is_a_step_that_can_be_undone():
    assert names("draft", "do a", "do b", "back 2") == "a"
    assert names("draft", "do a", "do b", "back 2", "undo") == "ab"
    assert names("draft", "do a", "undo", "back 2", "do b") == "ab"


def test_what_can_be_undone_and_redone_is_named():
    assert History(steps("draft")).undoable is None
    history = History(steps("draft", "do a", "do b", "undo"))
    assert (history.undoable.revision, history.redoable.revision) == (2, 3)


def test_the_moves_of_an_earlier_revision_are_known():
    history = History(steps("draft", "do a", "do b", "undo"))
    assert [len(history.active_at(revision)) for revision in (0, 1, 2, 3, 4, 9)] == [
        0, 0, 1, 2, 1, 1,
    ]  # fmt: skip
    assert moves_of(history.active_at(3)) == (DropStory("a"), DropStory("b"))
