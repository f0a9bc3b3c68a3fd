"""When steps are due next, and which week's issue a send is of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.pipeline.upcoming import next_issue, next_issues, week_of_send
from digest.settings import Moment, Schedule, Settings
from tests.builders_sending import settings_in

MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 5, 29, 14, 0, tzinfo=UTC)


def schedule(*, zone: str = "UTC", **steps: Moment) -> Schedule:
    return Schedule(id="weekly-recap", timezone=zone, **steps)


@pytest.fixture
def settings(tmp_path):
    """The shipped settings with two schedules: the first collects, the other has the steps."""

    def settings(**steps) -> Settings:
        first = Schedule(id="first", timezone="UTC", collect=Moment("daily", 6))
        return replace(settings_in(tmp_path), schedules=(first, schedule(**steps)))

    return settings


@pytest.mark.parametrize(
    ("draft", "send", "week"),
    [
        (Moment("fri", 14), MONDAY, "2026-W22"),  # the Friday before the Monday
        (Moment("mon", 6), MONDAY, "2026-W23"),  # two hours before, on the same day
        (Moment("mon", 9, 30), MONDAY, "2026-W22"),  # later on that day: a week ago
        (Moment("mon", 8), MONDAY, "2026-W22"),  # not before it, but at it
        (Moment("fri", 12), FRIDAY, "2026-W22"),
        (Moment("sun", 23), datetime(2027, 1, 4, 8, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_send_is_of_the_week_of_the_last_draft_before_it(draft, send, week):
    assert str(week_of_send(schedule(draft=draft), send)) == week


def test_the_week_of_a_send_is_counted_in_the_schedules_zone():
    draft = Moment("mon", 1)
    due = datetime(2026, 6, 1, 8, tzinfo=ZoneInfo("Asia/Tokyo"))  # on Sunday in UTC
    assert str(week_of_send(schedule(draft=draft, zone="Asia/Tokyo"), due)) == "2026-W23"


@pytest.mark.parametrize(("send", "week"), [(MONDAY, "2026-W22"), (FRIDAY, "2026-W22")])
def test_a_send_without_a_draft_step_is_of_the_week_that_lies_before_it(send, week):
    assert str(week_of_send(schedule(), send)) == week


def test_the_next_issue_is_of_the_schedule_that_sends(settings):
    assert next_issues(settings(send=Moment("mon", 8)), FRIDAY) == {"weekly-recap": MONDAY}
    assert next_issue(settings(send=Moment("mon", 8)), FRIDAY) == MONDAY


def test_where_nothing_sends_no_issue_is_due(settings):
    assert next_issue(settings(draft=Moment("fri", 8)), FRIDAY) is None


def test_weeks_are_counted_in_the_zone_of_the_schedule_that_makes_the_issue(settings):
    made = settings(draft=Moment("fri", 8), zone="Asia/Tokyo")
    assert made.schedule.timezone == "Asia/Tokyo"
    assert settings(collect=Moment("daily", 6)).schedule.id == "first"
