from __future__ import annotations

from datetime import timedelta

import pytest

from digest.model import DeliveryState, SubscriberStatus
from tests.builders import NOW
from tests.builders_sending import ISSUE, MemoryProvider, approved, join, send, settings_in

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def sent(store, tmp_path):
    """Five were owed it: one left before, one box does not exist, three got it."""
    settings = settings_in(tmp_path, RECAP_SECRET_KEY="secret")
    approved(store, settings, readers=5)
    store.ledger.plan(ISSUE, at=NOW)
    store.audience.leave("reader0@post.example", NOW)
    provider = MemoryProvider()
    provider.rejects = {"reader1@post.example"}
    send(store, settings, ISSUE, provider)
    return store


def test_every_mail_is_counted_where_it_stands_with_the_reason(sent):
    tally = sent.ledger.outcomes.tally(ISSUE, since=NOW)
    assert tally.owed == 5
    assert tally.open == 0
    assert tally.states == {**sent.ledger.counts(ISSUE)}
    assert tally.reasons == {
        DeliveryState.REJECTED: {"no such box": 1},
        DeliveryState.SKIPPED: {"the subscriber is unsubscribed": 1},
    }
    assert tally.fates == {"": 3}


def test_what_was_settled_lately_is_recent(sent):
    assert sent.ledger.outcomes.tally(ISSUE, since=NOW).recent == 5
    assert sent.ledger.outcomes.tally(ISSUE, since=LATER).recent == 0


def test_an_issue_that_nobody_is_owed_has_counts_of_nothing(store):
    tally = store.ledger.outcomes.tally(7, since=NOW)
    assert tally.owed == 0
    assert set(tally.states) == set(DeliveryState)


def test_who_left_after_the_mail_is_told_from_who_left_before(sent):
    assert sent.ledger.outcomes.left_since(ISSUE) == 0
    sent.audience.leave("reader3@post.example", LATER)
    assert sent.ledger.outcomes.left_since(ISSUE) == 1


def test_rows_are_found_by_how_the_address_begins(sent):
    def found(**options) -> list[str]:
        return [one.email for one in sent.ledger.outcomes.page(ISSUE, **options)]

    assert found(address="READER3") == ["reader3@post.example"]
    assert found(address="eader") == []
    assert found(address="reader_") == []
    assert found(address="%") == []
    assert found(state=DeliveryState.REJECTED) == ["reader1@post.example"]
    assert found(most=2) == ["reader0@post.example", "reader1@post.example"]
    last = sent.ledger.outcomes.page(ISSUE, most=2)[-1].subscriber
    assert found(after=last) == [f"reader{number}@post.example" for number in (2, 3, 4)]


def test_all_rows_come_whatever_the_pages(sent, monkeypatch):
    monkeypatch.setattr("digest.store.outcomes._CHUNK", 2)
    assert list(sent.ledger.outcomes.all(ISSUE)) == list(sent.ledger.outcomes.page(ISSUE))
    assert len(sent.ledger.deliveries(ISSUE)) == 5


def test_the_confirmed_are_found_by_how_their_address_begins(store):
    join(store, "ada", "Adele", "bob")
    join(store, "ada-unsure", status=SubscriberStatus.UNCONFIRMED)

    def found(start: str, most: int = 20) -> list[str]:
        return [one.email for one in store.audience.directory.beginning(start, most=most)]

    assert found(" AD") == ["ada@post.example", "Adele@post.example"]
    assert found("ad", most=1) == ["ada@post.example"]
    assert found("da") == []
    assert found("a_a") == []
