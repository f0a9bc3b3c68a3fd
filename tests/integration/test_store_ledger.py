"""Who is owed what, in which batches, and that each pair happens once; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from digest.attempts import LEASE, WINDOW
from digest.consent import PAUSED
from digest.delivery import Limits
from digest.errors import InputError, StateError
from digest.model import DeliveryState, IssueStatus, SubscriberStatus
from digest.sealing import Sealer
from digest.store import Batch, Claimant, Store, open_store, schema
from digest.store.database import Database
from digest.store.ledger import Result
from digest.store.owners import this_process
from tests.builders import NOW, make_email, make_issue
from tests.builders_sending import ISSUE, all_sent, claim, claimed, join, sealer

SECOND = timedelta(seconds=1)
LATER = NOW + timedelta(minutes=5)
SENT = DeliveryState.SENT


@pytest.fixture
def approved(store: Store) -> Store:
    """A store with one approved issue and no readers."""
    store.content.save_issue(
        make_issue(number=ISSUE, status=IssueStatus.APPROVED), content_sha256="a" * 64
    )
    return store


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
        claim(store)
    assert "recap" in caught.value.hint
    assert store.ledger.deliveries(ISSUE) == ()


def test_an_absent_issue_cannot_be_planned(store: Store) -> None:
    with pytest.raises(InputError, match="no issue 7"):
        store.ledger.plan(7, at=NOW)


def test_the_reach_is_everyone_a_send_would_still_write_to(approved: Store) -> None:
    join(approved, "ada", "bob", "cyd", "dan")
    join(approved, "eve", status=SubscriberStatus.UNCONFIRMED)
    assert approved.ledger.eligible(ISSUE, at=NOW) == 4
    approved.ledger.plan(ISSUE, at=NOW)
    approved.audience.suppress("dan@post.example", "bounced", NOW)
    join(approved, "fay")
    assert approved.ledger.eligible(ISSUE, at=NOW) == 4
    batch = claimed(approved, limit=1)
    approved.audience.leave("ada@post.example", NOW)
    assert approved.ledger.eligible(ISSUE, at=NOW) == 4
    approved.ledger.finish(batch, all_sent(batch), NOW)
    assert approved.ledger.eligible(ISSUE, at=NOW) == 3


def test_a_paused_reader_is_neither_counted_nor_planned(approved: Store) -> None:
    ada, _ = join(approved, "ada", "bob")
    approved.audience.pause(ada.id, NOW + timedelta(weeks=1))
    assert approved.ledger.eligible(ISSUE, at=NOW) == 1
    assert approved.ledger.plan(ISSUE, at=NOW) == 2
    counts = approved.ledger.counts(ISSUE)
    assert (counts["planned"], counts["skipped"]) == (1, 1)
    assert approved.ledger.deliveries(ISSUE)[0].error == PAUSED
    assert approved.ledger.eligible(ISSUE, at=NOW + timedelta(weeks=1)) == 1


# Claim and finish


def test_a_plain_send_reaches_each_reader_once(approved: Store) -> None:
    join(approved, *(f"reader{number}" for number in range(25)))
    approved.ledger.plan(ISSUE, at=NOW)
    reached: list[int] = []
    keys = []
    while batch := claim(approved, limit=10):
        reached += [person.id for person in batch.recipients]
        keys.append(batch.key)
        assert approved.ledger.finish(batch, all_sent(batch), LATER)
    assert len(reached) == len(set(reached)) == 25
    assert len(keys) == len(set(keys)) == 3
    states = {"planned": 0, "claimed": 0, "unknown": 0, "sent": 25, "rejected": 0, "skipped": 0}
    assert approved.ledger.counts(ISSUE) == states
    delivery = approved.ledger.deliveries(ISSUE)[0]
    assert (delivery.state, delivery.provider_id) == (SENT, f"mail-{delivery.subscriber}")
    assert (delivery.attempts, delivery.at) == (1, LATER)
    assert delivery.at is not None
    assert delivery.at.tzinfo is UTC


def test_a_batch_whose_lease_is_over_comes_again_as_it_was(
    approved: Store, database_url: str
) -> None:
    join(approved, "ada", "bob", "cyd")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved, limit=2)
    approved.audience.leave("ada@post.example", NOW)
    with open_store(database_url) as after_a_crash:
        again = claimed(after_a_crash, at=NOW + LEASE)
    assert (again.key, again.recipients, again.mails) == (batch.key, batch.recipients, batch.mails)
    assert names(again) == ["ada", "bob"]
    assert (batch.attempt, again.attempt, again.untouched) == (1, 2, False)


def test_a_leased_batch_is_left_alone_until_its_lease_is_over(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    claimed(approved)
    assert claim(approved, at=NOW + LEASE - SECOND) is None
    assert approved.ledger.next_due(ISSUE, NOW) == NOW + LEASE
    assert claimed(approved, at=NOW + LEASE).attempt == 2


def test_the_lease_of_a_process_that_ended_is_over_at_once(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    machine, _, _ = this_process().rpartition(":")
    claimed(approved, owner=f"{machine}:1.00")  # its number is another process's by now
    assert approved.ledger.next_due(ISSUE, NOW) == NOW
    assert claimed(approved, at=NOW + SECOND, owner=this_process()).attempt == 2
    assert claim(approved, at=NOW + SECOND) is None


def test_a_released_batch_waits_as_long_as_it_was_told_and_counts_its_attempts(
    approved: Store,
) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    assert approved.ledger.release(batch, "answered 503", NOW, accepted=True, wait=7)
    assert not approved.ledger.release(batch, "answered 503", LATER, accepted=True)
    assert approved.ledger.counts(ISSUE)["claimed"] == 1
    assert claim(approved, at=NOW + 6 * SECOND) is None
    assert approved.ledger.next_due(ISSUE, NOW) == NOW + 7 * SECOND
    again = claimed(approved, at=NOW + 7 * SECOND)
    assert again.key == batch.key
    approved.ledger.finish(again, all_sent(again), LATER)
    assert approved.ledger.deliveries(ISSUE)[0].attempts == 2


def test_a_probe_takes_the_open_batch_that_waits_the_shortest_and_freezes_nobody(
    approved: Store,
) -> None:
    join(approved, "ada", "bob", "cyd")
    approved.ledger.plan(ISSUE, at=NOW)
    first, second = claimed(approved, limit=1), claimed(approved, limit=1)
    approved.ledger.release(first, "gone", NOW, accepted=True, wait=300)
    approved.ledger.release(second, "gone", NOW, accepted=True, wait=60)
    assert claimed(approved, early=True).key == second.key
    assert claimed(approved, early=True).key == first.key
    assert claim(approved, early=True) is None
    assert approved.ledger.counts(ISSUE)["planned"] == 1


def test_a_probe_makes_a_batch_if_none_is_open(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    assert names(claimed(approved, early=True)) == ["ada"]


def test_consent_is_asked_again_of_a_batch_that_was_never_accepted(approved: Store) -> None:
    join(approved, "ada", "bob")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    approved.ledger.release(batch, "429", NOW, accepted=False)
    approved.audience.leave("ada@post.example", NOW)
    again = claimed(approved, at=LATER)
    assert names(again) == ["bob"]
    assert again.key != batch.key
    with approved._database.read() as connection:
        kept = connection.execute(sa.select(schema.batch.c.recipients)).scalars().all()
    assert sum("ada@" in one for one in kept) == 0  # erasing a person has one place to look in
    assert approved.ledger.counts(ISSUE)["skipped"] == 1


def test_a_batch_that_may_have_been_accepted_goes_on_whoever_left(approved: Store) -> None:
    join(approved, "ada", "bob")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    approved.ledger.release(batch, "429", NOW, accepted=False)
    second = claimed(approved, at=LATER)
    assert second.untouched
    approved.ledger.release(second, "timeout", LATER, accepted=True)
    third = claimed(approved, at=LATER + SECOND)
    approved.ledger.release(third, "429", LATER, accepted=False)
    approved.audience.leave("ada@post.example", LATER)
    again = claimed(approved, at=LATER + 2 * SECOND)
    assert (again.key, again.recipients) == (batch.key, batch.recipients)
    assert not again.untouched


def test_after_the_window_an_unknown_outcome_waits_for_a_person(approved: Store) -> None:
    join(approved, "ada", "bob")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved, limit=1)
    approved.ledger.release(batch, "timeout", NOW, accepted=True)
    assert claimed(approved, at=NOW + WINDOW - SECOND).key == batch.key
    late = claimed(approved, at=NOW + WINDOW + LEASE)
    assert names(late) == ["bob"]
    assert approved.ledger.counts(ISSUE)["unknown"] == 1
    (waiting,) = approved.ledger.waiting(ISSUE)
    assert (waiting.key, waiting.state, waiting.people) == (batch.key, "unknown", 1)
    assert "20 hours after the first attempt" in waiting.error


def test_after_the_window_what_was_never_accepted_is_owed_anew(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    approved.ledger.release(batch, "429", NOW, accepted=False)
    again = claimed(approved, at=NOW + WINDOW)
    assert names(again) == ["ada"]
    assert again.key == f"{batch.key}-2"
    assert again.attempt == 1


def test_without_keys_a_batch_that_was_under_way_waits_for_a_person(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    claimed(approved, keyed=False)
    assert claim(approved, keyed=False, at=NOW + LEASE) is None
    (waiting,) = approved.ledger.waiting(ISSUE)
    assert "honours no keys" in waiting.error


def test_a_batch_whose_bytes_would_differ_waits_for_a_person(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    approved.ledger.release(batch, "timeout", NOW, accepted=True)
    other = Sealer(make_email(to="", subject="Another"), secret="")
    assert claim(approved, at=LATER, seal=other) is None
    (waiting,) = approved.ledger.waiting(ISSUE)
    assert (waiting.state, waiting.people) == ("held", 1)
    assert "not the same bytes" in waiting.error
    assert approved.ledger.next_due(ISSUE, LATER) is None


def test_what_a_mail_prints_of_a_reader_is_frozen_with_the_batch(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    approved.ledger.release(batch, "timeout", NOW, accepted=True)
    again = claimed(approved, at=LATER, seal=sealer(secret="rotated since"))
    assert again.mails == batch.mails


def test_a_batch_closes_before_it_is_too_large(approved: Store) -> None:
    join(approved, *(f"reader{number}" for number in range(5)))
    approved.ledger.plan(ISSUE, at=NOW)
    small = Sealer(make_email(to=""), secret="", limits=Limits(bytes=25), size=lambda mail: 10)
    sizes = []
    while batch := claim(approved, seal=small):
        sizes.append(len(batch.recipients))
    assert sizes == [2, 2, 1]


def test_a_refused_batch_is_split_until_the_mail_at_fault_is_alone(approved: Store) -> None:
    join(approved, *"abcde")
    approved.ledger.plan(ISSUE, at=NOW)
    seal = sealer()
    keys = []
    while batch := claim(approved, at=LATER):
        keys.append(batch.key)
        if "c" in names(batch):
            assert approved.ledger.split(batch, seal, "sha", "422: bad mail", LATER)
            assert not approved.ledger.split(batch, seal, "sha", "422: bad mail", LATER)
        else:
            approved.ledger.finish(batch, all_sent(batch), LATER)
    assert len(keys) == len(set(keys))
    states = {
        one.email[0]: (one.state.value, one.error) for one in approved.ledger.deliveries(ISSUE)
    }
    assert states["c"] == ("rejected", "422: bad mail")
    assert {state for name, (state, _) in states.items() if name != "c"} == {"sent"}


def test_whoever_leaves_before_the_halves_go_is_in_neither(approved: Store) -> None:
    join(approved, "ada", "bob")
    approved.ledger.plan(ISSUE, at=NOW)
    assert approved.ledger.split(claimed(approved), sealer(), "sha", "422: bad mail", NOW)
    approved.audience.leave("ada@post.example", NOW)
    assert names(claimed(approved)) == ["bob"]
    assert claim(approved) is None
    assert approved.ledger.counts(ISSUE)["skipped"] == 1


def test_what_is_planned_is_left_to_do_whoever_looks_at_it(approved: Store) -> None:
    join(approved, "ada")
    assert approved.ledger.next_due(ISSUE, NOW) is None
    approved.ledger.plan(ISSUE, at=NOW)
    assert approved.ledger.next_due(ISSUE, NOW) == NOW
    approved.ledger.finish(batch := claimed(approved), all_sent(batch), NOW)
    assert approved.ledger.next_due(ISSUE, NOW) is None


def test_a_parked_batch_is_decided_by_a_person_once(approved: Store) -> None:
    join(approved, "ada", "bob", "cyd")
    approved.ledger.plan(ISSUE, at=NOW)
    decisions = (SENT, DeliveryState.SKIPPED, DeliveryState.PLANNED)
    batches = [claimed(approved, limit=1) for _ in decisions]
    for batch, decision in zip(batches, decisions, strict=True):
        assert approved.ledger.park(batch, "two answers", NOW)
        assert not approved.ledger.park(batch, "two answers", NOW)
        assert approved.ledger.decide(batch.number, decision, "looked up", LATER) == 1
        assert approved.ledger.decide(batch.number, decision, "looked up", LATER) == 0
    counts = approved.ledger.counts(ISSUE)
    assert (counts["sent"], counts["skipped"], counts["planned"]) == (1, 1, 1)
    assert claimed(approved).key == f"{batches[2].key}-2"


def test_nothing_is_claimed_while_the_approval_may_be_taken_back(
    approved: Store, database_url: str
) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(sa.update(schema.issue).values(send_after=LATER))
    database.close()
    with pytest.raises(StateError, match="issue 5 leaves from 2026-06-01 06:05:00 UTC on"):
        claim(approved)
    assert claimed(approved, at=LATER)


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
    assert claim(approved) is None
    assert approved.ledger.counts(ISSUE)["skipped"] == 1


def test_a_held_issue_gives_out_no_more_batches(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    claimed(approved)
    ready = (IssueStatus.APPROVED,)
    approved.content.set_status(ISSUE, IssueStatus.HELD, expected=ready, at=NOW)
    with pytest.raises(StateError, match="issue 5 is held"):
        claim(approved)


def test_finishing_twice_keeps_the_first_results(approved: Store) -> None:
    join(approved, "ada")
    approved.ledger.plan(ISSUE, at=NOW)
    batch = claimed(approved)
    assert approved.ledger.finish(batch, all_sent(batch), NOW)
    late = [(batch.recipients[0].id, DeliveryState.REJECTED, "", "refused")]
    assert not approved.ledger.finish(batch, late, LATER)
    assert not approved.ledger.release(batch, "too late", LATER, accepted=True)
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


def test_the_key_follows_from_content_and_recipients(store: Store, database_url: str) -> None:
    def key_of(sha: str) -> str:
        database = Database(database_url)
        with database.write() as connection:
            for table in ("delivery", "batch", "issue"):
                connection.execute(sa.text(f"DELETE FROM {table}"))
        database.close()
        store.content.save_issue(make_issue(number=ISSUE, status=IssueStatus.APPROVED))
        store.ledger.plan(ISSUE, at=NOW)
        batch = store.ledger.claim(ISSUE, sha, sealer(), Claimant("elsewhere:1:1"), at=NOW)
        assert batch is not None
        return batch.key

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
                while batch := claim(store, limit=5):
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
