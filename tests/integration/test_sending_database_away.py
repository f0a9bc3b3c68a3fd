"""The database goes away in the middle of a send: what the provider answered is not forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.model import IssueStatus
from digest.settings import Settings
from digest.store import Store
from tests.builders_sending import ISSUE, Clock, MemoryProvider, approved, send, settings_in

AWAY = StoreError("the database is away")


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_in(tmp_path, RECAP_DATABASE_URL=database_url)


def goes_away(monkeypatch: pytest.MonkeyPatch, store: Store, method: str, times: int) -> None:
    """That method of the ledger fails so many times, then works as ever."""
    left, real = [times], getattr(store.ledger, method)

    def fails(*given: object, **named: object) -> object:
        if left[0]:
            left[0] -= 1
            raise AWAY
        return real(*given, **named)

    monkeypatch.setattr(store.ledger, method, fails)


def test_an_outcome_is_written_down_once_the_database_is_back(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    number, provider, clock = approved(store, settings), MemoryProvider(), Clock()
    goes_away(monkeypatch, store, "finish", 3)
    assert send(store, settings, number, provider, clock)["sent"] == 3
    assert len(provider.batches) == 1
    assert clock.slept[:3] == [1.0, 1.0, 1.0]


def test_after_a_minute_it_is_left_to_the_key_of_its_batch(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    number, provider, clock = approved(store, settings), MemoryProvider(), Clock()
    goes_away(monkeypatch, store, "finish", 1_000)
    with pytest.raises(StoreError):
        send(store, settings, number, provider, clock)
    assert sum(clock.slept) == 60.0
    assert store.ledger.counts(ISSUE)["claimed"] == 3


def test_a_claim_that_fails_ends_the_run_with_what_was_under_way_settled(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    number, provider = approved(store, settings, readers=250), MemoryProvider()
    real, calls = store.ledger.claim, []

    def second_fails(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise AWAY
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store.ledger, "claim", second_fails)
    with pytest.raises(StoreError):
        send(store, settings, number, provider)
    assert store.ledger.counts(ISSUE)["sent"] == 100
    assert store.content.issue_row(ISSUE).status is IssueStatus.SENDING
    send(store, settings, number, provider)
    written = [to for _, addresses in provider.batches for to in addresses]
    assert len(written) == len(set(written)) == 250


def test_a_pace_that_cannot_be_asked_leaves_the_batch_untouched(store: Store, settings: Settings):
    number, provider = approved(store, settings), MemoryProvider(AWAY)
    with pytest.raises(StoreError):
        send(store, settings, number, provider)
    assert store.ledger.counts(ISSUE)["claimed"] == 3
    assert send(store, settings, number, provider)["sent"] == 3
    keys = [key for key, _ in provider.batches]
    assert keys[0] == keys[1]
