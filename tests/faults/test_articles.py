"""Fault 66: what stands at an article's address is used only if it is the article."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest

from digest.model import Issue, Item, RunReport
from digest.pipeline.drafting import draft, lint
from digest.settings import Settings, load_settings
from digest.sources.article import LIMITS
from digest.sources.fetched import Manners
from digest.store import Store
from tests.builders import NOW, make_item
from tests.faults.conftest import Collector
from tests.standins.web import HOSTS, Answer, FastClock, Page, Web, moved

HTML = {"Content-Type": "text/html; charset=utf-8"}
SUMMARY = "Northwind has shown an accelerator that holds long contexts in its own memory."
MORE = "The accelerator draws 350 watts and ships in October to three cloud providers."
SIDEBAR = (
    "A bridge over the river was closed for repairs on Monday. "
    "Drivers take the road along the bank until the summer, the city council said."
)

TITLES = [
    "Northwind shows an accelerator for AI models with long contexts",
    "Harbour Labs opens the weights of a language model for law",
    "Fenwick Cloud cuts the price of renting graphics processors",
    "Regulator in Lisbon fines a chatbot maker over training data",
    "Robots learn to fold laundry from video in a Zurich study",
]


def page(*paragraphs: str, more: str = "") -> Answer:
    """A page with an article of these paragraphs, a menu and a foot."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Answer(
        f"<!DOCTYPE html><html><head><title>Northwind</title>{more}</head><body><nav><a href='/'>"
        f"Home</a></nav><main><article><h1>Northwind shows an accelerator</h1>{body}</article>"
        "</main><footer>All rights reserved.</footer></body></html>".encode(),
        headers=dict(HTML),
    )


ARTICLE = page(SUMMARY, MORE, "The company named no price for it.")


class Desk:
    """Drafts of one story, which has its article at a web that misbehaves."""

    def __init__(self, collector: Collector, web: Web) -> None:
        self.store: Store = collector.store
        self.clock = FastClock(NOW)
        web.clock = self.clock
        rules = msgspec.structs.replace(collector._settings.rules, articles=True)
        self.settings: Settings = replace(collector._settings, rules=rules)
        self.manners = Manners("https://recap.example", HOSTS, replace(LIMITS, total=0.8))
        self.report = RunReport("draft", NOW, {}, ())

    def add(self, url: str, **fields: str) -> Item:
        title = "Northwind shows an accelerator for AI models with long contexts"
        item = make_item(url=url, **{"title": title, "summary": SUMMARY, **fields})
        self.store.content.add_items([item], at=item.first_seen)
        return item

    def draft(self) -> Issue:
        def keep(report: RunReport) -> None:
            self.report = report

        return draft(
            self.store,
            self.settings,
            now=NOW - timedelta(hours=8),
            on_report=keep,
            manners=self.manners,
            clock=self.clock,
        )

    def reasons(self) -> list[str]:
        """Why articles are not used, as the report says."""
        return [line.reason for line in self.report.lines if line.kind == "unread"]


@pytest.fixture
def desk(collector: Collector, web: Web) -> Desk:
    return Desk(collector, web)


def words(issue: Issue) -> str:
    """What the briefs say."""
    return str([story.brief for story in issue.stories])


def refused(desk: Desk, web: Web, answer: Page) -> str:
    """Why the article is not used that this answer holds; the draft is made all the same."""
    desk.add(web.serve("/a", answer))
    issue = desk.draft()
    assert [story.lead.summary for story in issue.stories] == [SUMMARY]
    (reason,) = desk.reasons()
    return reason


def test_an_article_goes_into_the_brief_and_the_item_stays_as_it_is(desk: Desk, web: Web) -> None:
    item = desk.add(web.serve("/a", ARTICLE))
    issue = desk.draft()
    assert "350 watts" in words(issue)
    assert (desk.reasons(), desk.report.counts["articles read"]) == ([], 1)
    assert desk.store.content.items(before=NOW) == (item,)
    assert [
        finding for finding in lint(desk.store, desk.settings, issue) if finding.level == "error"
    ] == []


def test_an_article_is_fetched_once_and_its_robots_once_a_day(desk: Desk, web: Web) -> None:
    desk.add(web.serve("/a", ARTICLE))
    first = desk.draft()
    again = desk.draft()
    assert words(again) == words(first)
    assert [visit.path for visit in web.visits] == ["/robots.txt", "/a"]
    assert desk.report.counts["articles read before"] == 1
    desk.clock.pass_by(hours=25)
    desk.draft()
    assert len(web.visits) == 2


