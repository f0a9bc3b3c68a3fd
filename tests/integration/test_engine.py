"""Engines: an issue is drained by a thread of this process, or by workers that share a queue."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from digest.engine import open_dispatcher
from digest.engine.jobs import Jobs
from digest.engine.queue import Queue, server_address
from digest.engine.queue_schema import _COMMENT, check_queue, prepare_queue
from digest.engine.worker import Work, Worker
from digest.errors import ConfigError, ContradictionError, StoreError
from digest.model import IssueStatus
from digest.pipeline import approving, dispatching, sending
from digest.pipeline.draining import Drainer, dispatcher_of
from digest.pipeline.working import issues_under_way, working
from digest.settings import Settings, load_settings
from digest.store import Store, open_store
from tests.builders import NOW
from tests.builders_sending import MemoryProvider, approved, claimed, settings_in
from tests.integration.conftest import _empty
from tests.integration.test_sending_killed import add_readers
from tests.postgres_server import postgres_server
from tests.standins.resend import KEY, Remote, started
from tests.workers import workers

SECONDS = 60
"""What these tests wait for comes far sooner; no assertion measures it."""


def project(
    folder: Path, url: str, api: str = "https://api.example"
) -> tuple[Settings, dict[str, str]]:
    """A project whose engine is procrastinate, with a queue and nothing in it."""
    environ = {
        "RECAP_DATABASE_URL": url, "RECAP_SECRET_KEY": "secret",
        "RESEND_API_KEY": KEY, "RESEND_API_URL": api,
    }  # fmt: skip
    settings_in(folder)
    file = folder / "schedules.yaml"
    text = file.read_text().replace("provider: outbox", "provider: resend\nengine: procrastinate")
    file.write_text(text.replace('  address: ""', "  address: 1 Example Street"))
    prepare_queue(url)
    with psycopg.connect(server_address(url)) as connection:
        connection.execute("DELETE FROM procrastinate_periodic_defers")
        connection.execute("DELETE FROM procrastinate_jobs")
        connection.execute("DELETE FROM procrastinate_workers")
    return load_settings(folder, environ), environ


@pytest.fixture
def url(prepared_postgres: str) -> str:
    _empty(prepared_postgres)
    return prepared_postgres


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return project(tmp_path, url)[0]


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with open_store(settings.database_url) as opened:
        yield opened


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    with Jobs() as made:
        yield made


def queued(url: str) -> list[tuple[str, str]]:
    """Each drain that waits or runs: its lock and state."""
    with psycopg.connect(server_address(url)) as connection:
        query = "SELECT queueing_lock, status::text FROM procrastinate_jobs"
        only = " WHERE queueing_lock LIKE 'drain:%' ORDER BY id"
        return connection.execute(query + only).fetchall()


def begun(store: Store, settings: Settings, readers: int) -> int:
    """An issue in sending for as many readers."""
    number = approved(store, settings, readers=0)
    add_readers(store, readers)
    sending.begin(store, settings, number, now=NOW, by="test")
    return number


def wait_until_sent(store: Store, number: int, server: Remote) -> None:
    until = time.monotonic() + SECONDS
    while store.content.issue_row(number).status is not IssueStatus.SENT:
        assert time.monotonic() < until, server.summary()
        time.sleep(0.05)


def assert_one_each(store: Store, server: Remote, number: int, people: int) -> None:
    delivered = server.delivered
    assert len(delivered) == people
    assert set(delivered.values()) == {1}
    assert store.ledger.counts(number)["sent"] == people


def test_a_worker_drains_an_issue_through_the_queue_and_ends_when_told(url: str, tmp_path: Path):
    with started(rate=100_000) as server:
        settings, environ = project(tmp_path, url, server.url)
        with open_store(url) as store, Jobs() as jobs, workers(tmp_path, environ, count=1) as made:
            number = begun(store, settings, 450)
            made.wait_until_ready()
            dispatcher_of(settings, store, jobs).kick(number)  # unless the sweep was quicker
            wait_until_sent(store, number, server)
            assert_one_each(store, server, number, 450)
            made.alive[0].send_signal(signal.SIGTERM)
            assert made.alive[0].wait(SECONDS) == 0
            assert "nothing was left half done" in made.log()
            assert all(state == "todo" for _, state in queued(url))


@pytest.mark.ci
def test_the_work_of_a_worker_that_was_killed_is_taken_up_by_the_others(url: str, tmp_path: Path):
    with started(rate=100_000, delay=0.3) as server:
        settings, environ = project(tmp_path, url, server.url)
        with open_store(url) as store, Jobs() as jobs, workers(tmp_path, environ, count=3) as made:
            number = begun(store, settings, 6_000)
            made.wait_until_ready()
            dispatcher_of(settings, store, jobs).kick(number)
            while server.summary()["mails"] < 1_000:
                time.sleep(0.02)
            made.kill_one(restart=False)
            made.kill_one(restart=False)
            wait_until_sent(store, number, server)
            assert_one_each(store, server, number, 6_000)
            assert len(made.alive) == 1


@pytest.mark.ci
def test_a_worker_that_is_told_to_stop_settles_what_is_in_flight_and_gives_the_rest_back(
    url: str, tmp_path: Path
):
    with started(rate=100_000, delay=0.4) as server:
        settings, environ = project(tmp_path, url, server.url)
        with open_store(url) as store, Jobs() as jobs, workers(tmp_path, environ, count=1) as made:
            number = begun(store, settings, 20_000)
            made.wait_until_ready()
            dispatcher_of(settings, store, jobs).kick(number)
            while server.summary()["mails"] < 1_000:
                time.sleep(0.02)
            made.alive[0].send_signal(signal.SIGTERM)
            assert made.alive[0].wait(SECONDS) == 0
            counts = store.ledger.counts(number)
            assert (counts["claimed"], counts["sent"]) == (0, server.summary()["mails"])
            assert counts["planned"] > 0
            assert set(queued(url)) == {(f"drain:{number}:{slot}", "todo") for slot in range(4)}


@pytest.mark.ci
def test_the_database_stops_and_starts_in_the_middle_of_a_send(tmp_path: Path):
    with postgres_server() as database, started(rate=100_000, delay=0.2) as server:
        url = database.address
        with open_store(url, create=True):
            settings, environ = project(tmp_path, url, server.url)
        with workers(tmp_path, environ, count=2) as made:
            with open_store(url) as store, Jobs() as jobs:
                number = begun(store, settings, 5_000)
                made.wait_until_ready()
                dispatcher_of(settings, store, jobs).kick(number)
            while server.summary()["mails"] < 1_000:
                time.sleep(0.02)
            database.stop(politely=False)
            time.sleep(3)
            database.start()
            with open_store(url) as store:
                wait_until_sent(store, number, server)
                assert_one_each(store, server, number, 5_000)
            assert made.revive() == 0


def test_two_kicks_make_one_job_a_slot(store: Store, settings: Settings, jobs: Jobs):
    dispatcher = dispatcher_of(settings, store, jobs)
    assert not dispatcher.is_under_way(5)
    assert dispatcher.kick(5)
    assert not dispatcher.kick(5)
    assert dispatcher.is_under_way(5)
    assert queued(settings.database_url) == [(f"drain:5:{slot}", "todo") for slot in range(4)]


def run_worker(settings: Settings, work: Work, until: Any) -> None:
    """A worker in this process, until a condition holds."""
    worker = Worker(settings.database_url, work, concurrency=2)

    async def both() -> None:
        running = asyncio.create_task(worker._run())
        for _ in range(SECONDS * 20):
            if until():
                break
            await asyncio.sleep(0.05)
        worker.stop()
        await running
        worker._hung.cancel()

    asyncio.run(both())


def work_with(store: Store, settings: Settings, drain: Any) -> Work:
    return Work(drain, lambda shard: None, lambda: (), settings.sending.senders)


def test_a_job_that_is_not_at_its_end_puts_itself_into_the_queue_again(
    store: Store, settings: Settings
):
    runs: Counter[int] = Counter()

    def drain(issue: int, slot: int, stop: Any) -> float | None:
        runs[slot] += 1
        return 0.0 if runs[slot] < 3 else None

    Queue(settings.database_url).kick(5, 2)
    run_worker(settings, work_with(store, settings, drain), lambda: runs.total() == 6)
    assert runs == {0: 3, 1: 3}
    assert queued(settings.database_url) == []


def test_jobs_of_a_dead_worker_run_again_and_a_twin_that_waits_does_the_work_of_one(
    store: Store, settings: Settings
):
    queue = Queue(settings.database_url)
    queue.kick(5, 2)
    with psycopg.connect(server_address(settings.database_url)) as connection:
        dead = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 minute') RETURNING id"
        ).fetchone()
        assert dead is not None
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [dead[0]]
        )
    assert queue.slots_under_way(5) == frozenset()
    queue.drain(5, [1], after=3_600)
    runs: Counter[int] = Counter()

    def drain(issue: int, slot: int, stop: Any) -> None:
        runs[slot] += 1

    left = [("drain:5:1", "todo")]
    work = work_with(store, settings, drain)
    run_worker(settings, work, lambda: queued(settings.database_url) == left)
    assert runs == {0: 1}


def test_the_desk_tells_how_far_others_are_and_why_they_do_not_get_on(
    store: Store, settings: Settings, jobs: Jobs
):
    number = begun(store, settings, 3)
    dispatcher = dispatcher_of(settings, store, jobs)
    before = dispatching.progress(dispatcher, store, number, now=NOW)
    assert (before.here, before.problem, before.is_over) == (False, None, False)
    dispatcher.kick(number)
    store.ledger.release(claimed(store), "no answer came in time", NOW, accepted=True)
    told = dispatching.progress(dispatcher, store, number, now=NOW)
    assert told.here
    assert told.problem is not None
    assert told.problem.problem == "no answer came in time"


def test_an_issue_that_is_held_ends_its_jobs_quietly(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
):
    number = begun(store, settings, 3)
    approving.hold(store, number, "a wrong number", now=NOW)
    provider = MemoryProvider()
    drainer = Drainer(store, settings, lambda: provider)
    assert drainer(number, 0, bool) is None
    assert provider.batches == []


def test_an_issue_that_waits_for_a_person_alone_is_not_looked_at_again_and_again(
    store: Store, settings: Settings
):
    number = begun(store, settings, 250)
    assert issues_under_way(store) == (number,)
    provider = MemoryProvider(ContradictionError("two mails too many"))
    assert Drainer(store, settings, lambda: provider)(number, 0, bool) is None
    assert store.ledger.counts(number)["unknown"] == 100
    assert store.content.issue_row(number).status is IssueStatus.SENDING
    assert issues_under_way(store) == ()


def test_the_queue_is_filled_again_with_what_is_under_way(store: Store, settings: Settings):
    seen: list[int] = []
    work = Work(lambda issue, slot, stop: seen.append(issue), lambda shard: None, lambda: (7,), 1)  # type: ignore[arg-type, func-returns-value]
    run_worker(settings, work, lambda: bool(seen))
    assert set(seen) == {7}


def test_what_a_person_lets_go_waits_here_and_is_drained_elsewhere(
    store: Store, settings: Settings, jobs: Jobs
):
    dispatcher = open_dispatcher(settings, jobs, lambda issue, slot, stop: None)
    assert dispatcher.kick(5, first=lambda stop: False)
    assert dispatcher.kick(6, first=lambda stop: True)
    jobs.end()
    assert {lock for lock, _ in queued(settings.database_url)} == {
        f"drain:6:{slot}" for slot in range(4)
    }


def test_a_worker_refuses_a_project_without_a_queue(tmp_path: Path):
    settings = settings_in(tmp_path)
    with (
        pytest.raises(ConfigError, match="the engine is `inline`"),
        working(settings, concurrency=1, now=NOW),
    ):
        pass


def test_a_worker_in_another_folder_of_the_same_database_just_works(
    store: Store, settings: Settings, tmp_path: Path
):
    begun(store, settings, 1)
    Drainer(store, settings, MemoryProvider)(5, 0, bool)
    mark = settings.folder / "sent.mark"
    before = mark.read_bytes()
    mark.unlink()
    with working(settings, concurrency=1, now=NOW):
        assert mark.read_bytes() == before


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
def test_the_queue_of_sqlite_is_an_error_with_the_fix(tmp_path: Path, database_kind: str):
    settings_in(tmp_path)
    with (tmp_path / "schedules.yaml").open("a") as file:
        file.write("\nengine: procrastinate\n")
    with pytest.raises(ConfigError, match="keeps its queue in PostgreSQL") as caught:
        load_settings(tmp_path, {})
    assert "engine: inline" in caught.value.hint


def test_an_engine_that_is_not_installed_is_named_with_the_fix(
    settings: Settings, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="not installed") as caught:
        open_dispatcher(settings, jobs, lambda issue, slot, stop: None)
    assert "weekly-ai-recap[postgres]" in caught.value.hint


def test_an_engine_that_there_is_not_is_named_with_those_there_are(tmp_path: Path):
    settings_in(tmp_path)
    with (tmp_path / "schedules.yaml").open("a") as file:
        file.write("\nengine: celery\n")
    with pytest.raises(ConfigError, match="engine `celery` is not known") as caught:
        load_settings(tmp_path, {})
    assert "inline, procrastinate" in caught.value.hint


def comment(url: str, text: str | None) -> None:
    with psycopg.connect(server_address(url)) as connection:
        told = "NULL" if text is None else f"'{text}'"
        connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS {told}")


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (None, "of another program"),
        ("recap: 99.00.00_01_later", "does not know"),
        ("recap: 03.03.00_01_pre_priority_lock_fetch_job", "of the older version"),
    ],
)
def test_a_queue_of_another_version_is_refused(settings: Settings, mark: str | None, said: str):
    with psycopg.connect(server_address(settings.database_url)) as connection:
        (before,) = connection.execute(_COMMENT).fetchone()  # type: ignore[misc]
    comment(settings.database_url, mark)
    try:
        with pytest.raises(StoreError, match=said):
            check_queue(settings.database_url)
    finally:
        comment(settings.database_url, before)
    check_queue(settings.database_url)


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def test_a_queue_is_made_once_and_brought_up_to_date(empty_postgres: str):
    with pytest.raises(StoreError, match="no queue for workers"):
        check_queue(empty_postgres)
    with pytest.raises(StoreError, match="no queue for workers"):
        Queue(empty_postgres).kick(5, 1)
    with pytest.raises(StoreError, match="no queue for workers"):
        Queue(empty_postgres).collect([1])
    assert len(prepare_queue(empty_postgres)) == 1
    assert prepare_queue(empty_postgres) == ()
    comment(empty_postgres, "recap: 03.03.00_01_pre_priority_lock_fetch_job")
    with psycopg.connect(empty_postgres) as connection:  # as a database of that version is
        connection.execute("DROP FUNCTION procrastinate_retry_job_v2")
        connection.execute("ALTER TYPE procrastinate_job_event_type RENAME VALUE 'retried' TO 'x'")
    assert prepare_queue(empty_postgres) == (
        "03.04.00_01_pre_add_retry_failed_job_procedure",
        "03.04.00_50_post_add_retry_failed_job_procedure",
    )
    check_queue(empty_postgres)


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[str]:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE queue_alone")
    yield postgres_server.replace("/postgres?", "/queue_alone?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE queue_alone WITH (FORCE)")


def test_a_thread_drains_until_nothing_is_left_and_waits_in_between(
    store: Store, settings: Settings
):
    waits: list[float] = [0.0, 0.4, 0.0]
    slept: list[float] = []

    def drain(issue: int, slot: int, stop: Any) -> float | None:
        return waits.pop(0) if waits else None

    from digest.engine.inline import Inline

    with Inline(Jobs(), drain, sleep=slept.append) as dispatcher:
        assert dispatcher.kick(5)
        while dispatcher.is_under_way(5):
            time.sleep(0.01)
        assert dispatcher.problem(5) is None
    assert waits == []
    assert slept == [0.2, 0.2]
    assert not dispatcher.kick(5)


def test_a_run_ends_with_its_budget_and_the_next_one_goes_on(store: Store, settings: Settings):
    number = begun(store, settings, 250)
    provider = MemoryProvider()
    moments = iter([0.0, 1.0, 50.0, *[51.0] * 20])
    drainer = Drainer(store, settings, lambda: provider, clock=lambda: next(moments))
    assert drainer(number, 0, bool) == 0.0
    assert 0 < store.ledger.counts(number)["sent"] < 250
    assert Drainer(store, settings, lambda: provider)(number, 0, bool) is None
    assert store.content.issue_row(number).status is IssueStatus.SENT
