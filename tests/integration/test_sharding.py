"""A round of collecting that is cut into shards: the same items and report as by one process."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from digest.engine.inline import Inline
from digest.engine.jobs import Jobs
from digest.errors import StateError
from digest.model import ReportLine, RunReport, Source
from digest.pipeline import sharding
from digest.pipeline.collecting import collect
from digest.pipeline.sharding import collect_together, merged, parted, work_off
from digest.settings import Settings, load_settings
from digest.store import Store
from tests.builders import NOW
from tests.builders_feeds import rss, rss_item
from tests.standins.web import HOSTS, Answer, FastClock, running_web


class Helpers:
    """A dispatcher whose workers are threads, which take the shards from the last to the first."""

    name = "helpers"
    shares = True

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self.asked: list[int] = []

    def collect(self, shards: Sequence[int]) -> None:
        self.asked = list(shards)
        for shard in reversed(shards):
            threading.Thread(target=work_off, args=(self._store, self._settings, shard)).start()


class Nobody(Helpers):
    """A dispatcher that has no worker."""

    def collect(self, shards: Sequence[int]) -> None:
        self.asked = list(shards)


@pytest.fixture
def settings(tmp_path: Path, root: Path) -> Settings:
    shutil.copy(root / "schedules.yaml", tmp_path)
    return load_settings(tmp_path, {"RECAP_ALLOWED_HOSTS": ", ".join(sorted(HOSTS))})


def item(name: str, address: str) -> bytes:
    dated = "<pubDate>Fri, 29 May 2026 10:00:00 GMT</pubDate>"
    return rss(rss_item(f"{address} by {name}", f"https://{address}", dated))


def sources(web: object) -> list[Source]:
    """Three hosts; two of them bring the same address, and one source answers with an error."""
    hosts = sorted(HOSTS)
    found = []
    for name, host, address in (
        ("Beta Daily", hosts[0], "lab.example/same"), ("Agent Wire", hosts[1], "lab.example/same"),
        ("Chip Ledger", hosts[2], "lab.example/chips"),
    ):  # fmt: skip
        served = Answer(item(name, address), 200, {"Content-Type": "application/rss+xml"})
        found.append(Source(name, web.serve(f"/{name[:4]}", served, host)))  # type: ignore[attr-defined]
    found.append(Source("Down", web.serve("/down", Answer(b"", 500), hosts[2])))  # type: ignore[attr-defined]
    return found


def stored(store: Store) -> set[tuple[str, str]]:
    items = store.content.items(before=NOW + timedelta(days=9_999))
    return {(one.source, one.url) for one in items}


def test_workers_and_one_process_store_and_report_the_same(
    store: Store, settings: Settings, tmp_path: Path, sqlite_template: Path
):
    from digest.store import open_store

    alone = tmp_path / "alone.db"
    shutil.copy(sqlite_template, alone)
    with running_web(FastClock()) as web, open_store(f"sqlite:///{alone}") as other:
        listed = sources(web)
        store.content.add_sources(listed)
        other.content.add_sources(listed)
        now = store.ledger.clock()()
        helpers = Helpers(store, settings)
        shared = collect_together(helpers, store, settings, now=now, sleep=lambda _: None)
        single = collect(other, settings, now=now)
        assert stored(store) == stored(other)
        assert ("Agent Wire", "https://lab.example/same") in stored(store)
        assert shared == single
    assert len(helpers.asked) == 3
    assert store.content.reports("collect", 1) == (shared,)


def test_what_no_worker_takes_is_done_by_who_began_the_round(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sharding, "PATIENCE", timedelta(0))
    with running_web(FastClock()) as web:
        store.content.add_sources(sources(web))
        now = store.ledger.clock()()
        report = collect_together(Nobody(store, settings), store, settings, now=now)  # type: ignore[arg-type]
    assert report.counts["sources"] == 4
    assert report.counts["failed"] == 1


def test_a_round_that_is_stopped_begins_anew_and_its_shards_are_nobodys(
    store: Store, settings: Settings
):
    store.content.add_sources([Source("Wire", "https://wire.example/feed")])
    nobody = Nobody(store, settings)
    with pytest.raises(StateError, match="was stopped"):
        collect_together(nobody, store, settings, now=NOW, stop=lambda: True)  # type: ignore[arg-type]
    (old,) = nobody.asked
    store.shards.begin([], round=NOW)
    assert not work_off(store, settings, old)


def test_a_shard_is_reported_once_whoever_works_at_it(store: Store):
    (number,) = store.shards.begin([["Wire"]], round=NOW)
    first = RunReport("collect", NOW, {"new": 1})
    assert store.shards.take(number, NOW) == store.shards.take(number, NOW)
    assert store.shards.done(number, first)
    assert not store.shards.done(number, RunReport("collect", NOW, {"new": 2}))
    assert store.shards.take(number, NOW) is None
    assert store.shards.reports() == (first,)


def test_without_others_the_round_is_done_here(store: Store, settings: Settings):
    with running_web(FastClock()) as web:
        store.content.add_sources(sources(web))
        now = store.ledger.clock()()
        with Inline(Jobs(), lambda issue, slot, stop: None) as dispatcher:
            report = collect_together(dispatcher, store, settings, now=now)
    assert report.counts["new"] == 2
    assert store.shards.open() == ()


def test_the_sources_of_a_host_are_in_one_shard_and_shards_are_of_about_one_size():
    many = [Source(f"s{n}", f"https://host{n % 40}.example/{n}") for n in range(1_200)]
    shards = parted(many)
    assert len(shards) == 8
    assert {len(shard) for shard in shards} == {150}
    hosts = [{source.url.split("/")[2] for source in shard} for shard in shards]
    assert sum(map(len, hosts)) == 40
    assert len(parted([Source(f"s{n}", f"https://one.example/{n}") for n in range(9)])) == 1
    assert len(parted([Source(f"s{n}", f"https://h{n}.example/") for n in range(5_000)])) == 10


def test_reports_of_shards_are_joined_in_an_order_that_does_not_tell_who_was_first():
    one = RunReport(
        "collect", NOW, {"sources": 2, "waiting": 2},
        (ReportLine("B", "known", "known"), ReportLine("2 of the sources", "no", "waiting")),
    )  # fmt: skip
    other = RunReport(
        "collect", NOW, {"sources": 1, "waiting": 3},
        (ReportLine("A", "not well", "failed"), ReportLine("3 of the sources", "no", "waiting")),
    )  # fmt: skip
    joined = merged((one, other), NOW)
    assert joined == merged((other, one), NOW)
    assert joined.counts == {"sources": 3, "waiting": 5}
    assert [line.subject for line in joined.lines] == ["A", "B", "5 of the sources"]
