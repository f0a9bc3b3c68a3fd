from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import resend
import trustme

from digest.errors import (
    BatchRefusedError,
    ConfigError,
    ContradictionError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
)
from digest.model import DeliveryState
from digest.providers import resend_http
from digest.providers.resend import ResendProvider, params
from digest.providers.resend_http import encoded
from tests.builders import NOW, make_email
from tests.standins import resend as standin


@pytest.fixture
def server():
    with standin.running() as state:
        yield state


@pytest.fixture
def provider(server):
    return ResendProvider(standin.KEY, server.url)


def mails(count: int = 3, **fields):
    return [make_email(to=f"reader{n}@x.example", **fields) for n in range(count)]


def test_a_batch_is_one_call_and_gives_an_id_a_mail(server, provider):
    outcomes = provider.send("recap/1/a", mails(3), at=NOW)
    assert [outcome.state for outcome in outcomes] == [DeliveryState.SENT] * 3
    assert len({outcome.provider_id for outcome in outcomes}) == 3
    assert len(server.requests) == 1


def test_each_mail_goes_to_one_address_with_both_bodies_and_headers(server, provider):
    mail = make_email(
        to="ada@x.example", headers={"List-ID": "<recap>", "Reply-To": "ed@x.example"}
    )
    provider.send("recap/1/a", [mail], at=NOW)
    assert server.requests == [
        [
            {
                "from": mail.sender,
                "to": ["ada@x.example"],
                "subject": mail.subject,
                "html": mail.html,
                "text": mail.text,
                "headers": {"List-ID": "<recap>"},
                "reply_to": "ed@x.example",
            }
        ]
    ]


def test_tags_say_what_the_mail_is_and_headers_that_resend_writes_stay_behind(server, provider):
    headers = {"Message-ID": "<a@x.example>", "Feedback-ID": "a:b:c:recap", "List-ID": "<recap>"}
    tags = {"issue": "5", "week": "2026-W22"}
    provider.send("recap/1/a", [make_email(headers=headers, tags=tags)], at=NOW)
    ((sent,),) = server.requests
    assert sent["headers"] == {"List-ID": "<recap>"}
    assert sent["tags"] == [{"name": "issue", "value": "5"}, {"name": "week", "value": "2026-W22"}]


def test_the_same_batch_under_the_same_key_is_delivered_once(server, provider):
    first = provider.send("recap/1/a", mails(3), at=NOW)
    assert provider.send("recap/1/a", mails(3), at=NOW) == first
    assert set(server.delivered.values()) == {1}


def test_without_a_key_the_same_batch_would_be_delivered_twice(server, provider):
    provider.send("recap/1/a", mails(3), at=NOW)
    provider.send("recap/1/b", mails(3), at=NOW)
    assert set(server.delivered.values()) == {2}


def test_an_answer_lost_after_acceptance_does_not_double(server, provider):
    server.faults = ["accept, then 500"]
    with pytest.raises(OutcomeUnknownError):
        provider.send("recap/1/a", mails(3), at=NOW)
    provider.send("recap/1/a", mails(3), at=NOW)
    assert set(server.delivered.values()) == {1}


def test_one_bad_address_does_not_keep_back_the_others(server, provider):
    server.poison = {"reader1@x.example"}
    outcomes = provider.send("recap/1/a", mails(3), at=NOW)
    assert [outcome.state.value for outcome in outcomes] == ["sent", "rejected", "sent"]
    assert "Invalid `to` field" in outcomes[1].error
    assert server.delivered["Northwind doubles its data centre budget", "reader2@x.example"] == 1


def test_connections_are_kept_between_batches(server, provider):
    for key in "abc":
        provider.send(f"recap/1/{key}", mails(2), at=NOW)
    assert server.connections == 1


@pytest.mark.parametrize(
    "fault",
    [
        "hang up",
        (500, {"name": "application_error", "message": "oops"}),
        (502, b"<html>bad gateway</html>"),
        (409, {"name": "concurrent_idempotent_requests", "message": "running"}),
    ],
)
def test_where_mail_may_have_been_taken_the_outcome_is_unknown(server, provider, fault):
    server.faults = [fault]
    with pytest.raises(OutcomeUnknownError):
        provider.send("recap/1/a", mails(1), at=NOW)


