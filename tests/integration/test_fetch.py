"""Sources fetched from a server on this machine that answers well and badly."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from digest import __version__
from digest.model import Source
from digest.sources import read_answer
from digest.sources.fetch import fetch_sources
from digest.sources.fetched import Ask, Fetched, Limits, Manners
from digest.sources.hosts import SteadyClock
from tests.builders_feeds import rss
from tests.standins.feeds import Seen, feed_server
from tests.standins.web import START

SHORT = Limits(connect=1, first_byte=0.4, total=0.8, size=1_000_000, apart=0)


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[str, Seen]]:
    with feed_server() as server:
        yield server


def fetch_all(sources: list[Source], contact: str = "") -> list[Fetched]:
    """What these sources answer within short limits, in the order of their answers."""
    found: list[Fetched] = []
    fetch_sources(
        map(Ask, sources),
        found.append,
        clock=SteadyClock(START),
        manners=Manners(contact, frozenset(("127.0.0.1",)), SHORT),
    )
    return found


def fetch(url: str) -> Fetched:
    """What one source at `url` answers."""
    (fetched,) = fetch_all([Source("Lab", url)])
    return fetched


def test_a_feed_is_fetched_and_read(web: tuple[str, Seen]) -> None:
    fetched = fetch(f"{web[0]}/ok")
    assert (fetched.data, fetched.error) == (rss(), "")
    assert fetched.content_type == "application/rss+xml"
    records, problem = read_answer(fetched)
    assert (records[0].title, records[0].source, problem) == ("A new chip", "Lab", "")


def test_a_compressed_answer_is_unpacked(web: tuple[str, Seen]) -> None:
    assert fetch(f"{web[0]}/zipped").data == rss()


def test_a_redirect_is_followed_and_told(web: tuple[str, Seen]) -> None:
    fetched = fetch(f"{web[0]}/moved")
    assert fetched.data == rss()
    assert fetched.url == f"{web[0]}/ok"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("missing", "answered 404 Not Found: there is nothing at this address"),
        ("odd", "answered with the unknown status 799"),
        ("challenge", "answered 403 Forbidden: a challenge page for browsers (Cloudflare)"),
        ("empty", "the answer is empty"),
        ("bomb", "the answer is larger than 0.9537 MiB"),
        ("endless", "the answer is larger than 0.9537 MiB"),
        ("bad-zip", "the answer broke off or is badly compressed"),
        ("broken", "the answer broke off or is badly compressed"),
        ("hang-up", "the server hung up without an answer"),
        ("nonsense", "the answer is no valid HTTP"),
        ("silent", "no answer within 0.4 s"),
        ("drip", "not finished within 0.8 s"),
        ("loop", "redirects in a circle"),
        ("elsewhere", "redirects to `file:///etc/passwd`, which is not an http or https address"),
    ],
)
def test_a_bad_answer_is_an_error_in_plain_words(
    web: tuple[str, Seen], path: str, words: str
) -> None:
    fetched = fetch(f"{web[0]}/{path}")
    assert fetched.data is None
    assert fetched.error == f"{words} ({web[0]}/{path})"
    assert read_answer(fetched) == ((), fetched.error)


def test_a_page_that_is_no_feed_is_named(web: tuple[str, Seen]) -> None:
    records, problem = read_answer(fetch(f"{web[0]}/page"))
    assert records == ()
    assert problem == f"{web[0]}/page is no feed: it looks like an HTML page"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "/etc/passwd", "ftp://lab.example/f", "data:,x", "", "http://"],
)
def test_an_address_of_another_kind_is_refused_in_words(url: str) -> None:
    assert fetch(url).error == f"`{url}` is not an http or https address"


def test_a_malformed_address_is_an_error_of_its_source() -> None:
    assert fetch("http://[::1/").error.startswith("the address is malformed")
    assert fetch("http://lab.example:99999/").error.startswith("the address is malformed")


def test_nobody_listening_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fetched = fetch(f"http://127.0.0.1:{port}/f")
    assert fetched.error.startswith("no connection: ")


def test_a_server_without_tls_is_said(web: tuple[str, Seen]) -> None:
    fetched = fetch(f"{web[0].replace('http:', 'https:')}/ok")
    assert fetched.error.startswith("no secure connection (TLS) is possible")


def test_a_host_that_does_not_exist_is_said() -> None:
    assert fetch("http://nothing.invalid/f").error.startswith("the name of the host is not known")


def test_no_message_shows_a_password(web: tuple[str, Seen]) -> None:
    address = web[0].replace("http://", "http://user:secret@")
    fetched = fetch(f"{address}/missing")
    assert "secret" not in fetched.error
    moved = fetch(f"{address}/moved")
    assert moved.data == rss()
    assert "secret" not in moved.url


def test_the_client_says_who_it_is(web: tuple[str, Seen]) -> None:
    fetch_all([Source("Lab", f"{web[0]}/ok")], contact="https://recap.example")
    assert web[1].requests[-1][1]["User-Agent"] == (
        f"weekly-ai-recap/{__version__} (+https://recap.example)"
    )


def test_one_failure_stops_nothing(web: tuple[str, Seen]) -> None:
    sources = [
        Source("Slow", f"{web[0]}/silent"),
        Source("Good", f"{web[0]}/ok"),
        Source("Bad", "file:///x"),
    ]
    results = {result.source.name: result for result in fetch_all(sources)}
    assert sorted(results) == ["Bad", "Good", "Slow"]
    assert [name for name in results if results[name].data] == ["Good"]


def test_one_host_gets_one_request_at_a_time() -> None:
    with feed_server() as (address, seen):
        sources = [Source(str(number), f"{address}/ok/{number}") for number in range(8)]
        results = fetch_all(sources)
    assert all(result.data for result in results)
    assert seen.most == 1


def test_no_source_is_no_work() -> None:
    assert fetch_all([]) == []
