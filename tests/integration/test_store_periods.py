"""A period of a schedule happens once, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import StateError
from digest.model import Occurrence
from digest.store import Store
from tests.builders import NOW

LATER = NOW + timedelta(minutes=5)


def test_a_period_is_taken_once(store: Store) -> None:
    occurrences = store.ledger.occurrences
    assert occurrences.get("weekly", "2026-W22") is None
    assert occurrences.begin("weekly", "2026-W22", NOW)
    assert not occurrences.begin("weekly", "2026-W22", LATER)
    assert occurrences.begin("weekly", "2026-W23", NOW)
    taken = Occurrence("weekly", "2026-W22", NOW)
    assert occurrences.get("weekly", "2026-W22") == taken
    occurrences.done("weekly", "2026-W22", "issue 5 drafted", LATER)
    ended = replace(taken, done_at=LATER, outcome="issue 5 drafted")
    assert occurrences.get("weekly", "2026-W22") == ended


def test_a_period_that_was_never_taken_cannot_end(store: Store) -> None:
    with pytest.raises(StateError, match="2026-W22 of schedule `weekly` was never begun"):
        store.ledger.occurrences.done("weekly", "2026-W22", "sent", NOW)