@pytest.mark.parametrize(("headers", "wait"), [([("retry-after", "2")], 2.0), ([], None)])
def test_too_many_requests_is_no_acceptance_and_says_how_long_to_wait(
    server, provider, headers, wait
):
    server.faults = [(429, {"name": "rate_limit_exceeded", "message": "slow"}, headers)]
    with pytest.raises(NotAcceptedError) as caught:
        provider.send("recap/1/a", mails(1), at=NOW)
    assert caught.value.retry_after == wait


@pytest.mark.parametrize(
    ("status", "name", "kind", "hint"),
    [
        (429, "daily_quota_exceeded", ProviderRefusedError, "quota"),
        (429, "monthly_quota_exceeded", ProviderRefusedError, "quota"),
        (401, "restricted_api_key", ProviderRefusedError, "RESEND_API_KEY"),
        (401, "validation_error", ProviderRefusedError, "RESEND_API_KEY"),
        (403, "validation_error", ProviderRefusedError, "RESEND_API_KEY"),
        (404, "not_found", ProviderRefusedError, "RESEND_API_KEY"),
        (405, "method_not_allowed", ProviderRefusedError, "RESEND_API_KEY"),
        (422, "invalid_from_address", ProviderRefusedError, "sender's domain"),
        (400, "invalid_idempotency_key", ProviderRefusedError, "RESEND_API_KEY"),
        (451, "security_error", ProviderRefusedError, "RESEND_API_KEY"),
        (408, "timeout", OutcomeUnknownError, "same key"),
        (409, "invalid_idempotent_request", ContradictionError, "look the batch up"),
        (400, "validation_error", BatchRefusedError, "mend"),
        (413, "too_large", BatchRefusedError, "mend"),
        (422, "missing_required_field", BatchRefusedError, "mend"),
    ],
)
def test_what_cannot_pass_says_what_to_do(server, provider, status, name, kind, hint):
    server.faults = [(status, {"statusCode": status, "name": name, "message": "no"})]
    with pytest.raises(kind) as caught:
        provider.send("recap/1/a", mails(1), at=NOW)
    assert str(status) in caught.value.problem
    assert hint in caught.value.hint


def test_a_key_that_is_called_invalid_with_status_400_is_no_fault_of_a_mail(server, provider):
    document = {"statusCode": 400, "name": "validation_error", "message": "API key is invalid"}
    server.faults = [(400, document)]
    with pytest.raises(ProviderRefusedError, match="API key is invalid"):
        provider.send("recap/1/a", mails(1), at=NOW)


def test_an_error_named_only_in_a_good_answer_is_still_one(server, provider):
    server.faults = [(200, {"statusCode": "odd", "name": "application_error", "message": "no"})]
    with pytest.raises(OutcomeUnknownError):
        provider.send("recap/1/a", mails(1), at=NOW)


def test_an_answer_that_does_not_add_up_is_not_believed(server, provider):
    server.faults = [(200, {"data": [{"id": "one"}]})]
    with pytest.raises(ContradictionError, match="1 ids and 0 errors"):
        provider.send("recap/1/a", mails(2), at=NOW)


def test_more_than_a_hundred_mails_are_never_sent(server, provider):
    with pytest.raises(BatchRefusedError, match="holds 101 mails"):
        provider.send("recap/1/a", mails(101), at=NOW)
    assert server.requests == []


def test_no_error_shows_the_key(server, provider):
    server.faults = [(401, {"name": "restricted_api_key", "message": f"{standin.KEY} is bad"})]
    with pytest.raises(ProviderRefusedError) as caught:
        provider.send("recap/1/a", mails(1), at=NOW)
    assert standin.KEY not in str(caught.value)


def test_without_a_key_the_provider_does_not_start():
    with pytest.raises(ConfigError) as caught:
        ResendProvider("")
    assert "RESEND_API_KEY" in caught.value.problem


def test_a_reader_s_mail_is_sent_in_utf_8_and_the_same_bytes_each_time():
    mail = make_email(to="zoë@x.example", subject="芯片", html="<p>é</p>", text="é")
    document = [params(mail)]
    assert (
        encoded(document)
        == (
            '[{"from":"' + mail.sender + '","to":["zoë@x.example"],"subject":"芯片",'
            '"html":"<p>é</p>","text":"é","headers":{}}]'
        ).encode()
    )


