"""Measure collecting over loopback against parsing alone; prints JSON.

Run from the checkout: `python benchmarks/collecting.py [--feeds 1000] [--many 10000]`. A second
process on the same machine serves gzipped feeds from hundreds of loopback addresses. In one run:

- parse_only: every body parsed, nothing fetched; the unit of the ratios.
- cold: every feed fetched and parsed.
- unchanged: every feed asked again with its validators, every answer 304.
- ingest: the same feeds fetched, parsed, cleaned and stored, in a process of its own.
- many: a whole round over small feeds, a tenth of them on one host: fetched, parsed, cleaned and
  stored, in a process of its own; its peak memory, and how soon each host was first served.

The second between two requests to a host is left out: of all but the last, where a clock that
nobody waits for keeps it. Exit code 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digest.model import NO_VALIDATORS, Source, Validators  # noqa: E402
from digest.pipeline.collecting import collect  # noqa: E402
from digest.settings import load_settings  # noqa: E402
from digest.sources import read_answer  # noqa: E402
from digest.sources.feed import parse_feed  # noqa: E402
from digest.sources.fetch import fetch_sources  # noqa: E402
from digest.sources.fetched import Ask, Fetched, Limits, Manners  # noqa: E402
from digest.sources.hosts import SteadyClock  # noqa: E402
from digest.store import open_store, upgrade  # noqa: E402
from tests.builders_feeds import rss, rss_item  # noqa: E402
from tests.standins.web import Answer, FastClock, Visit, running_web  # noqa: E402

HOSTS = [f"127.0.{part}.{number}" for part in range(4) for number in range(1, 251)]
CROWDED = "127.0.9.1"
LIMITS = {"cold": 4.0, "unchanged": 0.5, "ingest": 12.0}
"""Wall time as a multiple of parsing alone, at most."""
MEGABYTES = {"ingest": 300.0, "many": 1_000.0}
ETAG = '"v1"'
LARGE = (33, 4_800)
SMALL = (5, 300)
"""Items of a feed, and characters of each; the large kind makes feeds of 170 kB."""

_RANDOM = random.Random(5)
_WORDS = ["".join(_RANDOM.choices("etaoinshrdlucm", k=_RANDOM.randint(2, 9))) for _ in range(4000)]

_SMALL_WORDS = "the of and to in a is that for it with as was on from by which their".split()


@lru_cache(maxsize=64)
def text(number: int, characters: int) -> str:
    """Prose that compresses as prose does, two of five words the small ones of English."""
    chance = random.Random(number)
    pools = chance.choices((_WORDS, _SMALL_WORDS), (3, 2), k=characters // 6)
    return " ".join(map(chance.choice, pools))


def document(number: int, items: int, characters: int) -> bytes:
    """The feed of this number; no two have an item in common."""
    made = [
        rss_item(
            f"Report {number}-{item}: {text(item, 40)}",
            f"https://lab-{number}.example/{item}",
            f"<description>{text(number * 7 + item, characters)}</description>"
            "<pubDate>Mon, 25 May 2026 05:00:00 GMT</pubDate>",
        )
        for item in range(items)
    ]
    return rss(*made)


def serve(pipe: Connection, hosts: list[str], items: int, characters: int) -> None:
    """Serve feed N at /N of its host until told to stop, then tell whom was asked in what order."""
    packed: dict[int, bytes] = {}

    def page(visit: Visit) -> Answer:
        if visit.headers.get("if-none-match") == ETAG:
            return Answer(status=304, headers={"ETag": ETAG, "Content-Length": None})
        number = int(visit.path[1:])
        if number not in packed:
            packed[number] = gzip.compress(document(number, items, characters), 5)
        return Answer(packed[number], headers={"ETag": ETAG, "Content-Encoding": "gzip"})

    for number in range(len(hosts) if items == LARGE[0] else 0):
        packed[number] = gzip.compress(document(number, items, characters), 5)
    with running_web(FastClock()) as web:
        for number, host in enumerate(hosts):
            web.serve(f"/{number}", page, host)
        pipe.send(web.port)
        pipe.recv()
        pipe.send([visit.host for visit in web.visits])


def timed(step: Callable[[], object]) -> dict[str, float]:
    """Wall and CPU seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    return {
        "wall_s": round(time.perf_counter() - wall, 3),
        "cpu_s": round(time.process_time() - cpu, 3),
    }


def fetch_and_parse(asks: list[Ask]) -> None:
    """One round without spacing; every answer is parsed as it arrives."""

    def take(fetched: Fetched) -> None:
        _, problem = read_answer(fetched)
        assert not problem, problem

    manners = Manners(allowed=frozenset(HOSTS), limits=Limits(apart=0))
    fetch_sources(asks, take, clock=SteadyClock(datetime.now(UTC)), manners=manners)


