"""What is forgotten thirty days after an issue was sent, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.errors import OutcomeUnknownError
from digest.model import RunReport
from digest.pipeline.purging import KEPT, purge
from digest.pipeline.webhooks import apply_reports
from digest.settings import Keep
from digest.store import Store, purging, schema
from digest.store.articles import Article
from tests.builders import NOW, make_issue, make_item
from tests.builders_sending import MemoryProvider, approved, send, settings_in

LATER = NOW + KEPT + timedelta(hours=1)
DELIVERED = (
    '{"type":"email.delivered","created_at":"2026-06-01T08:00:00Z",'
    '"data":{"email_id":"id-reader0@post.example","to":["reader0@post.example"]}}'
)


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def texts(store: Store) -> str:
    """All that batches and reports hold."""
    with store._database.read() as connection:
        found = connection.execute(sa.select(schema.batch.c.recipients)).scalars().all()
        found += connection.execute(sa.select(schema.webhook_event.c.document)).scalars().all()
    return "\n".join(found)


def test_addresses_and_names_are_gone_thirty_days_after_the_issue_was_sent(store, settings):
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    assert purge(store, Keep(), now=NOW + KEPT).counts == {"batches": 0, "reports": 0, "items": 0}
    assert "reader0" in texts(store)
    report = purge(store, Keep(), now=LATER)
    assert report == RunReport("purge", LATER, {"batches": 1, "reports": 0, "items": 0})
    assert "reader" not in texts(store)
    assert store.content.reports("purge", 9) == (report,)
    assert len(store.ledger.deliveries(number)) == 3


def test_a_purge_with_nothing_to_forget_leaves_no_report(store):
    purge(store, Keep(), now=LATER)
    assert store.content.reports("purge", 9) == ()


def test_what_waits_for_a_person_is_kept(store, settings):
    provider = MemoryProvider(OutcomeUnknownError("lost"))
    provider.honours_keys = False
    send(store, settings, approved(store, settings), provider)
    assert purge(store, Keep(), now=LATER).counts["batches"] == 0
    assert "reader0" in texts(store)


def test_the_text_of_a_report_is_dropped_and_its_copy_still_changes_nothing(store, settings):
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    store.webhooks.keep("m1", DELIVERED, NOW)
    apply_reports(store, now=NOW)
    assert purge(store, Keep(), now=LATER).counts["reports"] == 1
    assert purge(store, Keep(), now=LATER).counts["reports"] == 0
    store.webhooks.keep("m1", DELIVERED, LATER)
    assert apply_reports(store, now=LATER) == {}
    assert store.webhooks.counts() == {"applied": 1}
    assert store.ledger.fates(number) == {"delivered": 1, "": 2}
    assert "reader0" not in texts(store)


def test_a_report_that_waits_is_kept(store):
    store.webhooks.keep("m1", DELIVERED, NOW)
    assert purge(store, Keep(), now=LATER).counts["reports"] == 0


def test_a_long_list_is_forgotten_page_by_page(store, monkeypatch):
    monkeypatch.setattr(purging, "_PAGE", 2)
    for number in range(5):
        store.webhooks.keep(f"m{number}", "{}", NOW)
    apply_reports(store, now=NOW)
    assert purge(store, Keep(), now=LATER).counts["reports"] == 5


YEAR = timedelta(days=365)
LONG_AFTER = NOW + YEAR + timedelta(days=1)


def collect(store: Store, *items, at=NOW) -> None:
    store.content.add_items(items, at=at, fetched=True)


def kept(store: Store) -> dict[str, str]:
    return {one.id: one.summary for one in store.content.items(before=LONG_AFTER + YEAR)}


def ago(id: str, **fields):
    return make_item(id, first_seen=NOW, summary="What it says.", **fields)


def test_an_item_that_nobody_printed_is_forgotten_after_a_year_with_all_its_texts(store):
    collect(store, ago("old", published=NOW))
    edited = ago("old", title="Another title", published=NOW)
    collect(store, edited, at=NOW + timedelta(days=1))
    store.articles.save(Article("old", NOW, "The article."))
    assert purge(store, Keep(), now=NOW + YEAR).counts["items"] == 0
    assert purge(store, Keep(), now=LONG_AFTER).counts["items"] == 1
    assert kept(store) == {}
    assert store.content.reports("purge", 9)[0].counts == {"batches": 0, "reports": 0, "items": 1}
    with store._database.read() as connection:
        for table in (schema.item_version, schema.article):
            assert connection.execute(sa.select(table)).all() == []


def test_what_an_issue_printed_is_kept(store):
    issue = make_issue()
    store.content.save_issue(issue)
    printed = [item for story in issue.stories for item in story.items]
    collect(store, *printed, ago("other", published=NOW))
    before = kept(store)
    purge(store, Keep(), now=LONG_AFTER + YEAR)
    assert set(before) - set(kept(store)) == {"other"}


def test_an_item_without_a_date_is_remembered_and_its_texts_are_not(store):
    undated = ago("undated", published=None)
    collect(store, undated)
    collect(store, ago("undated", title="Another", published=None), at=NOW + timedelta(days=1))
    store.articles.save(Article("undated", NOW, "The article."))
    assert purge(store, Keep(), now=LONG_AFTER).counts["items"] == 1
    assert kept(store) == {"undated": ""}
    assert purge(store, Keep(), now=LONG_AFTER).counts["items"] == 0
    again = ago("undated", title="Another", published=None)
    added = store.content.add_items([again], at=LONG_AFTER, fetched=True)
    assert (len(added.known), added.new, added.changed) == (1, (), ())


def test_a_project_says_how_long_items_are_kept(store):
    collect(store, ago("old", published=NOW))
    assert purge(store, Keep(items_days=100), now=NOW + timedelta(days=101)).counts["items"] == 1


def test_many_items_are_forgotten_page_by_page(store, monkeypatch):
    monkeypatch.setattr(purging, "_PAGE", 2)
    collect(store, *(ago(f"n{n}", published=NOW, title=f"Title {n}") for n in range(5)))
    assert purge(store, Keep(), now=LONG_AFTER).counts["items"] == 5
