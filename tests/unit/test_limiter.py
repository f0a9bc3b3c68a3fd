"""The pace of calls, on a clock that only sleeping moves."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count
from random import Random

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


def test_the_first_call_goes_at_once_and_the_others_just_below_the_limit(limiter, clock):
    assert calls(limiter, clock, 1) == 0
    assert calls(limiter, clock, 47) == pytest.approx(10)


def test_a_slow_server_is_not_waited_for_twice(limiter, clock):
    for _ in range(3):
        at = limiter.wait()
        clock.now += 1  # the answer takes longer than the pace
        limiter.heard(at, told(), refused=False)
    assert clock.now == 103


def test_a_raised_limit_is_learnt_from_one_answer(limiter, clock):
    calls(limiter, clock, 1, limit=50, left=49)
    assert limiter.per_second == 47
    calls(limiter, clock, 1, limit=50, left=49)
    assert calls(limiter, clock, 47, limit=50, left=49) == pytest.approx(1)


def test_a_limit_that_our_own_calls_use_up_costs_no_pause(limiter, clock):
    calls(limiter, clock, 4)
    assert calls(limiter, clock, 47, left=0) == pytest.approx(10)


def test_calls_that_wait_for_later_moments_are_not_taken_for_somebody_elses(clock):
    limiter = Limiter(5, clock=clock, sleep=lambda _: None)  # four threads, all let through ahead
    passed = [limiter.wait() for _ in range(9)]
    for place, at in enumerate(passed):
        limiter.heard(at, told(left=max(4 - place, 0)), refused=False)
    assert limiter.per_second == pytest.approx(4.7)


def test_a_limit_that_somebody_else_uses_up_is_waited_for(limiter, clock):
    limiter.heard(limiter.wait(), told(left=0, reset=3), refused=False)
    limiter.wait()
    assert clock.now == 103


@pytest.mark.parametrize("reset", ["1", "0", ""])
def test_others_in_this_second_take_a_tenth_of_the_pace_each_time(limiter, clock, reset):
    headers = {"ratelimit-remaining": "0", "ratelimit-reset": reset}
    limiter.heard(limiter.wait(), headers, refused=False)
    assert limiter.per_second == pytest.approx(4.7 * 0.9)
    limiter.wait()
    assert clock.now == pytest.approx(100 + 1 / 4.7)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 1 / 4.7),
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
    assert limiter.per_second == pytest.approx(2.35)
    calls(limiter, clock, 50)
    assert limiter.per_second == pytest.approx(4.7)
    calls(limiter, clock, 5)
    assert limiter.per_second == pytest.approx(4.7)


def test_refusals_that_are_nobody_elses_fault_widen_the_margin_for_good(clock):
    limiter = Limiter(2, clock=clock, sleep=clock.sleep)
    for _ in range(20):
        limiter.wait()
        limiter.heard(limiter.wait(), {"retry-after": "0"}, refused=True)
    assert limiter.per_second == pytest.approx(1.6)


def test_endless_refusals_leave_a_tenth_of_the_pace(limiter, clock):
    for _ in range(20):
        limiter.heard(limiter.wait(), {}, refused=True)
    assert limiter.per_second == pytest.approx(0.47)


def test_a_long_pause_is_handed_back_to_the_caller(limiter):
    limiter.heard(limiter.wait(), {"retry-after": "60"}, refused=True)
    with pytest.raises(NotAcceptedError) as caught:
        limiter.wait()
    assert caught.value.retry_after == 60


def test_answers_without_headers_change_nothing(limiter, clock):
    limiter.heard(limiter.wait(), {}, refused=False)
    assert limiter.per_second == pytest.approx(4.7)


def test_calls_that_start_together_take_turns(clock):
    slept: list[float] = []
    limiter = Limiter(5, clock=clock, sleep=slept.append)
    for _ in range(4):
        limiter.wait()
    assert slept == pytest.approx([1 / 4.7, 2 / 4.7, 3 / 4.7])


class Account:
    """Senders of four threads each on one account, whose server counts the last second.

    Args:
        jitter: the standard deviation of the way there and of the way back, in seconds.
    """

    def __init__(self, senders: int, *, jitter: float, rate: int = 5) -> None:
        self.now, self.sent, self.refused, self.rate = 0.0, 0, 0, rate
        self._jitter, self._chance, self._order = jitter, Random(1), count()
        self._window: deque[float] = deque()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        for _ in range(senders):
            limiter = Limiter(rate, clock=lambda: self.now, sleep=lambda _: None)
            for lane in range(4):
                self._later(lane / 10, lambda one=limiter: self._call(one))

    def run(self, seconds: float) -> None:
        while self._events[0][0] < seconds:
            self.now, _, happens = heapq.heappop(self._events)
            happens()

    def _later(self, at: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), happens))

    def _way(self) -> float:
        return 0.025 + abs(self._chance.gauss(0, self._jitter))

    def _call(self, limiter: Limiter) -> None:
        at = limiter.wait()
        self._later(at + self._way(), lambda: self._arrive(limiter, at))

    def _arrive(self, limiter: Limiter, at: float) -> None:
        while self._window and self._window[0] <= self.now - 1:
            self._window.popleft()
        refused = len(self._window) >= self.rate
        if refused:
            self.refused += 1
        else:
            self.sent += 1
            self._window.append(self.now)
        headers = told(self.rate, self.rate - len(self._window))
        self._later(self.now + self._way(), lambda: self._heard(limiter, at, headers, refused))

    def _heard(self, limiter: Limiter, at: float, headers: dict[str, str], refused: bool) -> None:
        limiter.heard(at, headers, refused=refused)
        self._call(limiter)


@pytest.mark.parametrize(("jitter", "pace"), [(0, 4.7), (0.01, 4.7), (0.02, 4.6), (0.05, 4.3)])
def test_a_sender_alone_keeps_its_pace_though_the_ways_differ(jitter, pace):
    account = Account(1, jitter=jitter)
    account.run(300)
    assert account.sent / 300 >= pace
    assert account.refused < account.sent / 100


@pytest.mark.parametrize(("senders", "refused"), [(2, 0.02), (3, 0.04), (5, 0.08)])
@pytest.mark.parametrize("jitter", [0, 0.02])
def test_several_senders_share_the_limit_and_few_of_their_calls_are_refused(
    senders, refused, jitter
):
    account = Account(senders, jitter=jitter)
    account.run(300)
    assert account.sent / 300 >= 3.2
    assert account.refused < account.sent * refused
