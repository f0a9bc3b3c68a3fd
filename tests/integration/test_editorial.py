"""Notices to editors and operators: once each, and not when somebody has seen to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import OutcomeUnknownError
from digest.pipeline.alarms import owe_alerts
from digest.pipeline.approving import resume
from digest.pipeline.editorial import MOST_AN_HOUR, owe_draft_ready
from digest.pipeline.notices import send_notices
from digest.pipeline.reconciling import Decision, reconcile
from digest.settings import Notify
from tests.builders import NOW, make_issue
from tests.builders_sending import Clock, MemoryProvider, approved, join, send, settings_in

ADA, OPS = "ada@desk.example", "ops@desk.example"


@pytest.fixture
def settings(tmp_path):
    return replace(settings_in(tmp_path), notify=Notify(editors=(ADA,), operators=(OPS,)))


@pytest.fixture
def deliver(store, settings):
    def deliver(provider, **options):
        return send_notices(store, settings, provider, clock=Clock(), **options)

    return deliver


def read(mail) -> str:
    """The text part, its lines joined."""
    return " ".join(mail.text.split())


@pytest.fixture
def draft(store):
    issue = make_issue(title="One week")
    store.content.save_issue(issue)
    return issue


@pytest.fixture
def held(store, settings):
    number = approved(store, settings)
    store.approvals.hold(number, "12 of 140 mails bounced", NOW)
    return number


@pytest.fixture
def parked(store, settings):
    provider = MemoryProvider(OutcomeUnknownError("lost"))
    provider.honours_keys = False
    number = approved(store, settings)
    send(store, settings, number, provider)
    return number


SEND_AT = NOW + timedelta(days=3)


def owe_draft(store, settings, issue, send_at=SEND_AT, schedule=None):
    schedule = schedule or settings.schedule
    return owe_draft_ready(store, settings, issue, schedule=schedule, send_at=send_at, now=NOW)


def test_editors_get_the_draft_once_with_what_the_check_says_and_when_it_leaves(
    store, settings, draft, deliver
):
    join(store, "reader1", "reader2")
    assert owe_draft(store, settings, draft) == 1
    assert owe_draft(store, settings, draft) == 0
    provider = MemoryProvider()
    assert deliver(provider) == {"sent": 1}
    ((key, people),) = provider.batches
    assert people == (ADA,)
    assert ADA not in key
    ((mail,),) = provider.mails
    assert mail.subject.startswith("Issue 5 waits for your review: ")
    told = read(mail)
    assert draft.subject in told
    assert "It would reach 2 readers." in told
    assert "sent on Thu, Jun 4, 2026" in told
    assert "If nobody approves it by then, it is held" in told
    assert all(story.title in told for story in draft.stories)
    assert f"recap approve {draft.number}" in told


def test_a_draft_that_is_another_by_now_is_not_told_of(store, settings, draft, deliver):
    owe_draft(store, settings, draft)
    store.content.save_issue(replace(draft, revision=draft.revision + 1))
    assert deliver(MemoryProvider()) == {"skipped": 1}


def test_a_draft_that_somebody_held_is_not_told_of(store, settings, draft, deliver):
    owe_draft(store, settings, draft)
    store.approvals.hold(draft.number, "not yet", NOW)
    assert deliver(MemoryProvider()) == {"skipped": 1}


def test_operators_are_told_of_a_held_issue_once_a_hold(store, settings, held, deliver):
    assert owe_alerts(store, settings, NOW) == 1
    assert owe_alerts(store, settings, NOW) == 0
    provider = MemoryProvider()
    assert deliver(provider) == {"sent": 1}
    ((mail,),) = provider.mails
    assert (mail.to, "12 of 140 mails bounced" in mail.subject) == (OPS, True)
    assert f"recap resume {held}" in read(mail)
    resume(store, held, now=NOW)
    assert owe_alerts(store, settings, NOW) == 0
    store.approvals.hold(held, "12 of 140 mails bounced", NOW + timedelta(minutes=1))
    assert owe_alerts(store, settings, NOW) == 1


def test_operators_are_told_of_mails_that_wait_for_a_decision(store, settings, parked, deliver):
    assert owe_alerts(store, settings, NOW) == 1
    assert owe_alerts(store, settings, NOW) == 0
    provider = MemoryProvider()
    assert deliver(provider) == {"sent": 1}
    ((mail,),) = provider.mails
    assert "nobody knows whether 3 mails left" in mail.subject
    assert f"recap reconcile {parked}" in read(mail)


def test_what_somebody_has_seen_to_by_then_is_no_alert(store, settings, parked, deliver):
    owe_alerts(store, settings, NOW)
    reconcile(store, parked, Decision.SENT, now=NOW)
    assert deliver(MemoryProvider()) == {"skipped": 1}


def test_an_issue_that_is_under_way_is_no_alert(store, settings):
    approved(store, settings)
    assert owe_alerts(store, settings, NOW) == 0


def test_an_old_hold_is_no_news(store, settings, held):
    assert owe_alerts(store, settings, NOW + timedelta(days=7)) == 0


def test_a_suppressed_operator_gets_nothing(store, settings, held, deliver):
    owe_alerts(store, settings, NOW)
    store.audience.suppress(OPS, "bounced", NOW)
    assert deliver(MemoryProvider()) == {"skipped": 1}


def test_alerts_stop_at_so_many_an_hour(store, settings, held):
    for number in range(MOST_AN_HOUR):
        store.notices.queue(f"alert/{number}/x/y", "alert", OPS, NOW)
    assert owe_alerts(store, settings, NOW) == 0
    assert owe_alerts(store, settings, NOW + timedelta(hours=1)) == 1


def test_nobody_named_is_told_nothing(store, settings, held):
    nobody = replace(settings, notify=Notify())
    assert owe_alerts(store, nobody, NOW) == 0
    assert owe_draft(store, nobody, make_issue()) == 0
