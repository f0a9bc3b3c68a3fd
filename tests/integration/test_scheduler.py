from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.pipeline import approving
from digest.pipeline.audience import add_subscriber
from digest.pipeline.upcoming import next_runs
from digest.providers.outbox import OutboxProvider
from digest.scheduler import build_scheduler, run_forever, run_step
from digest.settings import Notify, Settings, load_settings
from digest.store import Store, open_store
from tests.builders import NOW, make_item

ROOT = Path(__file__).resolve().parents[2]
FRIDAY = datetime(2026, 5, 29, 14, 0, tzinfo=UTC)
MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def settings_in(folder: Path, *, zone: str = "UTC") -> Settings:
    shipped = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    (folder / "schedules.yaml").write_text(
        shipped.replace("timezone: UTC", f"timezone: {zone}"), encoding="utf-8"
    )
    return load_settings(folder, {})


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


@pytest.fixture
def store(settings: Settings):
    with open_store(settings.database_url, create=True) as store:
        yield store


def fill(store: Store) -> None:
    titles = ["Corvid tapes out an AI chip", "Norvane opens an AI campus", "Kestrel frees weights"]
    store.content.add_items([make_item(title=f"{title} for AI") for title in titles])
    add_subscriber(store, "ada@reader.example", "Ada", now=NOW, evidence="test")


def outbox(settings: Settings) -> OutboxProvider:
    return OutboxProvider(settings.folder / "outbox")


def test_weekdays_are_those_that_were_written(settings):
    runs = next_runs(settings.schedule, now=datetime(2026, 5, 25, tzinfo=UTC), count=1)
    assert [(f"{moment:%a %H:%M}", step) for moment, step in runs] == [
        ("Mon 06:00", "collect"),
        ("Mon 08:00", "send"),
        ("Fri 14:00", "draft"),
    ]


def test_a_weekly_time_keeps_its_hour_over_a_clock_change(tmp_path):
    settings = settings_in(tmp_path, zone="Europe/Berlin")
    sends = [
        moment
        for moment, step in next_runs(settings.schedule, now=datetime(2026, 3, 20, tzinfo=UTC))
        if step == "send"
    ]
    assert {moment.hour for moment in sends} == {8}
    assert sends[1] - sends[0] == timedelta(days=7)
    assert sends[1].astimezone(UTC) - sends[0].astimezone(UTC) == timedelta(days=7, hours=-1)


def test_every_step_becomes_one_job_in_the_schedules_zone(settings):
    scheduler = build_scheduler(settings, lambda schedule, step: None)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {f"weekly-recap/{step}" for step in ("collect", "draft", "send")}
    assert jobs["weekly-recap/draft"].trigger.timezone == ZoneInfo("UTC")


def test_a_week_is_drafted_once_then_sent_once_it_is_approved(store, settings):
    fill(store)
    schedule = settings.schedule
    assert "issue 1" in run_step(store, settings, schedule, "draft", now=FRIDAY)
    told = run_step(store, settings, schedule, "draft", now=FRIDAY + timedelta(minutes=1))
    assert told == "draft 2026-W22: done already"
    approving.approve(store, settings, 1, now=FRIDAY, without_test=True)
    told = run_step(store, settings, schedule, "send", now=MONDAY, provider=outbox)
    assert told == "send 2026-W23: issue 1: 1 sent"
    ((_, line),) = store.users.audit.lines(issue=1, most=1)
    assert (line.who, line.what) == ("schedule", "sending begun")
    told = run_step(store, settings, schedule, "send", now=MONDAY, provider=outbox)
    assert told == "send 2026-W23: done already"
    assert len(list((settings.folder / "outbox").iterdir())) == 1


def test_editors_are_told_of_a_draft_that_a_schedule_made(store, settings):
    fill(store)
    told = replace(settings, notify=Notify(editors=("ada@desk.example", "bo@desk.example")))
    run_step(store, told, settings.schedule, "draft", now=FRIDAY)
    assert store.notices.counts() == {"waiting": 2}


def test_a_draft_that_nobody_approved_is_not_sent(store, settings):
    fill(store)
    run_step(store, settings, settings.schedule, "draft", now=FRIDAY)
    told = run_step(store, settings, settings.schedule, "send", now=MONDAY, provider=outbox)
    assert told == "send 2026-W23: no issue is approved, nothing was sent"
    assert not (settings.folder / "outbox").exists()


def test_a_step_that_fails_says_why_and_is_kept_as_that_periods_outcome(store, settings):
    told = run_step(store, settings, settings.schedule, "draft", now=FRIDAY)
    assert "failed: week 2026-W22 holds no story" in told
    kept = store.ledger.occurrences.get("weekly-recap/draft", "2026-W22")
    assert kept.outcome in told
    assert kept.done_at == FRIDAY


def test_collecting_without_sources_says_so(store, settings):
    told = run_step(store, settings, settings.schedule, "collect", now=FRIDAY)
    assert told == "collect 2026-05-29T14: failed: there is no source to collect from"


def test_running_ends_when_it_is_told_to_stop(store, settings):
    stop = threading.Event()
    thread = threading.Thread(target=run_forever, args=(settings, stop))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
