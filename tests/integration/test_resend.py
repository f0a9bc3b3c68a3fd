from __future__ import annotations

import pytest

from digest.errors import (
    BatchRefusedError,
    ConfigError,
    ContradictionError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
)
from digest.model import DeliveryState
from digest.providers.resend import ResendProvider
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
        (401, "restricted_api_key", ProviderRefusedError, "RESEND_API_KEY"),
        (403, "validation_error", ProviderRefusedError, "RESEND_API_KEY"),
        (409, "invalid_idempotent_request", ContradictionError, "look the batch up"),
        (422, "validation_error", BatchRefusedError, "mend"),
    ],
)
def test_what_cannot_pass_says_what_to_do(server, provider, status, name, kind, hint):
    server.faults = [(status, {"statusCode": status, "name": name, "message": "no"})]
    with pytest.raises(kind) as caught:
        provider.send("recap/1/a", mails(1), at=NOW)
    assert str(status) in caught.value.problem
    assert hint in caught.value.hint


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
