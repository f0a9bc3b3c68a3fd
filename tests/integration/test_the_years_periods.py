"""A year of ticks in six zones: whatever clocks and machines do, each period happens once."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from digest.pipeline.steps import Turn
from digest.pipeline.ticking import Ticker
from digest.pipeline.upcoming import Rule
from digest.settings import Late, Moment, Schedule
from digest.store import Store, open_store
from tests.builders_sending import Kicks, settings_in

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
    "UTC",
)  # fmt: skip
"""Clocks that change on both halves of the globe, by half an hour, at the date line, or never."""

START = datetime(2027, 11, 1, 0, 30, tzinfo=UTC)
"""A Monday; the year from here on has a 29 February."""

TICK = timedelta(seconds=30)
REPLICAS = 3


def a_schedule(zone: str) -> Schedule:
    """Steps in the hours in which clocks change, on the days on which they do."""
    return Schedule(
        id="weekly-recap",
        timezone=zone,
        collect=Moment(["sat", "sun"], [1, 13], 30),
        draft=Moment("sun", 1, 45),
        send=Moment("sun", 2, 30),
        late=Late(max_lateness="6h"),
        allow_dst_hours=True,
    )


class World:
    """Replicas on one database, none of them told to lead, and what their steps did."""

    def __init__(self, folder: Path, stores: list[Store], schedule: Schedule) -> None:
        self.done: list[tuple[str, str]] = []
        self.lateness: dict[str, timedelta] = {}
        settings = replace(settings_in(folder), schedules=(schedule,))
        do = {"collect": self._note, "draft": self._note, "send": self._note}
        self.tickers = [Ticker(store, settings, Kicks(), do=do) for store in stores]

    def _note(self, turn: Turn) -> str:
        self.done.append((turn.due.step, turn.due.period))
        self.lateness[f"{turn.due.step} {turn.due.period}"] = turn.now - turn.due.at
        return "done"

    def tick(self, now: datetime, chance: random.Random) -> None:
        """Each replica looks, in some order, a moment apart; datetime.now() says the same."""
        for ticker in chance.sample(self.tickers, len(self.tickers)):
            with time_machine.travel(now, tick=False):
                ticker.tick(datetime.now(UTC))
            now += timedelta(seconds=chance.random())


@pytest.fixture
def stores(tmp_path: Path, sqlite_template: Path) -> Iterator[list[Store]]:
    path = tmp_path / "recap.db"
    shutil.copy(sqlite_template, path)
    opened = [open_store(f"sqlite:///{path}") for _ in range(REPLICAS)]
    yield opened
    for store in opened:
        store.close()


def moments(
    schedule: Schedule, start: datetime, weeks: int, chance: random.Random
) -> Iterator[datetime]:
    """Moments to look at: about each due one; at times the machine sleeps, or clocks go back."""
    end = start + timedelta(weeks=weeks)
    dues = [
        due.at for step, _ in schedule.steps
        for due in Rule.of(schedule, step).due(step, start, end)
    ]  # fmt: skip
    asleep_until = start
    yield start
    for at in sorted(dues):
        if at < asleep_until:
            continue
        if chance.random() < 0.04:
            asleep_until = at + timedelta(hours=chance.choice([1, 5, 20, 40]))
            continue
        yield at - TICK
        yield at + chance.random() * TICK
        if chance.random() < 0.1:
            yield at - timedelta(hours=chance.choice([1, 2, 30]))  # somebody set the clock back
            yield at + TICK
    yield end


def expected(schedule: Schedule, start: datetime, weeks: int) -> dict[str, set[str]]:
    """The periods of each step in so many weeks, by the calendar alone."""
    zone, end = ZoneInfo(schedule.timezone), start + timedelta(weeks=weeks)
    days: dict[str, set[str]] = {"collect": set(), "draft": set(), "send": set()}
    day = start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        for step, moment in schedule.steps:
            for hour in moment.hours:
                local = datetime(day.year, day.month, day.day, hour, moment.minute, tzinfo=zone)
                if not start < local.astimezone(UTC) <= end:
                    continue
                if step == "collect" and day.isoweekday() >= 6:
                    days[step].add(f"{day}T{hour:02d}")
                elif step != "collect" and day.isoweekday() == 7:
                    year, week, _ = day.isocalendar()
                    days[step].add(f"{year}-W{week:02d}")
        day += timedelta(days=1)
    return days


def live(world: World, schedule: Schedule, start: datetime, weeks: int, seed: int) -> None:
    chance = random.Random(seed)
    for at in moments(schedule, start, weeks, chance):
        world.tick(at, chance)


def assert_once_each(
    world: World, store: Store, schedule: Schedule, start: datetime, weeks: int
) -> None:
    """No period twice; each was done, or was noted as gone by when a later one was due as well."""
    assert set(Counter(world.done).values()) == {1}
    for step, periods in expected(schedule, start, weeks).items():
        name = f"{schedule.id}/{step}"
        rows = {period: store.ledger.occurrences.get(name, period) for period in periods}
        assert all(row is not None and row.done_at is not None for row in rows.values()), step
        missed = {period for period, row in rows.items() if row and "missed" in row.outcome}
        did = {period for one, period in world.done if one == step}
        assert did | missed == periods
        assert not did & missed
        if step != "collect":  # the machine never sleeps for a week
            assert not missed


@pytest.mark.ci
@pytest.mark.parametrize("zone", ZONES)
def test_a_year_has_each_period_once(zone: str, tmp_path: Path, stores: list[Store]) -> None:
    schedule = a_schedule(zone)
    world = World(tmp_path, stores, schedule)
    live(world, schedule, START, 52, seed=ZONES.index(zone))
    assert_once_each(world, stores[0], schedule, START, 52)
    assert sum(step == "send" for step, _ in world.done) == 52


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_weeks_with_a_leap_day_and_a_clock_change_have_each_period_once(
    zone: str, tmp_path: Path, stores: list[Store]
) -> None:
    schedule, start = a_schedule(zone), datetime(2028, 2, 28, 0, 30, tzinfo=UTC)
    world = World(tmp_path, stores, schedule)
    live(world, schedule, start, 5, seed=7)
    assert_once_each(world, stores[0], schedule, start, 5)
