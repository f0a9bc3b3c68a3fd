"""Answers that nobody has thought of: none ends a round, and each source gets its own verdict."""

from __future__ import annotations

import asyncio
import gzip
import random

from tests.builders_feeds import rss
from tests.faults.conftest import Collector
from tests.standins.web import Answer, Raw, Web, feed, moved

SOURCES = 250


def nonsense(chance: random.Random) -> bytes:
    """A sound answer of some kind, then damaged: bytes changed, cut out, doubled, cut off."""
    sound = chance.choice(
        (
            feed(ETag='"a"').encoded(),
            Answer(gzip.compress(rss()), headers={"Content-Encoding": "gzip"}).encoded(),
            moved("/elsewhere").encoded(),
            Answer(b"no", 429, {"Retry-After": "5"}).encoded(),
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n0\r\n\r\n",
        )
    )
    data = bytearray(sound)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(min(len(data), 250)) if data else 0
        match chance.randrange(4):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place : place + chance.randint(1, 20)]
            case 2:
                data[place:place] = data[place : place + chance.randint(1, 60)]
            case _:
                del data[chance.randrange(20, 4_000) :]
    return bytes(data)


def saying(data: bytes) -> Raw:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return say


def test_no_nonsense_ends_a_round(collector: Collector, web: Web, good: str) -> None:
    chance = random.Random(3)
    collector.limit(apart=0, apart_limited=0, patience=0)
    for number in range(SOURCES):
        host = f"127.0.{number // 200}.{number % 200 + 10}"
        url = web.serve("/f", saying(nonsense(chance)), host)
        collector.subscribe(**{f"Odd {number}": url})
    collector.subscribe(Good=good)
    report = collector.collect()
    assert report.counts["sources"] + report.counts["waiting"] == SOURCES + 1
    assert 0 < report.counts["failed"] < SOURCES
    assert "A new chip" in collector.titles()
    for health in collector.store.visits.healths().values():
        assert bool(health.error) == bool(health.failures)
