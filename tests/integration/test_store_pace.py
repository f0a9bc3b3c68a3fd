"""The row that keeps the pace of an account, on each of the two databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from digest.store import Store

ACCOUNT = "resend 0123"


def reserve(store: Store, calls: float = 5.0):
    return store.paces.reserve(ACCOUNT, calls=calls, ahead=0.04)


def test_a_turn_is_given_to_one_and_the_others_are_told_when_to_ask_again(store: Store):
    with ThreadPoolExecutor(4) as pool:
        turns = list(pool.map(lambda _: reserve(store, calls=0.01), range(8)))
    assert sorted(turn.count for turn in turns) == [0] * 7 + [1]
    assert all(90 < turn.wait <= 100 for turn in turns if not turn.count)


def test_where_calls_are_many_several_turns_are_taken_at_once(store: Store):
    turn = reserve(store, calls=1_000.0)
    assert (turn.count, turn.apart) == (40, 0.001)


def test_a_turn_that_was_taken_late_does_not_put_off_the_next(store: Store):
    reserve(store, calls=10.0)
    time.sleep(0.11)
    assert reserve(store).count == 1
    assert reserve(store).wait < 0.1


def test_a_limit_is_learnt_and_the_turns_go_on_from_now(store: Store):
    reserve(store, calls=0.1)
    store.paces.learn(ACCOUNT, 100.0)
    assert reserve(store).count == 4


def test_a_refusal_pauses_all_is_counted_and_takes_a_tenth_of_the_pace_once(store: Store):
    reserve(store)
    for _ in range(3):
        store.paces.refused(ACCOUNT, pause=30.0)
    assert 29.0 < reserve(store).wait <= 30.0
    assert store.paces.refusals() == {ACCOUNT: 3}


def test_the_pace_after_a_refusal_is_slower_and_comes_back(store: Store):
    reserve(store, calls=5.0)
    store.paces.refused(ACCOUNT, pause=0.0)
    time.sleep(0.25)
    assert reserve(store).apart == pytest.approx(1 / 4.5, rel=0.05)
