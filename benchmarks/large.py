"""A million reports joined into stories and themes, beside TF-IDF and mini-batch k-means, as JSON.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/large.py [--count N] [--data DIR]

Exit code 1 if a limit is missed. It takes some fifteen CPU minutes and 8 GB. Each part has a
process of its own with 12 GiB of address space: what needs more ends there.

- ours: `join_items` and `group_stories` of the snippets of `speed.py`: the seconds of each, the
  peak of the process, and the stories by the events that the snippets are filed under.
- plain: scikit-learn's TfidfVectorizer of the 50,000 commonest terms and MiniBatchKMeans at 1,000
  groups: at as many groups as there are stories its centres would need a hundred gigabytes.
- shortened: the stories of 10,000 snippets found as those of `--count` are, with the share of the
  pairs of terms looked at that these would have; beside the stories found in full.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.speed import (  # noqa: E402
    DATA,
    SNIPPETS,
    agreement,
    apart,
    labels,
    peak_mb,
    shortened,
    timed,
    week_of,
)
from digest.stories import join_items  # noqa: E402
from digest.themes import group_stories  # noqa: E402

MILLION = 1_000_000
LIMIT = {"cpu_s": 600.0, "peak_mb": 8000.0}
"""Of a million."""
ADDRESSES = 12 << 30
"""Bytes of address space."""
TERMS, GROUPS = 50_000, 1_000


def _ours(count: int, path: Path, out: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    items, events = week_of(count, path)
    group_stories(join_items(items[:500]))  # what is imported late is not what is measured
    given = peak_mb()
    stories, joining = timed(lambda: join_items(items))
    joined = peak_mb()
    themes, grouping = timed(lambda: group_stories(stories))
    out.put(
        {
            "items_mb": given,
            "stories": len(stories),
            "themes": len(themes.themes),
            "cpu_s": round(joining["cpu_s"] + grouping["cpu_s"], 1),
            "join": {**joining, "peak_mb": joined},
            "group": grouping,
            "peak_mb": peak_mb(),
            "by_events": agreement(labels(stories, items), events),
        }
    )


def _plain(count: int, path: Path, out: Any) -> None:
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    items, events = week_of(count, path)
    texts = [item.text for item in items]

    def work() -> Any:
        rows = TfidfVectorizer(max_features=TERMS).fit_transform(texts)
        return MiniBatchKMeans(GROUPS, n_init=1, random_state=0).fit(rows).labels_.tolist()

    found, took = timed(work)
    out.put({**took, "peak_mb": peak_mb(), "by_events": agreement(found, events)})


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=MILLION, help="snippets (default: a million)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the research data")
    arguments = parser.parse_args()
    count, path = arguments.count, arguments.data / SNIPPETS
    short = apart(shortened, count, path)
    plain = apart(_plain, count, path)
    found = apart(_ours, count, path)
    reached = all(found[name] <= most for name, most in LIMIT.items())
    told = {
        "items": count,
        "ours": found,
        "plain": {"terms": TERMS, "groups": GROUPS, **plain},
        "cpu_ratio_to_plain": round(found["cpu_s"] / plain["cpu_s"], 2),
        "shortened": short,
        "limit": LIMIT,
        "reached": reached,
    }
    print(json.dumps(told, indent=2))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