def test_a_robots_txt_that_was_read_today_is_not_asked_for_again(desk: Desk, web: Web) -> None:
    desk.add(web.serve("/a", ARTICLE))
    desk.draft()
    desk.add(web.serve("/b", ARTICLE), title=TITLES[1], summary="")
    desk.draft()
    assert [visit.path for visit in web.visits] == ["/robots.txt", "/a", "/b"]


def test_a_page_without_a_text_is_asked_for_again_after_a_day(desk: Desk, web: Web) -> None:
    assert "answered 404" in refused(desk, web, Answer(b"no", 404))
    desk.draft()
    assert len(web.asked("/a")) == 1
    assert "answered 404" in desk.reasons()[0]
    web.serve("/a", ARTICLE)
    desk.clock.pass_by(hours=25)
    assert "350 watts" in words(desk.draft())
    assert len(web.asked("/robots.txt")) == 2


@pytest.mark.parametrize(
    "answer",
    [
        page(SUMMARY, "Subscribe to continue reading."),
        page("We and our 812 partners store and read cookies on your device to show adverts."),
        page("Please enable JavaScript to view this page, then load it again in your browser."),
    ],
    ids=["paywall", "cookies", "scripts"],
)
def test_fault_66_the_text_of_a_wall_is_not_used(desk: Desk, web: Web, answer: Answer) -> None:
    assert "shows a wall" in refused(desk, web, answer)


def test_fault_66_a_page_that_says_it_is_paid_for_is_not_used(desk: Desk, web: Web) -> None:
    mark = '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>'
    answer = page(SUMMARY, MORE, more=mark)
    assert refused(desk, web, answer) == "the page says that its text is for subscribers"


def test_fault_66_the_text_of_a_sidebar_is_not_used(desk: Desk, web: Web) -> None:
    assert refused(desk, web, page(SIDEBAR)) == "the text of the page is not of this article"


def test_fault_66_a_sidebar_beside_the_article_does_not_come_with_it(desk: Desk, web: Web) -> None:
    body = ARTICLE.body.replace(
        b"</main>", f"</main><aside class='sidebar related'><p>{SIDEBAR}</p></aside>".encode()
    )
    desk.add(web.serve("/a", Answer(body, headers=dict(HTML))))
    (story,) = desk.draft().stories
    assert "350 watts" in story.lead.summary
    assert "bridge" not in story.lead.summary


async def _silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_silent, "not finished within 0.8 s"),
        (Answer(b"<html>" + b"x" * 5_000_000, headers=dict(HTML)), "is larger than 4 MiB"),
        (Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "application/pdf"),
        (Answer(b"<html></html>", headers=dict(HTML)), "has no text of an article"),
        (moved("/a"), "redirects in a circle"),
        (moved("http://10.0.0.1/a"), "a private address"),
        (moved("file:///etc/passwd"), "is not an http or https address"),
    ],
    ids=["slow", "huge", "pdf", "empty", "circle", "private", "file"],
)
def test_a_page_that_cannot_be_had_leaves_the_summary(
    desk: Desk, web: Web, answer: Page, reason: str
) -> None:
    assert reason in refused(desk, web, answer)


