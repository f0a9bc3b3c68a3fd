"""Fault 73: the feed of a site, found from its address in at most four requests."""

from __future__ import annotations

import pytest

from digest.errors import InputError, SourceError
from digest.pipeline.subscribing import Subscription, subscribe
from digest.sources.discovery import feeds_named_in, full_address, known_place
from tests.builders_feeds import rss, rss_item
from tests.faults.conftest import Collector
from tests.standins.web import Answer, Web, feed, moved


def page(head: str = "", body: str = "") -> Answer:
    text = f"<!doctype html><html><head><title>Lab</title>{head}</head><body>{body}</body></html>"
    return Answer(text.encode(), headers={"Content-Type": "text/html"})


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def comments() -> Answer:
    item = rss_item(title="A comment", link="https://lab.example/c")
    return Answer(rss(item, title="Comments for the Lab"))


def add(collector: Collector, url: str, name: str = "") -> Subscription:
    return subscribe(
        collector.store,
        collector._settings,
        url,
        now=collector.clock.now(),
        name=name,
        manners=collector.manners,
        clock=collector.clock,
    )


def paths(web: Web) -> list[str]:
    return [visit.path for visit in web.visits]


def test_fault_73_a_plain_feed_address_costs_one_request_and_brings_its_items(
    collector: Collector, web: Web
) -> None:
    added = add(collector, web.serve("/f", feed(ETag='"a"')))
    assert paths(web) == ["/f"]
    assert (added.source.name, added.source.url) == ("The Lab", web.url("/f"))
    assert added.report.counts["new"] == 1
    assert collector.titles() == ["A new chip"]
    collector.collect(later=6)
    assert web.visits[-1].headers["if-none-match"] == '"a"'


def test_fault_73_of_several_feeds_the_comments_come_last(collector: Collector, web: Web) -> None:
    head = (
        link("/comments/feed", "Lab » Comments Feed")
        + link("feeds/all.atom", "Lab", "application/atom+xml")
        + link("/news.json", "News", "application/feed+json")
    )
    web.serve("/comments/feed", comments())
    web.serve("/blog/feeds/all.atom", feed())
    added = add(collector, web.serve("/blog/", page(head)))
    assert added.source.url == web.url("/blog/feeds/all.atom")
    assert added.others == (web.url("/news.json"), web.url("/comments/feed"))
    assert len(web.visits) == 2


def test_fault_73_a_feed_of_comments_is_better_than_none(collector: Collector, web: Web) -> None:
    web.serve("/comments/feed", comments())
    added = add(collector, web.serve("/", page(link("/comments/feed", "Comments"))))
    assert added.source.name == "Comments for the Lab"
    assert len(web.visits) == 4


def test_fault_73_a_relative_link_follows_the_base_of_its_page(
    collector: Collector, web: Web
) -> None:
    web.serve("/deep/f.xml", feed())
    added = add(collector, web.serve("/a/b", page('<base href="/deep/">' + link("f.xml"))))
    assert added.source.url == web.url("/deep/f.xml")


@pytest.mark.parametrize(("place", "requests"), [("/feed", 2), ("/rss.xml", 3), ("/atom.xml", 4)])
def test_fault_73_a_page_that_names_none_is_asked_in_the_usual_places(
    collector: Collector, web: Web, place: str, requests: int
) -> None:
    web.serve(place, feed())
    added = add(collector, web.serve("/", page()))
    assert added.source.url == web.url(place)
    assert len(web.visits) == requests


@pytest.mark.parametrize("href", ["/all.rss", "/rss", "/index.php?format=feed", "/blog/feed/"])
def test_fault_73_a_feed_linked_in_the_body_is_found(
    collector: Collector, web: Web, href: str
) -> None:
    web.serve(href, feed())
    added = add(collector, web.serve("/", page(body=f'<p><a href="{href}">Subscribe</a>')))
    assert added.source.url == web.url(href)
    assert len(web.visits) == 2


def test_fault_73_no_more_than_four_requests_and_then_it_is_said(
    collector: Collector, web: Web
) -> None:
    heads = "".join(link(f"/{number}") for number in range(9))
    with pytest.raises(SourceError, match="no feed was found at") as caught:
        add(collector, web.serve("/", page(heads)))
    assert "give its address" in caught.value.hint
    assert len(web.visits) == 4
    assert collector.store.content.sources() == ()


def test_fault_73_redirects_count_among_the_four(collector: Collector, web: Web) -> None:
    for number in range(3):
        web.serve(f"/{number}", moved(f"/{number + 1}", 302))
    web.serve("/3", page(link("/f")))
    web.serve("/f", feed())
    with pytest.raises(SourceError):
        add(collector, web.url("/0"))
    assert paths(web) == ["/0", "/1", "/2", "/3"]


