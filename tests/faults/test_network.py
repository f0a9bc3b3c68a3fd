"""Faults 1 to 6: no connection, no answer, half an answer, no trust."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.builders_feeds import rss
from tests.faults.conftest import Collector
from tests.standins.web import FastClock, Web, conditional, feed, moved, running_web


def assert_kept(collector: Collector) -> None:
    """The other source was read, and the one that failed will be asked again."""
    assert collector.titles() == ["A new chip"]
    health = collector.health("Failing")
    assert health.failures == 1
    assert health.next_at is not None
    minutes = (health.next_at - collector.clock.now()).total_seconds() / 60
    assert 50 <= minutes <= 70


def test_fault_01_a_name_that_does_not_exist_backs_off(collector: Collector, good: str) -> None:
    collector.subscribe(Good=good)
    failure = collector.failure("http://nothing.invalid/feed")
    assert failure.startswith("the name of the host is not known")
    assert_kept(collector)


def test_fault_02_a_refused_connection_backs_off(collector: Collector, good: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    collector.subscribe(Good=good)
    assert collector.failure(f"http://127.0.0.1:{port}/f").startswith("no connection: ")
    assert_kept(collector)


def test_fault_03_a_server_that_never_answers_is_left_at_the_first_byte_limit(
    collector: Collector, web: Web, good: str
) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    collector.subscribe(Good=good)
    assert collector.failure(web.serve("/f", silent)).startswith("no answer within 0.4 s")
    assert_kept(collector)


def test_fault_04_a_server_that_drips_is_left_at_the_limit_of_the_whole(
    collector: Collector, web: Web, good: str
) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    collector.subscribe(Good=good)
    assert collector.failure(web.serve("/f", drip)).startswith("not finished within 0.8 s")
    assert_kept(collector)


def test_fault_05_a_body_that_breaks_off_stores_no_validators(
    collector: Collector, web: Web, good: str
) -> None:
    async def break_off(writer: asyncio.StreamWriter) -> None:
        head = b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 9999\r\n\r\n'
        writer.write(head + rss()[:100])

    collector.subscribe(Good=good)
    failure = collector.failure(web.serve("/f", break_off))
    assert failure.startswith("the answer broke off or is badly compressed")
    assert_kept(collector)
    assert collector.health("Failing").validators.etag == ""


@pytest.mark.parametrize(
    ("days", "name", "known", "words"),
    [
        (-1, "127.0.0.1", True, "certificate has expired"),
        (9, "other.example", True, "certificate is not valid for '127.0.0.1'"),
        (9, "127.0.0.1", False, "unable to get local issuer"),
    ],
)
def test_fault_06_a_certificate_that_cannot_be_trusted_is_refused_and_said(
    collector: Collector,
    clock: FastClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    name: str,
    known: bool,
    words: str,
) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=datetime.now(UTC) + timedelta(days=days)).configure_cert(
        tls
    )
    if known:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with running_web(clock, tls) as web:
        url = web.url("/f").replace("http:", "https:")
        failure = collector.failure(url)
    assert failure.startswith("the TLS certificate was refused: ")
    assert words in failure


def test_fault_06_a_certificate_that_can_be_trusted_is_accepted_after_a_redirect(
    collector: Collector,
    web: Web,
    clock: FastClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with running_web(clock, tls) as secure:
        there = secure.serve("/f", conditional(feed())).replace("http:", "https:")
        collector.subscribe(Wire=web.serve("/f", moved(there)))
        assert collector.collect().counts["new"] == 1
        assert collector.collect(later=6).counts["unchanged"] == 1
