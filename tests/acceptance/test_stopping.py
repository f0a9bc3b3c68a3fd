"""A service that is told to stop in the middle of something: it ends in time, and then goes on."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.cli.stopping import SECONDS, stopping
from digest.model import IssueStatus
from digest.pipeline import sending
from digest.pipeline.underway import under_way
from digest.settings import load_settings
from digest.store import open_store
from tests.builders import make_source
from tests.builders_sending import approved
from tests.standins.resend import KEY, Remote, started

WITHIN = 10.0
"""Seconds that systemd and Docker are promised."""


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections, and never says a word."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        taking = threading.Thread(target=lambda: kept.append(server.accept()[0]), daemon=True)
        taking.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        for connection in kept:
            connection.close()


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, str]:
    """A fresh project; returns the environment of its commands."""
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("RECAP_", "RESEND_"))}
    outside |= {"RECAP_LISTEN": "127.0.0.1:0", "PYTHONUNBUFFERED": "1", **environ}
    done = subprocess.run(
        [sys.executable, "-m", "digest", "init", str(folder)], env=outside, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return outside


class Running:
    """A command that runs, and what it says."""

    def __init__(self, folder: Path, environ: dict[str, str], *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *words], cwd=folder, env=environ, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.said = ""

    def wait_for(self, words: str) -> re.Match[str]:
        while not (found := re.search(words, self.said)):
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        return found

    def stop(self, *signals: signal.Signals) -> float:
        """Send the signals, half a second apart; returns the seconds until the end."""
        begun = time.monotonic()
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.5)
        try:
            self.said += self.process.communicate(timeout=WITHIN + 20)[0]
        finally:
            self.process.kill()
        return time.monotonic() - begun


SERVED = r"metrics +(http://127\.0\.0\.1:\d+)"


@pytest.mark.ci
def test_an_idle_service_ends_at_once_whatever_connections_are_open(tmp_path, monkeypatch):
    environ = project(tmp_path / "recap", monkeypatch)
    run = Running(tmp_path / "recap", environ, "-m", "digest", "run")
    port = int(run.wait_for(SERVED)[1].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as browser:
        browser.sendall(b"POST /subscribe HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        took = run.stop(signal.SIGTERM)
    assert took < WITHIN
    assert run.process.returncode == 0
    assert "nothing was left half done" in run.said


def in_sending(folder: Path, environ: dict[str, str]) -> int:
    """An issue that was begun and has 20 readers."""
    settings = load_settings(folder, environ)
    with open_store(settings.database_url) as store:
        number = approved(store, settings, readers=20)
        sending.begin(store, settings, number, now=store.ledger.clock()(), by="test")
    return number


SENDER = (
    "import sys, threading, time; from pathlib import Path;"
    "from digest.cli.logs import log_to_stderr; from digest.cli.stopping import stopping;"
    "from digest.settings import load_settings; from digest.store import open_store;"
    "from digest.pipeline.course import Pace; from digest.pipeline.sending import drain;"
    "from digest.providers import open_provider;"
    "log_to_stderr(); stop = threading.Event(); s = load_settings(Path.cwd());\n"
    "with open_store(s.database_url) as store, stopping(stop):\n"
    "    print('sending', flush=True)\n"
    "    pace = Pace(store.ledger.clock(), time.sleep, stop=stop.is_set, patient=True)\n"
    "    print(drain(store, s, int(sys.argv[1]), open_provider(s), pace=pace))\n"
)
"""What a worker does, without a queue."""


def sender(folder: Path, environ: dict[str, str], number: int) -> Running:
    return Running(folder, environ, "-c", SENDER, str(number))


def through_resend(folder: Path, server: Remote) -> None:
    file = folder / "schedules.yaml"
    text = file.read_text("utf-8").replace("provider: outbox", "provider: resend")
    text = text.replace('address: "" ', 'address: "1 Any Street" ')
    file.write_text(text.replace("weekly-ai-recap.example", "news.example"), "utf-8")


@pytest.mark.ci
@pytest.mark.parametrize("signals", [(signal.SIGTERM,), (signal.SIGTERM, signal.SIGTERM)])
def test_a_call_to_the_provider_that_hangs_does_not_hold_up_the_end(tmp_path, monkeypatch, signals):
    with started(rate=1000, hang=60.0, faults=["accept, then hang"]) as server:
        keys = {"RESEND_API_KEY": KEY, "RESEND_API_URL": server.url}
        folder = tmp_path / "recap"
        environ = project(folder, monkeypatch, **keys)
        through_resend(folder, server)
        number = in_sending(folder, environ)
        run = sender(folder, environ, number)
        while "POST /emails/batch" not in server.summary()["calls"]:
            time.sleep(0.05)
            assert run.process.poll() is None, run.process.communicate()
        took = run.stop(*signals)
        assert took < (WITHIN if len(signals) == 1 else SECONDS / 2)
        assert f"sending issue {number}" in run.said
        assert "the next start goes on from there" in run.said
        assert run.process.returncode == (0 if len(signals) == 1 else 128 + signal.SIGTERM)

        again = sender(folder, environ, number)
        again.process.communicate(timeout=60)
        assert again.process.returncode == 0
        with open_store(load_settings(folder, environ).database_url) as store:
            assert store.content.issue_row(number).status is IssueStatus.SENT
        summary = server.summary()
        assert (summary["extra"], len(server.delivered)) == (0, 20)
        assert summary["replays"] == 1


@pytest.mark.ci
def test_a_source_that_hangs_does_not_hold_up_the_end(tmp_path, monkeypatch):
    folder = tmp_path / "recap"
    environ = project(folder, monkeypatch, RECAP_ALLOWED_HOSTS="127.0.0.1")
    code = (
        "import threading; from pathlib import Path; from datetime import UTC, datetime;"
        "from digest.cli.stopping import stopping; from digest.pipeline.collecting import collect;"
        "from digest.settings import load_settings; from digest.store import open_store;"
        "s = load_settings(Path.cwd());\n"
        "with open_store(s.database_url) as store, stopping(threading.Event()):\n"
        "    print('collecting', flush=True)\n"
        "    collect(store, s, now=datetime.now(UTC), only='Silent')\n"
    )
    with silent_server() as url, open_store(f"sqlite:///{folder / 'recap.db'}") as store:
        store.content.add_sources([make_source("Silent", url=f"{url}/feed")])
        run = Running(folder, environ, "-c", code)
        run.wait_for("collecting")
        time.sleep(2)
        took = run.stop(signal.SIGTERM)
        assert took < WITHIN
        assert "in the middle of it (collecting)" in run.said
        assert run.process.returncode == 0
        with store.visits.collecting():  # the lock went with the process
            pass


def test_without_a_signal_the_block_ends_as_it_would_and_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    stop = threading.Event()
    with stopping(stop):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
    assert not stop.is_set()


@pytest.mark.parametrize(("after", "said"), [(0, "over"), (60, "closing what is open")])
def test_after_a_signal_the_end_of_the_process_is_watched_too(after, said):
    """In a process of its own: it is the process that is ended."""
    code = (
        "import os, signal, threading, time; from digest.cli.stopping import stopping;"
        "stop = threading.Event();\n"
        "with stopping(stop, within=0.5):\n"
        "    os.kill(os.getpid(), signal.SIGTERM); assert stop.wait(5)\n"
        f"threading.Thread(target=time.sleep, args=({after},)).start(); print('over')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0
    assert said in done.stdout


@pytest.mark.parametrize(("again", "code"), [(False, 0), (True, 128 + signal.SIGINT)])
def test_what_is_not_over_in_time_is_named_and_ended(monkeypatch, caplog, again, code):
    ended = threading.Event()
    codes = []
    monkeypatch.setattr("logging.shutdown", lambda: None)
    monkeypatch.setattr("os._exit", lambda number: (codes.append(number), ended.set()))
    stop = threading.Event()
    with stopping(stop, within=30 if again else 0.1), under_way("sending issue 5"):
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(5)
        if again:
            os.kill(os.getpid(), signal.SIGINT)
        assert ended.wait(5)
    assert codes == [code]
    assert "sending issue 5" in caplog.text
