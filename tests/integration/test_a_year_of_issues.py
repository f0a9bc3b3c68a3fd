"""A year that runs itself: collect, draft, review, send, with restarts; 52 issues, each once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import time_machine

from digest.model import IssueStatus, Source, SubscriberStatus
from digest.pipeline import approving, sending
from digest.pipeline.course import Pace
from digest.pipeline.notices import send_notices
from digest.pipeline.steps import STEPS, Turn
from digest.pipeline.ticking import Ticker
from digest.providers.resend import ResendProvider
from digest.settings import Moment, Notify, ReviewPolicy, Schedule, Settings
from digest.store import Store, open_store
from tests.builders_feeds import rss_item
from tests.builders_sending import Clock, Kicks, join, settings_in
from tests.standins.resend import KEY, Remote, started
from tests.standins.web import FastClock, Web, feed, running_web

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
"""A Monday, an hour after that week's send; the year from here on has 53 ISO weeks of its own."""

WEEKS = 52
DAYS = timedelta(days=1)

FIRMS = (
    "Northwind", "Corvid", "Norvane", "Kestrel", "Halden", "Brightwater", "Oakfield", "Larkspur",
    "Tessera", "Quillon", "Merrow", "Fenwick",
)  # fmt: skip
DEEDS = (
    "opens an AI data center in {place}", "tapes out an AI chip for {place}",
    "frees the weights of its language model {name}", "raises {n} million dollars for AI agents",
    "cuts the price of its AI model {name} by {n} percent", "buys {n} thousand GPUs for {place}",
    "sues over AI training data in {place}", "hires the team behind the AI model {name}",
)  # fmt: skip
PLACES = ("Aldborough", "Kirkwall", "Varese", "Tampere", "Ghent", "Linz", "Porto", "Umea")
NAMES = ("Aster", "Cobalt", "Juniper", "Marlin", "Onyx", "Plover", "Sable", "Wren")


class KilledError(BaseException):
    """The process ends here, as under `kill -9`."""


def a_weeks_items(week: int, now: datetime, upto: int) -> list[str]:
    """The reports that a feed shows on a day: the same words for the same week, always."""
    chance = random.Random(week)
    items = []
    for number in range(12):
        firm, deed = chance.choice(FIRMS), chance.choice(DEEDS)
        title = f"{firm} {deed}".format(
            place=chance.choice(PLACES), name=f"{chance.choice(NAMES)} {week}.{number}",
            n=chance.randrange(10, 900),
        )  # fmt: skip
        told = (
            f"{title}. The firm says that it costs {chance.randrange(2, 90)} million dollars and is"
            f" done by the month of {chance.choice(('May', 'October'))}."
        )
        at = now - timedelta(hours=chance.randrange(1, 20))
        more = f"<pubDate>{format_datetime(at)}</pubDate><description>{told}</description>"
        items.append(rss_item(title, f"https://wire.example/{week}/{number}", more))
    return items[: 2 * upto]


class House:
    """One `recap run`: it is killed and started again, and everything it knows is in its database.

    Attributes:
        killed: how often it was.
    """

    def __init__(self, settings: Settings, server: Remote, chance: random.Random) -> None:
        self.settings, self.server, self.chance = settings, server, chance
        self.killed = 0
        self.store: Store
        self.ticker: Ticker
        self._start()

    def _start(self) -> None:
        self.store = open_store(self.settings.database_url)
        do = {step: self._deadly(work) for step, work in STEPS.items()}
        self.ticker = Ticker(self.store, self.settings, Kicks(self._drain), do=do)

    def _deadly(self, work: Callable[[Turn], str]) -> Callable[[Turn], str]:
        """The step, which the process does not always survive."""

        def step(turn: Turn) -> str:
            self._perhaps_die(0.03)
            told = work(turn)
            self._perhaps_die(0.03)
            return told

        return step

    def _perhaps_die(self, chance: float) -> None:
        if self.chance.random() < chance:
            raise KilledError

    def _drain(self, number: int) -> None:
        """What the dispatcher would do in another thread."""
        clock = Clock(datetime.now(UTC))
        provider = ResendProvider(KEY, self.server.url)
        pace = Pace(clock, clock.sleep, chance=lambda: 0.5, patient=True)
        sending.drain(
            self.store, self.settings, number, provider, pace=pace,
            on_batch=lambda _: self._perhaps_die(0.1),
        )  # fmt: skip

    def live(self, now: datetime) -> None:
        """A look at what is due, and the mails that are owed; killed, it starts and looks again."""
        with time_machine.travel(now, tick=False):
            try:
                self.ticker.tick(datetime.now(UTC))
                self._perhaps_die(0.02)
                provider = ResendProvider(KEY, self.server.url)
                send_notices(self.store, self.settings, provider, clock=lambda: now)
            except KilledError:
                self.killed += 1
                self.store.close()
                self._start()
                self.live(now + timedelta(seconds=30))


