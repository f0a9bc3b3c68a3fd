"""Sources that are no feeds: pages, Hacker News, lines of JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from digest.model import Selectors, Source
from digest.sources.page import MOST_ITEMS
from tests.faults.conftest import Collector
from tests.standins.web import Answer, Web, moved

NEWS = Selectors(item="article", summary="p.lead")
PAGE = """<html><head><title>News</title></head><body><nav><a href="/">Home</a></nav>
<article><time datetime="2026-05-20T08:00:00Z">last week</time>
<h2>A new chip &amp; its price</h2><p class="lead">It ships in June.</p><a href="/chip">More</a>
</article>
<article><a href="https://lab.example/model?utm_source=home">A model that <b>fits</b></a></article>
</body></html>"""


def html(text: str, content_type: str = "text/html; charset=utf-8") -> Answer:
    return Answer(text.encode(), headers={"Content-Type": content_type})


def subscribe(collector: Collector, kind: str, url: str, selectors: Selectors = NEWS) -> None:
    source = Source("News", url, kind, selectors=selectors)
    collector.store.content.add_sources([source])


def failure(collector: Collector) -> str:
    collector.collect()
    return collector.lines("failed")["News"]


def refused(collector: Collector) -> list[str]:
    return [line.reason for line in collector.collect().lines if line.kind == "refused"]


# --- pages


def test_a_page_gives_the_items_that_its_selectors_find(collector: Collector, web: Web) -> None:
    subscribe(collector, "page", web.serve("/news", html(PAGE)))
    collector.collect()
    model, chip = sorted(collector.items(), key=lambda item: item.title)
    assert (model.title, model.link) == ("A model that fits", "https://lab.example/model")
    assert (chip.title, chip.summary) == ("A new chip & its price", "It ships in June.")
    assert chip.link == web.url("/chip")
    assert chip.published == datetime(2026, 5, 20, 8, tzinfo=UTC)
    assert {chip.source, model.source} == {"News"}


def test_every_part_may_have_a_selector_of_its_own(collector: Collector, web: Web) -> None:
    page = """<base href="https://lab.example/en/"><div class="row"><h3>Research</h3>
    <span class="t">A new chip</span><i>20 May 2026</i><b><a href="1">x</a></b>
    <a href="2">y</a></div>"""
    selectors = Selectors(".row", ".t", "b", "h3", "i")
    subscribe(collector, "page", web.serve("/news", html(page)), selectors)
    collector.collect()
    (item,) = collector.items()
    assert (item.title, item.summary) == ("A new chip", "Research")
    assert item.link == "https://lab.example/en/1"
    assert item.published == datetime(2026, 5, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entry", "css"),
    [
        ('<a class="card" href="https://lab.example/1"><h3>A new chip</h3></a>', ".card"),
        ('<a href="https://lab.example/1"><div class="card">A new chip</div></a>', ".card"),
        ('<li><a href="https://lab.example/1">A new chip</a></li>', "li"),
    ],
)
def test_the_link_may_be_in_around_or_the_element_itself(
    collector: Collector, web: Web, entry: str, css: str
) -> None:
    subscribe(collector, "page", web.serve("/news", html(entry)), Selectors(css))
    collector.collect()
    assert [(i.title, i.link) for i in collector.items()] == [
        ("A new chip", "https://lab.example/1")
    ]


def test_an_encoding_that_only_the_page_names_is_taken(collector: Collector, web: Web) -> None:
    text = '<meta charset="windows-1251"><article><a href="/1">Новый чип и его цена</a></article>'
    page = Answer(text.encode("cp1251"), headers={"Content-Type": "text/html"})
    subscribe(collector, "page", web.serve("/news", page))
    collector.collect()
    assert collector.titles() == ["Новый чип и его цена"]


def test_an_entry_without_a_link_is_refused_and_the_others_stay(
    collector: Collector, web: Web
) -> None:
    page = html(PAGE.replace("</body>", "<article><h2>No link</h2></article></body>"))
    subscribe(collector, "page", web.serve("/news", page))
    assert len(refused(collector)) == 1
    assert len(collector.items()) == 2


@pytest.mark.parametrize(
    ("page", "selectors", "words"),
    [
        (PAGE, Selectors("li.post"), "`li.post` finds nothing in "),
        (PAGE, Selectors("article["), "`article[` is no CSS selector"),
        (PAGE, Selectors("article", "x|y"), "`x|y` is no CSS selector"),
        (PAGE, Selectors(), "needs a selector that finds its items"),
        (PAGE, Selectors("title"), "no element that `title` finds in "),
        (" ", NEWS, "is an empty page"),
        ("<p>x" * (MOST_ITEMS + 1), Selectors("p"), "finds 1001 elements, more than 1000"),
    ],
)
def test_selectors_that_do_not_fit_are_an_error_in_words(
    collector: Collector, web: Web, page: str, selectors: Selectors, words: str
) -> None:
    subscribe(collector, "page", web.serve("/news", html(page)), selectors)
    assert words in failure(collector)


def test_a_page_of_endless_elements_is_refused(collector: Collector, web: Web) -> None:
    collector.limit(size=4_000_000, first_byte=5, total=10)
    subscribe(collector, "page", web.serve("/news", html("<i>" * 500_001)))
    assert "more than 500,000 elements" in failure(collector)


def test_a_page_asked_again_gives_nothing_new(collector: Collector, web: Web) -> None:
    subscribe(collector, "page", web.serve("/news", html(PAGE)))
    collector.collect()
    assert collector.collect(later=24).counts["new"] == 0


def test_a_page_that_redirects_has_links_relative_to_where_it_is(
    collector: Collector, web: Web
) -> None:
    web.serve("/en/news/", html('<article><a href="chip">A new chip</a></article>'))
    subscribe(collector, "page", web.serve("/news", moved("/en/news/")))
    collector.collect()
    assert [item.link for item in collector.items()] == [web.url("/en/news/chip")]


# --- Hacker News


def hits(*found: object) -> Answer:
    headers: dict[str, str | None] = {"Content-Type": "application/json"}
    return Answer(json.dumps({"hits": found}).encode(), headers=headers)


STORY = {
    "objectID": "4711",
    "title": "A chip with < 1 W",
    "url": "https://lab.example/chip",
    "points": 312,
    "created_at": "2026-05-24T08:00:00Z",
}


def test_a_story_of_hacker_news_has_points_and_a_page_of_its_own(
    collector: Collector, web: Web
) -> None:
    ask = {"objectID": 4712, "title": "Ask HN: Which chip?", "url": None, "points": 0}
    subscribe(collector, "hackernews", web.serve("/s", hits(STORY, {**ask, "story_text": "<p>x"})))
    collector.collect()
    chip, asked = sorted(collector.items(), key=lambda item: item.title)
    assert (chip.title, chip.points) == ("A chip with < 1 W", 312)
    assert chip.link == "https://lab.example/chip"
    assert chip.published == datetime(2026, 5, 24, 8, tzinfo=UTC)
    assert (asked.link, asked.points) == ("https://news.ycombinator.com/item?id=4712", 0)
    assert len(web.visits) == 1


def test_a_hit_that_is_no_story_is_refused(collector: Collector, web: Web) -> None:
    subscribe(collector, "hackernews", web.serve("/s", hits(STORY, "x", {"title": "No number"})))
    assert len(refused(collector)) == 2
    assert len(collector.items()) == 1


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"hits": 3}', b"[" * 200_000, b"\xff"])
def test_what_is_no_answer_of_hacker_news_is_an_error(
    collector: Collector, web: Web, body: bytes
) -> None:
    subscribe(collector, "hackernews", web.serve("/s", Answer(body)))
    assert "is no answer of the search of Hacker News" in failure(collector)


# --- lines of JSON


def test_lines_of_json_are_items_under_the_name_of_their_source(
    collector: Collector, web: Web
) -> None:
    line = {"id": "1", "title": "A new chip", "url": "https://lab.example/1", "source": "Other"}
    body = json.dumps(line).encode() + b"\n{broken\n"
    subscribe(collector, "jsonl", web.serve("/items.jsonl", Answer(body)))
    assert refused(collector) == ["broken JSON: Expecting property name enclosed in double quotes"
                                  " at column 2"]  # fmt: skip
    (item,) = collector.items()
    assert (item.title, item.source, item.guid) == ("A new chip", "News", "1")
    assert item.id != "1"


@pytest.mark.parametrize(
    ("body", "reason"), [(b"hello\n", "holds no item: broken JSON"), (b"\n", "it is empty")]
)
def test_a_file_without_one_item_is_an_error(
    collector: Collector, web: Web, body: bytes, reason: str
) -> None:
    subscribe(collector, "jsonl", web.serve("/items.jsonl", Answer(body)))
    assert reason in failure(collector)


# --- other kinds


def test_a_kind_of_another_version_is_said(collector: Collector, web: Web) -> None:
    subscribe(collector, "pigeon", web.serve("/f", html(PAGE)))
    assert "sources of the kind `pigeon` are not known" in failure(collector)
