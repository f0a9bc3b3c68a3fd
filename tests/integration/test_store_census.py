from __future__ import annotations

from datetime import timedelta

import pytest

from digest.model import NO_VALIDATORS, DeliveryState, Health, IssueStatus
from digest.pipeline import approving
from digest.store import Store, Visit
from tests.builders import NOW, make_issue, make_item, make_source
from tests.builders_sending import MemoryProvider, approved, claimed, join, send, settings_in


def health(**fields) -> Health:
    return Health(NO_VALIDATORS, tried_at=NOW, good_at=NOW, **fields)


def test_an_empty_database_has_nothing_of_everything(store: Store):
    census = store.census.count(NOW)
    assert set(census.issues.values()) == set(census.sources.values()) == {0}
    assert (census.items_last_day, census.steps, census.collected) == (0, (), {})
    assert (census.notices.count, census.notices.since, census.reports.count) == (0, None, 0)
    assert store.census.mails() == ()
    assert store.census.subscribers() == {}
    assert store.census.size() > 10_000


def test_sources_count_once_each_and_what_they_brought_by_kind(store: Store):
    names = ("Good", "Bad", "Quiet", "New")
    sources = [make_source(name, muted=name == "Quiet") for name in names]
    store.content.add_sources(sources)
    store.visits.save(
        [
            Visit("Good", health(items_seen=7)),
            Visit("Bad", health(items_seen=2, failures=3)),
            Visit("Quiet", health(failures=9)),
        ]
    )
    census = store.census.count(NOW)
    assert census.sources == {"ok": 1, "failing": 1, "muted": 1, "unasked": 1}
    assert census.collected == {"feed": 9}


def test_items_of_the_last_day_are_those_that_came_within_it(store: Store):
    ages = (1, 23, 25)
    items = [make_item(published=None, first_seen=NOW - timedelta(hours=hours)) for hours in ages]
    store.content.add_items(items)
    assert store.census.count(NOW).items_last_day == 2


def test_of_each_step_the_last_period_counts(store: Store):
    steps = store.ledger.occurrences
    for period, days in (("2026-W21", 7), ("2026-W22", 0)):
        steps.begin("weekly/draft", period, due_at=NOW - timedelta(days=days))
    steps.begin("weekly/send", "2026-W22", due_at=NOW)
    steps.done("weekly/draft", "2026-W22", outcome="failed: no story", at=NOW)
    found = {one.schedule: one for one in store.census.count(NOW).steps}
    assert set(found) == {"weekly/draft", "weekly/send"}
    assert found["weekly/draft"].period == "2026-W22"
    assert found["weekly/draft"].outcome == "failed: no story"
    assert found["weekly/send"].done_at is None


def test_what_waits_is_counted_with_the_age_of_the_oldest(store: Store):
    for minutes in (5, 1):
        at = NOW - timedelta(minutes=minutes)
        store.notices.queue(f"welcome/{minutes}", "welcome", "ada@post.example", at)
        store.webhooks.keep(f"msg_{minutes}", "{}", at)
    census = store.census.count(NOW)
    for queue in (census.notices, census.reports):
        assert (queue.count, queue.since) == (2, NOW - timedelta(minutes=5))
    notice = store.notices.claim(NOW, NOW + timedelta(minutes=1))
    store.notices.settle(notice, "sent", NOW)
    assert store.census.count(NOW).notices.count == 1


def test_mails_are_counted_of_what_is_under_way_and_of_what_was_sent_last(store: Store, tmp_path):
    settings = settings_in(tmp_path)
    number = approved(store, settings)
    assert store.census.mails() == ()
    send(store, settings, number, MemoryProvider())
    (sent,) = store.census.mails()
    assert sent.states[DeliveryState.SENT] == 3
    assert sent.fates == {"": 3}
    store.content.save_issue(make_issue(number=number + 1, week="2026-W23"))
    approving.approve(store, settings, number + 1, now=NOW, without_test=True)
    store.content.set_status(
        number + 1, IssueStatus.SENDING, expected=(IssueStatus.APPROVED,), at=NOW
    )
    store.ledger.plan(number + 1, at=NOW)
    claimed(store, issue=number + 1, limit=2)
    _, present = store.census.mails()
    assert (present.states[DeliveryState.CLAIMED], present.states[DeliveryState.PLANNED]) == (2, 1)
    assert store.census.count(NOW).issues[IssueStatus.SENDING] == 1


def test_people_are_counted_by_status(store: Store):
    join(store, "ada", "bo")
    store.audience.leave("bo@post.example", NOW)
    assert store.census.subscribers() == {"confirmed": 1, "unsubscribed": 1}


def test_a_store_says_whether_its_database_answers(store: Store, monkeypatch: pytest.MonkeyPatch):
    store.check()
