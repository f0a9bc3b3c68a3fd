"""Weights are learned from approved issues, applied when asked, used by drafts, and taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digest.errors import StateError
from digest.history import Step
from digest.learning import BY_HAND, Choice, Fit, Lesson
from digest.model import LeftOut, Week
from digest.model.moves import PinStory
from digest.pipeline.learning import apply, choices_of, learn, revert, taught, weights_in_force
from digest.ranking import WEIGHTS
from digest.settings import Settings
from digest.store import Store
from tests.builders import NOW, make_item, make_story
from tests.builders_learning import approve_issue, ranked_story, teaching_issue
from tests.builders_web import web_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return web_settings(tmp_path)


def lesson(**weights: float) -> Lesson:
    return Lesson(weights, 8, 160, 80, Fit(0.4, 30), Fit(0.6, 40), (0.2, 0.1, 0.3))


def test_too_few_issues_teach_nothing(store: Store, settings: Settings) -> None:
    rng = np.random.default_rng(0)
    for number in range(1, 8):
        approve_issue(store, number, rng)
    assert taught(store) == 7
    with pytest.raises(StateError, match=r"7 approved issues .* too few to learn from, 8"):
        learn(store, settings)


def test_eight_issues_teach(store: Store, settings: Settings) -> None:
    rng = np.random.default_rng(0)
    for number in range(1, 9):
        approve_issue(store, number, rng)
    seen: list[None] = []
    learned = learn(store, settings, on_read=lambda: seen.append(None))
    assert (learned.issues, learned.kept, len(seen)) == (8, 80, 8)
    assert learned.choices == 160


def test_a_draft_teaches_nothing(store: Store) -> None:
    store.content.save_issue(teaching_issue(1, [ranked_story(store, "a", Week(2026, 1))]))
    assert taught(store) == 0


def test_an_untouched_issue_teaches_by_what_it_printed(store: Store, settings: Settings) -> None:
    approve_issue(store, 1, np.random.default_rng(0))
    choices = choices_of(store, settings, store.content.issue(1))
    assert [choice.kept for choice in choices] == [True] * 10 + [False] * 10
    assert {choice.counts for choice in choices} == {1.0}


def test_what_an_editor_moved_counts_more(store: Store, settings: Settings) -> None:
    week = Week(2026, 1)
    stays, pinned, dropped, back, unpinned = (
        ranked_story(store, id, week, recency=value)
        for id, value in (("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.4), ("e", 0.6))
    )
    added = make_story(make_item("added"), signals=())
    base = teaching_issue(1, [stays, pinned, dropped, unpinned])
    line = LeftOut(dropped.id, dropped.title, "dropped by the editor")
    store.drafts.begin(base, [back], base, at=NOW)
    edited = teaching_issue(1, [stays, pinned, unpinned, back, added], left_out=(line,))
    moves = [PinStory("b", None), PinStory("e", None), PinStory("e", None, pinned=False)]
    for revision, move in enumerate(moves, start=2):
        store.drafts.append(Step(revision, NOW, "robin", "do", move), edited)
    choices = choices_of(store, settings, store.content.issue(1))
    assert [(one.signals["recency"], one.kept, one.counts) for one in choices] == [
        (0.1, True, 1.0),
        (0.2, True, BY_HAND),
        (0.6, True, 1.0),
        (0.4, True, BY_HAND),
        (0.3, False, BY_HAND),
    ]
    assert all(isinstance(choice, Choice) for choice in choices)


def test_the_shipped_weights_hold_until_others_are_applied(store: Store) -> None:
    assert weights_in_force(store) == {}
    apply(store, lesson(**{**WEIGHTS, "coverage": 4.0, "popularity": 12.0}), at=NOW)
    assert weights_in_force(store)["popularity"] == 12.0
    assert revert(store, at=NOW).lesson.weights["popularity"] == 12.0
    assert weights_in_force(store) == {}


def test_a_signal_newer_than_the_weights_takes_its_shipped_share(store: Store) -> None:
    older = {name: points for name, points in WEIGHTS.items() if name != "authority"}
    apply(store, lesson(**older, gone=28.0), at=NOW)
    holds = weights_in_force(store)
    assert set(holds) == set(WEIGHTS)
    assert sum(holds.values()) == pytest.approx(100.0)
    assert holds["authority"] == WEIGHTS["authority"]


def test_nothing_learned_is_nothing_to_apply(store: Store) -> None:
    with pytest.raises(StateError, match="nothing to apply"):
        apply(store, lesson(**WEIGHTS), at=NOW)
    with pytest.raises(StateError, match="nothing to take back"):
        revert(store, at=NOW)
