from __future__ import annotations

import logging

import pytest

from digest.redaction import RedactingFormatter, redact, redacted
from digest.tokens import Purpose, ReviewTicket, leave_token, review_token
from tests.builders import NOW

LEAVE = leave_token(12, "secret")
REVIEW = review_token(ReviewTicket(Purpose.APPROVE, 22, "a" * 32, "b" * 16, None, NOW), "secret")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key re_AbCdEf12_3456 refused", "key <secret> refused"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==", "<secret>"),
        ("key=sk-abcdef123456.", "key=<secret>."),
        ("Authorization: Bearer abc.def-123456", "Authorization: Bearer <secret>"),
        ("to ada+x@mail.reader.example, then", "to <address>, then"),
        ("Ada <ada@reader.example>", "Ada <<address>>"),
        ('{"to":["zoë@reader.example"]}', '{"to":["<address>"]}'),
        ("smtp://ada@x.example:p%40ss@mail.example:587", "smtp://<secret>@mail.example:587"),
        ("smtp://ada:hunter2@mail.example:587", "smtp://<secret>@mail.example:587"),
        ("postgresql://recap:hunter2@db/recap", "postgresql://<secret>@db/recap"),
        (f"GET /leave/{LEAVE} 200", "GET /leave/<token> 200"),
        (f"token {LEAVE} of", "token <token> of"),
        ("POST /confirm/eyJpZCI6MX0.aBcDeF.x-y_z?a=b", "POST /confirm/<token>?a=b"),
        (f"GET /review/{REVIEW}/mail 200", "GET /review/<token> 200"),
        (f"token {REVIEW} of", "token <token> of"),
        ("GET /hook?token=abcdef&page=2", "GET /hook?token=<token>&page=2"),
        ("issue 12 at 10:30, 3.5 mails a second", "issue 12 at 10:30, 3.5 mails a second"),
        ("https://news.example/re_lease?page=2", "https://news.example/re_lease?page=2"),
    ],
)
def test_only_keys_tokens_and_addresses_are_taken_out(text, shown):
    assert redact(text) == shown


def test_a_log_line_is_redacted_with_its_arguments_and_its_traceback():
    try:
        raise ValueError("ada@reader.example is no address")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.INFO, "f", 1, "sent to %s", ("bo@reader.example",),
            (ValueError, error, error.__traceback__),
        )  # fmt: skip
    line = RedactingFormatter("%(levelname)s %(message)s").format(record)
    assert line.startswith("INFO sent to <address>\nTraceback")
    assert "reader.example" not in line


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("whom", "ada@reader.example", "<address>"),
        ("key", "re_abcdef123456", "<secret>"),
        ("path", f"/leave/{LEAVE}", "/leave/<token>"),
        ("metrics_token", "sixteen or more", "<secret>"),
        ("metrics_token", "", ""),
        ("issue", 5, 5),
        ("late", None, None),
        ("seconds", 0.5, 0.5),
        ("failed", True, True),
        ("people", ["ada@reader.example", 2], ["<address>", 2]),
        ("counts", {"bo@reader.example": ("x@y.example",)}, {"<address>": ["<address>"]}),
        ("error", ValueError("no ada@reader.example"), "no <address>"),
    ],
)
def test_a_field_of_an_event_is_redacted_however_deep_it_is(name, value, shown):
    assert redacted(name, value) == shown
