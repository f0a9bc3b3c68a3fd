from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.model import IssueStatus
from digest.occurrences import Act, Due, Policy, decide, owed, period_of

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
POLICY = Policy(unapproved="hold", late="skip", limit=6 * HOUR)


@pytest.mark.parametrize("step", ["draft", "send"])
def test_weekly_steps_happen_once_an_iso_week_of_the_zone(step):
    moment = datetime(2026, 5, 24, 22, 0, tzinfo=UTC)
    assert period_of(step, moment, BERLIN) == "2026-W22"
    assert period_of(step, moment, ZoneInfo("UTC")) == "2026-W21"


def test_collecting_happens_once_an_hour_of_the_day():
    moment = datetime(2026, 5, 25, 6, 40, tzinfo=UTC)
    assert period_of("collect", moment, BERLIN) == "2026-05-25T08"


def test_an_hour_that_the_clocks_repeat_is_one_period():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert period_of("collect", first, BERLIN) == period_of("collect", second, BERLIN)


def dues(*periods: str) -> list[Due]:
    start = datetime(2026, 5, 25, 8, tzinfo=UTC)
    return [Due("send", period, start + at * HOUR) for at, period in enumerate(periods)]


@pytest.mark.parametrize(
    ("periods", "taken", "gone", "last"),
    [
        ((), (), (), None),
        (("W22",), (), (), "W22"),
        (("W22",), ("W22",), (), None),
        (("W22", "W23", "W24"), (), ("W22", "W23"), "W24"),
        (("W22", "W23", "W24"), ("W23",), ("W22",), "W24"),
        (("W22", "W23"), ("W23",), (), "W22"),
        (("W22", "W22"), (), (), "W22"),
    ],
)
def test_of_several_periods_the_last_is_done_and_the_others_are_gone(periods, taken, gone, last):
    found_gone, found_last = owed(dues(*periods), taken)
    assert tuple(due.period for due in found_gone) == gone
    assert (found_last and found_last.period) == last


def fine() -> str:
    return ""


@pytest.mark.parametrize(
    ("status", "act", "why"),
    [
        (None, Act.NOTHING, "there is no issue of that week"),
        (IssueStatus.SENT, Act.NOTHING, "it has left already"),
        (IssueStatus.SENDING, Act.NOTHING, "it is leaving already"),
        (IssueStatus.HELD, Act.NOTHING, "it is held"),
        (IssueStatus.SKIPPED, Act.NOTHING, "it was skipped"),
        (IssueStatus.APPROVED, Act.SEND, ""),
        (IssueStatus.DRAFT, Act.HOLD, "nobody approved it in time"),
    ],
)
def test_what_a_send_in_time_does_depends_on_where_its_issue_stands(status, act, why):
    assert decide(status, 0 * HOUR, POLICY, fine) == (act, why)


@pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.APPROVED])
def test_a_send_that_is_too_late_goes_by_what_is_said_of_late_ones(status):
    act, why = decide(status, 7 * HOUR, POLICY, fine)
    assert act is Act.SKIP
    assert why == "its send was due 7.0 h ago, and nothing ran then"


def test_the_limit_itself_is_not_too_late():
    assert decide(IssueStatus.APPROVED, 6 * HOUR, POLICY, fine) == (Act.SEND, "")


def test_late_sends_may_leave_all_the_same_if_they_are_approved():
    policy = Policy(unapproved="skip", late="send", limit=HOUR)
    assert decide(IssueStatus.APPROVED, 7 * HOUR, policy, fine) == (Act.SEND, "")
    assert decide(IssueStatus.DRAFT, 7 * HOUR, policy, fine)[0] is Act.SKIP


def test_a_schedule_approves_only_what_its_check_finds_clean():
    policy = Policy(unapproved="send", late="hold", limit=HOUR)
    assert decide(IssueStatus.DRAFT, 0 * HOUR, policy, fine)[0] is Act.APPROVE
    act, why = decide(IssueStatus.DRAFT, 0 * HOUR, policy, lambda: "its check finds 2 errors")
    assert act is Act.HOLD
    assert why.endswith("the schedule may not: its check finds 2 errors")
