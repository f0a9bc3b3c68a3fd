"""Who is owed what, in which batches, and that each pair happens once; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from digest.errors import InputError, StateError
from digest.model import DeliveryState, IssueStatus, Subscriber, SubscriberStatus
from digest.store import Batch, Store, open_store
from digest.store.database import Database
from digest.store.ledger import Result
from tests.builders import NOW, make_issue

ISSUE = 5
LATER = NOW + timedelta(minutes=5)
SENT = DeliveryState.SENT


@pytest.fixture
def approved(store: Store) -> Store:
    """A store with one approved issue and no readers."""
    store.content.save_issue(
        make_issue(number=ISSUE, status=IssueStatus.APPROVED), content_sha256="a" * 64
    )
    return store


def join(store: Store, *names: str, **fields: object) -> list[Subscriber]:
    options = {"status": SubscriberStatus.CONFIRMED, "at": NOW, "evidence": "test", **fields}
    return [store.audience.add(f"{name}@post.example", name, **options)[0] for name in names]  # type: ignore[arg-type]


def all_sent(batch: Batch) -> list[Result]:
    return [(person.id, SENT, f"mail-{person.id}", "") for person in batch.recipients]


def claimed(store: Store, limit: int = 100) -> Batch:
    batch = store.ledger.claim(ISSUE, limit=limit, at=NOW)
    assert batch is not None
    return batch


def names(batch: Batch) -> list[str]:
    return [person.name for person in batch.recipients]


# Plan


def test_everyone_who_may_be_written_to_is_owed_the_issue_once(approved: Store) -> None:
    join(approved, "ada", "bob", "cyd")
    join(approved, "dan", status=SubscriberStatus.UNCONFIRMED)
    join(approved, "eve", status=SubscriberStatus.UNSUBSCRIBED)
    approved.audience.suppress("Cyd@POST.example", "bounced", NOW)
    assert approved.ledger.plan(ISSUE, at=NOW) == 2
    assert approved.ledger.plan(ISSUE, at=LATER) == 0
    join(approved, "fay")
    assert approved.ledger.plan(ISSUE, at=LATER) == 1
    assert [one.email for one in approved.ledger.deliveries(ISSUE)] == [
        "ada@post.example",
        "bob@post.example",
        "fay@post.example",
    ]


@pytest.mark.parametrize(
    "status",
    [IssueStatus.DRAFT, IssueStatus.HELD, IssueStatus.SENT, IssueStatus.SKIPPED],
)
def test_an_issue_that_is_not_approved_is_owed_to_nobody(store: Store, status: IssueStatus) -> None:
    join(store, "ada")
    store.content.save_issue(make_issue(number=ISSUE, status=status))
    with pytest.raises(StateError, match=f"issue 5 is {status.value}"):
        store.ledger.plan(ISSUE, at=NOW)
    with pytest.raises(StateError, match=f"issue 5 is {status.value}") as caught:
        store.ledger.claim(ISSUE, limit=100, at=NOW)
    assert "recap approve 5" in caught.value.hint
    assert store.ledger.deliveries(ISSUE) == ()


def test_an_absent_issue_cannot_be_planned(store: Store) -> None:
    with pytest.raises(InputError, match="no issue 7"):
        store.ledger.plan(7, at=NOW)


def test_the_reach_is_everyone_a_send_would_still_write_to(approved: Store) -> None:
    join(approved, "ada", "bob", "cyd", "dan")
    join(approved, "eve", status=SubscriberStatus.UNCONFIRMED)
    assert approved.ledger.eligible(ISSUE) == 4
    approved.ledger.plan(ISSUE, at=NOW)
    approved.audience.suppress("dan@post.example", "bounced", NOW)
    join(approved, "fay")
    assert approved.ledger.eligible(ISSUE) == 4
    batch = claimed(approved, limit=1)
    approved.audience.leave("ada@post.example", NOW)
    assert approved.ledger.eligible(ISSUE) == 4
    approved.ledger.finish(batch, all_sent(batch), NOW)
    assert approved.ledger.eligible(ISSUE) == 3


# Claim and finish


def test_a_plain_send_reaches_each_reader_once(approved: Store) -> None:
    join(approved, *(f"reader{number}" for number in range(25)))
    approved.ledger.plan(ISSUE, at=NOW)
    reached: list[int] = []
    keys = []
    while batch := approved.ledger.claim(ISSUE, limit=10, at=NOW):
        reached += [person.id for person in batch.recipients]
        keys.append(batch.key)
        assert approved.ledger.finish(batch, all_sent(batch), LATER)
    assert len(reached) == len(set(reached)) == 25
    assert len(keys) == len(set(keys)) == 3
    states = {"planned": 0, "claimed": 0, "sent": 25, "rejected": 0, "skipped": 0}
    assert approved.ledger.counts(ISSUE) == states
    delivery = approved.ledger.deliveries(ISSUE)[0]
    assert (delivery.state, delivery.provider_id) == (SENT, f"mail-{delivery.subscriber}")
    assert (delivery.attempts, delivery.at) == (1, LATER)
    assert delivery.at is not None
    assert delivery.at.tzinfo is UTC


def test_an_unfinished_batch_comes_again_as_it_was(approved: Store, database_url: str) -> None:
    join(approved, "ada", "bob", "cyd")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved, limit=2)
    approved.audience.leave("ada@post.example", NOW)
    with open_store(database_url) as after_a_crash:
        again = claimed(after_a_crash, limit=100)
    assert again == batch
    assert names(again) == ["ada", "bob"]
    assert again.recipients[0].status is SubscriberStatus.CONFIRMED


def test_a_released_batch_keeps_its_key_and_counts_its_attempts(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    approved.ledger.release(batch, "the provider answered 503", NOW)
    approved.ledger.release(batch, "the provider answered 503", LATER)
    assert approved.ledger.counts(ISSUE)["claimed"] == 1
    assert claimed(approved) == batch
    approved.ledger.finish(batch, all_sent(batch), LATER)
    assert approved.ledger.deliveries(ISSUE)[0].attempts == 3


def test_those_who_left_since_are_skipped_with_the_reason(approved: Store) -> None:
    join(approved, "ada", "bob", "cyd", "dan")
    approved.ledger.plan(ISSUE, at=NOW)
    approved.audience.leave("ada@post.example", NOW)
    approved.audience.suppress("bob@post.example", "complained", NOW)
    batch = claimed(approved)
    assert names(batch) == ["cyd", "dan"]
    skipped = approved.ledger.deliveries(ISSUE)[:2]
    assert [one.state for one in skipped] == [DeliveryState.SKIPPED] * 2
    assert ["unsubscribed" in skipped[0].error, "suppressed" in skipped[1].error] == [True, True]
    assert approved.ledger.counts(ISSUE)["claimed"] == 2


def test_pages_of_people_who_left_do_not_end_the_send(approved: Store) -> None:
    join(approved, *"abcdefg")
    approved.ledger.plan(ISSUE, at=NOW)
    for name in "abcdf":
        approved.audience.leave(f"{name}@post.example", NOW)
    batch = claimed(approved, limit=2)
    assert names(batch) == ["e"]
    approved.ledger.finish(batch, all_sent(batch), NOW)
    assert names(claimed(approved, limit=2)) == ["g"]


def test_nobody_left_to_write_to_ends_the_send(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    approved.audience.leave("ada@post.example", NOW)
    assert approved.ledger.claim(ISSUE, limit=100, at=NOW) is None
    assert approved.ledger.counts(ISSUE)["skipped"] == 1


def test_a_held_issue_gives_out_no_more_batches(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    claimed(approved)
    ready = (IssueStatus.APPROVED,)
    approved.content.set_status(ISSUE, IssueStatus.HELD, expected=ready, at=NOW)
    with pytest.raises(StateError, match="issue 5 is held"):
        approved.ledger.claim(ISSUE, limit=100, at=NOW)


def test_finishing_twice_keeps_the_first_results(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    assert approved.ledger.finish(batch, all_sent(batch), NOW)
    late = [(batch.recipients[0].id, DeliveryState.REJECTED, "", "refused")]
    assert not approved.ledger.finish(batch, late, LATER)
    approved.ledger.release(batch, "too late", LATER)
    (delivery,) = approved.ledger.deliveries(ISSUE)
    assert (delivery.state, delivery.error, delivery.attempts) == (SENT, "", 1)


def test_a_rejected_reader_keeps_the_reason(approved: Store) -> None:
    ada, bob = join(approved, "ada", "bob")
    approved.ledger.plan(ISSUE, at=NOW)
    results = [
        (bob.id, DeliveryState.REJECTED, "", "no such domain"),
        (ada.id, SENT, "mail-1", ""),
    ]
    approved.ledger.finish(claimed(approved), results, NOW)
    assert [(one.state.value, one.error) for one in approved.ledger.deliveries(ISSUE)] == [
        ("sent", ""),
        ("rejected", "no such domain"),
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda results: results[:1],
        lambda results: [*results, results[0]],
        lambda results: [results[0], (999, SENT, "", "")],
        lambda results: [results[0], (*results[1][:1], DeliveryState.PLANNED, "", "")],
    ],
    ids=["one is missing", "one is twice", "a stranger", "not final"],
)
def test_results_that_do_not_fit_are_refused_whole(
    approved: Store, spoil: Callable[[list[Result]], list[Result]]
) -> None:
    join(approved, "ada", "bob")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    with pytest.raises(StateError, match=batch.key):
        approved.ledger.finish(batch, spoil(all_sent(batch)), NOW)
    assert approved.ledger.counts(ISSUE)["claimed"] == 2


def test_an_unknown_batch_cannot_be_finished(approved: Store) -> None:
    (ada,) = join(approved, "ada")
    stranger = Batch("recap/5/none", ISSUE, (ada,))
    with pytest.raises(StateError, match="recap/5/none is not in the ledger"):
        approved.ledger.finish(stranger, all_sent(stranger), NOW)


def test_the_key_follows_from_content_and_recipients(store: Store, database_url: str) -> None:
    def key_of(sha: str) -> str:
        database = Database(database_url)
        with database.write() as connection:
            for table in ("delivery", "batch", "issue"):
                connection.execute(sa.text(f"DELETE FROM {table}"))
        database.close()
        issue = make_issue(number=ISSUE, status=IssueStatus.APPROVED)
        store.content.save_issue(issue, content_sha256=sha)
        store.ledger.plan(ISSUE, at=NOW)
        return claimed(store).key

    join(store, "ada", "bob")
    key = key_of("a")
    assert key.startswith("recap/5/")
    assert len(key) <= 256
    assert key_of("a") == key
    assert key_of("b") != key
    join(store, "cyd")
    assert key_of("a") != key


def test_racing_senders_never_put_a_reader_in_two_batches(
    approved: Store, database_url: str
) -> None:
    join(approved, *(f"reader{number}" for number in range(60)))
    approved.ledger.plan(ISSUE, at=NOW)
    batches: list[Batch] = []
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def drain() -> None:
        try:
            with open_store(database_url) as store:
                start.wait()
                while batch := store.ledger.claim(ISSUE, limit=5, at=NOW):
                    batches.append(batch)
                    store.ledger.finish(batch, all_sent(batch), NOW)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    by_key = {batch.key: batch for batch in batches}
    reached = [person.id for batch in by_key.values() for person in batch.recipients]
    assert len(reached) == len(set(reached)) == 60
    assert approved.ledger.counts(ISSUE)["sent"] == 60
