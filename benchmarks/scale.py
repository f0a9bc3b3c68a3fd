"""How an issue leaves through several workers that share a queue in PostgreSQL; prints JSON.

    python benchmarks/scale.py [--people 30000] [--paced 60]
    python benchmarks/scale.py --people 1000000 --kills 10 --restart

Every worker is a process of its own, started as an operator starts it. Mails are small (2 KB of
HTML), so that queue and ledger are seen, and not the copying of mail. `raw` is an HTTP client of
the same run that posts ready bodies and keeps no ledger. `overhead` compares one worker that takes
its work from the queue with the same drain called in a loop, each in a process of its own.

With `--kills`, four workers drain the issue while they are killed (`kill -9`) and started again;
with `--restart`, PostgreSQL is stopped and started in the middle. `extra` and `lost` are counted by
the stand-in for Resend, `resumed_seconds` from each kill until no job is in the dead's hands.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.sending import FAST, ISSUE, alone, mail_of, people, raw  # noqa: E402
from digest.engine.jobs import Jobs  # noqa: E402
from digest.engine.queue import server_address  # noqa: E402
from digest.engine.queue_schema import prepare_queue  # noqa: E402
from digest.model import IssueStatus  # noqa: E402
from digest.pipeline.draining import Drainer, dispatcher_of, provider_of  # noqa: E402
from digest.settings import Settings, load_settings  # noqa: E402
from digest.store import Store, open_store  # noqa: E402
from tests.builders import NOW, make_issue  # noqa: E402
from tests.postgres_server import PostgresServer, postgres_server  # noqa: E402
from tests.standins.resend import KEY, Remote, started  # noqa: E402
from tests.workers import Workers, workers  # noqa: E402

MAIL = mail_of(2_000)


@contextmanager
def project(
    database: PostgresServer, api: str, count: int, name: str
) -> Iterator[tuple[Settings, Store, dict[str, str]]]:
    """A project with a database of its own and an issue in sending, planned for so many."""
    folder = Path(tempfile.mkdtemp(prefix="recap-bench-"))
    url = database.address.replace("/postgres?", f"/{name}?")
    environ = {"RECAP_DATABASE_URL": url, "RECAP_SECRET_KEY": "secret",
               "RESEND_API_KEY": KEY, "RESEND_API_URL": api}  # fmt: skip
    try:
        text = (ROOT / "schedules.yaml").read_text()
        text = text.replace("provider: outbox", "provider: resend\nengine: procrastinate")
        (folder / "schedules.yaml").write_text(text)
        settings = load_settings(folder, environ)
        with open_store(url, create=True) as store:
            prepare_queue(url)
            people(store, count)
            store.content.save_issue(make_issue(number=ISSUE))
            issue = store.content.issue(ISSUE)
            store.approvals.approve(issue, MAIL, at=NOW, send_after=NOW, without_test=True)
            under_way = (IssueStatus.APPROVED,)
            store.content.set_status(ISSUE, IssueStatus.SENDING, expected=under_way, at=NOW)
            store.ledger.plan(ISSUE, at=NOW)
            yield settings, store, environ
    finally:
        shutil.rmtree(folder)


def wait_until_sent(store: Store, look: float = 0.05) -> None:
    while store.content.issue_row(ISSUE).status is not IssueStatus.SENT:
        time.sleep(look)


def wait_until_registered(settings: Settings, processes: int) -> None:
    """Until every worker looks at its three queues: how long one takes to start is not measured."""
    query = "SELECT count(*) FROM procrastinate_workers"
    with psycopg.connect(server_address(settings.database_url), autocommit=True) as connection:
        while connection.execute(query).fetchone() != (3 * processes,):
            time.sleep(0.1)
    time.sleep(1)


def cpu_of(made: Workers) -> float:
    """CPU seconds that the workers have used."""
    times = [psutil.Process(one.pid).cpu_times() for one in made.alive]
    return sum(one.user + one.system for one in times)


def by_queue(
    database: PostgresServer, server: Remote, count: int, processes: int, name: str
) -> dict[str, Any]:
    """So many workers drain an issue; from the kick until the issue is sent."""
    with (
        project(database, server.url, count, name) as (settings, store, environ),
        workers(settings.folder, environ, count=processes) as made,
        Jobs() as jobs,
    ):
        wait_until_registered(settings, processes)
        cpu, started_at = cpu_of(made), time.perf_counter()
        dispatcher_of(settings, store, jobs).kick(ISSUE)
        wait_until_sent(store)
        seconds = time.perf_counter() - started_at
        cpu = cpu_of(made) - cpu
    return {"workers": processes, "mails": count, "seconds": round(seconds, 2),
            "per_second": round(count / seconds), "cpu_seconds": round(cpu, 2)}  # fmt: skip


def directly(address: str, url: str, count: int, name: str) -> dict[str, Any]:
    """The same drain, called in a loop by one process."""
    database = PostgresServer.__new__(PostgresServer)
    database.address = url
    with project(database, address, count, name) as (settings, store, _):
        drainer = Drainer(store, settings, lambda: provider_of(settings, store), patient=True)
        cpu, started_at = time.process_time(), time.perf_counter()
        while drainer(ISSUE, 0, bool) is not None:
            pass
        seconds, cpu = time.perf_counter() - started_at, time.process_time() - cpu
    return {"seconds": seconds, "cpu_seconds": cpu}


def overhead(database: PostgresServer, server: Remote, count: int, times: int) -> dict[str, Any]:
    """What the queue costs: both ways in turn, the middle of each."""
    found: dict[str, list[dict[str, Any]]] = {"direct": [], "queue": []}
    for turn in range(times):
        name = f"direct{turn}"
        found["direct"].append(alone(directly, server.url, database.address, count, name))
        found["queue"].append(by_queue(database, server, count, 1, f"queue{turn}"))
    middle = {
        way: {
            key: round(statistics.median(run[key] for run in runs), 2)
            for key in ("seconds", "cpu_seconds")
        }
        for way, runs in found.items()
    }
    ratios = {
        key: round(middle["queue"][key] / middle["direct"][key] - 1, 3)
        for key in ("seconds", "cpu_seconds")
    }
    return {"mails": count, "runs": times, **middle, "overhead": ratios}


def paced(database: PostgresServer, seconds: int) -> dict[str, Any]:
    """Four workers at Resend's usual five requests a second, and what share it refused."""
    with started(rate=5, keeps_mails=False) as server:
        found = by_queue(database, server, seconds * 450, 4, "paced")
        statuses = server.summary()["statuses"]
        refused = statuses.get("429", 0) / sum(statuses.values())
        return {**found, "answers": statuses, "refused_share": round(refused, 4)}


