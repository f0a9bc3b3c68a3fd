"""Notices to editors and operators: once each, and not when somebody has seen to it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import OutcomeUnknownError, TemplateError
from digest.model import Health, IssueStatus, Role
from digest.pipeline.alarms import owe_alerts, owe_slow_alerts
from digest.pipeline.approving import approve, resume
from digest.pipeline.editorial import (
    MOST_AN_HOUR,
    owe_alert,
    owe_announcement,
    owe_draft_ready,
    owe_reminder,
)
from digest.pipeline.notices import send_notices
from digest.pipeline.reconciling import Decision, reconcile
from digest.settings import Notify
from digest.store import Visit
from tests.builders import NOW, make_issue, make_item, make_source
from tests.builders_sending import Clock, MemoryProvider, approved, join, send, settings_in
from tests.builders_web import everything

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


@pytest.fixture
def told(store, settings, deliver):
    """The text of the one mail to the operators that is due, "" if none is."""

    def told() -> str:
        provider = MemoryProvider()
        deliver(provider)
        return " ".join(read(mail) for (mail,) in provider.mails)

    return told


def ask(store, name: str, **fields) -> None:
    store.content.add_sources([make_source(name)])
    store.visits.save([Visit(name, Health(**fields))])


def test_all_sources_that_fell_silent_are_one_mail_and_told_once(store, settings, told):
    old = NOW - timedelta(days=30)
    ask(store, "Chip Ledger", tried_at=NOW, good_at=old, failures=9, error="status 503")
    ask(store, "Model Gazette", tried_at=NOW, good_at=NOW, new_at=NOW - timedelta(days=20))
    ask(store, "Seldom", tried_at=NOW, good_at=NOW, new_at=NOW - timedelta(days=20))
    ask(store, "Well", tried_at=NOW, good_at=NOW, new_at=NOW)
    for week in range(4):
        made = NOW - timedelta(days=20, weeks=week)
        item = make_item(f"a{week}", source="Model Gazette", url=f"https://a.example/{week}",
                         published=made, first_seen=made)  # fmt: skip
        store.content.add_items([item], at=made)
    assert owe_slow_alerts(store, settings, NOW) == 1
    assert owe_slow_alerts(store, settings, NOW) == 0
    mail = told()
    assert "2 sources are silent: Chip Ledger, Model Gazette" in mail
    assert "Chip Ledger: failed 9 times in a row: status 503" in mail
    assert "Model Gazette: nothing new since 2026-05-12" in mail
    ask(store, "Old Wire", muted_because="answered 410 Gone on 2026-06-01")
    assert owe_slow_alerts(store, settings, NOW) == 1
    assert "1 source is silent: Old Wire" in told()


def test_a_source_that_a_person_muted_is_no_alert(store, settings):
    store.content.add_sources([make_source("Old Wire", muted=True), make_source("Never asked")])
    store.visits.save([Visit("Old Wire", Health(tried_at=NOW, failures=9, error="gone"))])
    assert owe_slow_alerts(store, settings, NOW) == 0


def test_reports_that_nobody_applies_are_told_of(store, settings, told):
    store.webhooks.keep("msg_1", "{}", NOW - timedelta(hours=25))
    assert owe_slow_alerts(store, settings, NOW - timedelta(minutes=1)) == 0
    assert owe_slow_alerts(store, settings, NOW) == 1
    assert "reports of the provider wait since 2026-05-31 05:00 UTC" in told()


def test_bounces_are_told_of_before_they_stop_an_issue(store, settings, told, monkeypatch):
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    fates = {"": 580, "bounced": 20}
    monkeypatch.setattr(type(store.ledger), "fates", lambda *_: fates)
    assert owe_slow_alerts(store, settings, NOW) == 1
    ended = (IssueStatus.SENT,)
    store.content.set_status(number, IssueStatus.SENDING, expected=ended, at=NOW)
    assert owe_alerts(store, settings, NOW) == 0
    fates["complained"] = 2
    fates["bounced"] = 0
    assert owe_alerts(store, settings, NOW) == 1
    mail = told()
    assert "20 of 600 mails bounced (3.3%; it stops at 4 %)" in mail
    assert "2 of 582 readers called it spam" in mail


def test_an_alert_in_words_is_told_once_to_each_operator(store, settings, told):
    def fault(about: str) -> int:
        return owe_alert(
            store, settings, about, problem="schedules.yaml is broken", place="its line 3",
            fix="mend it", lines=["unknown key `colect`"], now=NOW,
        )  # fmt: skip

    assert fault("broken a@b.example") == 1
    assert fault("broken a@b.example") == 0
    mail = told()
    for text in ("schedules.yaml is broken", "its line 3", "mend it", "unknown key `colect`"):
        assert text in mail
    for number in range(MOST_AN_HOUR):
        store.notices.queue(f"alert/-/{number}/y", "alert", OPS, NOW)
    assert fault("another") == 0
    assert owe_slow_alerts(store, settings, NOW) == 0


def test_what_a_schedule_did_is_told_to_editors_and_operators_once(store, settings, draft, deliver):
    def announce() -> int:
        return owe_announcement(
            store, settings, draft.number, what="Nobody approved issue 5, so it is held.",
            fix="Approve it at the desk.", about="unapproved 5", now=NOW,
        )  # fmt: skip

    assert announce() == 2
    assert announce() == 0
    provider = MemoryProvider()
    deliver(provider)
    assert [mail.to for (mail,) in provider.mails] == [ADA, OPS]
    assert "Nobody approved issue 5, so it is held." in read(provider.mails[0][0])
    assert "Approve it at the desk." in read(provider.mails[0][0])


def test_an_announcement_leads_to_the_desk_where_somebody_can_sign_in(store, tmp_path, draft):
    served = settings_in(tmp_path, RECAP_BASE_URL="https://recap.example", RECAP_SECRET_KEY="x")
    served = replace(served, notify=Notify(editors=(ADA,)))
    store.users.add("ada", Role.PUBLISHER, "a hash", NOW)
    owe_announcement(store, served, 5, what="Issue 5 is held.", about="x", now=NOW)
    owe_announcement(store, served, None, what="A quiet week.", about="y", now=NOW)
    provider = MemoryProvider()
    send_notices(store, served, provider, clock=Clock())
    held, quiet = (mail for (mail,) in provider.mails)
    assert "https://recap.example/desk/issues/5/send" in held.text
    assert "desk" not in quiet.text


def test_a_reminder_says_how_long_is_left_once_a_reminder(store, settings, draft, deliver):
    def remind(hours: int, now=NOW) -> int:
        return owe_reminder(
            store, settings, settings.schedule, draft.number,
            send_at=NOW + timedelta(hours=24), hours=hours, now=now,
        )  # fmt: skip

    assert remind(24) == 1
    assert remind(24) == 0
    provider = MemoryProvider()
    deliver(provider)
    ((mail,),) = provider.mails
    assert mail.subject.startswith("1 day left: Issue 5 waits for your review")
    assert draft.stories[0].title in read(mail)
    assert remind(4) == 1
    approve(store, settings, draft.number, now=NOW, without_test=True)
    assert deliver(MemoryProvider()) == {"skipped": 1}
    assert remind(2) == 1


def test_a_reminder_that_comes_too_late_is_not_sent(store, settings, draft):
    owe_reminder(
        store, settings, settings.schedule, draft.number, send_at=NOW, hours=4, now=NOW,
    )  # fmt: skip
    assert send_notices(store, settings, MemoryProvider(), clock=Clock()) == {"skipped": 1}


def test_a_second_try_says_what_the_first_one_said(store, settings, draft):
    owe_draft(store, settings, draft)
    provider, clock = MemoryProvider(OutcomeUnknownError("lost")), Clock()
    send_notices(store, settings, provider, clock=clock)
    join(store, "newcomer")
    clock.sleep(3600)
    assert send_notices(store, settings, provider, clock=clock) == {"sent": 1}
    (first,), (second,) = provider.mails
    assert first == second


def test_a_second_try_of_a_draft_that_was_changed_is_none(store, settings, draft):
    owe_reminder(
        store, settings, settings.schedule, draft.number,
        send_at=NOW + timedelta(days=1), hours=24, now=NOW,
    )  # fmt: skip
    provider, clock = MemoryProvider(OutcomeUnknownError("lost")), Clock()
    send_notices(store, settings, provider, clock=clock)
    store.content.save_issue(replace(draft, revision=2))
    clock.sleep(3600)
    assert send_notices(store, settings, provider, clock=clock) == {"skipped": 1}


def test_with_pages_the_mail_has_links_of_its_own_for_each_editor(store, tmp_path, draft):
    served = settings_in(tmp_path, RECAP_BASE_URL="https://recap.example", RECAP_SECRET_KEY="x")
    served = replace(served, notify=Notify(editors=(ADA, "bob@desk.example")))
    owe_draft(store, served, draft)
    provider = MemoryProvider()
    send_notices(store, served, provider, clock=Clock())
    texts = [mail.text for (mail,) in provider.mails]
    for text in texts:
        for purpose in ("open", "approve", "hold"):
            assert text.count(f"https://recap.example/review/{purpose}.5.") == 1
        assert "recap approve" not in text
        assert "desk.example" not in text
    assert texts[0] != texts[1]


def test_a_draft_with_a_fault_is_told_with_it_and_without_a_link_to_approve(store, tmp_path):
    served = settings_in(tmp_path, RECAP_BASE_URL="https://recap.example", RECAP_SECRET_KEY="x")
    served = replace(served, notify=Notify(editors=(ADA,)))
    bad = make_issue(subject="")
    store.content.save_issue(bad)
    owe_draft(store, served, bad, send_at=None)
    provider = MemoryProvider()
    send_notices(store, served, provider, clock=Clock())
    told = read(provider.mails[0][0])
    assert "To mend:" in told
    assert "It cannot be approved before" in told
    assert "/review/hold." in told
    assert "/review/approve." not in told
    assert "Nothing is sent before somebody approves it." in told


def test_a_draft_whose_mail_cannot_be_made_is_told_with_the_commands(
    store, settings, draft, deliver, monkeypatch
):
    def broken(*_):
        raise TemplateError("issue 5 cannot be rendered: x", hint="correct your templates")

    monkeypatch.setattr("digest.pipeline.preflight.render", broken)
    owe_draft(store, settings, draft)
    provider = MemoryProvider()
    deliver(provider)
    told = read(provider.mails[0][0])
    assert "issue 5 cannot be rendered: x" in told
    assert "recap show 5" in told


def test_the_database_holds_no_link_of_a_review(store, tmp_path, draft):
    served = settings_in(tmp_path, RECAP_BASE_URL="https://recap.example", RECAP_SECRET_KEY="x")
    served = replace(served, notify=Notify(editors=(ADA,)))
    owe_draft(store, served, draft)
    provider = MemoryProvider()
    send_notices(store, served, provider, clock=Clock())
    tokens = re.findall(r"/review/(\S+)", provider.mails[0][0].text)
    assert len(tokens) == 3
    rows = str(everything(store))
    assert not any(token.rpartition(".")[2] in rows for token in tokens)
