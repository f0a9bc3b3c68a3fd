"""Asking, confirming, leaving and coming back, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from digest.consent import Confirming
from digest.errors import InputError, StateError
from digest.model import ConsentKind, Profile, SubscriberStatus
from digest.pipeline.audience import Asked, add_subscriber, ask, choose, confirm, leave
from digest.store import Store
from digest.tokens import leave_token, preferences_token
from tests.builders import NOW

SECRET = "newer,older"
ADA = "ada@post.example"
DAY = timedelta(days=1)


def asked(
    store: Store, email: str = ADA, *, token: str = "t1", now: datetime = NOW, name: str = ""
) -> Asked:
    return ask(
        store,
        email,
        Profile(name),
        token=token,
        secret=SECRET,
        now=now,
        evidence="form subscribe 1",
    )


def confirmed(store: Store, token: str = "t1", now: datetime = NOW) -> Confirming:
    outcome, _ = confirm(store, token, secret=SECRET, now=now, evidence="page confirm 1")
    return outcome


def left(store: Store, number: int, now: datetime = NOW) -> None:
    token = leave_token(number, SECRET)
    assert leave(store, token, secret=SECRET, now=now, evidence="one click") is not None


def kinds(store: Store, email: str = ADA) -> list[ConsentKind]:
    person = store.audience.by_email(email)
    assert person is not None
    return [event.kind for event in store.audience.history(person.id)]


def test_who_asks_and_confirms_is_confirmed_with_the_proof_of_both(store: Store) -> None:
    answer = asked(store, " Ada@POST.example", name="Ada")
    assert answer == Asked("Ada@post.example", "t1", "")
    outcome, ada = confirm(store, "t1", secret=SECRET, now=NOW + DAY, evidence="page confirm 1")
    assert outcome is Confirming.DONE
    assert ada is not None
    assert (ada.status, ada.name, ada.asked_at, ada.confirmed_at) == (
        SubscriberStatus.CONFIRMED,
        "Ada",
        NOW,
        NOW + DAY,
    )
    assert [(event.kind, event.evidence) for event in store.audience.history(ada.id)] == [
        (ConsentKind.ASKED, "form subscribe 1"),
        (ConsentKind.CONFIRMED, "page confirm 1"),
    ]


def test_until_then_the_subscriber_is_unconfirmed(store: Store) -> None:
    asked(store)
    ada = store.audience.by_email(ADA)
    assert ada is not None
    assert ada.status is SubscriberStatus.UNCONFIRMED


def test_a_token_works_once(store: Store) -> None:
    asked(store)
    assert confirmed(store) is Confirming.DONE
    assert confirmed(store) is Confirming.BEFORE
    assert kinds(store) == [ConsentKind.ASKED, ConsentKind.CONFIRMED]


def test_a_token_works_for_seven_days(store: Store) -> None:
    asked(store)
    assert confirmed(store, now=NOW + 7 * DAY) is Confirming.EXPIRED
    assert confirmed(store, now=NOW + 6.9 * DAY) is Confirming.DONE


def test_a_token_that_nobody_made_confirms_nothing(store: Store) -> None:
    assert confirm(store, "x", secret=SECRET, now=NOW, evidence="") == (Confirming.UNKNOWN, None)


def test_a_second_mail_waits_a_day_and_a_fourth_is_never_sent(store: Store) -> None:
    tokens = [asked(store, token=f"t{n}", now=NOW + n * DAY / 2).token for n in range(12)]
    assert [token for token in tokens if token] == ["t0", "t2", "t4"]


def test_any_mail_that_was_sent_confirms_and_the_others_are_used_up(store: Store) -> None:
    asked(store, token="t1")
    asked(store, token="t2", now=NOW + DAY)
    assert confirmed(store, "t1", NOW + DAY) is Confirming.DONE
    assert confirmed(store, "t2", NOW + DAY) is Confirming.BEFORE


def test_the_confirmed_get_no_mail_and_stay_as_they_are(store: Store) -> None:
    add_subscriber(store, ADA, "Ada", now=NOW, evidence="at the desk", secret=SECRET)
    before = store.audience.by_email(ADA)
    assert asked(store, name="Eve").token == ""
    assert store.audience.by_email(ADA) == before


def test_the_suppressed_get_no_mail_and_no_row(store: Store) -> None:
    store.audience.suppress(ADA, "complained", NOW)
    assert asked(store).token == ""
    assert store.audience.by_email(ADA) is None


def test_who_was_suppressed_after_asking_confirms_nothing(store: Store) -> None:
    asked(store)
    store.audience.suppress(ADA, "bounced", NOW)
    assert confirmed(store) is Confirming.SUPPRESSED
    assert kinds(store) == [ConsentKind.ASKED, ConsentKind.SUPPRESSED]


def test_who_left_comes_back_only_by_confirming_again(store: Store) -> None:
    asked(store)
    confirmed(store)
    left(store, 1)
    assert confirmed(store) is Confirming.EXPIRED
    _, new = add_subscriber(store, ADA, "", now=NOW, evidence="", secret=SECRET)
    assert not new
    asked(store, token="t2", now=NOW + DAY)
    ada = store.audience.by_email(ADA)
    assert ada is not None
    assert ada.status is SubscriberStatus.UNSUBSCRIBED
    assert confirmed(store, "t2", NOW + DAY) is Confirming.DONE
    ada = store.audience.by_email(ADA)
    assert ada is not None
    assert (ada.status, ada.left_at) == (SubscriberStatus.CONFIRMED, None)
    assert kinds(store)[2:] == [ConsentKind.LEFT, ConsentKind.ASKED, ConsentKind.RETURNED]


def test_leaving_closes_the_mails_that_still_wait_for_an_answer(store: Store) -> None:
    asked(store)
    left(store, 1)
    assert confirmed(store) is Confirming.EXPIRED


def test_leaving_twice_is_written_down_once(store: Store) -> None:
    add_subscriber(store, ADA, "", now=NOW, evidence="", secret=SECRET)
    left(store, 1)
    left(store, 1, NOW + DAY)
    assert kinds(store) == [ConsentKind.ADDED, ConsentKind.LEFT]


@pytest.mark.parametrize("token", ["1.nonsense", leave_token(2, SECRET), leave_token(1, "else")])
def test_a_token_that_is_nobodys_makes_nobody_leave(store: Store, token: str) -> None:
    add_subscriber(store, ADA, "", now=NOW, evidence="", secret=SECRET)
    assert leave(store, token, secret=SECRET, now=NOW, evidence="") is None
    assert store.audience.count(SubscriberStatus.CONFIRMED) == 1


def test_a_reader_s_choices_are_kept(store: Store) -> None:
    add_subscriber(store, ADA, "", now=NOW, evidence="", secret=SECRET)
    wanted = Profile("Ada", "pt", "Europe/Lisbon", ("Chips & memory",), ("researcher",))
    ada = choose(store, preferences_token(1, "older"), wanted, secret=SECRET)
    assert ada is not None
    assert Profile(ada.name, ada.language, ada.zone, ada.themes, ada.roles) == wanted
    assert store.audience.by_email(ADA) == ada
    assert choose(store, leave_token(1, SECRET), Profile(), secret=SECRET) is None


def test_a_lifted_suppression_asks_its_subscriber_again(store: Store) -> None:
    add_subscriber(store, ADA, "", now=NOW, evidence="", secret=SECRET)
    store.audience.suppress(ADA, "bounced", NOW)
    assert store.audience.lift(ADA, marks=(), at=NOW, evidence="the mailbox is back")
    assert not store.audience.lift(ADA, marks=(), at=NOW, evidence="")
    ada = store.audience.by_email(ADA)
    assert ada is not None
    assert ada.status is SubscriberStatus.UNCONFIRMED
    assert asked(store).token
    assert confirmed(store) is Confirming.DONE


def test_a_suppression_of_nobody_is_lifted_too(store: Store) -> None:
    store.audience.suppress(ADA, "bounced", NOW)
    assert store.audience.lift(ADA, marks=(), at=NOW, evidence="")
    assert asked(store).token


def test_the_operator_adds_nobody_who_is_suppressed(store: Store) -> None:
    store.audience.suppress(ADA, "complained", NOW)
    with pytest.raises(StateError, match="suppressed: complained"):
        add_subscriber(store, ADA, "", now=NOW, evidence="", secret=SECRET)


def test_a_form_with_no_address_is_refused(store: Store) -> None:
    with pytest.raises(InputError):
        asked(store, "ada")


def test_one_address_that_many_forms_give_at_once_gets_one_mail(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: asked(store, token=f"t{n}").token, range(8)))
    assert sum(map(bool, answers)) == 1
    assert store.audience.count() == 1


def test_a_token_that_is_opened_many_times_at_once_confirms_once(store: Store) -> None:
    asked(store)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: confirmed(store), range(8)))
    assert sorted(outcomes) == [*[Confirming.BEFORE] * 7, Confirming.DONE]