def test_a_mail_s_size_is_that_of_its_json(provider):
    mail = make_email(html="é" * 1000)
    assert provider.size(mail) == len(encoded([params(mail)])) - 2


def test_a_batch_over_the_bytes_is_refused_before_it_leaves(server, provider):
    heavy = mails(6, html="x" * 900_000)
    with pytest.raises(BatchRefusedError, match="may leave"):
        provider.send("recap/1/a", heavy, at=NOW)
    assert server.requests == []
    assert provider.limits.batch(provider.size(heavy[0])) == 5
    provider.send("recap/1/a", heavy[:5], at=NOW)
    assert server.delivered.total() == 5


def test_half_a_character_is_the_mail_s_fault(server, provider):
    with pytest.raises(BatchRefusedError, match="half a character"):
        provider.send("recap/1/a", mails(1, subject="\ud83d"), at=NOW)
    assert server.requests == []


def test_limits_follow_the_rate_that_an_answer_names(server, provider):
    assert provider.limits.per_second == pytest.approx(470)
    server.rate = 20
    provider.send("recap/1/a", mails(1), at=NOW)
    assert provider.limits.per_second == pytest.approx(1880)


def test_the_pace_is_just_below_the_rate(server):
    waits: list[float] = []
    provider = ResendProvider(standin.KEY, server.url, clock=lambda: 100.0, sleep=waits.append)
    server.rate = 10
    for number in range(4):
        provider.send(f"recap/1/{number}", mails(1), at=NOW)
    assert waits == pytest.approx([1 / 4.7, 1 / 4.7 + 1 / 9.4, 1 / 4.7 + 2 / 9.4])


def test_too_many_calls_slow_all_that_follow(server):
    waits: list[float] = []
    provider = ResendProvider(standin.KEY, server.url, clock=lambda: 100.0, sleep=waits.append)
    server.faults = ["429"]
    with pytest.raises(NotAcceptedError) as caught:
        provider.send("recap/1/a", mails(1), at=NOW)
    assert caught.value.retry_after == 1
    provider.send("recap/1/a", mails(1), at=NOW)
    assert waits == [1]


def test_a_quota_is_no_reason_to_slow_down(server, provider):
    server.daily = 1
    with pytest.raises(ProviderRefusedError, match="daily_quota_exceeded"):
        provider.send("recap/1/a", mails(2), at=NOW)
    assert provider.limits.per_second == pytest.approx(94_000)


@pytest.mark.parametrize(
    "reply",
    [
        {"data": [{"id": "a"}, {"id": "b"}], "errors": [{"index": 0, "message": "no"}]},
        {"data": [{"id": "a"}], "errors": [{"index": 7, "message": "no"}]},
        {"data": [], "errors": [{"index": 0, "message": "no"}, {"index": 0, "message": "no"}]},
        {"data": [{"id": "a"}, {"id": "a"}]},
        {"data": [{"id": "a"}, {"id": ""}]},
        {"data": [{"id": "a"}, {}]},
        {"data": [{"id": "a"}], "errors": [{"message": "no"}]},
        {"id": "a"},
        [],
        None,
        "taken",
    ],
)
def test_an_answer_that_is_none_of_these_mails_is_for_a_person(server, provider, reply):
    server.faults = [(200, reply)]
    with pytest.raises(ContradictionError, match="recap/1/a"):
        provider.send("recap/1/a", mails(2), at=NOW)


@pytest.mark.parametrize(("count", "kind"), [(10, ProviderRefusedError), (9, None)])
def test_a_batch_whose_every_mail_is_refused_alike_is_the_sender_s_fault(
    server, provider, count, kind
):
    server.poison = {f"reader{n}@x.example" for n in range(10)}
    if kind is None:
        outcomes = provider.send("recap/1/a", mails(count), at=NOW)
        assert {outcome.state for outcome in outcomes} == {DeliveryState.REJECTED}
    else:
        with pytest.raises(kind, match="every mail"):
            provider.send("recap/1/a", mails(count), at=NOW)


