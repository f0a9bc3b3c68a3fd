"""Faults 26 to 28: many feeds of one host, many failures at once, headers without end."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import timedelta

import pytest

from tests.builders_feeds import rss_item
from tests.faults.conftest import Collector
from tests.standins.web import START, Answer, Visit, Web, conditional, feed


def gaps(visits: list[Visit]) -> list[timedelta]:
    """From the end of each request to the beginning of the next, at one host."""
    pairs = itertools.pairwise(visits)
    return [after.began - (before.ended or before.began) for before, after in pairs]


def test_fault_26_two_feeds_of_one_host_are_a_second_apart(collector: Collector, web: Web) -> None:
    collector.subscribe(**{f"Wire {n}": web.serve(f"/{n}", feed()) for n in range(3)})
    collector.collect()
    assert gaps(web.visits) == [timedelta(seconds=1)] * 2
    assert web.most_open["127.0.0.1"] == 1


def test_fault_26_a_redirect_within_a_host_waits_its_turn(collector: Collector, web: Web) -> None:
    web.serve("/new", feed())
    collector.subscribe(
        Wire=web.serve("/f", Answer(status=302, headers={"Location": "/new"})),
        Other=web.serve("/other", feed()),
    )
    collector.collect()
    assert len(web.visits) == 3
    assert min(gaps(web.visits)) >= timedelta(seconds=1)


def test_fault_26_500_feeds_of_one_host_do_not_starve_the_others(
    collector: Collector, web: Web
) -> None:
    collector.limit(at_once=4)
    empty = Answer(b'<rss version="2.0"><channel><title>Quiet</title></channel></rss>')
    many = {f"A {n:03}": web.serve(f"/a/{n}", empty, host="127.0.1.1") for n in range(500)}
    few = {f"Z {n}": web.serve(f"/z/{n}", empty, host=f"127.0.2.{n + 1}") for n in range(20)}
    collector.subscribe(**many, **few)
    collector.collect()
    places = [n for n, visit in enumerate(web.visits) if visit.path.startswith("/z/")]
    assert len(web.visits) == 520
    assert max(places) < 60


def test_fault_26_what_a_round_has_no_time_for_is_first_in_the_next(
    collector: Collector, web: Web
) -> None:
    collector.limit(round=10)
    collector.subscribe(**{f"Wire {n:02}": web.serve(f"/{n}", feed()) for n in range(25)})
    first = collector.collect()
    assert first.counts["waiting"] > 10
    assert any("the round was over" in line.reason for line in first.lines)
    collector.collect(later=6)
    collector.collect(later=6)
    assert len({visit.path for visit in web.visits}) == 25


def test_fault_27_what_fails_in_the_same_minute_is_not_tried_again_in_the_same_minute(
    collector: Collector, web: Web
) -> None:
    names = [f"Wire {n}" for n in range(40)]
    hosts = [f"127.0.1.{n + 1}" for n in range(40)]
    for name, host in zip(names, hosts, strict=True):
        collector.subscribe(**{name: web.serve("/f", Answer(b"no", 500), host=host)})
    collector.collect()
    moments = [collector.health(name).next_at for name in names]
    minutes = defaultdict(int)
    for moment in moments:
        assert moment is not None
        minutes[moment.replace(second=0, microsecond=0)] += 1
    assert max(minutes.values()) <= 12
    assert len(minutes) >= 6
    assert min(moments) >= START + timedelta(minutes=54)  # type: ignore[type-var]


def test_fault_27_a_source_that_fails_for_weeks_is_asked_daily_and_never_given_up(
    collector: Collector, web: Web
) -> None:
    collector.subscribe(Wire=web.serve("/f", Answer(b"no", 500)))
    for _ in range(14 * 24 // 2):
        collector.collect(later=2)
    times = [visit.began for visit in web.visits]
    assert len([moment for moment in times if moment <= START + timedelta(hours=11)]) <= 6
    last = [b - a for a, b in zip(times[-6:], times[-5:], strict=False)]
    assert all(timedelta(hours=19) <= gap <= timedelta(hours=25) for gap in last)
    web.serve("/f", feed())
    collector.collect(later=25)
    assert collector.titles() == ["A new chip"]


def test_fault_26_a_dead_host_of_many_feeds_costs_a_round_three_tries(
    collector: Collector, web: Web, good: str
) -> None:
    dead = "http://127.0.2.9:9"
    collector.subscribe(Good=good, **{f"Wire {n:02}": f"{dead}/{n}" for n in range(40)})
    report = collector.collect()
    assert (report.counts["failed"], report.counts["waiting"]) == (3, 37)
    assert "37 of the sources" in collector.lines("waiting")
    assert collector.collect(later=2).counts["failed"] == 3
    asked = [name for name, health in collector.store.visits.healths().items() if health.failures]
    assert len(asked) >= 5


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Long": "x" * 65_536},
        {f"X-Cookie-{number}": "a=b" for number in range(1_000)},
    ],
)
def test_fault_28_headers_without_end_are_refused(
    collector: Collector, web: Web, good: str, headers: dict[str, str]
) -> None:
    collector.subscribe(Good=good)
    failure = collector.failure(web.serve("/f", Answer(b"<rss/>", headers={**headers})))
    assert failure.startswith("the headers of the answer are too long")
    assert collector.titles() == ["A new chip"]


def test_fault_28_cookies_are_not_kept(collector: Collector, web: Web) -> None:
    collector.subscribe(Wire=web.serve("/f", feed(Set_Cookie="id=7; Path=/")))
    collector.collect()
    collector.collect(later=6)
    assert "cookie" not in web.visits[-1].headers


def test_a_week_of_rounds_is_polite(collector: Collector, web: Web) -> None:
    """Counted by the server, over a simulated week of three rounds a day."""
    web.thinking = 0.002
    for number in range(30):
        host = f"127.0.1.{number % 5 + 1}"
        item = rss_item(title=f"Report {number}", link=f"https://lab.example/{number}")
        web.serve(f"/{number}", conditional(feed(item)), host)
        collector.subscribe(**{f"Wire {number}": web.url(f"/{number}", host)})
    told: list[Visit] = []

    def limited(visit: Visit) -> Answer:
        told.append(visit)
        return Answer(b"", 429, {"Retry-After": "40000"})

    collector.subscribe(Loud=web.serve("/loud", limited, "127.0.3.1"))
    collector.subscribe(Next=web.serve("/next", conditional(feed()), "127.0.3.1"))
    for _ in range(21):
        collector.collect(later=8)
    by_host = defaultdict(list)
    for visit in web.visits:
        by_host[visit.host].append(visit)
    assert all(most == 1 for most in web.most_open.values())
    assert all(min(gaps(visits)) >= timedelta(seconds=1) for visits in by_host.values())
    full = defaultdict(int)
    for visit in web.visits:
        full[visit.path] += visit.full
    assert max(full.values()) == 1
    assert sum(full.values()) == 31
    for visit in told:
        waits = [v.began - visit.began for v in by_host["127.0.3.1"] if v.began > visit.began]
        assert not waits or min(waits) >= timedelta(seconds=40_000)
    assert told
