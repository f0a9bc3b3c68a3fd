"""The pace of calls, on a clock that only sleeping moves."""

from __future__ import annotations

import pytest

from digest.errors import NotAcceptedError
from digest.providers.limiter import Limiter


class Clock:
    """Seconds that pass only while somebody sleeps, or is busy."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limiter(clock):
    return Limiter(5, clock=clock, sleep=clock.sleep)


def told(limit: int = 5, left: int = 3, reset: int = 1) -> dict[str, str]:
    return {
        "ratelimit-limit": str(limit),
        "ratelimit-remaining": str(left),
        "ratelimit-reset": str(reset),
    }


def calls(limiter, clock, count: int, **said: int) -> float:
    """Seconds that so many calls took."""
    before = clock.now
    for _ in range(count):
        limiter.heard(limiter.wait(), told(**said), refused=False)
    return clock.now - before


def test_the_first_call_goes_at_once_and_the_others_at_nine_tenths_of_the_limit(limiter, clock):
    assert calls(limiter, clock, 1) == 0
    assert calls(limiter, clock, 45) == pytest.approx(10)


def test_a_slow_server_is_not_waited_for_twice(limiter, clock):
    for _ in range(3):
        at = limiter.wait()
        clock.now += 1  # the answer takes longer than the pace
        limiter.heard(at, told(), refused=False)
    assert clock.now == 103


def test_a_raised_limit_is_learnt_from_one_answer(limiter, clock):
    calls(limiter, clock, 1, limit=50, left=49)
    assert limiter.per_second == 45
    calls(limiter, clock, 1, limit=50, left=49)
    assert calls(limiter, clock, 45, limit=50, left=49) == pytest.approx(1)


def test_a_limit_that_our_own_calls_use_up_costs_no_pause(limiter, clock):
    calls(limiter, clock, 4)
    assert calls(limiter, clock, 9, left=0) == pytest.approx(2)


def test_calls_that_wait_for_later_moments_are_not_taken_for_somebody_elses(clock):
    limiter = Limiter(5, clock=clock, sleep=lambda _: None)  # four threads, all let through ahead
    passed = [limiter.wait() for _ in range(9)]
    for place, at in enumerate(passed):
        limiter.heard(at, told(left=max(4 - place, 0)), refused=False)
    assert limiter.per_second == 4.5


def test_a_limit_that_somebody_else_uses_up_is_waited_for(limiter, clock):
    limiter.heard(limiter.wait(), told(left=0, reset=3), refused=False)
    limiter.wait()
    assert clock.now == 103


@pytest.mark.parametrize("reset", ["1", "0", ""])
def test_others_in_this_second_take_a_tenth_of_the_pace_each_time(limiter, clock, reset):
    headers = {"ratelimit-remaining": "0", "ratelimit-reset": reset}
    limiter.heard(limiter.wait(), headers, refused=False)
    assert limiter.per_second == pytest.approx(4.05)
    limiter.wait()
    assert clock.now == pytest.approx(100 + 1 / 4.5)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 2 / 9),
        ({"ratelimit-reset": "2"}, 2),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, 1),
        ({}, 1),
    ],
)
def test_a_refusal_stops_every_call_for_as_long_as_it_says(limiter, clock, headers, pause):
    limiter.heard(limiter.wait(), headers, refused=True)
    limiter.wait()
    assert clock.now == pytest.approx(100 + pause)


def test_a_refusal_halves_the_pace_and_successes_give_it_back(limiter, clock):
    limiter.heard(limiter.wait(), {}, refused=True)
    assert limiter.per_second == 2.25
    calls(limiter, clock, 50)
    assert limiter.per_second == pytest.approx(4.5)
    calls(limiter, clock, 5)
    assert limiter.per_second == 4.5


def test_endless_refusals_leave_a_tenth_of_the_pace(limiter, clock):
    for _ in range(20):
        limiter.heard(limiter.wait(), {}, refused=True)
    assert limiter.per_second == pytest.approx(0.45)


def test_a_long_pause_is_handed_back_to_the_caller(limiter):
    limiter.heard(limiter.wait(), {"retry-after": "60"}, refused=True)
    with pytest.raises(NotAcceptedError) as caught:
        limiter.wait()
    assert caught.value.retry_after == 60


def test_answers_without_headers_change_nothing(limiter, clock):
    limiter.heard(limiter.wait(), {}, refused=False)
    assert limiter.per_second == 4.5


def test_calls_that_start_together_take_turns(clock):
    slept: list[float] = []
    limiter = Limiter(5, clock=clock, sleep=slept.append)
    for _ in range(4):
        limiter.wait()
    assert slept == pytest.approx([1 / 4.5, 2 / 4.5, 3 / 4.5])
