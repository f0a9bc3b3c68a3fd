from __future__ import annotations

import pytest

from digest.errors import ConfigError
from digest.settings import SmtpServer, Tls
from digest.settings.mail import smtp_server, webhook_secrets

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_bmV3IHNlY3JldCBvZiB0aGUgaG9vaw=="


def server(url: str) -> SmtpServer | None:
    return smtp_server({"RECAP_SMTP_URL": url})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.x.example", SmtpServer("mail.x.example", 587)),
        ("smtps://mail.x.example", SmtpServer("mail.x.example", 465, Tls.AT_ONCE)),
        ("smtp://mail.x.example:2525/", SmtpServer("mail.x.example", 2525)),
        ("smtp://[::1]:25?tls=off", SmtpServer("::1", 25, Tls.OFF)),
        ("smtp://relay.intra:25?tls=off", SmtpServer("relay.intra", 25, Tls.OFF)),
        ("smtp://a:b@localhost?tls=off", SmtpServer("localhost", 587, Tls.OFF, "a", "b")),
        ("smtp://a:b@127.0.0.9:25?tls=off", SmtpServer("127.0.0.9", 25, Tls.OFF, "a", "b")),
        (
            "smtp://ed%40x.example:p%40ss%2Fw%3Ard@mail.x.example",
            SmtpServer("mail.x.example", 587, Tls.STARTTLS, "ed@x.example", "p@ss/w:rd"),
        ),
    ],
)
def test_an_address_says_where_the_server_is_and_how_it_is_spoken_to(url, expected):
    assert server(url) == expected


def test_without_an_address_there_is_no_server():
    assert smtp_server({}) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mail.x.example:587", "no address of a mail server"),
        ("http://mail.x.example", "no address of a mail server"),
        ("smtp://:587", "no address of a mail server"),
        ("smtp://ed:hunter2@mail.x.example:port", "cannot be read"),
        ("smtp://ed:hun/ter2@mail.x.example", "cannot be read"),
        ("smtp://[::1", "cannot be read"),
        ("smtp://mail.x.example/inbox", "only `?tls=off`"),
        ("smtp://mail.x.example?tls=on", "only `?tls=off`"),
        ("smtp://mail.x.example?verify=no", "only `?tls=off`"),
        ("smtp://mail.x.example#a", "only `?tls=off`"),
        ("smtps://mail.x.example?tls=off", "smtps:// is TLS"),
        ("smtp://ed:hunter2@mail.x.example?tls=off", "in the clear"),
        ("smtp://ed:hunter2@8.8.8.8?tls=off", "in the clear"),
    ],
)
def test_what_is_no_address_says_so_and_never_shows_the_password(url, problem):
    with pytest.raises(ConfigError) as caught:
        server(url)
    assert problem in caught.value.problem
    assert "hunter2" not in str(caught.value)
    assert "smtp://" in caught.value.hint
    assert caught.value.__cause__ is None


def test_the_password_is_not_shown_with_the_server():
    assert "hunter2" not in repr(server("smtp://ed:hunter2@mail.x.example"))


@pytest.mark.parametrize(
    ("text", "secrets"),
    [("", ()), (SECRET, (SECRET,)), (f" {SECRET}, {OTHER},", (SECRET, OTHER))],
)
def test_webhook_secrets_are_one_or_two(text, secrets):
    assert webhook_secrets({"RESEND_WEBHOOK_SECRET": text}) == secrets


@pytest.mark.parametrize("text", ["whsec_", "whsec_c2hvcnQ=", "whsec_§§§", "MfKQ9r8GKYqrTwjUPD8I"])
def test_what_is_no_signing_secret_is_named_by_its_place(text):
    with pytest.raises(ConfigError) as caught:
        webhook_secrets({"RESEND_WEBHOOK_SECRET": f"{SECRET},{text}"})
    assert "number 2" in caught.value.problem
    assert text not in str(caught.value).replace("whsec_ and letters", "")
