"""Notices: owed once, worded when they leave, tried again, never to whom they must not go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.attempts import LEASE
from digest.errors import (
    BatchRefusedError,
    ContradictionError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
    StateError,
)
from digest.model import Profile
from digest.pipeline import audience
from digest.pipeline.notices import (
    MENDED_AFTER,
    ask_to_confirm,
    owe_welcome,
    send_notices,
)
from digest.store import Store
from digest.tokens import leave_token
from tests.builders import NOW
from tests.builders_sending import MemoryProvider, join
from tests.builders_web import SECRET, confirmation_paths, everything, web_settings

ADA = "ada@post.example"


@pytest.fixture
def ask(store, settings, clock):
    def ask(email: str = ADA, fresh: str = "a" * 32):
        return ask_to_confirm(
            store, settings, email, Profile(), fresh=fresh, now=clock(), evidence="test"
        )

    return ask


@pytest.fixture
def deliver(store: Store, settings, clock):
    def deliver(provider, **options):
        return send_notices(store, settings, provider, clock=clock, **options)

    return deliver


def leave(store: Store, person, now) -> None:
    token = leave_token(person.id, SECRET)
    assert audience.leave(store, token, secret=SECRET, now=now, evidence="test")


def test_whoever_asks_is_owed_the_mail_in_the_same_step(store, ask, monkeypatch):
    def crash(*_: object) -> bool:
        raise StateError("the power went off")

    with monkeypatch.context() as patched:
        patched.setattr("digest.store.audience.owe", crash)
        with pytest.raises(StateError):
            ask()
    assert ask().token  # nothing was noted that would keep the reader waiting for 24 hours
    assert store.notices.counts() == {"waiting": 1}


def test_a_notice_leaves_once(store, ask, deliver):
    ask()
    provider = MemoryProvider()
    assert deliver(provider) == {"sent": 1}
    assert deliver(provider) == {}
    ((key, people),) = provider.batches
    assert key.startswith("recap-notice/confirmation/")
    assert people == (ADA,)
    assert store.notices.counts() == {"sent": 1}


def test_the_database_holds_no_token_that_confirms(store, ask, deliver):
    ask()
    provider = MemoryProvider()
    deliver(provider)
    (path,) = confirmation_paths(provider)
    assert path.rpartition("/")[2] not in str(everything(store))


def test_what_was_not_taken_is_tried_again_when_the_provider_said(ask, deliver, clock):
    ask()
    provider = MemoryProvider(NotAcceptedError("later", retry_after=40))
    assert deliver(provider) == {"waiting": 1}
    clock.sleep(39)
    assert deliver(provider) == {}
    clock.sleep(1)
    assert deliver(provider) == {"sent": 1}


def test_a_lost_answer_is_asked_for_under_the_same_key_with_the_same_mail(ask, deliver, clock):
    ask()
    provider = MemoryProvider(OutcomeUnknownError("gone"), NotAcceptedError("later"))
    assert deliver(provider) == {"sending": 1}
    clock.sleep(5)
    assert deliver(provider) == {"sending": 1}
    clock.sleep(5)
    assert deliver(provider) == {"sent": 1}
    assert len(set(provider.batches)) == 1
    assert provider.mails[0] == provider.mails[2]


def test_a_lost_answer_without_keys_is_never_asked_again(store, ask, deliver, clock):
    ask()
    provider = MemoryProvider(OutcomeUnknownError("gone"))
    provider.honours_keys = False
    assert deliver(provider) == {"unknown": 1}
    clock.sleep(100_000)
    assert deliver(provider) == {}


def test_a_lost_answer_is_asked_for_within_twenty_hours_only(ask, deliver, clock):
    ask()
    provider = MemoryProvider(OutcomeUnknownError("gone"))
    deliver(provider)
    clock.sleep(20 * 3600)
    assert deliver(provider) == {"unknown": 1}
    assert len(provider.batches) == 1


@pytest.mark.parametrize(("keyed", "ends"), [(True, {"sent": 1}), (False, {"unknown": 1})])
def test_a_process_that_died_in_between_leaves_no_second_mail(
    store, ask, deliver, clock, keyed, ends
):
    ask()
    assert store.notices.claim(NOW, NOW + LEASE) is not None
    provider = MemoryProvider()
    provider.honours_keys = keyed
    assert deliver(provider) == {}
    clock.sleep(LEASE.total_seconds())
    assert deliver(provider) == ends


def test_two_senders_never_have_one_notice(store, ask):
    ask()
    first = store.notices.claim(NOW, NOW + LEASE)
    assert store.notices.claim(NOW, NOW + LEASE) is None
    second = store.notices.claim(NOW + LEASE, NOW + 2 * LEASE)
    assert second.in_doubt
    assert not store.notices.settle(first, "sent", NOW)
    assert store.notices.settle(second, "sent", NOW)


@pytest.mark.parametrize(
    ("error", "state"),
    [(BatchRefusedError("bad"), "rejected"), (ContradictionError("odd"), "unknown")],
)
def test_a_notice_that_is_refused_ends(store, ask, deliver, error, state):
    ask()
    assert deliver(MemoryProvider(error)) == {state: 1}
    assert store.notices.counts() == {state: 1}


def test_a_rejected_address_ends_it(store, ask, deliver):
    ask()
    provider = MemoryProvider()
    provider.rejects = {ADA}
    assert deliver(provider) == {"rejected": 1}


def test_while_a_person_has_to_mend_something_all_wait(store, ask, deliver, clock, caplog):
    ask()
    ask("ben@post.example", "b" * 32)
    provider = MemoryProvider(ProviderRefusedError("the key is not valid"))
    assert deliver(provider) == {}
    assert len(provider.batches) == 1
    assert "key is not valid" in caplog.text
    clock.sleep(MENDED_AFTER.total_seconds())
    assert deliver(provider) == {"sent": 2}


def test_without_a_base_url_a_confirmation_waits_for_one(
    store, ask, deliver, clock, tmp_path, caplog
):
    ask()
    nowhere = web_settings(tmp_path, RECAP_BASE_URL="")
    send_notices(store, nowhere, MemoryProvider(), clock=clock)
    assert store.notices.counts() == {"waiting": 1}
    assert "nobody can open" in caplog.text
    clock.sleep(MENDED_AFTER.total_seconds())
    assert deliver(MemoryProvider()) == {"sent": 1}


@pytest.mark.parametrize("kind", ["confirmation", "welcome", "goodbye"])
def test_nothing_goes_to_a_suppressed_address_not_even_a_goodbye(store, ask, deliver, kind):
    if kind == "confirmation":
        ask()
    else:
        (ada,) = join(store, "ada")
        (owe_welcome if kind == "welcome" else leave)(store, ada, NOW)
    store.audience.suppress(ADA, "complained", NOW)
    provider = MemoryProvider()
    assert deliver(provider) == {"skipped": 1}
    assert provider.batches == []


def test_a_notice_that_is_wrong_by_now_is_not_sent(store, deliver):
    (ada,) = join(store, "ada")
    owe_welcome(store, ada, NOW)
    leave(store, ada, NOW)
    provider = MemoryProvider()
    assert deliver(provider) == {"skipped": 1, "sent": 1}
    assert [mail.tags["notice"] for (mail,) in provider.mails] == ["goodbye"]


def test_a_notice_that_nobody_took_in_a_week_is_dropped(ask, deliver, clock):
    ask()
    clock.sleep(7 * 24 * 3600)
    assert deliver(MemoryProvider()) == {"skipped": 1}


def test_a_notice_to_nobody_is_dropped(store, deliver):
    store.notices.queue("welcome/9/x", "welcome", "gone@post.example", NOW)
    assert deliver(MemoryProvider()) == {"skipped": 1}


def test_a_welcome_says_when_the_next_issue_is_due_and_how_to_leave(store, deliver):
    (ada,) = join(store, "ada")
    assert owe_welcome(store, ada, NOW)
    assert not owe_welcome(store, ada, NOW + timedelta(hours=1))
    provider = MemoryProvider()
    deliver(provider, next_issue=lambda after: after + timedelta(days=3))
    ((mail,),) = provider.mails
    assert "The next one is due on" in mail.text
    assert f"https://recap.example/leave/{leave_token(ada.id, SECRET)}" in mail.text
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_mail_of_a_key_that_is_kept_still_confirms(store, ask, clock, tmp_path):
    ask()
    later = web_settings(tmp_path, RECAP_SECRET_KEY=f"newer,{SECRET}")
    provider = MemoryProvider()
    send_notices(store, later, provider, clock=clock)
    (path,) = confirmation_paths(provider)
    token = path.rpartition("/")[2]
    outcome, _ = audience.confirm(store, token, secret=later.secret_key, now=NOW, evidence="test")
    assert outcome.value == "done"


def test_told_to_stop_no_other_notice_is_begun(ask, deliver):
    ask()
    assert deliver(MemoryProvider(), stop=lambda: True) == {}
