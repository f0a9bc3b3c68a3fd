"""An issue that leaves at an hour of each reader's own zone, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.model import DeliveryState, IssueStatus, Profile, SubscriberStatus
from digest.pipeline import approving, dispatching, sending
from digest.pipeline.course import Pace
from digest.pipeline.upcoming import Rule
from digest.settings import Moment, Schedule
from digest.store import Store, open_store
from digest.zones import due_in, first_due
from tests.builders import NOW
from tests.builders_sending import Clock, Kicks, MemoryProvider, approved, join, send, settings_in

EIGHT = "2026-06-02T08:00"
BERLIN, TOKYO, HAWAII = "Europe/Berlin", "Asia/Tokyo", "Pacific/Honolulu"
TICK = timedelta(minutes=30)
SENT = DeliveryState.SENT


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def readers(store: Store, **zones: str) -> None:
    """A reader of each name in that zone."""
    for name, zone in zones.items():
        join(store, name, zone=zone)


def begin(store: Store, settings, number: int, leave_local: str, now: datetime) -> None:
    sending.begin(store, settings, number, now=now, by="schedule", leave_local=leave_local)


def drain(store: Store, settings, number: int, provider: MemoryProvider, clock: Clock, **options):
    pace = Pace(clock, clock.sleep, chance=lambda: 0.0, **options)
    return sending.drain(store, settings, number, provider, pace=pace)


def names(provider: MemoryProvider) -> list[str]:
    return [to.partition("@")[0] for _, people in provider.batches for to in people]


def hour(zone: str, local: str = EIGHT) -> datetime:
    return due_in(ZoneInfo(zone), datetime.fromisoformat(local))


@pytest.fixture
def begun(store, settings):
    """An issue that leaves at eight, begun as it is eight in Berlin: Hawaii has half a day."""
    number = approved(store, settings, readers=0)
    readers(store, ada=BERLIN, tomo=TOKYO, leilani=HAWAII, kai=HAWAII)
    begin(store, settings, number, EIGHT, hour(BERLIN))
    return number


@pytest.mark.parametrize("local", ["2027-03-28T02:30", "2026-10-25T02:30"], ids=["gap", "fold"])
def test_everyone_gets_it_once_at_their_own_hour_whatever_the_clocks_do(
    store, settings, database_url, local
):
    zones = {
        "ioane": "Pacific/Kiritimati",
        "howe": "Australia/Lord_Howe",
        "maya": "Asia/Kathmandu",
        "ada": BERLIN,
        "nobody": "",
        "anna": "America/St_Johns",
        "pago": "Pacific/Pago_Pago",
    }
    number = approved(store, settings, readers=0)
    readers(store, **zones)
    clock, provider = Clock(first_due(datetime.fromisoformat(local))), MemoryProvider()
    got: dict[str, datetime] = {}
    provider.before = lambda: got.update(dict.fromkeys(names(provider)[len(got) :], clock.now))
    begin(store, settings, number, local, clock.now)
    tick = clock.now
    while store.content.issue_row(number).status is IssueStatus.SENDING:
        with open_store(database_url) as again:  # as after a restart, at every tick
            drain(again, settings, number, provider, clock)
        tick = max(tick + TICK, clock.now)
        clock.now = tick
    assert sorted(names(provider)) == sorted(zones)
    for name, zone in zones.items():
        due = hour(zone or settings.schedule.timezone, local)
        assert due <= got[name] <= due + TICK, name
    assert store.ledger.counts(number)[SENT] == len(zones)


def test_whoever_s_hour_is_past_gets_it_at_once_and_the_others_are_left_for_later(
    store, settings, begun
):
    clock, provider = Clock(hour(BERLIN)), MemoryProvider()
    counts = drain(store, settings, begun, provider, clock)
    assert names(provider) == ["ada", "tomo"]
    assert (counts["planned"], clock.slept) == (2, [])
    assert store.content.issue_row(begun).status is IssueStatus.SENDING
    later = store.ledger.later(begun, clock())
    assert (later.mails, later.first, later.last) == (2, hour(HAWAII), hour(HAWAII))
    assert [one.due_at for one in store.ledger.deliveries(begun)] == [
        None, None, hour(HAWAII), hour(HAWAII)
    ]  # fmt: skip


def test_an_hour_that_comes_within_a_minute_is_waited_for(store, settings, begun):
    drain(store, settings, begun, MemoryProvider(), Clock(hour(BERLIN)))
    clock, provider = Clock(hour(HAWAII) - timedelta(seconds=20)), MemoryProvider()
    drain(store, settings, begun, provider, clock)
    assert names(provider) == ["leilani", "kai"]
    assert (clock.now, max(clock.slept)) == (hour(HAWAII), 1.0)
    assert store.content.issue_row(begun).status is IssueStatus.SENT


def test_a_sender_that_waits_for_an_hour_stops_when_asked(store, settings, begun):
    drain(store, settings, begun, MemoryProvider(), Clock(hour(BERLIN)))
    clock, provider = Clock(hour(HAWAII) - timedelta(seconds=20)), MemoryProvider()
    drain(store, settings, begun, provider, clock, stop=lambda: len(clock.slept) == 3)
    assert (names(provider), len(clock.slept)) == ([], 3)


def test_who_left_is_suppressed_or_pauses_in_between_gets_nothing(store, settings, begun):
    readers(store, late=HAWAII, third=HAWAII)
    begin(store, settings, begun, "", hour(BERLIN))  # those who came since wait for their hour too
    store.audience.leave("leilani@post.example", NOW)
    store.audience.suppress("late@post.example", "bounced", NOW)
    third = store.audience.by_email("third@post.example")
    store.audience.pause(third.id, hour(HAWAII) + timedelta(days=7))
    provider = MemoryProvider()
    counts = drain(store, settings, begun, provider, Clock(hour(HAWAII)))
    assert names(provider) == ["ada", "tomo", "kai"]
    assert (counts["sent"], counts["skipped"]) == (3, 3)


def test_a_hold_in_between_keeps_the_rest_until_it_is_resumed(store, settings, begun):
    drain(store, settings, begun, MemoryProvider(), Clock(hour(BERLIN)))
    approving.hold(store, begun, "a mistake", now=hour(BERLIN))
    approving.resume(store, begun, now=hour(HAWAII) - TICK)
    provider = MemoryProvider()
    send(store, settings, begun, provider, Clock(hour(HAWAII) - TICK))
    assert names(provider) == []
    send(store, settings, begun, provider, Clock(hour(HAWAII)))
    assert names(provider) == ["leilani", "kai"]


def test_a_reader_who_moves_keeps_the_hour_that_was_planned(store, settings, begun):
    kai = store.audience.by_email("kai@post.example")
    store.audience.choose(kai.id, Profile("kai", zone=TOKYO))
    begin(store, settings, begun, EIGHT, hour(BERLIN) + TICK)
    assert store.ledger.later(begun, hour(BERLIN)).mails == 2


def test_by_hand_everyone_gets_it_at_once(store, settings):
    number = approved(store, settings, readers=0)
    readers(store, ada=BERLIN, kai=HAWAII)
    provider = MemoryProvider()
    assert send(store, settings, number, provider, Clock(hour(TOKYO)))["sent"] == 2


def test_held_before_anything_left_it_goes_at_once_by_hand(store, settings):
    number = approved(store, settings, readers=0)
    readers(store, ada=BERLIN, kai=HAWAII)
    begin(store, settings, number, EIGHT, first_due(datetime.fromisoformat(EIGHT)))
    approving.hold(store, number, "wait", now=NOW)
    approving.resume(store, number, now=NOW)
    provider = MemoryProvider()
    assert send(store, settings, number, provider, Clock(hour(TOKYO)))["sent"] == 2
    assert store.ledger.later(number, hour(TOKYO)) is None


def test_readers_of_one_zone_wait_together(store, settings):
    number = approved(store, settings, readers=2)
    begin(store, settings, number, EIGHT, NOW)
    at = hour(settings.schedule.timezone)
    assert store.ledger.later(number, NOW).first == at
    assert store.ledger.later(number, at) is None


def test_progress_and_forecast_tell_what_waits(store, settings, begun):
    drain(store, settings, begun, MemoryProvider(), Clock(hour(BERLIN)))
    told = dispatching.in_words(dispatching.progress(Kicks(), store, begun, now=hour(BERLIN)))
    assert told == "2 mails sent so far; 2 mails wait for their hour, Tue 2 Jun 18:00 UTC"
    expected = sending.forecast(store, settings, begun, MemoryProvider(), now=hour(BERLIN))
    assert (expected.people, expected.later.mails) == (2, 2)


def test_a_send_by_local_time_is_due_as_its_hour_comes_in_the_east():
    by_hour = Schedule("x", "Europe/Berlin", send=Moment("mon", 8), recipients_local_time=True)
    (due,) = Rule.of(by_hour, "send").due("send", *(NOW + timedelta(days=d) for d in (1, 8)))
    assert (due.at, due.period) == (datetime(2026, 6, 7, 18, tzinfo=UTC), "2026-W24")
    assert due.at == first_due(datetime(2026, 6, 8, 8))


def test_who_paused_before_the_plan_is_passed_over(store, settings):
    number = approved(store, settings, readers=0)
    (kai,) = join(store, "kai", status=SubscriberStatus.CONFIRMED, zone=HAWAII)
    join(store, "ada", zone=BERLIN)
    store.audience.pause(kai.id, hour(HAWAII))
    begin(store, settings, number, EIGHT, NOW)
    assert store.ledger.counts(number)["skipped"] == 1
    assert store.ledger.later(number, NOW).mails == 1
