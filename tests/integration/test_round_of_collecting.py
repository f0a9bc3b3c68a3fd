"""What a round stores and reports, answer by answer, without a web to fetch from."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.model import RunReport, Source, Validators
from digest.pipeline.rounds import KEPT_ITEMS, KEPT_MOST, Round
from digest.sources.fetched import Fetched
from digest.store import Store, open_store
from tests.builders_feeds import rss, rss_item
from tests.standins.web import FastClock

NAMES = ("Agent Wire", "Beta Daily", "Chip Ledger")
SOURCES = tuple(Source(name, f"https://{name[:4].lower()}.example/feed") for name in NAMES)


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Store:
    path = tmp_path / "recap.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{path}")
    store.content.add_sources(SOURCES)
    return store


def begun(store: Store, clock: FastClock | None = None) -> Round:
    clock = clock or FastClock()
    return Round(store, SOURCES, now=clock.now(), clock=clock, chance=lambda: 0.5)


def answer(source: Source, *addresses: str) -> Fetched:
    items = [rss_item(f"{address} by {source.name}", f"https://{address}") for address in addresses]
    return Fetched(source, rss(*items), url=source.url, status=200, validators=Validators('"1"'))


def reported(store: Store, *answers: Fetched) -> RunReport:
    this = begun(store)
    for one in answers:
        this.take(one)
        this.keep()
    return this.report()


def test_an_address_that_goes_to_the_first_source_by_name_counts_once(store: Store) -> None:
    wire, daily, ledger = (answer(source, "lab.example/a") for source in SOURCES)
    report = reported(store, ledger, wire, daily)
    assert (report.counts["read"], report.counts["new"], report.counts["known"]) == (3, 1, 2)
    assert {line.subject for line in report.lines if line.kind == "known"} == {
        "lab.example/a by Chip Ledger (Chip Ledger)",
        "lab.example/a by Beta Daily (Beta Daily)",
    }


def test_answers_wait_to_be_stored_together_and_a_failure_does_not_wait(store: Store) -> None:
    this = begun(store)
    this.take(answer(SOURCES[0], "lab.example/a"))
    assert store.content.count_items() == 0
    this.take(Fetched(SOURCES[1], None, error="answered 500"))
    assert store.content.count_items() == 1
    assert store.visits.healths()["Beta Daily"].failures == 1


def test_an_answer_does_not_wait_where_the_last_were_stored_long_ago(store: Store) -> None:
    clock = FastClock()
    this = begun(store, clock)
    clock.pass_by(minutes=1)
    this.take(answer(SOURCES[0], "lab.example/a"))
    assert store.content.count_items() == 1


def test_very_many_items_or_answers_do_not_wait(store: Store) -> None:
    this = begun(store)
    this.take(answer(SOURCES[0], *(f"lab.example/{n}" for n in range(KEPT_ITEMS))))
    assert store.content.count_items() == KEPT_ITEMS
    for _ in range(KEPT_MOST):
        this.take(answer(SOURCES[1], "lab.example/b"))
    assert store.content.count_items() == KEPT_ITEMS + 1


def test_answers_that_cannot_be_stored_are_not_tried_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise StoreError("the disk is full")

    this = begun(store)
    this.take(answer(SOURCES[0], "lab.example/a"))
    with monkeypatch.context() as patch:
        patch.setattr(type(store.content), "add_answers", full)
        with pytest.raises(StoreError):
            this.keep()
    this.keep()
    assert (store.content.count_items(), store.visits.healths()) == (0, {})
