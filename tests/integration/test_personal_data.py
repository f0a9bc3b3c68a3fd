"""Showing and erasing all that is kept of one person, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from digest.consent import Confirming
from digest.errors import ConfigError, InputError, StateError
from digest.model import ConsentKind, DeliveryState, IssueStatus, SubscriberStatus
from digest.pipeline.audience import (
    add_subscriber,
    ask,
    confirm,
    erase,
    leave,
    lift,
    personal_data,
    standing,
)
from digest.store import Store, schema
from digest.store.personal_data import Erased
from digest.tokens import leave_token
from tests.builders import NOW, make_issue
from tests.builders_sending import claim

SECRET = "s3cret"
ADA, BOB = "Ada@post.example", "bob@post.example"
DAY = timedelta(days=1)


def added(store: Store, *emails: str) -> None:
    for email in emails:
        add_subscriber(store, email, "Lovelace", now=NOW, evidence="paper 17", secret=SECRET)


def erased(store: Store, email: str = ADA) -> Erased:
    return erase(store, email, secret=SECRET, now=NOW + DAY, evidence="asked by post")


def asked(store: Store, email: str = ADA, token: str = "t") -> str:
    return ask(store, email, token=token, secret=SECRET, now=NOW + DAY, evidence="form").token


def sent(store: Store, *, error: str = "", finish: bool = True) -> None:
    """Issue 1 on its way to everybody."""
    store.content.save_issue(
        make_issue(number=1, status=IssueStatus.APPROVED), content_sha256="a" * 64
    )
    store.ledger.plan(1, at=NOW)
    batch = claim(store, issue=1)
    assert batch is not None
    if finish:
        first, *others = batch.recipients
        state = DeliveryState.REJECTED if error else DeliveryState.SENT
        results = [(one.id, DeliveryState.SENT, f"id-{one.id}", "") for one in others]
        store.ledger.finish(batch, [(first.id, state, f"id-{first.id}", error), *results], NOW)


def put(store: Store, table: sa.Table, **values: Any) -> None:
    with store._database.write() as connection:
        connection.execute(sa.insert(table).values(values))


def everything(store: Store) -> str:
    """All that any table holds, as one text."""
    with store._database.read() as connection:
        return "\n".join(
            str(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )


def test_nothing_that_is_kept_names_a_person_who_was_erased(store: Store) -> None:
    added(store, ADA, BOB)
    asked(store, "ADA@post.example")
    sent(store, error="refused <ADA@post.example>")
    store.audience.suppress(ADA, "bounced", NOW)
    put(
        store,
        schema.webhook_event,
        svix_id="e1",
        received_at=NOW,
        kind="email.bounced",
        document='{"to": ["ada@POST.example"]}',
        outcome="",
    )
    notice = {"kind": "confirmation", "asked_at": NOW, "attempts": 1, "state": "sent"}
    for key, settled_at in (("ada@post.example first", NOW), ("ada@post.example next", None)):
        emails = {"email": ADA, "email_key": ADA.lower()}
        put(store, schema.notice, key=key, settled_at=settled_at, **emails, **notice)
    assert erased(store) == Erased(frozen=1, open_batches=0)
    kept = everything(store).lower()
    assert "ada@" not in kept
    assert "paper 17" in kept  # Bob's


def test_batches_that_are_done_hold_the_others_only(store: Store) -> None:
    added(store, ADA, BOB)
    sent(store)
    assert erased(store) == Erased(frozen=1, open_batches=0)
    kept = everything(store)
    assert ADA not in kept
    assert BOB in kept
    assert [(one.subscriber, one.email, one.state) for one in store.ledger.deliveries(1)] == [
        (1, "", DeliveryState.SENT),
        (2, BOB, DeliveryState.SENT),
    ]


def test_a_batch_under_way_is_cleared_by_the_next_erasure_after_it(store: Store) -> None:
    added(store, ADA, BOB, "cyd@post.example")
    sent(store, finish=False)
    assert erased(store) == Erased(frozen=0, open_batches=1)
    batch = claim(store, issue=1, at=NOW + DAY / 24)
    assert batch is not None
    assert batch.recipients[0].email == ADA
    results = [(one.id, DeliveryState.SENT, "", "") for one in batch.recipients]
    store.ledger.finish(batch, results, NOW + 2 * DAY)
    assert erased(store, "cyd@post.example").frozen == 1
    assert ADA not in everything(store)


def test_an_erased_person_is_in_no_list_and_gets_nothing(store: Store) -> None:
    added(store, ADA, BOB)
    erased(store)
    assert [one.email for one in store.audience.all()] == [BOB]
    assert store.audience.count() == 1
    assert store.audience.by_id(1) is None
    assert store.audience.by_email("") is None
    sent(store)
    assert [one.subscriber for one in store.ledger.deliveries(1)] == [2]


def test_two_people_can_be_erased(store: Store) -> None:
    added(store, ADA, BOB)
    erased(store)
    erased(store, BOB)
    assert store.audience.count() == 0


def test_the_operator_does_not_bring_them_back(store: Store) -> None:
    added(store, ADA)
    erased(store)
    with pytest.raises(StateError, match="erased on 02 June 2026"):
        added(store, ADA)


def test_they_come_back_by_confirming_and_the_mark_goes(store: Store) -> None:
    added(store, ADA)
    erased(store)
    assert asked(store)
    assert standing(store, ADA, secret=SECRET).erased_at == NOW + DAY
    outcome, ada = confirm(store, "t", secret=SECRET, now=NOW + DAY, evidence="page")
    assert outcome is Confirming.DONE
    assert ada is not None
    assert (ada.id, ada.status) == (2, SubscriberStatus.CONFIRMED)
    assert standing(store, ADA, secret=SECRET).erased_at is None


def test_who_was_suppressed_when_erased_is_not_asked(store: Store) -> None:
    added(store, ADA)
    store.audience.suppress(ADA, "complained", NOW)
    erased(store)
    assert store.audience.suppressions() == ()
    assert not asked(store)
    assert lift(store, ADA, secret=SECRET, now=NOW, evidence="they wrote to us")
    assert asked(store)


def test_an_address_that_is_only_suppressed_can_be_erased(store: Store) -> None:
    store.audience.suppress(ADA, "complained", NOW)
    assert erased(store) == Erased(0, 0)
    assert "ada@" not in everything(store).lower()
    assert standing(store, ADA, secret=SECRET).suppressed == "complained"


def test_the_leave_link_of_an_old_mail_does_no_harm(store: Store) -> None:
    added(store, ADA)
    erased(store)
    token = leave_token(1, SECRET)
    assert leave(store, token, secret=SECRET, now=NOW, evidence="") is None
    assert [one.kind for one in store.audience.history(1)] == [
        ConsentKind.ADDED,
        ConsentKind.ERASED,
    ]


def test_an_erasure_needs_a_secret_and_someone_to_erase(store: Store) -> None:
    with pytest.raises(ConfigError, match="RECAP_SECRET_KEY"):
        erase(store, ADA, secret="", now=NOW, evidence="")
    with pytest.raises(InputError, match="nothing is kept"):
        erased(store)


def test_a_second_erasure_of_an_address_is_noted_under_the_newest_key(store: Store) -> None:
    added(store, ADA)
    erased(store)
    asked(store)
    erase(store, ADA, secret=f"newer,{SECRET}", now=NOW + 2 * DAY, evidence="")
    where = standing(store, ADA, secret="newer")
    assert where.erased_at == NOW + 2 * DAY


def test_a_person_is_shown_all_that_is_kept_of_them(store: Store) -> None:
    asked(store)
    confirm(store, "t", secret=SECRET, now=NOW + DAY, evidence="page")
    added(store, BOB)
    sent(store)
    found = personal_data(store, ADA.upper(), secret=SECRET)
    assert found.standing.subscriber == store.audience.by_email(ADA)
    assert [(one["kind"], one["evidence"]) for one in found.consent] == [
        ("asked", "form"),
        ("confirmed", "page"),
    ]
    assert [one["used_at"] for one in found.confirmations] == [NOW + DAY]
    (delivery,) = found.deliveries
    assert (delivery["issue"], delivery["state"], delivery["provider_id"]) == (1, "sent", "id-1")


def test_of_an_unknown_address_there_is_nothing_to_show(store: Store) -> None:
    with pytest.raises(InputError, match="nothing is kept"):
        personal_data(store, ADA, secret=SECRET)


def test_of_an_erased_person_only_that_is_shown(store: Store) -> None:
    added(store, ADA)
    erased(store)
    found = personal_data(store, ADA, secret=SECRET)
    assert found.standing.erased_at == NOW + DAY
    assert found.standing.subscriber is None
    assert not found.consent
