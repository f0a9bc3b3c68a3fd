"""How large a call may be is asked before its body is read."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from digest.errors import StoreError
from digest.settings import Listen
from digest.web import serving as served
from digest.web.desk import gate, rosters
from digest.web.desk.limits import limits_of
from digest.web.desk.tokens import form_token
from digest.web.serving import serving
from tests.builders_desk import COOKIE

LIST = "/desk/audience/import"


@pytest.fixture
def most_of(desk, editor, settings, store, clock):
    return limits_of(settings, store, clock=clock)


def cookie(client) -> str:
    return f"other=1; {COOKIE}={client.token}"


def test_a_list_is_read_from_a_publisher_alone(most_of, desk, editor):
    assert most_of(LIST, cookie(desk)) > rosters.MOST_BYTES
    for header in (cookie(editor), "", f"{COOKIE}=made-up"):
        assert gate.MOST_BYTES < most_of(LIST, header) < rosters.MOST_BYTES


def test_a_publisher_whose_session_is_over_sends_no_list(most_of, desk, store):
    store.users.sessions.end_all("ada")
    assert most_of(LIST, cookie(desk)) < rosters.MOST_BYTES


def test_other_pages_take_what_they_took(most_of, desk):
    assert most_of("/subscribe", cookie(desk)) == served.MOST_BYTES
    assert most_of("/desk/sources", cookie(desk)) < rosters.MOST_BYTES


def test_nobody_sends_a_list_while_the_database_is_away(most_of, desk, monkeypatch):
    def away(*_, **__):
        raise StoreError("gone")

    monkeypatch.setattr("digest.store.users.Sessions.holder", away)
    assert most_of(LIST, cookie(desk)) < rosters.MOST_BYTES


def test_the_limit_of_each_call_holds_on_one_connection(desk, most_of):
    app = desk.client.application
    text = f"csrf={form_token(desk.token)}&name=x&muted=".encode() + b"y" * 1_500_000
    head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie(desk)}
    with serving(app, Listen("127.0.0.1", 0), most_of=most_of) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        connection.request("POST", "/desk/sources/mute", text, head)
        reply = connection.getresponse()
        reply.read()
        connection.putrequest("POST", "/subscribe")
        for name, value in {**head, "Content-Length": str(len(text))}.items():
            connection.putheader(name, value)
        connection.endheaders()  # the answer does not wait for the body
        found = [reply.status, connection.getresponse().status]
        connection.close()
    assert found == [400, 413]
