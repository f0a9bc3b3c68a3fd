"""Links are asked for politely, and what a page may still be is not called dead."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from digest.errors import StateError
from digest.lint import LinkAnswer
from digest.pipeline import links
from digest.settings import Settings, load_settings
from digest.sources.fetched import Limits, Manners
from digest.store import Store, open_store
from tests.builders import make_issue, make_item, make_story, make_theme
from tests.standins.web import HOSTS, Answer, FastClock, Visit, Web, moved

LIMITS = Limits(connect=1, first_byte=0.4, total=0.8, size=2_000, patience=0, round=1e6)
PAGE = Answer(b"<!doctype html><p>A page</p>", headers={"Content-Type": "text/html"})


class Desk:
    """What `recap lint N --links` asks, on a clock that is set by the test."""

    def __init__(self, store: Store, settings: Settings, clock: FastClock) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self.manners = Manners("https://recap.example", HOSTS, LIMITS)
        self.done: list[str] = []

    def ask(self, *urls: str) -> dict[str, LinkAnswer]:
        return links.ask(
            self.store,
            self.settings,
            urls,
            now=self.clock.now(),
            on_done=self.done.append,
            manners=self.manners,
            clock=self.clock,
        )


@pytest.fixture
def desk(folder, clock) -> Iterator[Desk]:
    settings = load_settings(folder, {})
    with open_store(settings.database_url) as store:
        yield Desk(store, settings, clock)


def only(method: str, answer: Answer, otherwise: Answer):
    """A page that answers one method so, and every other otherwise."""

    def page(visit: Visit) -> Answer:
        return answer if visit.method == method else otherwise

    return page


def asked(web: Web) -> list[tuple[str, str]]:
    return [(visit.method, visit.path) for visit in web.visits]


def test_a_page_that_is_there_is_asked_for_once_by_head(desk: Desk, web: Web) -> None:
    url = web.serve("/a", PAGE)
    assert desk.ask(url) == {url: LinkAnswer(200, url)}
    assert asked(web) == [("HEAD", "/a")]
    assert desk.done == [url]


def test_a_page_that_is_gone_is_asked_for_again_before_it_is_believed(desk: Desk, web: Web) -> None:
    url = web.url("/gone")
    answer = desk.ask(url)[url]
    assert (answer.status, answer.url) == (404, url)
    assert answer.error == "answered 404 Not Found: there is nothing at this address"
    assert asked(web) == [("HEAD", "/gone"), ("GET", "/gone")]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_server_that_only_refuses_the_method_has_the_page(
    desk: Desk, web: Web, status: int
) -> None:
    url = web.serve("/a", only("HEAD", Answer(status=status), PAGE))
    assert desk.ask(url) == {url: LinkAnswer(200, url)}
    assert desk.done == [url]


def test_a_page_is_not_read_however_large_it_is(desk: Desk, web: Web) -> None:
    url = web.serve("/a", only("HEAD", Answer(status=405), Answer(b"a" * 1_000_000)))
    assert desk.ask(url) == {url: LinkAnswer(200, url)}


def test_redirects_are_followed_to_where_they_lead(desk: Desk, web: Web) -> None:
    end = web.serve("/b", PAGE, host="127.0.0.2")
    url = web.serve("/a", moved(end))
    assert desk.ask(url) == {url: LinkAnswer(200, end)}


def test_redirects_in_a_circle_are_told(desk: Desk, web: Web) -> None:
    url = web.serve("/a", moved(web.url("/a")))
    assert desk.ask(url)[url].error == "redirects in a circle"


def test_a_challenge_for_browsers_is_no_page(desk: Desk, web: Web) -> None:
    url = web.serve("/a", Answer(b"wait", headers={"cf-mitigated": "challenge"}))
    answer = desk.ask(url)[url]
    assert (answer.status, "challenge page" in answer.error) == (0, True)


def test_a_host_that_is_asked_too_often_is_left_alone(desk: Desk, web: Web) -> None:
    first, second = web.serve("/a", Answer(status=429)), web.serve("/b", PAGE)
    answers = desk.ask(first, second)
    assert answers[first].status == 429
    assert "asked to be left alone" in answers[second].error
    assert asked(web) == [("HEAD", "/a")]


def test_a_pause_asked_for_by_head_holds_for_get(desk: Desk, web: Web) -> None:
    busy = Answer(status=503, headers={"Retry-After": "600"})
    url = web.serve("/a", only("HEAD", busy, PAGE))
    assert "asked to be left alone" in desk.ask(url)[url].error
    assert asked(web) == [("HEAD", "/a")]


def test_one_host_is_asked_with_a_second_between(desk: Desk, web: Web) -> None:
    urls = [web.serve(path, PAGE) for path in ("/a", "/b", "/c")]
    desk.ask(*urls)
    begun = [visit.began for visit in web.visits]
    assert (begun[-1] - begun[0]).total_seconds() >= 2


def test_what_there_was_no_time_for_is_told(desk: Desk, web: Web) -> None:
    desk.manners = replace(desk.manners, limits=replace(LIMITS, round=1))
    urls = [web.serve(path, PAGE) for path in ("/a", "/b", "/c")]
    answers = desk.ask(*urls)
    assert [bool(answers[url].error) for url in urls] == [False, False, True]


def test_a_host_that_does_not_exist_is_unknown(desk: Desk, monkeypatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    url = "https://gone.example/a"
    assert desk.ask(url) == {url: LinkAnswer(0, url, "the name of the host is not known", True)}


def test_a_look_up_that_failed_says_nothing_of_the_host(desk: Desk, monkeypatch) -> None:
    def failing(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", failing)
    answer = desk.ask("https://lab.example/a")["https://lab.example/a"]
    assert (bool(answer.error), answer.unknown_host) == (True, False)


def test_no_private_address_is_asked(desk: Desk, web: Web) -> None:
    url = web.serve("/a", PAGE)
    desk.manners = replace(desk.manners, allowed=frozenset())
    assert "leads to this machine itself" in desk.ask(url)[url].error
    assert web.visits == []


def test_no_link_is_asked_for_while_a_collector_is_at_work(desk: Desk, web: Web) -> None:
    url = web.serve("/a", PAGE)
    with desk.store.visits.collecting(), pytest.raises(StateError):
        desk.ask(url)
    assert web.visits == []


def test_the_links_of_an_issue_are_those_of_its_mail(desk: Desk) -> None:
    stories = [make_story(make_item(url=f"https://lab.example/{name}")) for name in "ab"]
    issue = make_issue(make_theme(stories=stories))
    urls = links.addresses_of(desk.settings, issue)
    assert urls == ("https://lab.example/a", "https://lab.example/b")