@pytest.fixture
def web() -> Iterator[Web]:
    with running_web(FastClock(START)) as web:
        yield web


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_in(tmp_path, RECAP_ALLOWED_HOSTS="127.0.0.1", RECAP_SECRET_KEY="s" * 40)
    schedule = Schedule(
        id="weekly-recap", timezone="Europe/Berlin", collect=Moment("daily", 12),
        draft=Moment("fri", 14), send=Moment("mon", 8),
        review=ReviewPolicy(if_not_approved="send"),
    )  # fmt: skip
    brand = replace(made.brand, address="1 Long Street, Springfield", sender="R <r@recap.example>")
    notify = Notify(editors=("ed@desk.example",), operators=("ops@desk.example",))
    return replace(made, schedules=(schedule,), brand=brand, notify=notify, provider="resend")


def live_a_week(house: House, web: Web, week: int) -> None:
    """From an hour after one send to an hour after the next."""
    monday = START + week * 7 * DAYS
    for day in range(7):
        noon = monday + day * DAYS + timedelta(hours=2)
        items = a_weeks_items(week, noon, day + 1)
        web.serve("/feed", feed(*items))
        house.live(noon + timedelta(seconds=house.chance.randrange(30)))
        if day == 4:
            house.live(monday + 4 * DAYS + timedelta(hours=5))
            if house.chance.random() < 0.7:
                approve(house, monday + 4 * DAYS + timedelta(hours=6))
    for minutes in (-90, -55, 5, 6):  # eight o'clock in Berlin is six or seven in UTC
        house.live(monday + 7 * DAYS + timedelta(minutes=minutes))


def approve(house: House, now: datetime) -> None:
    """An editor reads the newest draft and approves it."""
    number = house.store.content.issues()[-1].number
    approving.approve(house.store, house.settings, number, now=now, without_test=True, by="ed")


def assert_each_issue_left_once(house: House, weeks: int) -> None:
    rows = house.store.content.issues()
    assert [row.number for row in rows] == list(range(1, weeks + 1))
    assert {row.status for row in rows} == {IssueStatus.SENT}
    assert len({row.week for row in rows}) == weeks
    delivered = house.server.delivered
    issues = {key: times for key, times in delivered.items() if key[0]}
    assert set(issues.values()) == {1}
    for row in rows:
        sent = {one.email for one in house.store.ledger.deliveries(row.number)}
        assert sent == {to for issue, to in issues if issue == str(row.number)}
        assert len(sent) >= 4


def run_year(settings: Settings, web: Web, weeks: int) -> House:
    chance = random.Random(weeks)
    with open_store(settings.database_url, create=True) as store:
        store.content.add_sources([Source("The Wire", web.url("/feed"))])
        join(store, "ada", "bo", "cy", "di", "ed")
    with started(rate=100_000, chances={"accept, then 500": 0.05, "429": 0.05}) as server:
        house = House(settings, server, chance)
        try:
            house.live(START)
            for week in range(weeks):
                live_a_week(house, web, week)
                if week == weeks // 2:
                    house.store.audience.leave("bo@post.example", START + week * 7 * DAYS)
                    join(house.store, "flo")
            assert house.store.audience.count(SubscriberStatus.CONFIRMED) == 5
            assert_each_issue_left_once(house, weeks)
        finally:
            house.store.close()
    return house


@pytest.mark.ci
def test_a_year_sends_52_issues_once_each_whoever_dies(settings: Settings, web: Web) -> None:
    assert run_year(settings, web, WEEKS).killed >= 30


def test_three_weeks_send_three_issues(settings: Settings, web: Web) -> None:
    run_year(settings, web, 3)
