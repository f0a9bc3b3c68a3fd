"""The row that keeps the pace of an account, on each of the two databases."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.store import Store

ACCOUNT = "resend 0123"


def reserve(store: Store, calls: float = 5.0, ahead: float = 0.04, longest: float = 10.0):
    return store.paces.reserve(ACCOUNT, calls=calls, ahead=ahead, longest=longest)


def test_turns_follow_one_another_whoever_takes_them(store: Store):
    with ThreadPoolExecutor(4) as pool:
        turns = list(pool.map(lambda _: reserve(store), range(20)))
    waits = sorted(turn.wait for turn in turns)
    assert all(turn.count == 1 for turn in turns)
    assert 3.0 < waits[-1] < 4.0
    assert min(b - a for a, b in itertools.pairwise(waits)) > 0.1


def test_where_calls_are_many_several_turns_are_taken_at_once(store: Store):
    turn = reserve(store, calls=1_000.0)
    assert (turn.count, turn.apart) == (40, 0.001)


def test_a_turn_that_would_come_too_late_is_not_taken(store: Store):
    for _ in range(5):
        reserve(store, calls=1.0)
    late = reserve(store, longest=2.0)
    assert late.count == 0
    assert 3.0 < late.pause < 5.1
    assert reserve(store).wait < 5.1


def test_a_limit_is_learnt_and_the_turns_go_on_from_now(store: Store):
    for _ in range(5):
        reserve(store, calls=1.0)
    store.paces.learn(ACCOUNT, 100.0)
    turn = reserve(store, calls=1.0)
    assert (turn.wait, turn.count) == (0.0, 4)


def test_a_refusal_pauses_all_is_counted_and_takes_a_tenth_of_the_pace_once(store: Store):
    reserve(store)
    for _ in range(3):
        store.paces.refused(ACCOUNT, pause=30.0)
    assert 29.0 < store.paces.pause(ACCOUNT) <= 30.0
    assert reserve(store).pause > 29.0
    assert store.paces.refusals() == {ACCOUNT: 3}
    assert store.paces.pause("another") == 0.0


def test_the_pace_after_a_refusal_is_slower_and_comes_back(store: Store):
    reserve(store)
    store.paces.refused(ACCOUNT, pause=0.0)
    assert reserve(store).apart == pytest.approx(1 / 4.5, rel=0.05)
