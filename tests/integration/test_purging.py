"""What is forgotten thirty days after an issue was sent, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.errors import OutcomeUnknownError
from digest.model import RunReport
from digest.pipeline.purging import KEPT, purge
from digest.pipeline.webhooks import apply_reports
from digest.store import Store, purging, schema
from tests.builders import NOW
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
    assert purge(store, now=NOW + KEPT).counts == {"batches": 0, "reports": 0}
    assert "reader0" in texts(store)
    report = purge(store, now=LATER)
    assert report == RunReport("purge", LATER, {"batches": 1, "reports": 0})
    assert "reader" not in texts(store)
    assert store.content.reports("purge", 9) == (report,)
    assert len(store.ledger.deliveries(number)) == 3


def test_a_purge_with_nothing_to_forget_leaves_no_report(store):
    purge(store, now=LATER)
    assert store.content.reports("purge", 9) == ()


def test_what_waits_for_a_person_is_kept(store, settings):
    provider = MemoryProvider(OutcomeUnknownError("lost"))
    provider.honours_keys = False
    send(store, settings, approved(store, settings), provider)
    assert purge(store, now=LATER).counts["batches"] == 0
    assert "reader0" in texts(store)


def test_the_text_of_a_report_is_dropped_and_its_copy_still_changes_nothing(store, settings):
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    store.webhooks.keep("m1", DELIVERED, NOW)
    apply_reports(store, now=NOW)
    assert purge(store, now=LATER).counts["reports"] == 1
    assert purge(store, now=LATER).counts["reports"] == 0
    store.webhooks.keep("m1", DELIVERED, LATER)
    assert apply_reports(store, now=LATER) == {}
    assert store.webhooks.counts() == {"applied": 1}
    assert store.ledger.fates(number) == {"delivered": 1, "": 2}
    assert "reader0" not in texts(store)


def test_a_report_that_waits_is_kept(store):
    store.webhooks.keep("m1", DELIVERED, NOW)
    assert purge(store, now=LATER).counts["reports"] == 0


def test_a_long_list_is_forgotten_page_by_page(store, monkeypatch):
    monkeypatch.setattr(purging, "_PAGE", 2)
    for number in range(5):
        store.webhooks.keep(f"m{number}", "{}", NOW)
    apply_reports(store, now=NOW)
    assert purge(store, now=LATER).counts["reports"] == 5