class Murder:
    """Kills workers now and then, and times how long the queue has work of the dead in hand."""

    def __init__(self, url: str, made: Workers) -> None:
        self._url, self._made = server_address(url), made
        self.resumed: list[float] = []
        self._watches: list[threading.Thread] = []

    def once(self) -> None:
        """Kill one, and start another in its place."""
        with psycopg.connect(self._url) as connection:
            held = connection.execute(
                "SELECT id FROM procrastinate_jobs WHERE status = 'doing'"
                " AND task_name = 'recap.drain'"
            ).fetchall()
            (at,) = connection.execute("SELECT clock_timestamp()").fetchone()  # type: ignore[misc]
        self._made.kill_one()
        watch = threading.Thread(target=self._watch, args=([one for (one,) in held], at))
        watch.start()
        self._watches.append(watch)

    def _watch(self, held: list[int], at: datetime) -> None:
        """Until no job of then is in the hands of a worker that has not been heard of since."""
        query = (
            "SELECT count(*) FROM procrastinate_jobs job"
            " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.id = ANY(%s) AND job.status = 'doing'"
            " AND (worker.id IS NULL OR worker.last_heartbeat <= %s)"
        )
        begun, seen = time.monotonic(), 0.0
        while time.monotonic() - begun < max(12.0, seen + 12.0):
            try:
                with psycopg.connect(self._url) as connection:
                    (left,) = connection.execute(query, [held, at]).fetchone()  # type: ignore[misc]
                if left:
                    seen = time.monotonic() - begun
            except psycopg.Error:
                pass
            time.sleep(0.5)
        self.resumed.append(round(seen, 1))

    def end(self) -> None:
        """Wait until every kill has been watched to its end."""
        for watch in self._watches:
            watch.join()


