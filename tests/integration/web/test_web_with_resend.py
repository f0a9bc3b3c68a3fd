"""From the form to the report, with the stand-in of Resend at both ends."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest

from digest.model import SubscriberStatus
from digest.pipeline import sending
from digest.pipeline.approving import approve
from digest.pipeline.course import Pace
from digest.pipeline.notices import send_notices
from digest.pipeline.webhooks import apply_reports
from digest.providers.resend import ResendProvider
from digest.settings import Listen
from digest.web.app import create_app
from digest.web.serving import serving
from tests.builders import make_issue
from tests.builders_web import BASE, fill_in
from tests.standins import resend as standin
from tests.standins.resend import webhooks

ADA = "ada@post.example"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def account():
    with standin.running() as account:
        yield account


@pytest.fixture
def provider(account):
    return ResendProvider(standin.KEY, account.url)


def page_in(account, subject: str, page: str) -> str:
    """The path of a page that the mail with this subject links to."""
    (mail,) = (sent for call in account.requests for sent in call if subject in sent["subject"])
    return re.search(rf"{BASE}(/{page}/[^\s\"]+)", mail["text"])[1]


@pytest.mark.parametrize("fault", ["429", "500", "accept, then 500", "accept, then hang up"])
def test_a_notice_is_delivered_once_whatever_the_answer(
    store, settings, clock, client, account, provider, fault
):
    fill_in(client, clock, ADA)
    account.faults = [fault]
    for _ in range(3):
        send_notices(store, settings, provider, clock=clock)
        clock.sleep(60)
    assert account.delivered.total() == 1
    assert store.notices.counts() == {"sent": 1}


def test_a_reader_joins_reads_and_is_lost_again_by_a_complaint(
    store, settings, clock, client, account, provider
):
    fill_in(client, clock, ADA)
    send_notices(store, settings, provider, clock=clock)
    client.post(page_in(account, "Confirm", "confirm"))
    send_notices(store, settings, provider, clock=clock)
    assert store.audience.by_email(ADA).status is SubscriberStatus.CONFIRMED
    store.content.save_issue(make_issue())
    approve(store, settings, 5, now=clock(), without_test=True)
    pace = Pace(now, time.sleep)
    assert sending.send(store, settings, 5, provider, pace=pace)["sent"] == 1
    with serving(create_app(settings, store), Listen("127.0.0.1", 0)) as address:
        hooks = account.events("email.delivered", "email.complained")
        codes = webhooks.post(f"{address}/hooks/resend", hooks, copies=2, shuffled=7)
    assert set(codes) == {204}
    # Two of the three mails were notices; of the issue the complaint is what counts.
    assert apply_reports(store, now=now()) == {"applied": 2, "of a notice": 4}
    assert store.ledger.fates(5) == {"complained": 1}
    assert store.audience.suppressed([ADA]) == {ADA}
    assert client.post(page_in(account, "Northwind", "leave")).status_code == 200
    assert send_notices(store, settings, provider, clock=clock) == {"skipped": 1}
