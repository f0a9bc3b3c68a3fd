"""What cleaning records costs, and whether addresses are folded rightly, on real feeds and weeks.

Prints JSON: CPU seconds to make items of 10,000 records that differ from each other, the same
against parsing alone, and what became of the weeks' addresses. `--merges` prints the addresses
that were made one, to be read by a person; `--unlike` only those that differ in more than their
scheme, `www.`, a last slash, a fragment and `utm_` parameters; `--sample N` takes N, spread evenly.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digest.clean import canonical_url, clean_link  # noqa: E402
from digest.errors import InputError, SourceError  # noqa: E402
from digest.items import RawItem, clean_item  # noqa: E402
from digest.sources.feed import parse_feed  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
RECORDS = 10_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LIMIT = 1.5
"""Times the CPU of parsing the feeds that the records come from."""

_TRACKING = re.compile(
    r"[?&](?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|mkt_tok|_hsenc|_hsmi|igshid|yclid|twclid"
    r"|dclid|gbraid|wbraid|ref_src|guccounter|cmpid|vero_id|xtor|trk)=",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\])}|\\]+")


def records(data: Path) -> tuple[list[RawItem], float, int]:
    """The records of the real feeds and weeks; CPU seconds to parse the feeds; their items."""
    found: list[RawItem] = []
    bodies = [path.read_bytes() for path in sorted((data / "feeds" / "raw").iterdir())]
    start = time.process_time()
    for body in bodies:
        try:
            found += parse_feed(body).raw_items("A feed")
        except SourceError:
            continue
    seconds, parsed = time.process_time() - start, len(found)
    for path in sorted((data / "ai_weeks").glob("*-W*/items.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            names = ("url", "title", "summary", "published", "first_seen", "source")
            found.append(RawItem(**{name: item[name] for name in names}))
    return found, seconds, parsed


def _different(found: list[RawItem]) -> list[RawItem]:
    """As many records as are measured, no two alike, so that no cache is flattered."""
    return [
        replace(
            raw := found[number % len(found)],
            url=f"{raw.url}{'&' if '?' in (raw.url or '') else '?'}n={number}",
            title=f"{raw.title} {number}",
            summary=f"{raw.summary or ''} {number}",
        )
        for number in range(RECORDS)
    ]


def speed(data: Path) -> dict[str, Any]:
    """CPU seconds to clean the records, and how many times parsing alone that is."""
    found, parsing, parsed = records(data)
    many = _different(found)
    for raw in found[:50]:
        clean_item(raw, now=NOW)
    start = time.process_time()
    made = [clean_item(raw, now=NOW) for raw in many]
    seconds = time.process_time() - start
    parse_only = parsing * RECORDS / parsed
    return {
        "records": len(made),
        "clean_cpu_s": round(seconds, 2),
        "parse_cpu_s": round(parse_only, 2),
        "clean_to_parse": round(seconds / parse_only, 2),
        "reached": seconds <= LIMIT * parse_only,
    }


def _addresses(data: Path) -> Iterator[str]:
    """Every address that the weeks' items and the newsletters' pages hold."""
    for path in sorted((data / "ai_weeks").rglob("*")):
        if path.suffix in (".jsonl", ".md"):
            text = path.read_text(encoding="utf-8").replace("\\u0026", "&")
            yield from (url.rstrip(".,;:!?*_") for url in _ADDRESS.findall(text))


def addresses(data: Path) -> tuple[dict[str, Any], list[tuple[str, list[str]]]]:
    """What became of the weeks' addresses, and the merges: an address and what it stands for."""
    forms = defaultdict(set)
    refused, left = set(), set()
    for url in sorted(set(_addresses(data))):
        try:
            canonical, link = canonical_url(url), clean_link(url)
        except InputError:
            refused.add(url)
            continue
        forms[canonical].add(url)
        left |= {one for one in (canonical, link) if _TRACKING.search(one)}
    merges = [(one, sorted(urls)) for one, urls in sorted(forms.items()) if len(urls) > 1]
    distinct = sum(len(urls) for urls in forms.values())
    counts = {
        "urls": distinct,
        "canonical": len(forms),
        "merged": distinct - len(forms),
        "refused": len(refused),
        "tracking_left": sorted(left),
        "reached": not left,
    }
    return counts, merges


def _unlike(merges: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The merges that took more than the rules that nobody doubts, one address a form."""
    plain = re.compile(r"^https?://(?:www\.)?|/?(?:#.*)?$|(?<=[?&])utm_[^&]*&?")
    found = []
    for one, urls in merges:
        forms = {
            plain.sub("", plain.sub("", url.replace("&amp;", "&")).rstrip("?&")): url
            for url in urls
        }
        if len(forms) > 1:
            found.append((one, sorted(forms.values())))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the research data")
    parser.add_argument("--merges", action="store_true", help="print the merged addresses")
    parser.add_argument("--unlike", action="store_true", help="print those that need a judgement")
    parser.add_argument("--sample", type=int, default=0, help="print this many of them, spread")
    arguments = parser.parse_args()
    counts, merges = addresses(arguments.data)
    merges = _unlike(merges) if arguments.unlike else merges
    if arguments.merges or arguments.unlike or arguments.sample:
        step = max(1, len(merges) // arguments.sample) if arguments.sample else 1
        for one, urls in merges[::step][: arguments.sample or None]:
            print(one, *urls, sep="\n    ")
        return 0
    found = {"speed": speed(arguments.data), "addresses": counts}
    reached = all(part["reached"] for part in found.values())
    print(json.dumps({**found, "reached": reached}, indent=2, ensure_ascii=False))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
