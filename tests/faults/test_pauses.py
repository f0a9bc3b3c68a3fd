"""Faults 10 to 13: hosts that ask to be left alone."""

from __future__ import annotations

import itertools
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.faults.conftest import Collector
from tests.standins.web import START, Answer, Web, feed


def told(status: int, retry_after: str | None) -> Answer:
    return Answer(b"no", status, {} if retry_after is None else {"Retry-After": retry_after})


def assert_left_alone(
    collector: Collector, web: Web, answer: Answer, wait: timedelta, *, others: int = 3
) -> None:
    """After this answer the host gets no request, for no source of it, until `wait` is over."""
    collector.subscribe(**{f"Wire {n}": web.serve(f"/{n}", feed()) for n in range(1, others)})
    collector.subscribe(Loud=web.serve("/0", answer))
    collector.collect(only="Loud")
    told_at = web.visits[-1].began
    asked = len(web.visits)
    collector.clock.set(told_at + wait - timedelta(seconds=61))
    report = collector.collect()
    assert len(web.visits) == asked
    assert report.counts["waiting"] == others
    assert any("asked to be left alone until" in line.reason for line in report.lines)
    web.serve("/0", feed())
    # A pause has no chance in it, but the source's own next try has.
    collector.clock.set(told_at + max(wait, timedelta(minutes=67)) + timedelta(seconds=1))
    collector.collect()
    assert len(web.visits) == asked + others


def test_fault_10_429_with_seconds_pauses_the_whole_host(collector: Collector, web: Web) -> None:
    assert_left_alone(collector, web, told(429, "7200"), timedelta(hours=2))


def test_fault_11_429_with_a_date_pauses_the_whole_host(collector: Collector, web: Web) -> None:
    date = format_datetime(START + timedelta(hours=3), usegmt=True)
    assert_left_alone(collector, web, told(429, date), timedelta(hours=3))


@pytest.mark.parametrize(
    ("header", "hours"),
    [
        (None, 1),
        ("-5", 1),
        ("0", 1),
        ("soon", 1),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 1),
        ("31536000", 24),
        ("9" * 40, 1),
        ("Mon, 25 May 2099 06:00:00 GMT", 24),
    ],
)
def test_fault_12_429_without_a_usable_time_pauses_an_hour_and_never_over_a_day(
    collector: Collector, web: Web, header: str | None, hours: int
) -> None:
    assert_left_alone(collector, web, told(429, header), timedelta(hours=hours))


def test_fault_13_503_with_a_time_pauses_the_whole_host(collector: Collector, web: Web) -> None:
    assert_left_alone(collector, web, told(503, "10800"), timedelta(hours=3))


def test_fault_13_503_without_a_time_holds_only_its_source(collector: Collector, web: Web) -> None:
    collector.subscribe(Loud=web.serve("/0", told(503, None)), Wire=web.serve("/1", feed()))
    report = collector.collect()
    assert report.counts["failed"] == 1
    assert "overloaded" in collector.lines("failed")["Loud"]
    assert collector.titles() == ["A new chip"]


def test_fault_10_a_host_that_said_429_is_asked_a_minute_apart_for_a_week(
    collector: Collector, web: Web
) -> None:
    collector.subscribe(Loud=web.serve("/0", told(429, "10")))
    collector.collect()
    web.serve("/0", feed())
    collector.subscribe(**{f"Wire {n}": web.serve(f"/{n}", feed()) for n in range(1, 5)})

    def gaps() -> list[float]:
        web.visits.clear()
        collector.collect()
        times = [visit.began for visit in web.visits]
        return [(b - a).total_seconds() for a, b in itertools.pairwise(times)]

    collector.clock.pass_by(hours=2)
    assert gaps() == pytest.approx([60] * 4)
    collector.clock.pass_by(days=8)
    assert gaps() == pytest.approx([1] * 4)


def test_fault_10_429_with_a_body_that_breaks_off_pauses_all_the_same(
    collector: Collector, web: Web
) -> None:
    broken = Answer(b"not zipped", 429, {"Retry-After": "7200", "Content-Encoding": "gzip"})
    assert_left_alone(collector, web, broken, timedelta(hours=2))


def test_fault_10_a_short_pause_is_waited_for_within_the_round(
    collector: Collector, web: Web
) -> None:
    collector.subscribe(A=web.serve("/0", told(503, "20")), B=web.serve("/1", feed()))
    report = collector.collect()
    assert report.counts["waiting"] == 0
    first, second = (visit.began for visit in web.visits)
    assert second - first == timedelta(seconds=20)
