"""Several `recap run` on one PostgreSQL: one leads, another takes over when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from digest.pipeline.upcoming import Rule
from digest.settings import Moment, load_settings
from digest.store import open_store
from digest.store.periods import FIRST
from tests.builders import make_item
from tests.builders_sending import settings_in

QUICK = "import digest.scheduler as s; s.TICK = 0.3; from digest.cli import main; main(['run'])"
"""`recap run` that looks more often, so that the test is short."""

LED = "led by this process"
SECONDS = 60


def owe(url: str, step: str, moment: Moment) -> None:
    """Let a step be watched for two days, as if nothing had run since."""
    long_ago = datetime.now(UTC) - timedelta(days=2)
    with open_store(url) as store:
        store.ledger.occurrences.watch(f"weekly-recap/{step}", str(Rule(moment, "UTC")), long_ago)


class Replicas:
    """Processes on one database, each with a log of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.processes: list[subprocess.Popen[bytes]] = []

    def log(self, number: int) -> str:
        return (self.folder / f"{number}.log").read_text()

    def start(self) -> None:
        number = len(self.processes)
        with (self.folder / f"{number}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-c", QUICK],
                    cwd=self.folder, stdout=log, stderr=subprocess.STDOUT,
                    env={**os.environ, "RECAP_DATABASE_URL": self.url},
                )
            )  # fmt: skip

    def leader(self, *, apart_from: int = -1) -> int:
        """Which process leads, once one does."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for number in range(len(self.processes)):
                if number != apart_from and LED in self.log(number):
                    return number
            time.sleep(0.1)
        raise AssertionError([self.log(number) for number in range(len(self.processes))])


@pytest.fixture
def replicas(tmp_path: Path, database_url: str) -> Iterator[Replicas]:
    settings_in(tmp_path)
    made = Replicas(tmp_path, database_url)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()


def outcomes(url: str, step: str) -> list[str]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        query = "SELECT outcome FROM occurrence WHERE schedule = %s AND period <> %s"
        rows = connection.execute(query, [f"weekly-recap/{step}", FIRST]).fetchall()
    return [str(row[0]) for row in rows if "missed" not in row[0]]


@pytest.mark.ci
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_one_of_three_leads_and_another_takes_over_when_it_is_killed(
    replicas: Replicas, database_url: str
) -> None:
    settings = load_settings(replicas.folder, {"RECAP_DATABASE_URL": database_url})
    schedule = settings.schedule
    assert schedule.collect is not None
    with open_store(database_url) as store:
        store.content.add_items([make_item(title="Corvid tapes out an AI chip")])
    owe(database_url, "collect", schedule.collect)
    for _ in range(3):
        replicas.start()
    first = replicas.leader()
    until = time.monotonic() + SECONDS
    while not outcomes(database_url, "collect") and time.monotonic() < until:
        time.sleep(0.1)
    os.kill(replicas.processes[first].pid, signal.SIGKILL)
    killed_at = time.monotonic()
    second = replicas.leader(apart_from=first)
    assert time.monotonic() - killed_at < 30
    owe(database_url, "collect", schedule.collect)
    time.sleep(2)
    assert len(outcomes(database_url, "collect")) == 1  # the period was taken by the dead leader
    replicas.processes[second].terminate()
    assert replicas.processes[second].wait(15) == 0
    third = ({0, 1, 2} - {first, second}).pop()
    assert replicas.leader(apart_from=first) in (second, third)
