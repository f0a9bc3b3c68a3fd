"""The stand-in itself refuses, remembers, counts and fails as its documentation says."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.standins import resend as standin

MAIL = {"from": "A <a@b.example>", "to": ["r@x.example"], "subject": "s", "html": "<p>h</p>"}


@pytest.fixture
def server():
    with standin.running() as state:
        yield state


def ask(server, mails: Any, key: str = "k", path: str = "/emails/batch", **headers: str):
    sent = {"Authorization": f"Bearer {standin.SENDING_KEY}", "Idempotency-Key": key, **headers}
    if not key:
        del sent["Idempotency-Key"]
    return requests.post(server.url + path, json=mails, headers=sent, timeout=5)


def mails(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{**MAIL, "to": [f"r{number}@x.example"], **fields} for number in range(count)]


def test_a_batch_gives_an_id_a_mail_and_is_counted_by_issue_and_address(server):
    tags = [{"name": "issue", "value": "7"}]
    reply = ask(server, mails(2, tags=tags))
    assert reply.status_code == 200
    assert len({line["id"] for line in reply.json()["data"]}) == 2
    assert server.delivered == {("7", "r0@x.example"): 1, ("7", "r1@x.example"): 1}


@pytest.mark.parametrize(
    ("batch", "headers", "status", "name"),
    [
        (mails(101), {}, 422, "validation_error"),
        ([], {}, 422, "validation_error"),
        ({"not": "a list"}, {}, 422, "validation_error"),
        ([{"to": ["r@x.example"]}], {}, 422, "validation_error"),
        (mails(1, html=None), {}, 422, "validation_error"),
        (mails(1, tags=[{"name": "issue", "value": "a b"}]), {}, 422, "validation_error"),
        (mails(1, tags=[{"name": "x" * 257, "value": "a"}]), {}, 422, "validation_error"),
        (mails(1, headers={"X-A": "1\r\nBcc: a@b.example"}), {}, 422, "validation_error"),
        (mails(1, subject="a\nb"), {}, 422, "validation_error"),
        (mails(1, colour="red"), {}, 422, "validation_error"),
        ([{**MAIL, "to": ["nobody"]}], {}, 422, "validation_error"),
        ([{**MAIL, "to": []}], {}, 422, "validation_error"),
        ([{**MAIL, "from": "nobody"}], {}, 422, "validation_error"),
        (mails(1), {"Idempotency-Key": "k" * 257}, 400, "invalid_idempotency_key"),
        (mails(1), {"x-batch-validation": "loose"}, 400, "validation_error"),
    ],
)
def test_what_resend_refuses_is_refused_and_held_against_the_client(
    server, batch, headers, status, name
):
    reply = ask(server, batch, **headers)
    assert (reply.status_code, reply.json()["name"]) == (status, name)
    assert not server.delivered
    assert server.violations
    server.violations.clear()


@pytest.mark.parametrize(
    "fields",
    [
        {"attachments": [{"filename": "a", "content": "YQ=="}]},
        {"scheduled_at": "2026-06-01T08:00:00Z"},
        {"to": ["r@x.example", "s@x.example"]},
        {"bcc": "s@x.example"},
        {"tags": [{"name": "to", "value": "r@x.example"}]},
    ],
)
def test_what_must_never_be_sent_is_held_against_the_client_even_if_it_is_taken(server, fields):
    ask(server, mails(1, **fields))
    assert server.violations
    server.violations.clear()


def test_a_breach_fails_the_test_that_makes_it():
    with pytest.raises(AssertionError, match="no idempotency key"), standin.running() as server:
        ask(server, mails(1), key="")


@pytest.mark.parametrize(
    ("key", "path", "status", "name"),
    [
        ("", "/emails/batch", 401, "missing_api_key"),
        ("re_other", "/emails/batch", 401, "validation_error"),
        ("re_other", "/domains", 400, "validation_error"),
        (standin.SENDING_KEY, "/domains", 401, "restricted_api_key"),
        (standin.KEY, "/nowhere", 404, "not_found"),
    ],
)
def test_keys_open_what_they_may(server, key, path, status, name):
    method = requests.post if path == "/emails/batch" else requests.get
    reply = method(server.url + path, headers={"Authorization": f"Bearer {key}"}, timeout=5)
    assert (reply.status_code, reply.json()["name"]) == (status, name)


def test_an_unverified_domain_is_refused(server):
    server.domains = {"known.example"}
    reply = ask(server, mails(1))
    assert reply.status_code == 403
    assert "not verified" in reply.json()["message"]


def test_strict_refuses_the_batch_and_permissive_the_mail(server):
    server.poison = {"r1@x.example"}
    assert ask(server, mails(3), key="a").status_code == 422
    reply = ask(server, mails(3), key="b", **{"x-batch-validation": "permissive"}).json()
    assert [line["index"] for line in reply["errors"]] == [1]
    assert len(reply["data"]) == 2


def test_a_key_is_remembered_for_a_day_of_its_clock(server):
    first = ask(server, mails(1)).json()
    server.advance(86_399)
    assert ask(server, mails(1)).json() == first
    assert server.replays == 1
    server.advance(2)
    assert ask(server, mails(1)).json() != first
    assert server.delivered.total() == 2


def test_a_key_for_another_body_is_a_conflict(server):
    ask(server, mails(1))
    reply = ask(server, mails(2))
    assert (reply.status_code, reply.json()["name"]) == (409, "invalid_idempotent_request")
    server.violations.clear()


def test_a_stand_in_that_honours_no_key_sends_again(server):
    server.honours_keys = False
    ask(server, mails(1))
    ask(server, mails(1))
    assert server.delivered.total() == 2


def test_more_requests_in_a_second_than_the_rate_are_refused_with_a_time_to_wait(server):
    server.rate = 2
    replies = [ask(server, mails(1), key=str(number)) for number in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert [reply.headers["ratelimit-remaining"] for reply in replies] == ["1", "0", "0"]
    assert replies[0].headers["ratelimit-limit"] == "2"
    assert replies[2].headers["retry-after"] == replies[2].headers["ratelimit-reset"] == "1"
    server.advance(1)
    assert ask(server, mails(1), key="again").status_code == 200


@pytest.mark.parametrize(("quota", "days"), [("daily", 1), ("monthly", 30)])
def test_a_quota_is_counted_in_mails_and_comes_back(server, quota, days):
    setattr(server, quota, 3)
    assert ask(server, mails(3), key="a").status_code == 200
    reply = ask(server, mails(1), key="b")
    assert (reply.status_code, reply.json()["name"]) == (429, f"{quota}_quota_exceeded")
    server.advance(days * 86_400 + 1)
    assert ask(server, mails(1), key="b").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "taken"),
    [
        ("429", 429, 0),
        ("daily quota", 429, 0),
        ("500", 500, 0),
        ("502", 502, 0),
        ("409", 409, 0),
        ("accept, then 500", 500, 1),
        ("slow", 200, 1),
        ((418, {"name": "teapot"}), 418, 0),
    ],
)
def test_a_fault_strikes_one_call_before_or_after_the_mail_is_taken(server, fault, status, taken):
    server.faults = [fault]
    server.slow = 0.01
    assert ask(server, mails(1)).status_code == status
    assert server.delivered.total() == taken
    assert ask(server, mails(1)).status_code == 200
    assert server.delivered.total() == 1


@pytest.mark.parametrize(
    ("fault", "taken"), [("hang up", 0), ("accept, then hang up", 1), ("accept, then hang", 1)]
)
def test_a_connection_can_break_before_or_after_the_mail_is_taken(server, fault, taken):
    server.hang = 0.05
    server.faults = [fault]
    with pytest.raises(requests.ConnectionError):
        ask(server, mails(1))
    assert server.delivered.total() == taken


def test_chances_strike_as_often_as_they_say(server):
    server.chances = {"500": 0.25, "429": 0.25}
    statuses = [ask(server, mails(1), key=str(number)).status_code for number in range(80)]
    assert 10 <= statuses.count(500) <= 30
    assert 10 <= statuses.count(429) <= 30


def test_an_outage_ends_by_its_clock(server):
    server.outage(3600)
    with pytest.raises(requests.ConnectionError):
        ask(server, mails(1))
    server.advance(3600)
    assert ask(server, mails(1)).status_code == 200


def test_mails_can_be_looked_up_and_listed_newest_first(server):
    ids = [ask(server, mails(1), key=str(n)).json()["data"][0]["id"] for n in range(3)]
    key = {"Authorization": f"Bearer {standin.KEY}"}
    one = requests.get(f"{server.url}/emails/{ids[0]}", headers=key, timeout=5).json()
    assert (one["object"], one["to"]) == ("email", ["r0@x.example"])
    first = requests.get(f"{server.url}/emails?limit=2", headers=key, timeout=5).json()
    assert [mail["id"] for mail in first["data"]] == ids[:0:-1]
    assert first["has_more"]
    rest = requests.get(f"{server.url}/emails?after={ids[1]}", headers=key, timeout=5).json()
    assert [mail["id"] for mail in rest["data"]] == ids[:1]


def test_another_process_serves_and_is_read_over_http():
    with standin.started(rate=50) as server:
        assert ask(server, mails(2)).status_code == 200
        assert ask(server, mails(2)).headers["ratelimit-limit"] == "50"
        assert server.delivered == {("s", "r0@x.example"): 1, ("s", "r1@x.example"): 1}
        summary = server.summary()
        assert (summary["mails"], summary["extra"], summary["replays"]) == (2, 0, 1)
        server.set(faults=["accept, then 500"], poison={"r9@x.example"})
        assert ask(server, mails(1), key="b").status_code == 500
        server.advance(90_000)
        server.outage(10)
        with pytest.raises(requests.ConnectionError):
            ask(server, mails(1), key="c")
        ask_again = server.accepted
        assert [mail["to"] for mail in ask_again][-1] == "r0@x.example"