def test_no_reason_shows_an_address(server, provider):
    errors = [{"index": 0, "message": "ada@x.example bounced"}]
    server.faults = [(200, {"data": [], "errors": errors})]
    (outcome,) = provider.send("recap/1/a", mails(1), at=NOW)
    assert outcome.error == "<address> bounced"
    server.faults = [(422, {"name": "validation_error", "message": "no <ada@x.example>"})]
    with pytest.raises(BatchRefusedError) as caught:
        provider.send("recap/1/b", mails(1), at=NOW)
    assert "ada@" not in str(caught.value)


def test_a_server_that_nobody_is_at_took_nothing():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    provider = ResendProvider(standin.KEY, f"http://127.0.0.1:{port}")
    with pytest.raises(NotAcceptedError, match="no connection"):
        provider.send("recap/1/a", mails(1), at=NOW)


def test_a_name_that_leads_nowhere_took_nothing():
    provider = ResendProvider(standin.KEY, "http://nowhere.invalid")
    with pytest.raises(NotAcceptedError, match="no connection"):
        provider.send("recap/1/a", mails(1), at=NOW)


def test_a_certificate_that_nobody_vouches_for_took_nothing():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    def shake_hands(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=shake_hands, args=(listener,))
        thread.start()
        provider = ResendProvider(standin.KEY, f"https://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(NotAcceptedError, match="certificate is not trusted"):
            provider.send("recap/1/a", mails(1), at=NOW)
        thread.join()


@pytest.mark.parametrize(
    ("key", "url"), [(standin.KEY, "http://"), (standin.KEY, "api.example"), ("re_a\nb", None)]
)
def test_an_address_or_key_that_cannot_be_called_is_the_configuration_s_fault(server, key, url):
    provider = ResendProvider(key, server.url if url is None else url)
    with pytest.raises(ProviderRefusedError, match="cannot be called"):
        provider.send("recap/1/a", mails(1), at=NOW)


def test_a_netrc_does_not_replace_the_key(server, provider, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (outcome,) = provider.send("recap/1/a", mails(1), at=NOW)
    assert outcome.state is DeliveryState.SENT


def test_a_redirect_is_not_followed(server, provider):
    server.faults = [(307, {}, {"Location": "/emails/batch"})]
    with pytest.raises(ContradictionError):
        provider.send("recap/1/a", mails(1), at=NOW)
    assert server.calls["POST /emails/batch"] == 1


def test_an_answer_that_takes_too_long_leaves_the_outcome_unknown(server, provider, monkeypatch):
    monkeypatch.setattr(resend_http, "TIMEOUT", (1.0, 0.1))
    server.faults = ["accept, then hang"]
    server.hang = 0.5
    with pytest.raises(OutcomeUnknownError):
        provider.send("recap/1/a", mails(2), at=NOW)
    provider.send("recap/1/a", mails(2), at=NOW)
    assert set(server.delivered.values()) == {1}


def test_other_calls_of_the_sdk_go_the_same_way(server, provider):
    (outcome,) = provider.send("recap/1/a", mails(1), at=NOW)
    assert resend.Emails.get(outcome.provider_id)["to"] == ["reader0@x.example"]
    assert server.connections == 1


def test_without_an_address_it_is_resend_s_own(server, provider):
    ResendProvider(standin.KEY)
    assert resend.api_url == "https://api.resend.com"


def test_two_threads_with_one_key_deliver_once(server, provider):
    server.slow = 0.3
    server.faults = ["slow"]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(provider.send, "recap/1/a", mails(2), at=NOW)
        time.sleep(0.1)
        second = pool.submit(provider.send, "recap/1/a", mails(2), at=NOW)
        assert isinstance(second.exception(), OutcomeUnknownError)
        assert len(first.result()) == 2
    assert set(server.delivered.values()) == {1}


def test_many_threads_share_the_connections(server, provider):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: provider.send(f"recap/1/{n}", mails(5), at=NOW), range(40)))
    assert server.delivered.total() == 200
    assert server.connections <= 4


def test_a_call_without_a_body_has_none(server):
    key = {"Authorization": f"Bearer {standin.KEY}"}
    body, status, headers = resend_http.PooledClient(10).request(
        "get", server.url + "/domains", key
    )
    assert (status, headers["content-type"]) == (200, "application/json")
    assert b'"data":[]' in body
