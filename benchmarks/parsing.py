"""How fast feeds are parsed, against feedparser on the same bytes in the same run; prints JSON.

Run from the checkout, with the research data beside it: `python benchmarks/parsing.py`. CPU
seconds, the least of runs that take turns, the work of feedparser on what we cannot repair counted
in. Three amounts of work: `parse` is `parse_feed` alone, all that a collector needs before
cleaning; `fields` asks for the title and date of each item as well; `texts` for its summary too.
Exits 1 where a limit is missed.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import feedparser  # noqa: E402

from digest.errors import SourceError  # noqa: E402
from digest.sources import feed, worker  # noqa: E402
from digest.sources.parsed import ParsedFeed  # noqa: E402

FEEDS = ROOT.parent / "shared" / "data" / "feeds" / "raw"
TURNS = 5
RUNS_A_TURN = 3
LIMITS = {"parse": 20.0}
USES: dict[str, Callable[[ParsedFeed], object]] = {
    "parse": lambda found: None,
    "fields": lambda found: [(item.title, item.published) for item in found.items],
    "texts": lambda found: [(item.title, item.published, item.summary) for item in found.items],
}


def ours(bodies: list[bytes], use: Callable[[ParsedFeed], object]) -> int:
    """Parse all and use what was read; how many items that were."""
    items = 0
    for body in bodies:
        try:
            found = feed.parse_feed(body)
        except SourceError:
            continue
        use(found)
        items += len(found.items)
    return items


def theirs(bodies: list[bytes], **options: Any) -> int:
    """Parse all with feedparser; how many items that were."""
    return sum(len(feedparser.parse(io.BytesIO(body), **options).entries) for body in bodies)


def unrepaired(bodies: list[bytes]) -> list[str]:
    """What of `bodies` goes to feedparser; from then on it is left out of our own seconds."""
    texts: list[str] = []
    feed.feed_by_feedparser = lambda text, url: texts.append(text)
    ours(bodies, USES["parse"])
    feed.feed_by_feedparser = lambda text, url: None
    return texts


def seconds(steps: dict[str, tuple[int, Callable[[], object]]]) -> dict[str, float]:
    """CPU seconds for each step, the least of the runs: what other work disturbs least.

    Args:
        steps: how often each runs in a turn, and what runs.
    """
    taken = dict.fromkeys(steps, float("inf"))
    for _ in range(TURNS):
        for name, (runs, step) in steps.items():
            for _ in range(runs):
                start = time.process_time()
                step()
                taken[name] = min(taken[name], time.process_time() - start)
    return taken


def main() -> None:
    bodies = [path.read_bytes() for path in sorted(FEEDS.iterdir())]
    size, items = sum(map(len, bodies)), ours(bodies, USES["parse"])
    texts = unrepaired(bodies)
    options = {"sanitize_html": False, "resolve_relative_uris": False}
    measured = seconds(
        {
            "feedparser": (1, lambda: theirs(bodies)),
            "bare": (1, lambda: theirs(bodies, **options)),
            "fallback": (1, lambda: [worker.parsed(text) for text in texts]),
            **{
                name: (RUNS_A_TURN, lambda use=use: ours(bodies, use)) for name, use in USES.items()
            },
        }
    )
    taken = {name: measured[name] + measured["fallback"] for name in USES}
    ratios = {name: round(measured["feedparser"] / taken[name], 1) for name in USES}
    reached = all(ratios[name] >= limit for name, limit in LIMITS.items())
    report = {
        "files": len(bodies),
        "bytes": size,
        "items": items,
        "items_of_feedparser": theirs(bodies),
        "files_left_to_feedparser": len(texts),
        "cpu_s": {name: round(value, 4) for name, value in taken.items()},
        "feedparser_cpu_s": round(measured["feedparser"], 3),
        "feedparser_without_sanitising_cpu_s": round(measured["bare"], 3),
        "times_faster": ratios,
        "times_faster_than_without_sanitising": {
            name: round(measured["bare"] / taken[name], 1) for name in USES
        },
        "mb_a_second": round(size / taken["parse"] / 1e6, 1),
        "limits": LIMITS,
        "reached": reached,
    }
    print(json.dumps(report, indent=2))
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