def a_thousand(feeds: int) -> dict[str, Any]:
    """Parse only, cold, unchanged: the best of three of each, taken in turn; ingest once."""
    hosts = [HOSTS[number % 200] for number in range(feeds)]
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there, hosts, *LARGE))
    server.start()
    port = here.recv()
    urls = [f"http://{host}:{port}/{number}" for number, host in enumerate(hosts)]
    bodies = [document(number, *LARGE) for number in range(feeds)]

    def asks(etag: str) -> list[Ask]:
        given = [Validators(etag, "", url) if etag else NO_VALIDATORS for url in urls]
        return [Ask(Source(url, url), one) for url, one in zip(urls, given, strict=True)]

    def parse_all() -> None:
        for url, body in zip(urls, bodies, strict=True):
            parse_feed(body, content_type="application/rss+xml", url=url).raw_items("x")

    runs: dict[str, list[dict[str, float]]] = {"parse_only": [], "cold": [], "unchanged": []}
    for _ in range(3):
        runs["parse_only"].append(timed(parse_all))
        runs["cold"].append(timed(lambda: fetch_and_parse(asks(""))))
        runs["unchanged"].append(timed(lambda: fetch_and_parse(asks(ETAG))))
    ours, theirs = context.Pipe()
    collector = context.Process(target=whole_round, args=(theirs, port, hosts))
    collector.start()
    ingest = ours.recv()
    collector.join()
    here.send("stop")
    here.recv()
    server.join()
    best = {name: min(found, key=lambda run: run["wall_s"]) for name, found in runs.items()}
    unit = best["parse_only"]["wall_s"]
    return {
        "feeds": feeds,
        "megabytes": round(sum(map(len, bodies)) / 1e6, 1),
        **best,
        "ingest": {**ingest["cold"], "counts": ingest["cold_counts"], "peak_mb": ingest["peak_mb"]},
        "to_parse_only": {
            **{name: round(best[name]["wall_s"] / unit, 3) for name in ("cold", "unchanged")},
            "ingest": round(ingest["cold"]["wall_s"] / unit, 2),
        },
    }


def whole_round(pipe: Connection, port: int, hosts: list[str]) -> None:
    """Collect from every feed into a new database, twice; tells times and peak memory."""
    folder = Path(tempfile.mkdtemp(prefix="recap-benchmark-"))
    try:
        shutil.copy(ROOT / "schedules.yaml", folder)
        settings = load_settings(folder, {})
        upgrade(settings.database_url)
        clock = FastClock()
        manners = Manners(allowed=frozenset((*HOSTS, CROWDED)), limits=Limits(round=1e9))
        sources = [
            Source(f"Source {number}", f"http://{host}:{port}/{number}")
            for number, host in enumerate(hosts)
        ]
        with open_store(settings.database_url) as store:
            store.content.add_sources(sources)
            told: dict[str, object] = {}
            for name in ("cold", "unchanged"):

                def round_of(name: str = name) -> None:
                    now = clock.now()
                    report = collect(store, settings, now=now, manners=manners, clock=clock)
                    told[f"{name}_counts"] = dict(report.counts)

                told[name] = timed(round_of)
        # Not getrusage: its peak is inherited from the process that started this one.
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        pipe.send({**told, "peak_mb": round(int(peak[1]) / 1024, 1) if peak else None})
    finally:
        shutil.rmtree(folder)


def many(feeds: int) -> dict[str, Any]:
    """A round over very many feeds; `hosts_begun_by` is the place of the last host's first turn."""
    hosts = [CROWDED if number % 10 == 0 else HOSTS[number % 997] for number in range(feeds)]
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there, hosts, *SMALL))
    server.start()
    port = here.recv()
    ours, theirs = context.Pipe()
    collector = context.Process(target=whole_round, args=(theirs, port, hosts))
    collector.start()
    told: dict[str, object] = ours.recv()
    collector.join()
    here.send("stop")
    order: list[str] = here.recv()[:feeds]
    server.join()
    first = {host: place for place, host in reversed(list(enumerate(order)))}
    others = [place for place, host in enumerate(order) if host != CROWDED]
    return {
        "feeds": feeds,
        "hosts": len(first),
        "on_one_host": order.count(CROWDED),
        "hosts_begun_by": max(first.values()),
        "other_hosts_done_by": max(others),
        **told,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=1_000)
    options.add_argument("--many", type=int, default=10_000, help="0 leaves this part out")
    given = options.parse_args()
    thousand = a_thousand(given.feeds)
    result: dict[str, Any] = {"thousand": thousand, "limits": LIMITS, "limits_mb": MEGABYTES}
    reached = all(thousand["to_parse_only"][name] <= most for name, most in LIMITS.items())
    reached &= (thousand["ingest"]["peak_mb"] or 0) <= MEGABYTES["ingest"]
    if given.many:
        result["many"] = many(given.many)
        reached &= (result["many"]["peak_mb"] or 0) <= MEGABYTES["many"]
    print(json.dumps({**result, "reached": reached}, indent=2))
    sys.exit(not reached)


if __name__ == "__main__":
    main()
