"""The pace that several processes keep together, on a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digest.attempts import Turns
from digest.errors import NotAcceptedError, StoreError
from digest.providers.shared_limiter import LATE, SharedLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Row:
    """A row of `pace` by the test's clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock, self.rate, self.next_at, self.until = clock, 0.0, 0.0, 0.0
        self.looks = self.refusals = 0
        self.away = False

    def reserve(self, account: str, *, calls: float, ahead: float) -> Turns:
        self.looks += 1
        self.rate = self.rate or calls
        now, first = self.clock(), max(self.next_at, self.until)
        if first > now:
            return Turns(wait=first - now)
        count = max(1, int(self.rate * ahead))
        self.next_at = now + count / self.rate
        return Turns(count, 1 / self.rate)

    def refused(self, account: str, *, pause: float) -> None:
        self._reach()
        self.refusals += 1
        self.until = self.clock() + pause

    def learn(self, account: str, calls: float) -> None:
        self._reach()
        self.rate = calls

    def _reach(self) -> None:
        if self.away:
            raise StoreError("the database is away")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def row(clock):
    return Row(clock)


def limiter(row, clock, rate: float = 5.0) -> SharedLimiter:
    return SharedLimiter(row, "an account", rate, clock=clock, sleep=clock.sleep)


def test_two_senders_together_make_as_many_calls_as_one(row, clock):
    one, other = limiter(row, clock), limiter(row, clock)
    began = clock()
    for _ in range(47):
        one.wait()
        other.wait()
    assert pytest.approx(clock() - began) == 93 / 4.7
    assert one.per_second == pytest.approx(4.7)


def test_a_limit_that_was_told_to_one_is_kept_by_all(row, clock):
    one, other = limiter(row, clock), limiter(row, clock)
    one.heard(one.wait(), {"ratelimit-limit": "50"}, refused=False)
    began = clock()
    for _ in range(48):
        other.wait()
    assert clock() - began == pytest.approx(1.0, abs=0.25)


def test_where_the_limit_is_high_the_row_is_looked_at_seldom(row, clock):
    one = limiter(row, clock)
    one.heard(one.wait(), {"ratelimit-limit": "1000"}, refused=False)
    before = row.looks
    for _ in range(940):
        one.wait()
    assert row.looks - before <= 60


def test_turns_that_were_not_used_in_time_are_lost(row, clock):
    one = limiter(row, clock)
    one.heard(one.wait(), {"ratelimit-limit": "1000"}, refused=False)
    one.wait()
    before = row.looks
    clock.sleep(LATE * 2)
    assert one.wait() >= clock()
    assert row.looks == before + 1


@pytest.mark.parametrize(
    ("headers", "pause"),
    [({"retry-after": "3"}, 3.0), ({"ratelimit-reset": "2"}, 2.0), ({}, 1.0)],
)
def test_a_refusal_of_one_is_a_pause_for_all(row, clock, headers, pause):
    one, other = limiter(row, clock), limiter(row, clock)
    one.heard(one.wait(), headers, refused=True)
    until = clock() + pause
    assert other.wait() >= until
    assert row.refusals == 1


def test_whoever_waits_for_a_turn_hears_of_a_pause_meanwhile(row, clock):
    one, other = limiter(row, clock), limiter(row, clock)
    row.next_at = clock() + 2.0

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if row.refusals == 0:
            other.heard(0.0, {"retry-after": "4"}, refused=True)

    one._sleep = sleep
    assert one.wait() >= 106.0


def test_a_long_pause_is_handed_back_to_the_caller(row, clock):
    one = limiter(row, clock)
    one.heard(one.wait(), {"retry-after": "60"}, refused=True)
    with pytest.raises(NotAcceptedError, match="no turn for another call within 60 s") as caught:
        one.wait()
    assert caught.value.retry_after == pytest.approx(60)


def test_whoever_stands_in_line_for_too_long_is_told(row, clock, monkeypatch):
    monkeypatch.setattr("digest.providers.shared_limiter.LONGEST", 0.01)
    one = limiter(row, clock)
    with one._asking, pytest.raises(NotAcceptedError):
        one.wait()


def test_an_answer_is_not_lost_because_the_row_is_away(row, clock, caplog):
    one = limiter(row, clock)
    at = one.wait()
    row.away = True
    one.heard(at, {"ratelimit-limit": "50"}, refused=False)
    assert "was not told of an answer" in caplog.text
