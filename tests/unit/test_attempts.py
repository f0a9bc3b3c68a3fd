from __future__ import annotations

from datetime import timedelta

import pytest

from digest.attempts import Breaker, backoff, reputation_problem, reputation_warning
from tests.builders import NOW

SECOND = timedelta(seconds=1)


def test_waits_double_up_to_five_minutes():
    assert [backoff(attempt, 0.0) for attempt in (1, 2, 3, 9, 10, 1000)] == [1, 2, 4, 256, 300, 300]


def test_chance_takes_up_to_half_of_a_wait_away():
    assert backoff(4, 1.0) == 4
    assert backoff(4, 0.5) == 6


def test_a_breaker_opens_at_its_limit_and_spaces_the_probes():
    breaker = Breaker(limit=2, pause=30)
    breaker.failed(NOW)
    assert not breaker.is_open
    assert breaker.wait(NOW) == 0
    breaker.failed(NOW)
    assert breaker.is_open
    assert breaker.wait(NOW + SECOND) == 29
    assert breaker.wait(NOW + 31 * SECOND) == 0
    breaker.failed(NOW + 31 * SECOND, wait=60)
    assert breaker.wait(NOW + 31 * SECOND) == 60


def test_a_success_closes_it_and_failures_count_from_nothing():
    breaker = Breaker(limit=2)
    breaker.failed(NOW)
    breaker.failed(NOW)
    breaker.succeeded()
    assert not breaker.is_open
    assert breaker.wait(NOW) == 0
    breaker.failed(NOW)
    assert not breaker.is_open


@pytest.mark.parametrize(
    ("sent", "bounced", "complained"),
    [
        (99, 99, 0),  # too few to tell
        (100, 9, 0),
        (1_000, 40, 0),  # 4 % is still allowed
        (999, 0, 99),
        (1_000, 0, 2),
        (5_000, 0, 4),
        (0, 0, 0),
    ],
)
def test_an_issue_goes_on_below_the_limits(sent, bounced, complained):
    assert reputation_problem(sent, bounced, complained) == ""


@pytest.mark.parametrize(
    ("sent", "bounced", "complained", "told"),
    [
        (100, 10, 0, "10 of 100 mails bounced (10.0%, the limit is 4 %)"),
        (1_000, 41, 0, "41 of 1000 mails bounced"),
        (1_000, 0, 3, "3 of 1000 readers called it spam (0.30%, the limit is 0.08 %)"),
    ],
)
def test_an_issue_stops_above_them(sent, bounced, complained, told):
    assert told in reputation_problem(sent, bounced, complained)


def test_what_a_person_knew_of_does_not_stop_it_again():
    assert reputation_problem(100, 10, 0, accepted=(10, 0)) == ""
    assert reputation_problem(120, 20, 0, accepted=(10, 0))
    assert reputation_problem(1_000, 0, 5, accepted=(0, 3)) == ""
    assert reputation_problem(1_000, 0, 6, accepted=(0, 3))


@pytest.mark.parametrize(
    ("sent", "bounced", "complained", "told"),
    [
        (499, 100, 100, ""),
        (500, 10, 0, ""),
        (500, 11, 0, "11 of 500 mails bounced (2.2%; it stops at 4 %)"),
        (500, 0, 1, ""),
        (500, 0, 2, "2 of 500 readers called it spam (0.40%; it stops at 0.08 %)"),
        (10_000, 0, 4, ""),
    ],
)
def test_half_of_a_limit_is_worth_a_word_after_500_mails(sent, bounced, complained, told):
    assert reputation_warning(sent, bounced, complained) == told
