"""A whole send with every logger at DEBUG, and what its log lines show of secrets and people."""

from __future__ import annotations

import io
import json
import logging
import shlex
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


FIELDS = {
    "issue": 5,
    "seconds": 0.25,
    "whom": 'Ada "A" <ada@post.example>',
    "link": leave_token(1, SECRET),
    "key": "re_abcdef123456",
    "metrics_token": "nobody may see it",
    "counts": {"sent to bo@post.example": 2},
}


def lines(form: str) -> list[str]:
    """An event with fields, and one with a traceback, as they are written."""
    stream = io.StringIO()
    logger = logging.Logger("digest")
    logger.addHandler(logs.handler(stream, form))
    logger.info("issue %d left for ada@post.example", 5, extra=FIELDS)
    try:
        raise ValueError('"bo@post.example"\nis no address')
    except ValueError:
        logger.exception("it failed")
    text = stream.getvalue()
    for hidden in ("post.example", "re_abcdef", FIELDS["link"], "nobody may see it"):
        assert hidden not in text
    return text.splitlines()


def test_json_lines_hold_the_fields_of_an_event_without_secrets():
    event, failure = map(json.loads, lines("json"))
    assert list(event)[:4] == ["timestamp", "level", "logger", "message"]
    assert (event["level"], event["logger"]) == ("info", "digest")
    assert event["message"] == "issue 5 left for <address>"
    assert (event["issue"], event["seconds"]) == (5, 0.25)
    assert event["whom"] == 'Ada "A" <<address>>'
    assert event["counts"] == {"sent to <address>": 2}
    assert event["timestamp"].endswith("Z")
    assert failure["exception"].startswith("Traceback")


def test_logfmt_lines_are_one_event_each_with_a_name_for_each_value():
    event, failure = (dict(p.split("=", 1) for p in shlex.split(line)) for line in lines("logfmt"))
    assert event["message"] == "issue 5 left for <address>"
    assert (event["level"], event["issue"], event["metrics_token"]) == ("info", "5", "<secret>")
    assert event["counts.sent_to_<address>"] == "2"
    assert "Traceback" in failure["exception"]


def test_plain_lines_are_the_message_alone():
    assert lines("plain")[0].endswith("INFO issue 5 left for <address>")
