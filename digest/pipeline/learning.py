"""Learn ranking weights from the approved issues, put them in force, and take them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from digest.errors import StateError
from digest.model import Issue, Story
from digest.model.moves import PinStory
from digest.wording import plural

if TYPE_CHECKING:
    from digest.learning import Choice, Lesson
    from digest.settings import Settings
    from digest.store import Store
    from digest.store.weights import Applied

REMEMBERED = 26
"""Approved issues that teach, the newest: an editor's taste changes over half a year."""
PER_ISSUE = 200
"""Stories of an issue that nobody printed and that teach, the best: the others stood no chance."""


def weights_in_force(store: Store) -> dict[str, float]:
    """The points of each signal that were learned and applied; empty where the shipped ones hold.

    A signal that is newer than the weights takes its shipped share; they sum to 100 again.

    Raises:
        StoreError: what is stored is damaged.
    """
    from digest.ranking import WEIGHTS

    applied = store.weights.current()
    if applied is None:
        return {}
    known = {name: applied.lesson.weights.get(name, points) for name, points in WEIGHTS.items()}
    total = sum(known.values())
    return {name: 100.0 * points / total for name, points in known.items()}


def taught(store: Store) -> int:
    """How many issues are read to learn from."""
    return len(_numbers(store))


def _numbers(store: Store) -> list[int]:
    """The last issues that a person has approved."""
    from digest.store.memory import TEACHING

    rows = store.content.issues()
    return [row.number for row in rows if row.status in TEACHING][-REMEMBERED:]


def learn(store: Store, settings: Settings, *, on_read: Callable[[], object] = bool) -> Lesson:
    """Learn from the last approved issues; nothing is changed.

    Args:
        on_read: told when an issue is read.

    Raises:
        StateError: fewer than eight issues teach; the shipped weights stay.
    """
    from digest.learning import LEAST_ISSUES, learn_weights
    from digest.ranking import WEIGHTS

    cases = []
    for number in _numbers(store):
        choices = choices_of(store, settings, store.content.issue(number))
        if {choice.kept for choice in choices} == {True, False}:
            cases.append(choices)
        on_read()
    if len(cases) < LEAST_ISSUES:
        raise StateError(
            f"{plural(len(cases), 'approved issue')} with stories kept and left out: too few to"
            f" learn from, {LEAST_ISSUES} are needed; the weights in force stay",
            hint="go on approving issues; nothing else is to be done",
        )
    return learn_weights(cases, WEIGHTS)


def choices_of(store: Store, settings: Settings, issue: Issue) -> list[Choice]:
    """What the editor of an issue chose from: its stories, those dropped, the best of the others.

    What an editor dropped, brought back or pinned counts as `BY_HAND`. A story that was never
    ranked, such as one that an editor added, teaches nothing.
    """
    from digest.learning import BY_HAND, Choice
    from digest.pipeline.candidates import candidates

    machine = store.drafts.base(issue.number, issue.revision) or issue
    placed, printed = _items(machine.stories), _items(issue.stories)
    pinned = _pinned(store, issue)
    chosen = []
    for story in issue.stories:
        held = _items([story])
        decided = bool(held & pinned) or not held & placed
        chosen.append(Choice(_values(story), True, BY_HAND if decided else 1.0))
    dropped = [story for story in machine.stories if not _items([story]) & printed]
    chosen += [Choice(_values(story), False, BY_HAND) for story in dropped]
    unprinted = candidates(store, issue, focus=settings.rules.focus)[:PER_ISSUE]
    chosen += [Choice(_values(story), False) for story in unprinted]
    return [choice for choice in chosen if choice.signals]


def _items(stories: Iterable[Story]) -> set[str]:
    return {item.id for story in stories for item in story.items}


def _pinned(store: Store, issue: Issue) -> set[str]:
    """The items by which an editor has pinned stories, as far as the issue goes."""
    from digest.history import History, moves_of

    pinned: set[str] = set()
    for move in moves_of(History(store.drafts.steps(issue.number)).active_at(issue.revision)):
        if isinstance(move, PinStory):
            (pinned.add if move.pinned else pinned.discard)(move.story)
    return pinned


def _values(story: Story) -> dict[str, float]:
    return {signal.name: signal.value for signal in story.signals}


def apply(store: Store, lesson: Lesson, *, at: datetime) -> None:
    """Put what was learned in force for the drafts from here on.

    Raises:
        StateError: nothing was learned that surely ranks better.
    """
    from digest.ranking import WEIGHTS

    if lesson.weights == WEIGHTS:
        raise StateError(
            "no weights rank the approved issues surely better: there is nothing to apply",
            hint="go on editing; `recap learn` tells when there is",
        )
    store.weights.apply(lesson, at)


def revert(store: Store, *, at: datetime) -> Applied:
    """Take back the weights in force, so that those before them hold again; they are returned.

    Raises:
        StateError: the shipped weights are in force.
    """
    reverted = store.weights.revert(at)
    if reverted is None:
        raise StateError(
            "the shipped weights are in force: there is nothing to take back",
            hint="see what was ever applied with `recap learn --history`",
        )
    return reverted