def test_a_page_that_takes_the_reader_too_long_is_left(
    desk: Desk, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.sources.article._WORKER.ask", lambda _: None)
    assert refused(desk, web, ARTICLE) == "the page takes too long to read"


def test_robots_are_obeyed(desk: Desk, web: Web) -> None:
    web.serve("/robots.txt", Answer(b"User-agent: weekly-ai-recap\nDisallow: /\n"))
    assert "robots.txt asks programs not to read it" in refused(desk, web, ARTICLE)
    assert web.asked("/a") == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_where_robots_cannot_be_read_nothing_is(desk: Desk, web: Web, status: int) -> None:
    web.serve("/robots.txt", Answer(b"no", status))
    assert "its robots.txt could not be read" in refused(desk, web, ARTICLE)
    assert web.asked("/a") == []


def test_an_empty_robots_allows_all(desk: Desk, web: Web) -> None:
    web.serve("/robots.txt", Answer(b""))
    desk.add(web.serve("/a", ARTICLE))
    assert "350 watts" in words(desk.draft())


def test_a_redirect_is_asked_for_as_its_own_site_allows(desk: Desk, web: Web) -> None:
    there = web.serve("/b", ARTICLE, host="127.0.0.2")
    web.serve("/robots.txt", Answer(b"User-agent: *\nDisallow: /b\n"), host="127.0.0.2")
    assert "asks programs not to read it" in refused(desk, web, moved(there))
    assert web.asked("/b") == []


def test_a_redirect_is_followed_where_it_may_be(desk: Desk, web: Web) -> None:
    web.serve("/robots.txt", moved(web.serve("/rules", Answer(b"User-agent: *\nAllow: /\n"))))
    desk.add(web.serve("/a", moved(web.serve("/b", ARTICLE, host="127.0.0.2"))))
    assert "350 watts" in words(desk.draft())


def test_endless_redirects_of_robots_close_the_site(desk: Desk, web: Web) -> None:
    for number in range(9):
        web.serve(f"/r{number}", moved(f"/r{number + 1}"))
    web.serve("/robots.txt", moved("/r0"))
    assert "could not be read: redirects more than 5 times" in refused(desk, web, ARTICLE)


def test_endless_redirects_end(desk: Desk, web: Web) -> None:
    for number in range(9):
        web.serve(f"/r{number}", moved(f"/r{number + 1}"))
    assert "redirects more than 5 times" in refused(desk, web, moved("/r0"))
    assert len(web.visits) == 7


def test_one_host_is_asked_one_page_at_a_time_a_second_apart(desk: Desk, web: Web) -> None:
    for number, title in enumerate(TITLES[:3]):
        desk.add(web.serve(f"/{number}", ARTICLE), title=title, id=f"i{number}")
    desk.draft()
    began = [visit.began for visit in web.visits]
    assert len(began) == 4
    gaps = [(after - before).total_seconds() for before, after in pairwise(began)]
    assert min(gaps) >= 1
    assert web.most_open["127.0.0.1"] == 1


@pytest.mark.parametrize(("delay", "read"), [("7", 1), ("600", 0)])
def test_a_site_that_asks_for_pauses_gets_them_or_is_left(
    desk: Desk, web: Web, delay: str, read: int
) -> None:
    web.serve("/robots.txt", Answer(f"User-agent: *\nCrawl-delay: {delay}\n".encode()))
    desk.add(web.serve("/a", ARTICLE))
    desk.draft()
    assert desk.report.counts["articles read"] == len(web.asked("/a")) == read
    if not read:
        assert desk.reasons() == ["its site asks for 600 s between requests"]


def test_without_a_network_three_hosts_are_tried_and_the_draft_is_made(
    desk: Desk, web: Web
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    desk.manners = replace(desk.manners, limits=replace(desk.manners.limits, at_once=1))
    for number, title in enumerate(TITLES):
        desk.add(f"http://127.0.0.{number + 1}:{port}/a", id=f"i{number}", title=title)
    issue = desk.draft()
    assert len(issue.stories) == 5
    assert sorted(reason.partition(": ")[0] for reason in desk.reasons()) == [
        *["3 hosts in a row were not reached"] * 2,
        *["its robots.txt could not be read"] * 3,
    ]
    counts = {"articles": 5, "articles read before": 0, "articles read": 0, "articles not used": 5}
    assert desk.report.counts.items() >= counts.items()
    assert desk.store.articles.of([f"i{number}" for number in range(5)]) == {}


def test_a_round_that_is_over_leaves_the_rest(desk: Desk, web: Web) -> None:
    desk.manners = replace(desk.manners, limits=replace(desk.manners.limits, round=0))
    assert refused(desk, web, ARTICLE) == "there was no time left for it"
    assert web.visits == []


def test_while_a_collector_is_at_work_no_article_is_read(desk: Desk, web: Web) -> None:
    desk.add(web.serve("/a", ARTICLE))
    with desk.store.visits.collecting():
        desk.draft()
    assert web.visits == []
    assert desk.reasons()[0].startswith("none was read: another collector is at work")


def test_a_draft_reads_no_article_unless_the_project_says_so(desk: Desk, web: Web) -> None:
    desk.add(web.serve("/a", ARTICLE))
    desk.settings = load_settings(desk.settings.folder, {})
    desk.draft()
    assert web.visits == []
    assert "articles" not in desk.report.counts


def test_a_long_summary_needs_no_article(desk: Desk, web: Web) -> None:
    desk.add(web.serve("/a", ARTICLE), summary=" ".join([SUMMARY] * 9))
    desk.draft()
    assert web.visits == []


@pytest.mark.parametrize("charset", ["header", "page"])
def test_a_page_is_read_in_the_encoding_that_it_names(desk: Desk, web: Web, charset: str) -> None:
    text = page(SUMMARY, "Northwind built the accelerator in Köln with a memory of 96 GB.").body
    legacy = text.decode().encode("iso-8859-2")
    headers: dict[str, str | None] = {"Content-Type": "text/html"}
    if charset == "header":
        headers = {"Content-Type": "text/html; charset=iso-8859-2"}
    else:
        legacy = legacy.replace(b"<head>", b'<head><meta charset="iso-8859-2">')
    desk.add(web.serve("/a", Answer(legacy, headers=headers)))
    (story,) = desk.draft().stories
    assert "in Köln with" in story.lead.summary
