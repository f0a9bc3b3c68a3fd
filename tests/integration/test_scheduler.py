"""The steps of a week as the schedules do them: when they are due, late, alone, or begun before."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.errors import StoreError
from digest.model import IssueStatus, SubscriberStatus
from digest.pipeline import approving, drafting
from digest.pipeline.audience import add_subscriber
from digest.pipeline.steps import STEPS
from digest.pipeline.ticking import Ticker
from digest.scheduler import Scheduler
from digest.settings import Late, Moment, Notify, QuietWeek, ReviewPolicy, Schedule, Settings
from digest.store import Store, open_store
from tests.builders import NOW, make_item
from tests.builders_sending import Kicks, settings_in

BEFORE = datetime(2026, 5, 25, 9, 0, tzinfo=UTC)
"""Monday of the week 2026-W22: `recap run` was started."""

FRIDAY = datetime(2026, 5, 29, 14, 0, tzinfo=UTC)
MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Newsroom:
    """A store, its settings, what was kicked, and a ticker of the schedule."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.kicks = Kicks()
        self.ticker = Ticker(store, settings, self.kicks)
        self.ticker.tick(BEFORE)

    def tick(self, now: datetime, **how: Any) -> list[str]:
        return self.ticker.tick(now, **how)

    def change(self, **parts: Any) -> None:
        """Other parts of the schedule from now on, as after an edit of the file."""
        (schedule,) = self.settings.schedules
        changed = msgspec.structs.replace(schedule, **parts)
        self.settings = replace(self.settings, schedules=(changed,))
        self.ticker = Ticker(self.store, self.settings, self.kicks)

    @property
    def status(self) -> IssueStatus:
        return self.store.content.issue_row(1).status

    def outcome(self, step: str, period: str) -> str:
        found = self.store.ledger.occurrences.get(f"weekly-recap/{step}", period)
        return found.outcome if found else "nothing"


@pytest.fixture
def news(tmp_path: Path, store: Store) -> Newsroom:
    """The shipped schedule without collecting, three stories, one reader."""
    settings = settings_in(tmp_path)
    schedule = Schedule(
        id="weekly-recap", timezone="UTC", draft=Moment("fri", 14), send=Moment("mon", 8),
        quiet_week=QuietWeek(fewer_than=1),
    )  # fmt: skip
    brand = replace(settings.brand, address="1 Long Street, Springfield")
    titles = ["Corvid tapes out an AI chip", "Norvane opens an AI campus", "Kestrel frees weights"]
    store.content.add_items([make_item(title=f"{title} for AI") for title in titles])
    add_subscriber(store, "ada@reader.example", "Ada", now=NOW, evidence="test")
    notify = Notify(editors=("ed@desk.example",), operators=("ops@desk.example",))
    return Newsroom(store, replace(settings, schedules=(schedule,), brand=brand, notify=notify))


def notices(store: Store, kind: str) -> int:
    return store.notices.queued_since(kind, BEFORE - timedelta(days=365))


def test_an_approved_issue_leaves_at_its_hour_once(news: Newsroom) -> None:
    assert news.tick(FRIDAY - timedelta(seconds=1)) == []
    (told,) = news.tick(FRIDAY)
    assert told == "weekly-recap/draft 2026-W22: issue 1, revision 1, 3 stories"
    assert news.tick(FRIDAY + HOUR) == []
    approving.approve(news.store, news.settings, 1, now=FRIDAY, without_test=True)
    (told,) = news.tick(MONDAY)
    assert told == "weekly-recap/send 2026-W23: issue 1 leaves, to 1 reader"
    assert news.kicks.kicked == [1, 1]
    assert news.status is IssueStatus.SENDING
    ((_, line),) = news.store.users.audit.lines(issue=1, most=1)
    assert (line.who, line.what) == ("schedule", "sending begun")


def test_every_tick_lets_senders_know_of_an_issue_under_way(news: Newsroom) -> None:
    news.tick(FRIDAY)
    approving.approve(news.store, news.settings, 1, now=FRIDAY, without_test=True)
    news.tick(MONDAY)
    news.kicks.kicked.clear()
    news.tick(MONDAY + timedelta(seconds=30))
    assert news.kicks.kicked == [1]