def test_fault_73_an_address_that_moved_for_good_is_stored_where_it_is(
    collector: Collector, web: Web
) -> None:
    web.serve("/new", feed())
    assert add(collector, web.serve("/old", moved("/new"))).source.url == web.url("/new")


def test_fault_73_a_site_that_does_not_answer_is_said(collector: Collector, web: Web) -> None:
    with pytest.raises(SourceError, match="no feed was found: answered 404 Not Found"):
        add(collector, web.url("/nothing"))
    assert len(web.visits) == 1


def test_fault_73_an_address_that_is_known_costs_nothing(collector: Collector, web: Web) -> None:
    url = web.serve("/f", feed())
    web.serve("/", page(link("/f")))
    add(collector, url)
    with pytest.raises(InputError, match="source `The Lab` has the address"):
        add(collector, url)
    assert len(web.visits) == 1
    with pytest.raises(InputError, match="source `The Lab` has the address"):
        add(collector, web.url("/"))
    assert len(collector.store.content.sources()) == 1


def test_fault_73_names_are_told_apart(collector: Collector, web: Web) -> None:
    names = [add(collector, web.serve(f"/{n}", feed())).source.name for n in range(3)]
    assert names == ["The Lab", "The Lab (127.0.0.1)", "The Lab (127.0.0.1) #2"]
    assert add(collector, web.serve("/4", feed()), name="Mine").source.name == "Mine"
    with pytest.raises(InputError, match="a source is called `Mine` already"):
        add(collector, web.serve("/5", feed()), name="Mine")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lab.example", "https://lab.example"),
        ("lab.example:8080/f", "https://lab.example:8080/f"),
        ("feed://lab.example/f", "https://lab.example/f"),
        ("feed:https://lab.example/f", "https://lab.example/f"),
        (" http://lab.example/f ", "http://lab.example/f"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ],
)
def test_fault_73_what_people_type_is_understood(typed: str, meant: str) -> None:
    assert full_address(typed) == meant


YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}", f"{YOUTUBE}?channel_id={CHANNEL}"),
        ("https://youtube.com/playlist?list=PL123", f"{YOUTUBE}?playlist_id=PL123"),
        ("https://www.youtube.com/@lab", ""),
        ("https://github.com/lab/chip", "https://github.com/lab/chip/releases.atom"),
        ("https://github.com/lab/chip.git", "https://github.com/lab/chip/releases.atom"),
        (
            "https://github.com/lab/chip/commits/main",
            "https://github.com/lab/chip/commits/main.atom",
        ),
        ("https://github.com/lab/chip/tags", "https://github.com/lab/chip/tags.atom"),
        ("https://github.com/lab", "https://github.com/lab.atom"),
        ("https://github.com/lab/chip/releases.atom", ""),
        ("https://github.com/topics/llm", ""),
        ("https://lab.example/channel/x", ""),
        ("https://[lab.example", ""),
    ],
)
def test_fault_73_pages_of_youtube_and_github_have_known_places(address: str, place: str) -> None:
    assert known_place(address) == place


def test_fault_73_a_channel_is_read_from_its_page() -> None:
    html = f'<html><script>{{"channelId":"{CHANNEL}"}}</script></html>'.encode()
    assert feeds_named_in(html, "https://www.youtube.com/@lab") == (
        [f"{YOUTUBE}?channel_id={CHANNEL}"],
        [],
    )
    assert feeds_named_in(html, "https://lab.example/") == ([], [])
    assert feeds_named_in(b"<html></html>", "https://www.youtube.com/@lab") == ([], [])


@pytest.mark.parametrize(
    "html",
    [b"", b"   ", b"\x00\x01", b"<base href='http://[::1'><link rel=alternate href='http://[x'>"],
)
def test_fault_73_a_broken_page_names_nothing(html: bytes) -> None:
    assert feeds_named_in(html, "https://lab.example/") == ([], [])


def test_fault_73_links_that_are_no_feeds_are_left_out() -> None:
    html = (
        b'<link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/rss.css">'
        b'<link rel="alternate" type="application/rss+xml" href="javascript:feed()">'
        b'<a href="/feedback">Say</a><a href="mailto:rss@lab.example">x</a><a href="http://[/rss">y</a>'
    )
    assert feeds_named_in(html, "https://lab.example/") == ([], [])


def test_fault_73_a_site_behind_too_many_redirects_is_said(collector: Collector, web: Web) -> None:
    for number in range(5):
        web.serve(f"/{number}", moved(f"/{number + 1}", 302))
    with pytest.raises(SourceError, match="needs more than 4 requests"):
        add(collector, web.url("/0"))
    assert len(web.visits) == 4


def test_fault_73_a_known_source_without_a_web_address_is_in_nobodys_way(
    collector: Collector, web: Web
) -> None:
    collector.subscribe(Odd="not an address")
    assert add(collector, web.serve("/f", feed())).source.name == "The Lab"
