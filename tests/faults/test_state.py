"""Faults 69 to 72: killed half-way, clocks set back, two collectors, a full disk."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from digest.errors import StateError, StoreError
from digest.model import Week
from digest.settings import load_settings
from digest.store import Store, open_store
from tests.builders_feeds import rss_item
from tests.faults.conftest import Collector
from tests.standins.web import Answer, FastClock, Web, conditional, feed

SOURCES, ITEMS = 6, 4

# Collects once; dies at the Nth thing that it asks of the database, or tells how many there were.
CHILD = """
import itertools, os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from digest.pipeline.collecting import collect
from digest.settings import load_settings
from digest.sources.fetched import Limits, Manners
from digest.store import open_store
from tests.standins.web import HOSTS, FastClock

folder, at = Path(sys.argv[1]), int(sys.argv[2])
count = itertools.count(1)

def step(*_):
    if next(count) == at:
        os.kill(os.getpid(), signal.SIGKILL)

settings, clock = load_settings(folder, {}), FastClock()
with open_store(settings.database_url) as store:
    for event in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(store._database.engine, event, step)
    collect(store, settings, now=clock.now(), clock=clock,
            manners=Manners(allowed=HOSTS, limits=Limits(apart=float(sys.argv[3]))))
print(next(count) - 1)
"""


def serve_all(web: Web, collector: Collector) -> list[str]:
    """Subscribe to a few feeds; gives the titles of all their items."""
    titles = []
    for number in range(SOURCES):
        names = [f"Report {number}-{item}" for item in range(ITEMS)]
        items = [rss_item(name, f"https://lab.example/{name.replace(' ', '/')}") for name in names]
        url = web.serve("/f", conditional(feed(*items)), host=f"127.0.1.{number + 1}")
        collector.subscribe(**{f"Wire {number}": url})
        titles += names
    return sorted(titles)


def run_child(root: Path, folder: Path, at: int, apart: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(folder), str(at), str(apart)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)


def copied(folder: Path, name: str) -> Path:
    """The project folder as it is now, under another name."""
    target = folder.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target


def assert_no_validators_without_items(store: Store) -> None:
    seen = [item.source for item in store.content.items(before=datetime(9000, 1, 1, tzinfo=UTC))]
    for name, health in store.visits.healths().items():
        if health.validators.etag:
            assert seen.count(name) == ITEMS


def assert_every_point_loses_nothing(
    root: Path, folder: Path, web: Web, collector: Collector, points: int
) -> None:
    """Kill a collector at so many random points, run it again, and look at what is stored."""
    titles = serve_all(web, collector)
    collector.store.close()
    whole = run_child(root, copied(folder, "whole"), 0, 1)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout)
    chosen = random.Random(11).sample(range(1, steps + 1), min(points, steps))
    for at in sorted(chosen):
        here = copied(folder, "killed")
        died = run_child(root, here, at, at % 2)
        assert died.returncode == -signal.SIGKILL, (at, died.stderr)
        settings = load_settings(here, {})
        with open_store(settings.database_url) as store:
            assert_no_validators_without_items(store)
            again = Collector(store, FastClock(), settings)
            again.collect(later=6)
            assert again.titles() == titles, at
            assert again.collect(later=6).counts["unchanged"] == SOURCES


def test_fault_69_a_killed_collector_loses_nothing_and_doubles_nothing(
    root: Path, folder: Path, web: Web, collector: Collector
) -> None:
    assert_every_point_loses_nothing(root, folder, web, collector, 4)


@pytest.mark.ci
def test_fault_69_killed_at_50_points_a_collector_loses_nothing_and_doubles_nothing(
    root: Path, folder: Path, web: Web, collector: Collector
) -> None:
    assert_every_point_loses_nothing(root, folder, web, collector, 50)


def test_fault_69_items_that_cannot_be_stored_leave_no_validators(
    collector: Collector, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise StoreError("the disk is full")

    collector.subscribe(Wire=web.serve("/f", feed(ETag='"a"')))
    with monkeypatch.context() as patch:
        patch.setattr(type(collector.store.content), "add_answers", full)
        with pytest.raises(StoreError):
            collector.collect()
    assert collector.store.visits.healths() == {}
    assert collector.collect().counts["new"] == 1


def test_fault_70_a_clock_set_back_stops_no_source(collector: Collector, web: Web) -> None:
    collector.subscribe(
        Failing=web.serve("/bad", Answer(b"no", 500), host="127.0.0.2"),
        Limited=web.serve("/full", Answer(b"no", 429), host="127.0.0.3"),
        Wire=web.serve("/f", feed()),
    )
    collector.collect()
    collector.clock.set(collector.clock.now() - timedelta(days=400))
    for path, host in (("/bad", "127.0.0.2"), ("/full", "127.0.0.3")):
        web.serve(path, feed(), host=host)
    report = collector.collect()
    assert report.counts["sources"] == 3
    assert report.counts["failed"] == 0
    assert len(collector.items()) == 1


def test_fault_70_the_hour_that_comes_twice_changes_no_week(
    collector: Collector, web: Web, clock: FastClock
) -> None:
    """Sunday 25 October 2026 has 25 hours in Berlin; every item is in one week all the same."""
    zone = ZoneInfo("Europe/Berlin")
    clock.set(datetime(2026, 10, 24, 12, tzinfo=UTC))
    for number in range(48):
        web.serve("/f", feed(rss_item(f"Report {number}", f"https://lab.example/{number}")))
        if number == 0:
            collector.subscribe(Wire=web.url("/f"))
        collector.collect(later=1)
    windows = [Week.parse(week).window(zone) for week in ("2026-W43", "2026-W44")]
    weeks = [collector.store.content.items(since=w.start, before=w.end) for w in windows]
    assert [len(items) for items in weeks] == [34, 14]
    assert len({item.id for items in weeks for item in items}) == 48


def test_fault_71_of_two_collectors_one_works(
    root: Path, folder: Path, collector: Collector, web: Web
) -> None:
    titles = serve_all(web, collector)
    with collector.store.visits.collecting():
        second = run_child(root, folder, 0, 0)
        assert second.returncode == 1
        assert "another collector is at work" in second.stderr
    assert web.visits == []
    collector.collect()
    assert collector.titles() == titles
    assert run_child(root, folder, 0, 0).returncode == 0


def test_fault_71_a_second_collector_of_the_same_process_is_told(collector: Collector) -> None:
    first = collector.store.visits.collecting()
    with first, pytest.raises(StateError, match="another"), collector.store.visits.collecting():
        pass
    with collector.store.visits.collecting():
        pass


def limited_to(pages: int) -> Callable[..., None]:
    def limit(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute(f"PRAGMA max_page_count={pages}")

    return limit


def test_fault_72_a_full_disk_is_said_and_nothing_is_half_written(
    collector: Collector, web: Web
) -> None:
    engine = collector.store._database.engine
    with engine.connect() as connection:
        pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    items = [rss_item(f"Report {n}", f"https://lab.example/{n}", "x" * 900) for n in range(300)]
    collector.subscribe(Wire=web.serve("/f", feed(*items, ETag='"a"')))
    engine.dispose()
    limit = limited_to(pages + 8)
    sa.event.listen(engine, "connect", limit)
    with pytest.raises(StoreError, match=r"disk under database .* is full"):
        collector.collect()
    sa.event.remove(engine, "connect", limit)
    engine.dispose()
    assert collector.items() == []
    assert collector.store.visits.healths() == {}
    assert collector.collect(later=1).counts["new"] == 300


def test_fault_72_a_locked_database_is_said_and_nothing_is_half_written(
    collector: Collector, web: Web, folder: Path
) -> None:
    collector.subscribe(Wire=web.serve("/f", feed(ETag='"a"')))
    settings = load_settings(folder, {})
    with (
        closing(sqlite3.connect(folder / "recap.db", isolation_level=None)) as other,
        open_store(f"{settings.database_url}?timeout=0.1") as store,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is in use by another process"):
            Collector(store, collector.clock, settings).collect()
        other.execute("ROLLBACK")
    assert collector.items() == []
    assert collector.collect(later=1).counts["new"] == 1