def test_editors_are_told_of_a_draft_and_reminded_of_it(news: Newsroom) -> None:
    news.tick(FRIDAY)
    assert notices(news.store, "draft-ready") == 1
    news.tick(MONDAY - timedelta(hours=25))
    assert notices(news.store, "reminder") == 0
    for hours in (23, 22, 3.5, 3):
        news.tick(MONDAY - timedelta(hours=hours))
    assert notices(news.store, "reminder") == 2
    assert notices(news.store, "alert") == 0
    news.tick(MONDAY - timedelta(hours=1))
    assert notices(news.store, "alert") == 1


@pytest.mark.parametrize(
    ("default", "status", "told"),
    [
        ("hold", IssueStatus.HELD, "issue 1 held: nobody approved it in time"),
        ("skip", IssueStatus.SKIPPED, "issue 1 skipped: nobody approved it in time"),
        ("send", IssueStatus.SENDING, "issue 1 leaves, to 1 reader"),
    ],
)
def test_a_draft_that_nobody_approved_meets_the_default_and_that_is_announced(
    news: Newsroom, default: str, status: IssueStatus, told: str
) -> None:
    news.change(review=ReviewPolicy(if_not_approved=default))  # type: ignore[arg-type]
    news.tick(FRIDAY)
    news.tick(MONDAY)
    assert news.outcome("send", "2026-W23") == told
    assert news.status is status
    assert notices(news.store, "announcement") == 2  # to the editor and to the operator


def test_an_approval_by_the_schedule_is_recorded_as_its_act(news: Newsroom) -> None:
    news.change(review=ReviewPolicy(if_not_approved="send"))
    news.tick(FRIDAY)
    news.tick(MONDAY)
    lines = [line for _, line in news.store.users.audit.lines(issue=1, most=9)]
    (approved,) = [line for line in lines if line.what == "issue approved"]
    assert approved.who == "schedule"
    assert "without a test copy" in approved.details


def test_a_schedule_does_not_approve_what_the_check_finds_fault_with(news: Newsroom) -> None:
    news.change(review=ReviewPolicy(if_not_approved="send"))
    news.tick(FRIDAY)
    bare = replace(news.settings, provider="resend", brand=replace(news.settings.brand, address=""))
    Ticker(news.store, bare, news.kicks).tick(MONDAY)
    assert news.status is IssueStatus.HELD
    assert "the schedule may not: its check finds 1 error" in news.outcome("send", "2026-W23")
    assert news.kicks.kicked == []


def test_a_review_that_is_not_required_lets_a_clean_draft_leave(news: Newsroom) -> None:
    news.change(review=ReviewPolicy(required=False))
    news.tick(FRIDAY)
    news.tick(MONDAY - HOUR)
    assert notices(news.store, "reminder") == 0
    news.tick(MONDAY)
    assert news.status is IssueStatus.SENDING


@pytest.mark.parametrize(
    ("on_late", "status"),
    [("hold", IssueStatus.HELD), ("skip", IssueStatus.SKIPPED), ("send", IssueStatus.SENDING)],
)
def test_a_machine_asleep_over_the_send_goes_by_what_is_said_of_late_ones(
    news: Newsroom, on_late: str, status: IssueStatus
) -> None:
    news.change(late=Late(max_lateness="6h", on_late=on_late))  # type: ignore[arg-type]
    news.tick(FRIDAY)
    approving.approve(news.store, news.settings, 1, now=FRIDAY, without_test=True)
    news.tick(MONDAY + 7 * HOUR)
    assert news.status is status


def test_a_send_that_is_a_little_late_leaves_as_if_nothing_had_been(news: Newsroom) -> None:
    news.tick(FRIDAY)
    approving.approve(news.store, news.settings, 1, now=FRIDAY, without_test=True)
    news.tick(MONDAY + 5 * HOUR)
    assert news.status is IssueStatus.SENDING


def test_a_machine_asleep_since_before_the_draft_makes_it_and_holds_it(news: Newsroom) -> None:
    told = news.tick(MONDAY + 30 * HOUR)
    assert [line.split(":")[0] for line in told] == [
        "weekly-recap/draft 2026-W22", "weekly-recap/send 2026-W23",
    ]  # fmt: skip
    assert news.status is IssueStatus.HELD
    assert "its send was due 30.0 h ago" in news.outcome("send", "2026-W23")


