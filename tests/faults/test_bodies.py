"""Faults 22 to 25: bodies that are bombs, endless, empty, pages, or of an odd type."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from digest.sources.fetched import Fetched
from tests.builders_feeds import rss
from tests.faults.conftest import Collector
from tests.standins.web import Answer, Web, feed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PLAIN = bytes(3_000_000)


def packed(coding: str, data: bytes) -> bytes:
    if coding == "br":
        return brotli.compress(data, quality=1)
    return gzip.compress(data) if coding == "gzip" else zstd.compress(data)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_fault_22_what_servers_compress_is_unpacked(
    collector: Collector, web: Web, coding: str
) -> None:
    answer = Answer(packed(coding, rss()), headers={"Content-Encoding": coding})
    collector.subscribe(Wire=web.serve("/f", answer))
    assert collector.collect().counts["new"] == 1
    assert web.visits[0].headers["accept-encoding"] == "gzip, br, zstd"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_fault_22_a_bomb_is_stopped(collector: Collector, web: Web, coding: str) -> None:
    answer = Answer(packed(coding, PLAIN), headers={"Content-Encoding": coding})
    failure = collector.failure(web.serve("/f", answer))
    assert failure.startswith("the answer is larger than 0.9537 MiB")


def test_fault_22_what_shrinks_beyond_reason_is_a_bomb(collector: Collector, web: Web) -> None:
    collector.limit(size=10_000_000)
    answer = Answer(gzip.compress(PLAIN), headers={"Content-Encoding": "gzip"})
    failure = collector.failure(web.serve("/f", answer))
    assert failure.startswith("the answer grows more than 100 times when unpacked")


@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [
        (gzip.compress(gzip.compress(rss())), "gzip", "compressed twice"),
        (gzip.compress(gzip.compress(rss())), "gzip, gzip", "compressed as `gzip, gzip`"),
        (gzip.compress(rss()), None, "compressed without saying so"),
        (rss(), "gzip", "badly compressed"),
        (rss(), "br", "badly compressed"),
        (rss(), "zstd", "badly compressed"),
        (rss(), "sdch", "compressed as `sdch`"),
    ],
)
def test_fault_22_a_wrong_content_encoding_is_said(
    collector: Collector, web: Web, body: bytes, coding: str | None, words: str
) -> None:
    answer = Answer(body, headers={"Content-Encoding": coding})
    assert words in collector.failure(web.serve("/f", answer))


# The peak that getrusage tells is inherited from whoever started the process; this one is not.
MEASURED = """
import re, sys
from pathlib import Path
from datetime import UTC, datetime
from digest.model import Source
from digest.sources.fetch import fetch_sources
from digest.sources.fetched import Ask, Manners
from digest.sources.hosts import SteadyClock
import digest.sources, aiohttp, brotli

def peak():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) / 1024

def fetch(url):
    found = []
    fetch_sources([Ask(Source("x", url))], found.append, clock=SteadyClock(datetime.now(UTC)),
                  manners=Manners(allowed=frozenset(("127.0.0.1",))))
    return found[0]

assert fetch(sys.argv[1]).data
before = peak()
assert fetch(sys.argv[2]).error, "the bomb was read"
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_fault_22_a_bomb_of_256_mebibytes_takes_little_memory(
    web: Web, root: Path, coding: str
) -> None:
    bomb = packed(coding, bytes(2**28))
    web.serve("/bomb", Answer(bomb, headers={"Content-Encoding": coding}))
    result = subprocess.run(
        [sys.executable, "-c", MEASURED, web.serve("/f", feed()), web.url("/bomb")],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert float(result.stdout) <= 10 + 60, result.stdout


def test_fault_23_an_endless_body_is_stopped_at_the_cap(collector: Collector, web: Web) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(rss() * 100)
            await writer.drain()

    failure = collector.failure(web.serve("/f", endless))
    assert failure.startswith("the answer is larger than 0.9537 MiB")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b""), "the answer is empty"),
        (Answer(b"", 204, {"Content-Length": None}), "answered 204 No Content"),
        (Answer(b"  \n"), "it looks like an empty document"),
        (Answer(b"<html><body>Database error</body></html>"), "it looks like an HTML page"),
        (Answer(b"<!-- x --><!DOCTYPE HTML><html>Oh no</html>"), "it looks like an HTML page"),
    ],
)
def test_fault_24_an_answer_without_a_feed_is_an_error_and_old_items_stay(
    collector: Collector, web: Web, answer: Answer, words: str
) -> None:
    collector.subscribe(Wire=web.serve("/f", feed(ETag='"x"')))
    collector.collect()
    web.serve("/f", answer)
    collector.collect(later=6)
    assert words in collector.lines("failed")["Wire"]
    assert collector.titles() == ["A new chip"]
    assert collector.health("Wire").validators.etag == '"x"'


@pytest.mark.parametrize(
    "kind",
    ["text/html", "text/plain", "application/octet-stream", "image/png", "nonsense", "", None],
)
def test_fault_25_a_good_feed_of_any_content_type_is_read(
    collector: Collector, web: Web, kind: str | None
) -> None:
    collector.subscribe(Wire=web.serve("/f", Answer(rss(), headers={"Content-Type": kind})))
    assert collector.collect().counts["new"] == 1


def test_fault_24_a_refusal_with_a_long_page_in_an_odd_coding_is_still_said(
    collector: Collector, web: Web
) -> None:
    page = b"<html>" + b"x" * 400_000
    collector.subscribe(Long=web.serve("/long", Answer(page, 403)))
    odd = Answer(page, 403, {"Content-Encoding": "sdch"})
    assert collector.failure(web.serve("/odd", odd)).startswith("answered 403 Forbidden")
    assert collector.lines("failed")["Long"].startswith("answered 403 Forbidden")


def test_a_reader_that_breaks_on_one_feed_stops_no_other(
    collector: Collector, web: Web, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digest.pipeline import rounds

    def read_answer(fetched: Fetched) -> object:
        if fetched.source.name == "Failing":
            raise LookupError("nobody thought of this")
        return real(fetched)

    real = rounds.read_answer
    monkeypatch.setattr(rounds, "read_answer", read_answer)
    collector.subscribe(Good=good)
    failure = collector.failure(web.serve("/f", feed()))
    assert failure == "reading it failed: LookupError; please report it"
    assert collector.titles() == ["A new chip"]
