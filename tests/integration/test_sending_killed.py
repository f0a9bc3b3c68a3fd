"""Senders that race and are killed at random moments: everyone gets the issue exactly once."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from digest.model import IssueStatus
from digest.pipeline import sending
from digest.providers.resend import ResendProvider
from digest.settings import Settings
from digest.store import Store, schema
from tests.builders import NOW
from tests.builders_sending import ISSUE, approved, settings_in
from tests.senders import racing
from tests.standins.resend import KEY, Remote, started

FAULTS = {
    "429": 0.05,
    "500": 0.05,
    "accept, then 500": 0.05,
    "accept, then hang": 0.02,
    "accept, then hang up": 0.02,
    "hang up": 0.02,
}
"""How often Resend's stand-in fails a call, and how."""


@dataclass(frozen=True)
class Trial:
    """People, senders to kill, mails in a batch; seconds of a call, and about between two kills."""

    people: int
    kills: int
    mails: int = 100
    delay: float = 0.05
    pause: float = 0.3


SHORT = Trial(people=5_000, kills=30, mails=20, delay=0.4, pause=0.15)
NIGHT = Trial(people=200_000, kills=500, delay=0.8, pause=0.25)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_in(tmp_path, **environ_of(database_url))


def environ_of(url: str) -> dict[str, str]:
    return {"RECAP_DATABASE_URL": url, "RECAP_SECRET_KEY": "secret"}


def add_readers(store: Store, count: int) -> None:
    """Confirmed readers, all at once."""
    rows = [
        {"email": f"reader{n}@post.example", "email_key": f"reader{n}@post.example",
         "name": f"Reader {n}", "status": "confirmed", "asked_at": NOW, "evidence": "test"}
        for n in range(count)
    ]  # fmt: skip
    with store._database.write() as connection:
        connection.execute(sa.insert(schema.subscriber), rows)


def ready(store: Store, settings: Settings, trial: Trial, server: Remote) -> int:
    """An approved issue for so many people, in batches of so many mails."""
    number = approved(store, settings, readers=0)
    add_readers(store, trial.people)
    provider = ResendProvider(KEY, server.url)
    size = sending.forecast(store, settings, number, provider, now=NOW).size // trial.people
    with (settings.folder / "schedules.yaml").open("a") as file:
        file.write(f"\nsending: {{max_batch_bytes: {trial.mails * (size + 10)}}}\n")
    return number


def run(store: Store, settings: Settings, trial: Trial, server: Remote, seed: int = 1) -> int:
    """Send with racing senders that are killed, while readers leave; returns how many were."""
    number = ready(store, settings, trial, server)
    store.ledger.plan(number, at=NOW)  # whoever leaves from here on leaves during the send
    chosen = random.Random(seed)
    environ = environ_of(settings.database_url)
    with racing(settings.folder, environ, number, server.url, seed=seed) as senders:
        while senders.killed < trial.kills:
            time.sleep(chosen.uniform(0.3, 1.7) * trial.pause)
            if store.content.issue_row(number).status is IssueStatus.SENT:
                break
            senders.kill_one()
            store.audience.leave(f"reader{chosen.randrange(trial.people)}@post.example", NOW)
        senders.join()
        assert senders.failed == []
        return senders.killed


def assert_each_got_one(store: Store, server: Remote, trial: Trial) -> None:
    """Nobody twice, nobody forgotten, and the ledger says what happened."""
    delivered = server.delivered
    assert set(delivered.values()) == {1}
    rows = store.ledger.deliveries(ISSUE)
    assert len(rows) == trial.people
    assert set(Counter(row.state.value for row in rows)) <= {"sent", "rejected", "skipped"}
    assert {row.email for row in rows if row.state == "sent"} == {to for _, to in delivered}
    assert store.content.issue_row(ISSUE).status is IssueStatus.SENT


def assert_everyone_gets_one(store: Store, settings: Settings, trial: Trial, seed: int = 1) -> None:
    poison = {f"reader{n}@post.example" for n in range(0, trial.people, 997)}
    how: dict[str, Any] = {"chances": FAULTS, "delay": trial.delay, "hang": 1.5, "poison": poison}
    with started(rate=100_000, **how) as server:
        started_at = time.monotonic()
        killed = run(store, settings, trial, server, seed)
        print(f"{time.monotonic() - started_at:.1f} s, {killed} kills, {server.summary()}")
        assert killed >= trial.kills
        assert_each_got_one(store, server, trial)
        # Batches were tried again that had been accepted: the moments that matter were met.
        assert server.summary()["replays"] > 0


@pytest.mark.ci
def test_nobody_gets_two_and_nobody_none_whoever_is_killed(
    store: Store, settings: Settings
) -> None:
    assert_everyone_gets_one(store, settings, SHORT)


@pytest.mark.ci
def test_without_keys_the_same_run_shows_copies(store: Store, settings: Settings) -> None:
    """The control: it tells that senders were killed at moments that matter."""
    few = replace(SHORT, people=2_000, kills=15)
    how: dict[str, Any] = {"chances": FAULTS, "delay": few.delay, "hang": 1.5}
    with started(rate=100_000, honours_keys=False, **how) as server:
        run(store, settings, few, server)
        assert server.summary()["extra"] > 0


@pytest.mark.slow
def test_a_night_of_it(store: Store, settings: Settings) -> None:
    assert_everyone_gets_one(store, settings, NIGHT, seed=2)


def test_after_a_kill_sending_goes_on_at_once(store: Store, settings: Settings) -> None:
    with started(rate=100_000, delay=0.3) as server:
        number = ready(store, settings, Trial(people=300, kills=1), server)
        environ = environ_of(settings.database_url)
        with racing(settings.folder, environ, number, server.url, count=1) as senders:
            while "POST /emails/batch" not in server.summary()["calls"]:
                time.sleep(0.02)
            senders.kill_one()
            killed_at = time.monotonic()
            senders.join()
        went_on = time.monotonic() - killed_at
        assert store.content.issue_row(number).status is IssueStatus.SENT
        assert server.summary()["extra"] == 0
    assert went_on < 60  # the lease of the dead has 90 s