def test_weeks_in_which_nothing_ran_are_noted_as_missed(news: Newsroom) -> None:
    news.tick(FRIDAY)
    news.tick(FRIDAY + timedelta(weeks=3))
    assert news.outcome("draft", "2026-W23") == "missed: nothing ran then"
    assert news.outcome("draft", "2026-W24") == "missed: nothing ran then"
    assert notices(news.store, "alert") == 2  # of drafts, and of sends
    assert "failed" not in news.outcome("draft", "2026-W25")


@pytest.mark.parametrize(
    ("then", "status"),
    [("short", IssueStatus.DRAFT), ("skip", IssueStatus.SKIPPED), ("hold", IssueStatus.HELD)],
)
def test_a_quiet_week_is_what_the_schedule_says(
    news: Newsroom, then: str, status: IssueStatus
) -> None:
    news.change(quiet_week=QuietWeek(fewer_than=4, then=then))  # type: ignore[arg-type]
    news.tick(FRIDAY)
    assert news.status is status
    assert "a quiet week" in news.outcome("draft", "2026-W22")
    assert notices(news.store, "draft-ready") == (0 if then == "skip" else 1)


def test_a_week_without_a_story_makes_no_issue_and_is_announced(news: Newsroom) -> None:
    news.tick(FRIDAY + timedelta(weeks=3))
    assert news.outcome("draft", "2026-W25").startswith("no issue: week 2026-W25 holds no story")
    assert notices(news.store, "announcement") == 2
    news.tick(MONDAY + timedelta(weeks=3))
    assert "there is no issue of that week" in news.outcome("send", "2026-W26")


def test_an_issue_that_was_approved_before_is_not_drafted_again(news: Newsroom) -> None:
    drafting.draft(news.store, news.settings, now=FRIDAY - HOUR)
    approving.approve(news.store, news.settings, 1, now=FRIDAY - HOUR, without_test=True)
    news.tick(FRIDAY)
    assert news.outcome("draft", "2026-W22") == "issue 1 of 2026-W22 is approved; left as it is"


def test_an_approval_that_can_be_taken_back_delays_the_send(news: Newsroom) -> None:
    news.tick(FRIDAY)
    approving.approve(
        news.store, news.settings, 1, now=MONDAY - timedelta(minutes=5), without_test=True,
        at_desk=True,
    )  # fmt: skip
    assert news.tick(MONDAY) == []
    (told,) = news.tick(MONDAY + timedelta(minutes=5))
    assert "issue 1 leaves" in told


def test_a_step_whose_process_ended_in_the_middle_is_begun_again(news: Newsroom) -> None:
    news.store.ledger.occurrences.begin("weekly-recap/draft", "2026-W22", FRIDAY)
    (told,) = news.tick(FRIDAY + HOUR)
    assert told == "weekly-recap/draft 2026-W22: issue 1, revision 1, 3 stories"
    assert news.tick(FRIDAY + HOUR) == []


def test_a_step_that_always_breaks_off_is_given_up_and_told(news: Newsroom) -> None:
    def dies(turn: object) -> str:
        raise StoreError("the database went away")

    news.ticker.do = {**STEPS, "draft": dies}
    for minutes in range(3):
        with pytest.raises(StoreError):
            news.tick(FRIDAY + timedelta(minutes=minutes))
    news.tick(FRIDAY + timedelta(minutes=4))
    assert "its process ended in the middle of it 3 times" in news.outcome("draft", "2026-W22")
    assert notices(news.store, "alert") == 1


def test_a_step_that_fails_says_why_and_operators_are_told(news: Newsroom) -> None:
    news.change(collect=Moment("fri", 13))
    news.tick(BEFORE + HOUR)
    (told,) = news.tick(FRIDAY - HOUR)
    assert "failed: there is no source to collect from" in told
    assert notices(news.store, "alert") == 1


def test_a_draft_waits_for_the_collecting_before_it_but_not_for_ever(news: Newsroom) -> None:
    news.change(collect=Moment("fri", 13, 50))
    news.tick(BEFORE + HOUR)
    assert news.tick(FRIDAY, steps=("draft", "send")) == []
    assert news.tick(FRIDAY + timedelta(minutes=14), steps=("draft", "send")) == []
    (told,) = news.tick(FRIDAY + timedelta(minutes=15), steps=("draft", "send"))
    assert told.startswith("weekly-recap/draft")


