"""Measure moves, backups and restores of a long list in the middle of an issue; prints JSON.

    python benchmarks/moving.py [--people 1000000] [--sent 200000] [--finish 20000]

The database has so many confirmed subscribers, each with a proof of consent and a delivery of an
issue that is sending; `--sent` of them have left in batches of 100 through the ledger. Baselines,
in the same run: SQLite's own online backup (which copies pages and compares nothing), and COPY of
lines that are ready into the same tables (which reads nothing and compares nothing). `finish` is an
issue of its own size that is half sent through a stand-in for Resend, moved, and sent to its end:
copies and mails that nobody got. Seconds are of wall time, `cpu` of this process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
import sqlalchemy as sa  # noqa: E402

from benchmarks.sending import FAST, ISSUE, mail_of, people, project  # noqa: E402
from digest.model import DeliveryState  # noqa: E402
from digest.pipeline import backups, moving, sending  # noqa: E402
from digest.pipeline.course import Pace  # noqa: E402
from digest.providers.resend import ResendProvider  # noqa: E402
from digest.sealing import Sealer  # noqa: E402
from digest.settings import Settings  # noqa: E402
from digest.store import Claimant, Store, copying, open_store, upgrade  # noqa: E402
from digest.store.database import Database  # noqa: E402
from tests.builders import NOW  # noqa: E402
from tests.postgres_server import running_postgres  # noqa: E402
from tests.standins.resend import KEY, started  # noqa: E402


def quiet(what: str, rows: int) -> None:
    """Nobody is told of the steps."""


class Timer:
    """Wall and CPU seconds of a step, as it is left."""

    def __enter__(self) -> Timer:
        self.wall, self.cpu = -time.perf_counter(), -time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter()
        self.cpu += time.process_time()

    def told(self, rows: int) -> dict[str, Any]:
        """As it is printed."""
        return {
            "seconds": round(self.wall, 1),
            "cpu": round(self.cpu, 1),
            "rows_per_second": round(rows / self.wall),
        }


def mid_issue(store: Store, count: int, sent: int) -> None:
    """Proofs for everyone, an issue owed to all of them, and some of it sent."""
    with store._database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO consent_event (subscriber, at, kind, evidence)"
            " SELECT id, confirmed_at, 'imported', 'list.csv row ' || id FROM subscriber"
        )
    store.ledger.plan(ISSUE, at=NOW)
    seal = Sealer(store.approvals.frozen(ISSUE).mail, secret="secret")
    who = Claimant("benchmark:1:1")
    for _ in range(sent // 100):
        batch = store.ledger.claim(ISSUE, "sha", seal, who, at=NOW)
        assert batch is not None
        results = [(one.id, DeliveryState.SENT, f"id-{one.id}", "") for one in batch.recipients]
        store.ledger.finish(batch, results, NOW)


@contextmanager
def elsewhere(settings: Settings, url: str = "") -> Iterator[Settings]:
    """The same project in another folder, with a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="recap-bench-"))
    try:
        url = url or f"sqlite:///{folder / 'recap.db'}"
        yield replace(settings, folder=folder, database_url=url)
    finally:
        shutil.rmtree(folder)


def sqlite_own(settings: Settings) -> float:
    """Seconds of SQLite's online backup of the same file."""
    path = str(sa.make_url(settings.database_url).database)
    with (
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(f"{path}.own")) as target,
    ):
        began = time.perf_counter()
        source.backup(target)
        took = time.perf_counter() - began
    Path(f"{path}.own").unlink()
    return round(took, 1)


