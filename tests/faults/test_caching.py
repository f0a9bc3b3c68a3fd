"""Faults 7 to 9: answers that say "nothing newer", rightly and wrongly."""

from __future__ import annotations

import asyncio

from tests.builders_feeds import rss_item
from tests.faults.conftest import Collector
from tests.standins.web import Answer, Visit, Web, conditional, feed


def test_fault_07_a_304_keeps_what_is_there_and_renews_the_validators(
    collector: Collector, web: Web
) -> None:
    date = "Mon, 25 May 2026 05:00:00 GMT"
    url = web.serve("/f", feed(ETag='"a"', Last_Modified=date))
    collector.subscribe(Wire=url)
    collector.collect()
    web.serve("/f", Answer(status=304, headers={"ETag": '"b"', "Content-Length": None}))
    report = collector.collect(later=6)
    assert report.counts["unchanged"] == 1
    assert report.counts["failed"] == 0
    asked = web.asked("/f")[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"a"', date)
    validators = collector.health("Wire").validators
    assert (validators.etag, validators.last_modified) == ('"b"', date)
    assert collector.titles() == ["A new chip"]


def test_fault_07_a_304_with_a_body_harms_nothing(collector: Collector, web: Web) -> None:
    async def with_body(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello")

    collector.subscribe(Wire=web.serve("/f", feed(ETag='"a"')))
    collector.collect()
    web.serve("/f", with_body)
    collector.collect(later=6)
    assert collector.titles() == ["A new chip"]
    web.serve("/f", feed(rss_item(title="Another", link="https://lab.example/2")))
    collector.collect(later=6)
    assert collector.titles() == ["A new chip", "Another"]
    assert "if-none-match" not in web.asked("/f")[-1].headers


def test_fault_07_a_304_that_nobody_asked_for_is_an_error(collector: Collector, web: Web) -> None:
    collector.subscribe(Wire=web.serve("/f", feed()))
    collector.collect()
    web.serve("/f", Answer(status=304, headers={"ETag": '"b"'}))
    collector.collect(later=6)
    assert collector.lines("failed")["Wire"].startswith("answered 304 Not Modified")
    assert collector.health("Wire").validators.etag == ""
    assert collector.titles() == ["A new chip"]


def test_fault_08_etags_that_change_or_break_bring_no_item_twice(
    collector: Collector, web: Web
) -> None:
    collector.subscribe(Wire=web.serve("/f", feed(ETag='W/"a"')))
    assert collector.collect().counts["new"] == 1
    for etag in ('W/"b"', "bare", '"c', "\u00e9", "x" * 5_000, ""):
        web.serve("/f", feed(ETag=etag))
        report = collector.collect(later=6)
        assert (report.counts["new"], report.counts["known"]) == (0, 1)
    sent = [visit.headers.get("if-none-match", "") for visit in web.asked("/f")]
    assert sent == ["", 'W/"a"', 'W/"b"', "bare", '"c', "", ""]


def test_fault_08_validators_are_sent_to_the_address_that_gave_them_only(
    collector: Collector, web: Web
) -> None:
    there = web.serve("/new", conditional(feed()))
    collector.subscribe(Wire=web.serve("/f", feed(ETag='"old"')))
    collector.collect()
    web.serve("/f", Answer(status=302, headers={"Location": there}))
    collector.collect(later=6)
    collector.collect(later=6)
    sent = [visit.headers.get("if-none-match", "") for visit in web.visits]
    assert sent == ["", '"old"', "", "", '"v1"']


def test_fault_09_a_broken_last_modified_is_not_sent_back(collector: Collector, web: Web) -> None:
    collector.subscribe(Wire=web.serve("/f", feed(Last_Modified="yesterday, or so")))
    collector.collect()
    collector.collect(later=6)
    assert "if-modified-since" not in web.asked("/f")[-1].headers
    assert collector.titles() == ["A new chip"]


def test_fault_09_what_expires_at_0_is_asked_for_in_full(collector: Collector, web: Web) -> None:
    def careless(visit: Visit) -> Answer:
        """Says "nothing newer" to whoever asks by date, whatever is new."""
        if "if-modified-since" in visit.headers:
            return Answer(status=304)
        number = len(web.asked("/f"))
        item = rss_item(title=f"Report {number}", link=f"https://lab.example/{number}")
        return feed(item, Expires="0", Last_Modified="Mon, 25 May 2026 05:00:00 GMT")

    collector.subscribe(Wire=web.serve("/f", careless))
    collector.collect()
    collector.collect(later=6)
    assert collector.titles() == ["Report 1", "Report 2"]