def test_a_step_that_was_moved_to_a_time_gone_by_is_not_due_and_that_is_told(
    news: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    news.tick(FRIDAY - HOUR)
    news.change(draft=Moment("fri", 12))
    assert news.tick(FRIDAY - HOUR + timedelta(seconds=30)) == []
    assert "draft of 2026-W22 was moved to a time gone by" in caplog.text
    assert news.tick(FRIDAY) == []


def test_what_the_old_rule_owed_is_done_before_the_new_one_holds(news: Newsroom) -> None:
    news.change(draft=Moment("fri", 12))
    (told,) = news.tick(FRIDAY)  # the edit and the hour of the old rule came while nothing ran
    assert told.startswith("weekly-recap/draft 2026-W22")
    assert news.tick(FRIDAY + HOUR) == []
    told = news.tick(FRIDAY + timedelta(days=7) - 2 * HOUR)
    assert any(line.startswith("weekly-recap/draft 2026-W23") for line in told)


def test_periods_that_a_clock_ahead_has_taken_are_told(news: Newsroom) -> None:
    news.tick(FRIDAY + timedelta(weeks=6))
    before = notices(news.store, "alert")
    news.tick(FRIDAY)
    assert notices(news.store, "alert") == before + 1


def test_one_of_two_processes_leads_until_it_is_gone(store: Store, database_url: str) -> None:
    with open_store(database_url) as other:
        assert store.leadership.hold()
        assert store.leadership.hold()
        assert not other.leadership.hold()
        assert other.leadership.is_held()
        store.leadership.release()
        assert not other.leadership.is_held()
        assert other.leadership.hold()
        assert not store.leadership.hold()


def test_a_scheduler_that_does_not_lead_does_nothing(news: Newsroom, database_url: str) -> None:
    done: list[datetime] = []

    def clock() -> datetime:
        done.append(FRIDAY)
        return FRIDAY

    with open_store(database_url) as leader:
        assert leader.leadership.hold()
        waiting = Scheduler(news.store, lambda: news.settings, lambda _: news.kicks, clock=clock)
        waiting.look(("draft", "send"))
        assert done == []
    waiting.look(("draft", "send"))
    assert done == [FRIDAY]
    assert news.outcome("draft", "2026-W22").startswith("issue 1")


def test_running_ends_when_it_is_told_to_stop(news: Newsroom) -> None:
    stop = threading.Event()
    scheduler = Scheduler(
        news.store, lambda: news.settings, lambda _: news.kicks, clock=lambda: FRIDAY
    )
    thread = threading.Thread(target=scheduler.run, args=(stop,))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_file_that_changed_is_followed_from_the_next_look_on(news: Newsroom) -> None:
    current = [news.settings]
    scheduler = Scheduler(
        news.store, lambda: current[0], lambda _: news.kicks, clock=lambda: FRIDAY + 2 * HOUR
    )
    scheduler.look(("draft", "send"))
    assert news.store.content.issue_row(1).status is IssueStatus.DRAFT
    (schedule,) = news.settings.schedules
    other = msgspec.structs.replace(schedule, id="another")
    current[0] = replace(news.settings, schedules=(other,))
    scheduler.look(("draft", "send"))
    assert news.store.ledger.occurrences.watched("another/draft", FRIDAY + 2 * HOUR) is not None


def test_readers_are_those_of_the_moment_it_leaves(news: Newsroom) -> None:
    news.tick(FRIDAY)
    approving.approve(news.store, news.settings, 1, now=FRIDAY, without_test=True)
    add_subscriber(news.store, "bo@reader.example", "Bo", now=NOW, evidence="test")
    assert news.store.audience.count(SubscriberStatus.CONFIRMED) == 2
    (told,) = news.tick(MONDAY)
    assert told.endswith("to 2 readers")


def test_a_send_at_readers_hours_begins_as_the_hour_comes_in_the_east(news: Newsroom) -> None:
    news.change(recipients_local_time=True)
    news.tick(FRIDAY)
    approving.approve(news.store, news.settings, 1, now=FRIDAY, without_test=True)
    first = MONDAY - timedelta(hours=14)
    assert news.tick(first - timedelta(seconds=30)) == []
    (told,) = news.tick(first)
    assert told == "weekly-recap/send 2026-W23: issue 1 leaves, to 1 reader"
    later = news.store.ledger.later(1, first)
    assert later is not None
    assert later.first == MONDAY  # the reader named no zone, so it is the schedule's
