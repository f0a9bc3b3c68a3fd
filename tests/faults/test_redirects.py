"""Faults 14 to 17: sources that say they are elsewhere."""

from __future__ import annotations

import pytest

from tests.builders_feeds import rss_item
from tests.faults.conftest import Collector
from tests.standins.web import Answer, Web, conditional, feed, moved

NEW = "127.0.0.2"


@pytest.mark.parametrize("status", [301, 308])
def test_fault_14_a_source_moves_after_three_same_answers_over_three_days(
    collector: Collector, web: Web, status: int
) -> None:
    old = web.serve("/f", feed())
    new = web.serve("/new", conditional(feed()), host=NEW)
    collector.subscribe(Wire=old)
    collector.collect()
    web.serve("/f", moved(new, status))
    for hours in (24, 24, 24, 12):
        collector.collect(later=hours)
        assert collector.source("Wire").url == old
    collector.collect(later=12)
    assert collector.source("Wire").url == new
    assert "its address is" in collector.lines("moved")["Wire"]
    asked = len(web.asked("/f"))
    assert collector.collect(later=24).counts["unchanged"] == 1
    assert len(web.asked("/f")) == asked


def test_fault_14_many_answers_in_one_day_move_nothing(collector: Collector, web: Web) -> None:
    old = web.serve("/f", feed())
    collector.subscribe(Wire=old)
    collector.collect()
    web.serve("/f", moved(web.serve("/new", feed(), host=NEW)))
    for _ in range(20):
        collector.collect(later=1)
    assert collector.source("Wire").url == old


def test_fault_14_an_answer_of_another_kind_starts_the_count_anew(
    collector: Collector, web: Web
) -> None:
    old = web.serve("/f", feed())
    new = web.serve("/new", feed(), host=NEW)
    collector.subscribe(Wire=old)
    collector.collect()
    for page in (moved(new), moved(new), feed(), moved(new), moved(new)):
        web.serve("/f", page)
        collector.collect(later=48)
    assert collector.source("Wire").url == old


def test_fault_14_a_feed_without_one_known_item_is_not_believed(
    collector: Collector, web: Web
) -> None:
    old = web.serve("/f", feed())
    spam = feed(rss_item(title="Buy this domain", link="https://spam.example/1"))
    collector.subscribe(Wire=old)
    collector.collect()
    web.serve("/f", moved(web.serve("/new", spam, host=NEW)))
    for _ in range(6):
        collector.collect(later=24)
    assert collector.source("Wire").url == old


def test_fault_14_a_move_onto_another_source_is_told_and_not_made(
    collector: Collector, web: Web
) -> None:
    new = web.serve("/new", feed(), host=NEW)
    old = web.serve("/f", feed())
    collector.subscribe(Wire=old, Other=new)
    collector.collect()
    web.serve("/f", moved(new))
    for _ in range(5):
        collector.collect(later=24)
    assert collector.source("Wire").url == old
    assert "the address of another source" in collector.lines("moved")["Wire"]


def test_fault_14_an_address_with_a_password_never_moves(collector: Collector, web: Web) -> None:
    old = web.serve("/f", feed()).replace("http://", "http://ada:secret@")
    collector.subscribe(Wire=old)
    collector.collect()
    web.serve("/f", moved(web.serve("/new", feed(), host=NEW)))
    for _ in range(5):
        collector.collect(later=24)
    assert collector.source("Wire").url == old
    assert "authorization" in web.asked("/f")[-1].headers
    assert "authorization" not in web.asked("/new")[-1].headers


@pytest.mark.parametrize("status", [302, 303, 307])
def test_fault_15_a_redirect_for_now_never_moves_a_source(
    collector: Collector, web: Web, status: int
) -> None:
    old = web.serve("/f", feed())
    collector.subscribe(Wire=old)
    collector.collect()
    web.serve("/f", moved(web.serve("/new", feed(), host=NEW), status))
    for _ in range(6):
        assert collector.collect(later=24).counts["failed"] == 0
    assert collector.source("Wire").url == old


def test_fault_15_what_follows_a_redirect_for_now_is_not_for_good(
    collector: Collector, web: Web
) -> None:
    old = web.serve("/f", feed())
    collector.subscribe(Wire=old)
    collector.collect()
    new = web.serve("/new", feed(), host=NEW)
    web.serve("/f", moved("/for-now", 302))
    web.serve("/for-now", moved(new, 301))
    for _ in range(6):
        collector.collect(later=24)
    assert collector.source("Wire").url == old


def test_fault_16_a_circle_of_redirects_is_left(collector: Collector, web: Web) -> None:
    web.serve("/b", moved("/f"))
    assert collector.failure(web.serve("/f", moved("/b"))).startswith("redirects in a circle")
    assert len(web.visits) == 2


def test_fault_16_five_redirects_are_followed_and_no_more(collector: Collector, web: Web) -> None:
    for number in range(7):
        web.serve(f"/{number}", moved(f"/{number + 1}"))
    web.serve("/7", feed())
    collector.subscribe(Good=web.url("/2"))
    failure = collector.failure(web.url("/1"))
    assert failure.startswith("redirects more than 5 times")
    assert collector.titles() == ["A new chip"]


@pytest.mark.parametrize("location", ["", "http://[::1/", "http://lab.example:99999/"])
def test_fault_16_a_redirect_to_nowhere_is_said(
    collector: Collector, web: Web, location: str
) -> None:
    failure = collector.failure(web.serve("/f", moved(location)))
    assert "redirects to a malformed address" in failure or "without saying where" in failure


def test_fault_17_a_redirect_to_a_maintenance_page_keeps_the_address(
    collector: Collector, web: Web
) -> None:
    old = web.serve("/f", feed())
    collector.subscribe(Wire=old)
    collector.collect()
    page = Answer(b"<!doctype html><html><body>Back soon</body></html>")
    web.serve("/f", moved(web.serve("/maintenance", page)))
    for _ in range(6):
        collector.collect(later=24)
        assert "it looks like an HTML page" in collector.lines("failed")["Wire"]
    assert collector.source("Wire").url == old
    web.serve("/f", feed())
    assert collector.collect(later=24).counts["failed"] == 0
    assert collector.health("Wire").failures == 0
