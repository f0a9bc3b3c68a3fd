"""Real senders at work while the database moves: they stop, new ones finish, nobody gets two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from digest.model import IssueStatus
from digest.pipeline import moving
from digest.store import open_store, upgrade
from tests.builders_sending import settings_in
from tests.integration.conftest import _named, _numbers
from tests.integration.test_sending_killed import (
    Trial,
    assert_each_got_one,
    environ_of,
    ready,
)
from tests.senders import racing
from tests.standins.resend import started

TRIAL = Trial(people=1_000, kills=0, mails=10, delay=0.3)


@pytest.fixture
def new_url(postgres_server: str) -> Iterator[str]:
    name = f"moved_in_mid_issue_{next(_numbers)}"
    yield _named(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.ci
@pytest.mark.parametrize("killed", [False, True])
def test_senders_stop_at_the_switch_and_the_issue_ends_on_the_new_database(
    tmp_path: Path, new_url: str, killed: bool
) -> None:
    old_url = f"sqlite:///{tmp_path / 'recap.db'}"
    upgrade(old_url)
    settings = settings_in(tmp_path, **environ_of(old_url))
    with started(rate=100_000, delay=TRIAL.delay) as server, open_store(old_url) as store:
        number = ready(store, settings, TRIAL, server)
        environ = environ_of(old_url)
        with racing(tmp_path, environ, number, server.url, count=2, seconds=5) as senders:
            while server.summary()["calls"].get("POST /emails/batch", 0) < 8:
                time.sleep(0.02)
            if killed:
                senders.kill_one()
            moving.move(settings, new_url, dry_run=False, on_step=lambda what, rows: None)
            senders.join()  # by themselves
            assert 0 < len(senders.failed) <= 3
        done_before = len(server.delivered)
        assert done_before < TRIAL.people
        with racing(tmp_path, environ_of(new_url), number, server.url, count=2, seconds=5) as last:
            last.join()
            assert last.failed == []
        with open_store(new_url) as moved:
            assert_each_got_one(moved, server, TRIAL)
            assert moved.content.issue_row(number).status is IssueStatus.SENT
        assert server.summary()["extra"] == 0
