"""SpamAssassin, offline, finds nothing in the mail as it is delivered."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from digest.providers.outbox import eml
from tests.builders import NOW

pytestmark = pytest.mark.ci

INFORMATIVE = {"HTML_MESSAGE", "NO_RECEIVED", "NO_RELAYS", "LOTS_OF_MONEY"}
"""Rules without points: it has HTML, no server has passed it on yet, and news names large sums."""


@pytest.fixture(scope="session")
def judged(command, tmp_path_factory):
    """Takes the bytes of a message, gives its score and the points of each rule that it meets."""
    program = command("spamassassin", "spamassassin")
    home = tmp_path_factory.mktemp("spamassassin")

    def judge(message: bytes) -> tuple[float, dict[str, float]]:
        done = subprocess.run(
            [program, "--local", "--test-mode", "--prefspath", str(home / "none")],
            input=message, capture_output=True, timeout=120, env={**os.environ, "HOME": str(home)},
        )  # fmt: skip
        told = done.stdout.decode("utf-8", "replace")
        score = re.search(r"^X-Spam-Status: .*?score=(-?[\d.]+)", told, re.MULTILINE)
        assert score, done.stderr.decode("utf-8", "replace")[-2000:]
        table = told.partition("Content analysis details:")[2].partition("\n\n")[2]
        rules = re.findall(r"^ *(-?[\d.]+) ([A-Z][A-Z\d_]+) ", table, re.MULTILINE)
        return float(score[1]), {name: float(points) for points, name in rules}

    return judge


def test_the_mail_has_no_point(judged, mail):
    score, rules = judged(eml(mail.email, key="checks", at=NOW).as_bytes())
    assert rules.keys() >= {"HTML_MESSAGE"}
    assert {name: points for name, points in rules.items() if name not in INFORMATIVE} == {}
    assert score <= 0.0


def test_a_message_that_every_filter_knows_for_spam_is_seen(judged):
    known = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    score, rules = judged(f"Subject: a\nFrom: a@post.example\n\n{known}\n".encode())
    assert score > 900
    assert "GTUBE" in rules