def under_fire(database: PostgresServer, count: int, kills: int, restart: bool) -> dict[str, Any]:
    """Four workers drain an issue while they are killed and the database restarts."""
    chosen = random.Random(1)
    with (
        started(rate=FAST, keeps_mails=False) as server,
        project(database, server.url, count, "fire") as (settings, store, environ),
        workers(settings.folder, environ, count=4, seed=1) as made,
        Jobs() as jobs,
    ):
        made.wait_until_ready(120)
        dispatcher_of(settings, store, jobs).kick(ISSUE)
        store.close()
        murder = Murder(settings.database_url, made)
        started_at, restarted, revived = time.perf_counter(), not restart, 0
        while (mails := server.summary()["mails"]) < count:
            if made.killed < kills and mails > count * 0.9 * (made.killed + 1) / (kills + 1):
                murder.once()
            if not restarted and mails > count * 0.5:
                database.stop(politely=False)
                time.sleep(3)
                database.start()
                restarted = True
            revived += made.revive()
            time.sleep(chosen.uniform(0.5, 1.5))
            if not status_is_open(settings):
                break
        with open_store(settings.database_url) as again:
            wait_until_sent(again, 0.5)
            seconds = time.perf_counter() - started_at
            counts = again.ledger.counts(ISSUE)
        murder.end()
        summary = server.summary()
        errors = sorted({line for line in made.log().splitlines() if line.startswith("error:")})
    return {
        "mails": count, "seconds": round(seconds, 1), "per_second": round(count / seconds),
        "kills": made.killed, "database_restarts": int(restart), "workers_revived": revived,
        "errors_of_workers_that_ended": errors,
        "extra": summary["extra"], "lost": count - summary["pairs"],
        "ledger": counts, "replays": summary["replays"],
        "resumed_seconds": {"each": murder.resumed, "most": max(murder.resumed, default=0.0)},
    }  # fmt: skip


def status_is_open(settings: Settings) -> bool:
    """Whether the issue is in sending still; True while the database is away."""
    try:
        with psycopg.connect(server_address(settings.database_url)) as connection:
            query = "SELECT status FROM issue WHERE number = %s"
            (status,) = connection.execute(query, [ISSUE]).fetchone()  # type: ignore[misc]
    except psycopg.Error:
        return True
    return bool(status == IssueStatus.SENDING.value)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--people", type=int, default=30_000)
    reader.add_argument("--paced", type=int, default=60, help="about so many seconds")
    reader.add_argument("--kills", type=int, default=0)
    reader.add_argument("--restart", action="store_true")
    given = reader.parse_args()
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": [round(one, 1) for one in os.getloadavg()],
        "cores": os.cpu_count(),
    }
    with postgres_server(durable=True) as database:
        if given.kills or given.restart:
            fire = under_fire(database, given.people, given.kills, given.restart)
            found["under fire"] = fire
        else:
            with started(rate=FAST, keeps_mails=False) as server:
                found["raw"] = raw(server, MAIL, given.people)
            for processes in (1, 2, 4):
                with started(rate=FAST, keeps_mails=False) as server:
                    speed = by_queue(database, server, given.people, processes, f"w{processes}")
                    speed["of_raw"] = round(speed["per_second"] / found["raw"]["per_second"], 2)
                    found[f"{processes} workers"] = speed
            with started(rate=FAST, keeps_mails=False) as server:
                found["overhead"] = overhead(database, server, given.people, 3)
            if given.paced:
                found["paced"] = paced(database, given.paced)
    found["load_average_after"] = [round(one, 1) for one in os.getloadavg()]
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
