"""Subscribers and suppressions: each address once, whatever its spelling; on both databases."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from digest.errors import StoreError
from digest.model import SubscriberStatus, Suppression
from digest.store import Store, schema
from tests.builders import NOW

LATER = NOW + timedelta(days=1)
CONFIRMED = SubscriberStatus.CONFIRMED
UNCONFIRMED = SubscriberStatus.UNCONFIRMED
LEFT = SubscriberStatus.UNSUBSCRIBED


def test_a_subscriber_comes_back_equal(store: Store) -> None:
    ada, new = store.audience.add(
        " Ada@Post.EXAMPLE ", " Ada ไทย ", status=CONFIRMED, at=NOW, evidence="added by hand"
    )
    assert new
    assert (ada.email, ada.name, ada.evidence) == ("Ada@post.example", "Ada ไทย", "added by hand")
    assert (ada.asked_at, ada.confirmed_at, ada.left_at) == (NOW, NOW, None)
    assert ada.asked_at.tzinfo is UTC
    assert store.audience.by_email("ada@post.example") == ada


def test_an_address_is_added_once_whatever_its_spelling(store: Store) -> None:
    ada, _ = store.audience.add("ada@post.example", "Ada", status=CONFIRMED, at=NOW, evidence="")
    again, new = store.audience.add(
        "ADA@post.example", "Eve", status=UNCONFIRMED, at=LATER, evidence="form"
    )
    assert not new
    assert again == ada
    assert store.audience.count() == 1


def test_the_unconfirmed_have_no_time_of_confirmation(store: Store) -> None:
    ada, _ = store.audience.add("ada@post.example", "", status=UNCONFIRMED, at=NOW, evidence="")
    bob, _ = store.audience.add("bob@post.example", "", status=LEFT, at=NOW, evidence="")
    assert (ada.confirmed_at, ada.left_at) == (None, None)
    assert (bob.confirmed_at, bob.left_at) == (None, NOW)


def test_an_unknown_address_is_nobody(store: Store) -> None:
    assert store.audience.by_email("ada@post.example") is None
    assert store.audience.leave("ada@post.example", NOW) is None


def test_everyone_is_listed_by_id_across_pages(store: Store, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("digest.store.audience._CHUNK", 3)
    for number in range(7):
        status = CONFIRMED if number % 2 else UNCONFIRMED
        store.audience.add(f"r{number}@post.example", "", status=status, at=NOW, evidence="")
    assert [one.email[:2] for one in store.audience.all()] == [f"r{number}" for number in range(7)]
    assert [one.email[:2] for one in store.audience.all(CONFIRMED)] == ["r1", "r3", "r5"]
    assert (store.audience.count(), store.audience.count(CONFIRMED)) == (7, 3)


def test_the_list_may_be_changed_while_it_is_read(store: Store) -> None:
    for name in ("ada", "bob"):
        store.audience.add(f"{name}@post.example", "", status=CONFIRMED, at=NOW, evidence="")
    for person in store.audience.all():
        store.audience.leave(person.email, LATER)
    assert store.audience.count(CONFIRMED) == 0


def test_leaving_twice_keeps_the_first_time(store: Store) -> None:
    store.audience.add("ada@post.example", "", status=CONFIRMED, at=NOW, evidence="")
    left = store.audience.leave("Ada@post.example", LATER)
    assert left is not None
    assert (left.status, left.left_at, left.confirmed_at) == (LEFT, LATER, NOW)
    assert store.audience.leave("ada@post.example", LATER + timedelta(days=1)) == left


def test_the_first_reason_of_a_suppression_is_kept(store: Store) -> None:
    assert store.audience.suppress(" Bob@POST.example", "bounced", NOW)
    assert not store.audience.suppress("bob@post.example", "complained", LATER)
    assert store.audience.suppress("ada@post.example", "complained", LATER)
    assert store.audience.suppressions() == (
        Suppression("Bob@post.example", "bounced", NOW),
        Suppression("ada@post.example", "complained", LATER),
    )


def test_suppressed_addresses_are_found_as_they_are_spelled(store: Store) -> None:
    store.audience.suppress("bob@post.example", "bounced", NOW)
    asked = ["ada@post.example", "BOB@post.example", "bob@post.example"]
    assert store.audience.suppressed(asked) == {"BOB@post.example", "bob@post.example"}
    assert store.audience.suppressed([]) == frozenset()


def test_a_damaged_list_of_labels_is_named_and_not_shown(store: Store) -> None:
    store.audience.add("ada@post.example", "", status=CONFIRMED, at=NOW, evidence="")
    with store._database.write() as connection:
        connection.execute(sa.update(schema.subscriber).values(themes="[1"))
    with pytest.raises(StoreError, match="subscriber 1 is damaged"):
        store.audience.by_email("ada@post.example")
