"""Learned weights are kept with their history, on each database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.errors import StoreError
from digest.learning import Fit, Lesson
from digest.store import Store, schema
from tests.builders import NOW


def lesson(points: float) -> Lesson:
    weights = {"coverage": points, "kind": 100.0 - points}
    return Lesson(weights, 8, 900, 240, Fit(0.4, 120), Fit(0.5, 150), (0.1, 0.05, 0.15))


def test_at_first_nothing_is_in_force(store: Store) -> None:
    assert store.weights.current() is None
    assert store.weights.history() == ()
    assert store.weights.revert(NOW) is None


def test_what_was_applied_last_is_in_force(store: Store) -> None:
    store.weights.apply(lesson(30.0), NOW)
    store.weights.apply(lesson(40.0), NOW + timedelta(days=7))
    current = store.weights.current()
    assert current is not None
    assert current.lesson == lesson(40.0)
    assert current.applied_at == NOW + timedelta(days=7)


def test_taking_it_back_leads_to_what_was_before(store: Store) -> None:
    store.weights.apply(lesson(30.0), NOW)
    store.weights.apply(lesson(40.0), NOW)
    taken = store.weights.revert(NOW + timedelta(hours=1))
    current = store.weights.current()
    assert taken is not None
    assert current is not None
    assert (taken.lesson, current.lesson) == (lesson(40.0), lesson(30.0))
    store.weights.revert(NOW)
    assert store.weights.current() is None
    newest, oldest = store.weights.history()
    assert newest.reverted_at == NOW + timedelta(hours=1)
    assert oldest.lesson == lesson(30.0)


def test_a_damaged_document_is_named(store: Store) -> None:
    store.weights.apply(lesson(30.0), NOW)
    with store._database.write() as connection:
        connection.execute(sa.update(schema.weights).values(document="{}"))
    with pytest.raises(StoreError, match=r"learned weights of 2026-06-01 .* are damaged"):
        store.weights.current()
