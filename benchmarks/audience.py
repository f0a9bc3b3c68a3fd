"""Measure a list of 1,000,000 subscribers: import, plan, size on disk, memory; prints JSON.

Run from the checkout: `python benchmarks/audience.py [--lines N]`. The baseline, in the same run,
writes the same rows into the same table of an empty database and does nothing else: one prepared
INSERT of the driver on SQLite, COPY on PostgreSQL; it reads no CSV, checks no address, looks
nothing up and writes no proof. Seconds are of wall time; of this process's CPU where so named.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402
from email_validator import validate_email  # noqa: E402

from digest.consent import normalise_address  # noqa: E402
from digest.model import IssueStatus  # noqa: E402
from digest.pipeline.rosters import import_list  # noqa: E402
from digest.store import open_store, schema  # noqa: E402
from tests.builders import make_issue  # noqa: E402
from tests.postgres_server import running_postgres  # noqa: E402

LINES = 1_000_000
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = "ada alan barbara claude dorothy edsger frances grace hedy katherine margaret radia".split()
LAST = "hopper jones kay lovelace noether perlman shannon turing vaughan wilkes zuse".split()
HOSTS = "mail post inbox home club data labs work".split()
COLUMNS = ("id", "email", "email_key", "name", "status", "asked_at", "confirmed_at", "evidence")
BUDGETS = {"sqlite": 60, "postgresql": 20}


def addresses(count: int) -> Iterator[tuple[str, str]]:
    """Names and addresses of the usual length, in no order, each once."""
    chance = random.Random(1)
    for number in chance.sample(range(count), count):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        yield f"{first.title()} {last.title()}", f"{first}{number}@{chance.choice(HOSTS)}.example"


def write_list(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,CONFIRM_IP\n")
        for number, (name, email) in enumerate(addresses(count)):
            moment = f"2024-01-{number % 28 + 1:02d} 10:{number % 60:02d}:{number // 60 % 60:02d}"
            file.write(f"{email},{name},{moment},{moment},198.51.100.{number % 256}\n")


class Timer:
    """Wall and CPU seconds of a step, as it is left."""

    def __enter__(self) -> Timer:
        self.wall, self.cpu = -time.perf_counter(), -time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter()
        self.cpu += time.process_time()


def baseline(url: str, count: int) -> float:
    """Seconds to write the subscribers with the bare driver, the unique index included."""
    text = NOW.isoformat() if url.startswith("postgres") else "2026-06-01 00:00:00.000000"
    rows = [
        (number, email, email, name, "confirmed", text, text, "moved from another tool")
        for number, (name, email) in enumerate(addresses(count), start=1)
    ]
    names = ", ".join(COLUMNS)
    with Timer() as timer:
        if url.startswith("sqlite"):
            marks = ", ".join("?" * len(COLUMNS))
            connection = sqlite3.connect(url.removeprefix("sqlite:///"))
            with connection:
                connection.executemany(f"INSERT INTO subscriber ({names}) VALUES ({marks})", rows)
            connection.close()
        else:
            into = f"COPY subscriber ({names}) FROM STDIN"
            with psycopg.connect(url) as server, server.cursor().copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
    return timer.wall


def megabytes(url: str) -> dict[str, int]:
    """What the tables take on disk with their indexes, when nobody has the database open."""
    names = [one.name for one in (schema.subscriber, schema.delivery, schema.consent_event)]
    if url.startswith("sqlite"):
        query = (
            "SELECT sum(pgsize) FROM dbstat WHERE name IN"
            " (SELECT name FROM sqlite_master WHERE tbl_name = ?)"
        )
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            sizes = {name: connection.execute(query, [name]).fetchone()[0] for name in names}
    else:
        with psycopg.connect(url) as server:
            query = "SELECT pg_total_relation_size(%s::regclass)"
            sizes = {name: server.execute(query, [name]).fetchone()[0] for name in names}  # type: ignore[index]
    return {name: round(size / 1e6) for name, size in sizes.items()}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(url: str, path: Path) -> None:
    """Import and plan in this process alone, and print what it took."""
    peaks: list[float] = []
    with open_store(url, create=True) as store:
        with Timer() as imported:
            report = import_list(
                store, path, secret="bench", now=NOW, on_read=lambda _: peaks.append(peak_mb())
            )
        with Timer() as again:
            import_list(store, path, secret="bench", now=NOW)
        issue = make_issue(status=IssueStatus.APPROVED)
        store.content.save_issue(issue, content_sha256="a" * 64)
        with Timer() as planned:
            owed = store.ledger.plan(issue.number, at=NOW)
    figures: dict[str, Any] = {
        "added": sum(report.counts.values()),
        "import_s": round(imported.wall, 1),
        "import_cpu_s": round(imported.cpu, 1),
        "import_again_s": round(again.wall, 1),
        "owed": owed,
        "plan_s": round(planned.wall, 1),
        "mb_on_disk": megabytes(url),
        "peak_mb_half_way": round(peaks[len(peaks) // 2]),
        "peak_mb": round(peak_mb()),
    }
    print(json.dumps(figures))


def alone(*words: str) -> Any:
    """What a process of its own prints, so that memory is only its own."""
    command = [sys.executable, __file__, *words]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measured(url: str, empty: str, path: Path, count: int) -> dict[str, Any]:
    with open_store(empty, create=True):
        pass
    figures: dict[str, Any] = alone("--measure", url, "--list", str(path))
    figures["baseline_s"] = alone("--baseline", empty, "--lines", str(count))
    figures["ratio"] = round(figures["import_s"] / figures["baseline_s"], 1)
    return figures


def validating(count: int = 20_000) -> dict[str, float]:
    """Microseconds of CPU an address, by ours and by the library alone."""
    emails = [email for _, email in addresses(count)]
    with Timer() as ours:
        mine = [normalise_address(email) for email in emails]
    with Timer() as library:
        theirs = [validate_email(one, check_deliverability=False).normalized for one in emails]
    assert mine == theirs
    each = 1e6 / count
    return {"ours_us": round(ours.cpu * each, 2), "library_us": round(library.cpu * each, 1)}


def main(count: int) -> int:
    folder = Path(tempfile.mkdtemp())
    path = folder / "list.csv"
    try:
        write_list(path, count)
        found: dict[str, Any] = {
            "sqlite": measured(
                f"sqlite:///{folder / 'a.db'}", f"sqlite:///{folder / 'b.db'}", path, count
            )
        }
        with running_postgres() as server:
            urls = [server.replace("/postgres?", f"/{name}?") for name in ("one", "two")]
            found["postgresql"] = measured(*urls, path, count)
    finally:
        shutil.rmtree(folder)
    budgets = {
        name: {
            "import": figures["import_s"] <= BUDGETS[name],
            "plan_10_s": figures["plan_s"] <= 10,
            "subscribers_and_deliveries_400_mb": sum(
                figures["mb_on_disk"][name] for name in ("subscriber", "delivery")
            )
            <= 400,
            "memory_flat": figures["peak_mb"] <= figures["peak_mb_half_way"] + 20,
        }
        for name, figures in found.items()
    }
    print(json.dumps({"lines": count, **found, "address": validating(), "met": budgets}, indent=2))
    return 0 if all(all(one.values()) for one in budgets.values()) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--measure", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--list", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--baseline", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.baseline:
        print(json.dumps(round(baseline(given.baseline, given.lines), 1)))
    elif given.measure:
        measure(given.measure, given.list)
    else:
        sys.exit(main(given.lines))
