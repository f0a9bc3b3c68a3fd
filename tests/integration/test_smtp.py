from __future__ import annotations

import contextlib
import email
import email.policy
import gc
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme

from digest.errors import (
    BatchRefusedError,
    ConfigError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
)
from digest.model import DeliveryState
from digest.providers import smtp
from digest.providers.eml import eml
from digest.providers.smtp import SmtpProvider
from digest.settings import SmtpServer, Tls
from tests.builders import NOW, make_email
from tests.standins import smtp as standin

MAIL = make_email(to="ada@x.example", text="Grüße\n.\n.dots\n" + "long line " * 150)
HOST = "127.0.0.1"


@pytest.fixture
def server():
    with standin.running() as mailbox:
        yield mailbox


def provider_of(mailbox, tls: Tls = Tls.OFF, **login: str) -> SmtpProvider:
    return SmtpProvider(SmtpServer(HOST, mailbox.port, tls, **login))


@pytest.fixture
def provider(server):
    return provider_of(server)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def context(authority, tmp_path, monkeypatch):
    """A server's certificate for this machine that this process trusts."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


def send(provider, mail=MAIL, key: str = "recap/1/a"):
    (outcome,) = provider.send(key, [mail], at=NOW)
    return outcome


def test_a_mail_arrives_as_the_outbox_would_have_written_it(server, provider):
    outcome = send(provider)
    ((sender, to, content),) = server.taken
    message = eml(MAIL, key="recap/1/a", at=NOW)
    assert content == message.as_bytes()
    assert (sender, to) == ("recap@weekly-ai-recap.example", "ada@x.example")
    assert outcome.state is DeliveryState.SENT
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert not parsed.defects
    assert outcome.provider_id == parsed["Message-ID"]


def test_connections_are_kept_between_mails(server, provider):
    for number in range(5):
        send(provider, key=f"recap/1/{number}")
    assert len(server.taken) == 5
    assert server.connections == 1


def test_threads_have_a_connection_each(server, provider):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: send(provider, key=f"recap/1/{n}"), range(40)))
    assert len(server.taken) == 40
    assert server.connections <= 4


def test_a_provider_that_goes_says_goodbye(server):
    provider = provider_of(server)
    send(provider)
    del provider
    gc.collect()  # an open socket would be reported here, as an error


def test_goodbye_to_a_server_that_is_gone_is_no_error():
    with standin.running() as server:
        provider = provider_of(server)
        send(provider)
    del provider
    gc.collect()


def test_a_batch_of_several_is_taken_apart(server, provider):
    with pytest.raises(BatchRefusedError, match="holds 2 mails"):
        provider.send("recap/1/a", [MAIL, MAIL], at=NOW)
    assert provider.limits.batch(30_000) == 1
    assert not provider.honours_keys


def test_an_address_beyond_ascii_is_rejected_and_not_sent(server, provider):
    outcome = send(provider, make_email(to="zoë@x.example"))
    assert outcome.state is DeliveryState.REJECTED
    assert "SMTPUTF8" in outcome.error
    assert server.connections == 0


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("RCPT", "550 5.1.1 <ada@x.example>: no such user"),
        ("RCPT", "550 no such user"),
        ("RCPT", "553 not a mailbox"),
        ("RCPT", "552 5.2.2 mailbox full"),
        ("RCPT", "550 5.4.1 recipient address rejected"),
        ("DATA", "550 5.1.1 no such user"),
    ],
)
def test_a_refused_address_is_rejected_and_the_next_mail_goes(server, provider, stage, reply):
    server.replies[stage] = [reply]
    outcome = send(provider)
    assert outcome.state is DeliveryState.REJECTED
    assert outcome.error.startswith(reply[:3])
    assert "ada@" not in outcome.error
    assert send(provider).state is DeliveryState.SENT
    assert server.connections == 1


@pytest.mark.parametrize(
    ("stage", "reply", "wait"),
    [
        ("MAIL", "451 4.3.0 try later", None),
        ("MAIL", "421 busy", None),
        ("RCPT", "450 4.2.0 greylisted", 300),
        ("RCPT", "421 closing", None),
        ("DATA", "452 4.3.1 no room", 300),
    ],
)
def test_what_is_put_off_was_not_taken(server, provider, stage, reply, wait):
    server.replies[stage] = [reply]
    with pytest.raises(NotAcceptedError) as caught:
        send(provider)
    assert caught.value.retry_after == wait
    assert server.taken == []
    assert send(provider).state is DeliveryState.SENT


@pytest.mark.parametrize(
    ("stage", "reply", "hint"),
    [
        ("MAIL", "550 5.7.1 sender not allowed", "newsletter.sender"),
        ("MAIL", "552 5.3.4 too large", "newsletter.sender"),
        ("RCPT", "554 5.7.1 <ada@x.example>: Relay access denied", "relays"),
        ("RCPT", "530 5.7.0 Authentication required", "relays"),
        ("RCPT", "554 no", "relays"),
        ("RCPT", "550 5.1.8 bad sender", "relays"),
        ("DATA", "554 5.7.1 spam", "does not like"),
        ("DATA", "550 no", "does not like"),
    ],
)
def test_what_every_mail_would_meet_costs_no_reader_the_issue(server, provider, stage, reply, hint):
    server.replies[stage] = [reply]
    with pytest.raises(ProviderRefusedError) as caught:
        send(provider)
    assert hint in caught.value.hint
    assert "ada@" not in str(caught.value)


@pytest.mark.parametrize(("stage", "taken"), [("MAIL", 0), ("RCPT", 0)])
def test_a_connection_lost_before_the_content_took_nothing(server, provider, stage, taken):
    server.replies[stage] = ["hang up"]
    with pytest.raises(NotAcceptedError, match="before it was given"):
        send(provider)
    assert len(server.taken) == taken
    assert send(provider).state is DeliveryState.SENT


@pytest.mark.parametrize(("reply", "taken"), [("hang up", 0), ("take, then hang up", 1)])
def test_a_connection_lost_after_the_content_leaves_the_outcome_unknown(
    server, provider, reply, taken
):
    server.replies["DATA"] = [reply]
    with pytest.raises(OutcomeUnknownError, match="recap/1/a"):
        send(provider)
    assert len(server.taken) == taken


def test_a_reply_that_is_none_leaves_the_outcome_unknown(server, provider):
    server.replies["DATA"] = ["hello there"]
    with pytest.raises(OutcomeUnknownError):
        send(provider)


@pytest.mark.parametrize("reply", ["hang up", "421 idle for too long"])
def test_a_kept_connection_that_was_closed_is_replaced(server, provider, reply):
    send(provider)
    server.replies["MAIL"] = [reply]
    assert send(provider, key="recap/1/b").state is DeliveryState.SENT
    assert server.connections == 2
    assert len(server.taken) == 2


def test_a_server_that_restarts_between_two_mails_is_found_again(monkeypatch):
    with standin.running() as first:
        provider = provider_of(first)
        send(provider)
    with pytest.raises(NotAcceptedError, match="cannot be reached"):
        send(provider)


def test_nobody_there_took_nothing():
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotAcceptedError, match=f"{HOST}:{port} cannot be reached"):
        send(SmtpProvider(SmtpServer(HOST, port, Tls.OFF)))


@pytest.mark.parametrize("at_once", [True, False])
def test_mail_travels_encrypted(context, at_once):
    with standin.running(context, at_once=at_once) as server:
        provider = provider_of(server, Tls.AT_ONCE if at_once else Tls.STARTTLS)
        assert send(provider).state is DeliveryState.SENT
        assert server.encrypted == {True}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_certificate_that_nobody_vouches_for_is_refused(context, monkeypatch, at_once):
    monkeypatch.delenv("SSL_CERT_FILE")
    with standin.running(context, at_once=at_once) as server:
        provider = provider_of(server, Tls.AT_ONCE if at_once else Tls.STARTTLS)
        with pytest.raises(ProviderRefusedError, match="not to be trusted"):
            send(provider)
        assert server.taken == []


def test_a_certificate_of_another_name_is_refused(authority, context):
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("mail.other.example").configure_cert(other)
    with (
        standin.running(other) as server,
        pytest.raises(ProviderRefusedError, match="not to be trusted"),
    ):
        send(provider_of(server, Tls.STARTTLS))


def test_a_server_without_starttls_gets_no_mail(server):
    with pytest.raises(ProviderRefusedError, match="offers no STARTTLS"):
        send(provider_of(server, Tls.STARTTLS))
    assert server.taken == []


def test_the_name_and_password_open_the_server(context):
    options = {"authenticator": standin.login, "auth_required": True}
    with standin.running(context, **options) as server:
        user = {"user": standin.USER, "password": standin.PASSWORD}
        assert send(provider_of(server, Tls.STARTTLS, **user)).state is DeliveryState.SENT
        wrong = {"user": standin.USER, "password": "guess-9f"}
        with pytest.raises(ProviderRefusedError) as caught:
            send(provider_of(server, Tls.STARTTLS, **wrong))
        assert "RECAP_SMTP_URL" in caught.value.hint
        assert "guess-9f" not in str(caught.value)


def test_a_server_that_knows_no_login_is_told_of_none(server):
    with pytest.raises(ProviderRefusedError, match="offers no login"):
        send(provider_of(server, user="a", password="b"))


@contextlib.contextmanager
def scripted(*replies: str):
    """A server that says each reply to one line, whatever the line, and then hangs up."""
    with socket.create_server((HOST, 0)) as listener, ThreadPoolExecutor(1) as pool:

        def speak() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                for reply in replies:
                    connection.sendall(reply.encode() + b"\r\n")
                    lines.readline()

        pool.submit(speak)
        yield SmtpProvider(SmtpServer(HOST, listener.getsockname()[1], Tls.OFF))


@pytest.mark.parametrize(
    ("greeting", "kind"), [("554 no service", ProviderRefusedError), ("421 busy", NotAcceptedError)]
)
def test_a_server_that_greets_with_a_refusal_is_believed(greeting, kind):
    with scripted(greeting) as provider, pytest.raises(kind, match="the greeting"):
        send(provider)


@pytest.mark.parametrize(
    ("reply", "kind"), [("554 5.7.1 no", ProviderRefusedError), ("451 later", NotAcceptedError)]
)
def test_a_server_that_does_not_want_the_content_did_not_get_it(reply, kind):
    with (
        scripted("220 hello", "250 hello", "250 ok", "250 ok", reply) as provider,
        pytest.raises(kind, match="the content"),
    ):
        send(provider)


def test_a_connection_lost_when_the_content_is_asked_for_took_nothing():
    with (
        scripted("220 hello", "250 hello", "250 ok", "250 ok") as provider,
        pytest.raises(NotAcceptedError, match="before it was given"),
    ):
        send(provider)


def test_a_server_so_slow_that_the_lease_would_end_is_not_given_the_content(server):
    moments = iter((0.0, smtp.TO_BEGIN + 1))
    where = SmtpServer(HOST, server.port, Tls.OFF)
    slow = SmtpProvider(where, clock=lambda: next(moments))
    with pytest.raises(NotAcceptedError, match="took over 25 s"):
        send(slow)
    assert server.taken == []


def test_a_connection_lost_after_a_rejection_is_replaced_for_the_next_mail():
    with scripted("220 hello", "250 hello", "250 ok", "550 5.1.1 no such user") as provider:
        assert send(provider).state is DeliveryState.REJECTED
    with pytest.raises(NotAcceptedError, match="cannot be reached"):
        send(provider)


def test_goodbye_on_a_connection_that_is_lost_is_no_error():
    with scripted("220 hello", "250 hello", "250 ok", "550 5.1.1 no such user") as provider:
        assert send(provider).state is DeliveryState.REJECTED
        del provider
        gc.collect()


def test_a_mail_s_size_is_about_that_of_its_message(provider):
    mail = make_email(html="<p>word</p>" * 3000)
    size = len(eml(mail, key="k", at=NOW).as_bytes())
    assert provider.size(mail) == pytest.approx(size, rel=0.1)


def test_without_a_server_the_provider_does_not_start():
    with pytest.raises(ConfigError, match="RECAP_SMTP_URL"):
        SmtpProvider(None)
