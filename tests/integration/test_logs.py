"""A whole send with every logger at DEBUG, and what its log lines show of secrets and people."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from digest.cli import logs
from digest.errors import DeliveryError
from digest.pipeline import drafting, sending
from digest.pipeline.audience import add_subscriber
from digest.providers.resend import ResendProvider
from digest.providers.smtp import SmtpProvider
from digest.settings import SmtpServer, Tls, load_settings
from digest.tokens import leave_token, preferences_token
from tests.builders import NOW, make_email, make_issue
from tests.standins import resend as standin
from tests.standins import smtp

READERS = 3
TOKENS = (leave_token, preferences_token)
SECRET = "a-secret-key-of-forty-characters-at-least"


@pytest.fixture
def log():
    """What the command would print, from before the database is opened."""
    stream = io.StringIO()
    handler, root = logs.handler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def issue(log, store, root, tmp_path):
    """An approved issue with readers, and the settings it was approved under."""
    shipped = (root / "schedules.yaml").read_text(encoding="utf-8")
    (tmp_path / "schedules.yaml").write_text(shipped, encoding="utf-8")
    settings = load_settings(
        tmp_path, {"RECAP_BASE_URL": "https://recap.example", "RECAP_SECRET_KEY": SECRET}
    )
    made = make_issue()
    store.content.save_issue(made)
    for number in range(READERS):
        add_subscriber(store, f"reader{number}@x.example", "Ada", now=NOW, evidence="test")
    drafting.approve(store, settings, made.number, now=NOW)
    return settings, made.number


def send(store, issue, provider) -> None:
    settings, number = issue
    try:
        sending.send(
            store,
            settings,
            number,
            provider,
            clock=lambda: datetime(2026, 6, 1, 8, tzinfo=UTC),
            sleep=lambda seconds: None,
        )
    except DeliveryError:
        logging.getLogger("digest").exception("issue %d was not sent", number)


def check(log: io.StringIO, *secrets: str) -> None:
    text = log.getvalue()
    assert text.count("\n") > 20, "nothing was logged, so nothing was tested"
    tokens = [
        make(number, SECRET) for number in range(9) for make in (leave_token, preferences_token)
    ]
    for hidden in (*secrets, *tokens, SECRET, "x.example", "@weekly-ai-recap"):
        assert hidden not in text, hidden


def test_a_send_through_resend_logs_no_key_token_or_address(log, store, issue):
    refusal = {
        "name": "validation_error",
        "message": f"reader0@x.example is bad, and so is {standin.KEY}",
    }
    with standin.running() as server:
        server.faults = ["hang up", "429", (422, refusal)]
        provider = ResendProvider(standin.KEY, server.url, sleep=lambda seconds: None)
        send(store, issue, provider)
        send(store, issue, provider)
        assert server.delivered.total() == READERS
    assert "POST /emails/batch" in log.getvalue()
    check(log, standin.KEY)


def test_a_mail_server_that_names_readers_in_its_replies_does_not_bring_them_into_a_log(log, issue):
    told = logging.getLogger("digest")
    with smtp.running(auth_require_tls=False, authenticator=smtp.login) as server:
        server.replies["RCPT"] = [
            "550 5.1.1 <reader0@x.example>: no such user",
            "554 5.7.1 <reader1@x.example>: relay access denied",
            "450 4.2.0 <reader2@x.example>: greylisted",
        ]
        login = {"user": smtp.USER, "password": smtp.PASSWORD}
        provider = SmtpProvider(SmtpServer("127.0.0.1", server.port, Tls.OFF, **login))
        for number in range(READERS + 1):
            try:
                mail = make_email(to=f"reader{number}@x.example")
                told.info("%s", provider.send(f"recap/1/{number}", [mail], at=NOW))
            except DeliveryError:
                told.exception("mail %d was not sent", number)
        assert len(server.taken) == 1
    assert "relay access denied" in log.getvalue()
    check(log, smtp.PASSWORD)


def test_a_warning_before_logging_is_set_up_is_redacted_too():
    code = (
        "import logging; from digest.cli import logs; logs.guard_stray_lines();"
        "logging.getLogger('library').warning('lost reader0@x.example')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "lost <address>\n"


def test_the_running_service_logs_to_stderr_and_keeps_the_scheduler_quiet():
    code = (
        "import logging; from digest.cli import logs; logs.log_to_stderr();"
        "logging.getLogger('digest').info('sent to reader0@x.example');"
        "logging.getLogger('apscheduler').info('tick')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.endswith("INFO sent to <address>\n")
    assert done.stderr.count("\n") == 1
