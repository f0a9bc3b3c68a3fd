"""The process that reads broken feeds: plain data in and out, ended at its limits, replaced."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.sources import feed_fallback, processes
from digest.sources import worker as worker_script
from digest.sources.feed import parse_feed
from digest.sources.worker import article, parsed, read_frame, write_frame
from tests.builders_feeds import rss, rss_item, write

BROKEN = "<rss><channel><title>The Lab</title><item><title>{}</b></title></item></channel></rss>"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[processes.Worker]:
    """A worker of the test's own in the place of the shared one."""
    own = processes.Worker("feed")
    monkeypatch.setattr(feed_fallback, "_WORKER", own)
    yield own
    own.end()


def title(text: str) -> str:
    """The title of the one item of a broken document."""
    (item,) = parse_feed(BROKEN.format(text).encode()).items
    return item.title


def run_instead(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Another program in the place of the worker's."""
    monkeypatch.setattr(worker_script, "__file__", str(write(folder, "worker.py", code)))


def test_one_process_answers_again_and_again(worker: processes.Worker) -> None:
    assert [title(text) for text in ("One", "caf\u00e9", "芯片")] == ["One", "café", "芯片"]
    first = worker.pid
    assert title("Four") == "Four"
    assert worker.pid == first is not None


def test_another_takes_the_place_of_one_that_died(worker: processes.Worker) -> None:
    title("One")
    first = worker.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert title("Two") == "Two"
    assert worker.pid != first


def test_threads_get_their_own_answers(worker: processes.Worker) -> None:
    texts = [f"Title {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(title, texts)) == texts


def test_a_document_that_takes_too_long_is_refused_and_the_next_is_read(
    worker: processes.Worker,
) -> None:
    slow = rss("</x>", rss_item(more="<b>" * 200_000 + "</b>" * 200_000))
    with pytest.raises(SourceError, match=r"cannot be repaired within 1\.5 s and 512 MiB"):
        parse_feed(slow, url="https://lab.example/feed")
    assert title("Next") == "Next"


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "raise MemoryError",
        "import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xff')",
        "import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'\\0\\0\\0\\x09{}')",
    ],
    ids=["asleep", "dead", "endless", "cut"],
)
def test_a_process_that_does_not_answer_is_ended(
    worker: processes.Worker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str
) -> None:
    monkeypatch.setattr(processes, "WALL_SECONDS", 1)
    run_instead(monkeypatch, tmp_path, code)
    with pytest.raises(SourceError, match="cannot be repaired"):
        title("One" * 100_000)
    assert worker.pid is None


def test_fields_are_handed_over_as_written() -> None:
    text = (
        "<rss><channel><title>A & B</title><item><title>A &lt;b&gt;chip&lt;/b&gt;</title>"
        "<link>/1</link><guid>g</guid><pubDate>Tue, 05 May 2026 15:04:05 CEST</pubDate>"
        "<description>x</b></description><enclosure url='/a.mp3'/></item></channel></rss>"
    )
    found = parsed(text)
    assert found is not None
    assert found["title"] == "A &amp; B"
    assert found["items"] == [
        {
            "title": "A <b>chip</b>",
            "summary": "x</b>",
            "link": "/1",
            "date": "Tue, 05 May 2026 15:04:05 CEST",
            "identifier": "g",
        }
    ]


def test_a_fault_inside_feedparser_is_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AttributeError("sgmllib")

    monkeypatch.setattr("feedparser.parse", fail)
    assert parsed("<rss>") is None


def test_what_is_no_feed_is_nothing() -> None:
    assert parsed("<p>words</b>") is None
    assert feed_fallback.feed_by_feedparser("<p>words</b>", "") is None


def test_a_frame_is_read_whole_or_not_at_all() -> None:
    stream = io.BytesIO()
    write_frame(stream, b"abc")
    assert read_frame(io.BytesIO(stream.getvalue())) == b"abc"
    assert read_frame(io.BytesIO(stream.getvalue()[:-1])) is None
    assert read_frame(io.BytesIO(b"\x00")) is None
    assert read_frame(io.BytesIO(stream.getvalue()), most=2) is None


def test_a_hostile_page_ends_the_process_and_not_the_reading() -> None:
    own = processes.Worker("article")
    told = "The maker has shown a part that holds long texts in its own memory since Tuesday."
    page = f"<html><body><article><p>{told}</p><p>{told.upper()}</p></article></body></html>"
    try:
        assert told in (own.ask(page.encode()) or b"").decode()
        assert own.ask(b"<div>" * 400_000 + b"<p>x" * 400_000) in (None, b"null")
        assert told in (own.ask(page.encode()) or b"").decode()
    finally:
        own.end()


def test_a_fault_inside_trafilatura_is_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AttributeError("lxml")

    assert article("<html></html>") is None
    monkeypatch.setattr("trafilatura.extract", fail)
    assert article("<html></html>") is None