def raw_copy(settings: Settings, url: str) -> float:
    """Seconds of COPY of ready lines into the tables of an empty database."""
    upgrade(url)
    source = Database(settings.database_url)
    with source.read() as connection:
        tables = copying.tables_of(connection)
        ready = [(table, [lines for _, lines in copying._lines(connection, table)]) for table in
                 tables]  # fmt: skip
    source.close()
    began = time.perf_counter()
    with psycopg.connect(url) as server:
        server.execute("DELETE FROM installation")
        server.execute("SET TimeZone TO 'UTC'")
        for table, pieces in ready:
            names = ", ".join(f'"{column.name}"' for column in copying._columns(table))
            with server.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copied:
                for lines in pieces:
                    copied.write(lines)
    return round(time.perf_counter() - began, 1)


def copies(settings: Settings, url: str = "") -> dict[str, Any]:
    """A backup, and a restore into an empty database of the same kind."""
    path = settings.folder / "measured.db"
    with Timer() as there:
        made = backups.back_up(settings, path, now=datetime.now(UTC), keep=None, on_step=quiet)
    with elsewhere(settings, url) as other, Timer() as back:
        again = backups.restore(other, path, dry_run=False, on_step=quiet)
    path.unlink()
    rows = made.contents.rows
    return {
        "backup": there.told(rows),
        "restore": back.told(rows),
        "megabytes": round(made.size / 1e6),
        "checksums_equal": again.contents.tables == made.contents.tables,
    }


def moves(settings: Settings, address: Callable[[str], str]) -> dict[str, Any]:
    with Timer() as timer:
        moved = moving.move(settings, address("moved"), dry_run=False, on_step=quiet)
    assert moved.contents is not None
    target = Database(address("moved"))
    with target.read() as connection:
        arrived = copying.sums(connection, copying.tables_of(connection))
    target.close()
    rows = moved.contents.rows
    return {"rows": rows, **timer.told(rows), "checksums_equal": arrived == moved.contents.tables}


def finish(count: int, url: str) -> dict[str, Any]:
    """An issue that is half sent, moved, and sent to its end."""
    with project(count, mail_of(2_000)) as (settings, store), started(rate=FAST) as server:
        provider, gone = ResendProvider(KEY, server.url), 0

        def count_gone(mails: int) -> None:
            nonlocal gone
            gone += mails

        def paced(stop: Callable[[], bool]) -> Pace:
            return Pace(lambda: datetime.now(UTC), time.sleep, stop=stop)

        half = paced(lambda: gone >= count // 2)
        sending.send(store, settings, ISSUE, provider, pace=half, on_batch=count_gone)
        before = len(server.delivered)
        moving.move(settings, url, dry_run=False, on_step=quiet)
        now = replace(settings, database_url=url)
        with open_store(url) as moved:
            counts = sending.send(moved, now, ISSUE, provider, pace=paced(bool))
        delivered = server.delivered
        return {
            "people": count,
            "sent_before": before,
            "sent": counts[DeliveryState.SENT],
            "extra": sum(delivered.values()) - len(delivered),
            "lost": count - len(delivered),
        }


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--people", type=int, default=1_000_000)
    reader.add_argument("--sent", type=int, default=200_000)
    reader.add_argument("--finish", type=int, default=20_000)
    given = reader.parse_args()
    found: dict[str, Any] = {"people": given.people, "sent": given.sent}
    with running_postgres(durable=True) as server:

        def address(name: str) -> str:
            return server.replace("/postgres?", f"/{name}?")

        with project(0, mail_of(2_000)) as (settings, store):
            people(store, given.people)
            mid_issue(store, given.people, given.sent)
            found["sqlite"] = copies(settings)
            own = sqlite_own(settings)
            found["sqlite"]["own_backup_seconds"] = own
            found["sqlite"]["ratio"] = round(found["sqlite"]["backup"]["seconds"] / own, 1)
            raw = raw_copy(settings, address("raw"))
            found["move"] = moves(settings, address)
            found["move"]["copy_of_ready_lines_seconds"] = raw
            found["move"]["ratio"] = round(found["move"]["seconds"] / raw, 1)
            there = replace(settings, database_url=address("moved"))
            found["postgresql"] = copies(there, address("restored"))
        found["finish"] = finish(given.finish, address("finished"))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
