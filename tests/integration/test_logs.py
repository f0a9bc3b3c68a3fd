"""A whole send with every logger at DEBUG, and what its log lines show of secrets and people."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import pytest

from digest.cli import logs
from digest.errors import DeliveryError
from digest.providers.resend import ResendProvider
from digest.providers.smtp import SmtpProvider
from digest.settings import SmtpServer, Tls
from digest.tokens import leave_token, preferences_token
from tests.builders_sending import approved, send, settings_in
from tests.standins import resend as standin
from tests.standins import smtp

READERS = 3
TOKENS = (leave_token, preferences_token)
SECRET = "a-secret-key-of-forty-characters-at-least"


@pytest.fixture
def log():
    """What the command would print, statements of the database and their values included."""
    stream = io.StringIO()
    handler = logs.handler(stream)
    loggers = [logging.getLogger(), logging.getLogger("sqlalchemy.engine")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    loggers[0].addHandler(handler)
    yield stream
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def project(log, store, tmp_path):
    """Settings that sign links, and the number of an approved issue with readers."""
    pages = {"RECAP_BASE_URL": "https://recap.example", "RECAP_SECRET_KEY": SECRET}
    settings = settings_in(tmp_path, **pages)
    return settings, approved(store, settings, readers=READERS)


def attempt(store, project, provider) -> None:
    try:
        send(store, *project, provider)
    except DeliveryError:
        logging.getLogger("digest").exception("the issue was not sent")


def check(log: io.StringIO, *secrets: str) -> None:
    text = log.getvalue()
    assert "INSERT INTO subscriber" in text
    assert "<address>" in text
    tokens = [make(number, SECRET) for number in range(9) for make in TOKENS]
    for hidden in (*secrets, *tokens, SECRET, "@post.example", "@weekly-ai-recap"):
        assert hidden not in text, hidden


def test_a_send_through_resend_logs_no_key_token_or_address(log, store, project):
    refusal = {"name": "validation_error", "message": f"no reader0@post.example, {standin.KEY}"}
    with standin.running() as server:
        server.faults = ["hang up", "429", (422, refusal)]
        server.poison = {"reader1@post.example"}
        provider = ResendProvider(standin.KEY, server.url, sleep=lambda seconds: None)
        attempt(store, project, provider)
        assert server.delivered.total() == READERS - 1
    assert "POST /emails/batch" in log.getvalue()
    check(log, standin.KEY)


def test_a_send_through_a_mail_server_that_names_readers_logs_none_of_them(log, store, project):
    with smtp.running(auth_require_tls=False, authenticator=smtp.login) as server:
        server.replies["RCPT"] = [
            "550 5.1.1 <reader0@post.example>: no such user",
            "554 5.7.1 <reader1@post.example>: relay access denied",
        ]
        login = {"user": smtp.USER, "password": smtp.PASSWORD}
        provider = SmtpProvider(SmtpServer("127.0.0.1", server.port, Tls.OFF, **login))
        attempt(store, project, provider)
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
