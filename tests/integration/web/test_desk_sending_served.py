"""A server that ends while it sends: the batches under way are settled, another sends the rest."""

from __future__ import annotations

import re
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import replace
from urllib.request import Request

import pytest

from digest.cli.pages import working_beside
from digest.model import Role
from digest.pipeline import approving, sending
from digest.pipeline.course import Pace
from digest.pipeline.live import LiveSettings
from digest.providers.resend import ResendProvider
from digest.settings import Listen
from digest.store import open_store
from digest.tokens import token_key
from digest.web.desk.tokens import Cookie, form_token
from tests.builders import make_issue
from tests.builders_sending import join
from tests.builders_web import web_settings
from tests.standins import resend as standin

READERS = 600
TOKEN = "cookie-of-pat"
SECONDS = 30


@pytest.fixture
def account():
    with standin.running() as running:
        running.delay = 0.2
        yield running


@pytest.fixture
def settings(tmp_path, database_url, account):
    settings = replace(
        web_settings(tmp_path),
        base_url="",
        database_url=database_url,
        listen=Listen("127.0.0.1", 0),
        provider="resend",
        resend_api_key=standin.KEY,
        resend_api_url=account.url,
    )
    return replace(settings, brand=replace(settings.brand, address="1 Quay Street, Port Example"))


def press(address: str, settings, path: str) -> None:
    """Look at the page that asks for the press, then press, as a browser without a script."""
    cookie = {"Cookie": f"{Cookie(settings)._name}={TOKEN}"}
    with urllib.request.urlopen(Request(f"{address}{path}", headers=cookie)) as page:
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.read().decode()))
    form = urllib.parse.urlencode({**fields, "csrf": form_token(TOKEN)}).encode()
    with urllib.request.urlopen(Request(f"{address}{path}", form, cookie)) as answer:
        assert answer.url.endswith("/send")


def test_a_server_that_ends_while_it_sends_leaves_the_rest_to_another(settings, account):
    with open_store(settings.database_url) as store:
        now = store.ledger.clock()()
        store.content.save_issue(make_issue())
        join(store, *(f"reader{number}" for number in range(READERS)))
        approving.approve(store, settings, 5, now=now, without_test=True)
        store.users.add("pat", Role.PUBLISHER, "a hash that no password has", now)
        store.users.sessions.begin(token_key(TOKEN), "pat", now)
        live, stop = LiveSettings(settings), threading.Event()
        with working_beside(live, stop, pages=True, desk=True) as address:
            press(address, settings, "/desk/issues/5/send-now")
            until = time.monotonic() + SECONDS
            while not account.delivered and time.monotonic() < until:
                time.sleep(0.02)
        counts = store.ledger.counts(5)
        assert 0 < counts["sent"] < READERS
        assert counts["sent"] == account.delivered.total()
        assert counts["claimed"] == counts["unknown"] == 0
        assert store.content.issue_row(5).status == "sending"
        account.delay = 0
        provider = ResendProvider(standin.KEY, account.url)
        sending.send(store, settings, 5, provider, pace=Pace(store.ledger.clock(), time.sleep))
        assert store.content.issue_row(5).status == "sent"
    assert Counter(account.delivered.values()) == {1: READERS}
