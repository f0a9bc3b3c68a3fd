"""Leaving by the link of a mail: at once, with the goodbye or not at all, however many do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from digest.errors import StoreError
from digest.model import ConsentKind, SubscriberStatus
from digest.pipeline import audience
from digest.pipeline.audience import goodbye_key
from digest.store import Store
from tests.builders import NOW
from tests.builders_sending import join
from tests.builders_web import SECRET, everything


def leave(store: Store, number: int, at=NOW):
    return store.audience.leavings.leave(number, at, "a click", goodbye_key)


def test_who_leaves_has_left_with_the_proof_and_is_owed_a_goodbye(store: Store) -> None:
    (ada,) = join(store, "ada")
    left = leave(store, ada.id)
    assert left == store.audience.by_id(ada.id)
    assert (left.status, left.left_at) == (SubscriberStatus.UNSUBSCRIBED, NOW)
    last = store.audience.history(ada.id)[-1]
    assert (last.kind, last.at, last.evidence) == (ConsentKind.LEFT, NOW, "a click")
    assert store.notices.counts() == {"waiting": 1}


def test_leaving_again_later_changes_nothing(store: Store) -> None:
    (ada,) = join(store, "ada")
    left = leave(store, ada.id)
    before = everything(store)
    assert leave(store, ada.id, NOW + timedelta(days=3)) == left
    assert everything(store) == before


def test_nobody_leaves_by_a_number_that_nobody_has_or_an_erased_one(store: Store) -> None:
    (ada,) = join(store, "ada")
    audience.erase(store, ada.email, secret=SECRET, now=NOW, evidence="asked")
    before = everything(store)
    assert leave(store, ada.id) is None
    assert leave(store, 10**17) is None
    assert everything(store) == before


def test_many_at_one_moment_each_leave_once(store: Store) -> None:
    people = join(store, *(f"reader{number}" for number in range(40)))
    numbers = [person.id for person in people for _ in range(3)]
    with ThreadPoolExecutor(16) as pool:
        left = list(pool.map(lambda number: leave(store, number), numbers))
    assert [person.id for person in left] == numbers
    assert store.audience.count(SubscriberStatus.UNSUBSCRIBED) == 40
    assert store.notices.counts() == {"waiting": 40}
    for person in people:
        kinds = [one.kind for one in store.audience.history(person.id)]
        assert kinds.count(ConsentKind.LEFT) == 1


def test_without_the_goodbye_nobody_has_left(store: Store, monkeypatch) -> None:
    (ada,) = join(store, "ada")

    def crash(*_: object) -> dict[str, object]:
        raise StoreError("the power went off")

    with monkeypatch.context() as patched:
        patched.setattr("digest.store.leavings.row_of_notice", crash)
        with pytest.raises(StoreError):
            leave(store, ada.id)
    assert store.audience.by_id(ada.id) == ada
    assert leave(store, ada.id).status is SubscriberStatus.UNSUBSCRIBED
