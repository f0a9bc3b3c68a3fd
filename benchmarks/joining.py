"""Measure how reports of one event are joined, beside simple joiners; prints JSON.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/joining.py [--pairs] [--data DIR]

Two parts, the number of stories unknown in all of them:

- lwai: newsletter issues that list, under a lead story, other reports of it. Titles only, one issue
  at a time and four pooled. *Judged* scores the pairs of lead and related reports; *wide* scores
  every pair that touches one of them, so that a joined passer-by counts against the joiner.
- ai_weeks: the raw items and newsletter entries of two weeks with their addresses withheld, and
  how many of the pairs are found that share a linked article. `--pairs` adds 100 joined pairs a
  week, drawn with a fixed seed, to be read by a person: no list can say which joins are wrong.

All scores are in percent. Exit code 1 if a floor is not reached.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digest.items import RawItem, clean_item  # noqa: E402
from digest.model import Item, Story, Vocabulary  # noqa: E402
from digest.recall import vocabulary  # noqa: E402
from digest.stories import join_items, story_labels  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
NOTHING_KNOWN = Vocabulary()
FLOORS = {"judged": {"one": 74.0, "four": 60.0}, "wide": {"one": 58.0, "four": 44.0}}
"""F1 with the vocabulary; of four, the mean of two poolings."""
FOUND = 60.0
SAMPLE = 100
SEED = 20
CUTS = np.linspace(0.3, 1.0, 71)

Labels = Sequence[int] | np.ndarray
Pair = tuple[str, str]


@dataclass(frozen=True)
class Batch:
    """Titles to be joined, and of each the event an editor filed it under, or None."""

    titles: tuple[str, ...]
    events: tuple[str | None, ...]


def lwai(path: Path) -> tuple[list[Batch], Vocabulary]:
    """The issues with related reports, oldest first, and the words of all other issues' titles.

    An issue goes by number and date, for one number stands over two issues.
    """
    issues: dict[tuple[str, int], list[dict[str, Any]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            issues.setdefault((row["date"], int(row["issue"])), []).append(row)
    batches, others = [], []
    for key, rows in sorted(issues.items()):
        if any(row["tier"] == "related" for row in rows):
            batches.append(
                Batch(tuple(row["title"] for row in rows), tuple(_event(key, r) for r in rows))
            )
        else:
            others += [_headline(row["title"]) for row in rows]
    return batches, vocabulary(others)


def _event(key: tuple[str, int], row: Mapping[str, Any]) -> str | None:
    return f"{key}-{row['story']}" if row["tier"] in ("top", "related") else None


def _headline(title: str) -> Item:
    url = "https://headline.example/"
    return Item("", url, url, title, "", "", None, datetime(2026, 1, 1, tzinfo=UTC))


def pooled(batches: Sequence[Batch], offset: int) -> list[Batch]:
    """Consecutive fours from `offset` on, round the end; the last one may be smaller."""
    turned = [*batches[offset:], *batches[:offset]]
    return [
        Batch(
            tuple(title for one in turned[at : at + 4] for title in one.titles),
            tuple(event for one in turned[at : at + 4] for event in one.events),
        )
        for at in range(0, len(turned), 4)
    ]


def scored(batches: Sequence[Batch], labelled: Sequence[Labels]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 over all pairs of all batches, judged and wide."""
    tally = {"judged": np.zeros(3), "wide": np.zeros(3)}
    for batch, labels in zip(batches, labelled, strict=True):
        for a, b in combinations(range(len(batch.titles)), 2):
            ours, theirs = batch.events[a], batch.events[b]
            if ours is None and theirs is None:
                continue
            joined, same = labels[a] == labels[b], ours == theirs
            seen = np.array([joined and same, joined, same], dtype=float)
            tally["wide"] += seen
            if ours is not None and theirs is not None:
                tally["judged"] += seen
    return {
        name: {
            "p": _percent(hit, found),
            "r": _percent(hit, true),
            "f1": _percent(2 * hit, found + true),
        }
        for name, (hit, found, true) in tally.items()
    }


def _percent(part: float, whole: float) -> float:
    return round(100 * float(part) / float(whole), 2) if whole else 0.0


def equal_titles(batch: Batch) -> Labels:
    """The trivial joiner: titles that are the same, case aside."""
    return np.unique([title.lower() for title in batch.titles], return_inverse=True)[1]


def best_cut(batches: Sequence[Batch], what: str) -> dict[str, Any]:
    """scikit-learn's TF-IDF and average link at the cut that scores best, known in hindsight."""
    trees = [
        linkage(TfidfVectorizer().fit_transform(batch.titles).toarray(), "average", "cosine")
        if len(batch.titles) > 1
        else None
        for batch in batches
    ]
    tried = {
        float(cut): scored(batches, [fcluster(tree, cut, "distance") for tree in trees])[what]
        for cut in CUTS
    }
    cut = max(tried, key=lambda one: tried[one]["f1"])
    return {"cut": round(cut, 2), **tried[cut]}


def headlines(path: Path) -> dict[str, Any]:
    """All scores of the lwai part."""
    batches, known = lwai(path)
    sets = {"one": batches, "four": pooled(batches, 0), "four_from_2": pooled(batches, 2)}
    joiners: dict[str, Callable[[Batch], Labels]] = {
        "recipe": lambda b: story_labels(b.titles, [""] * len(b.titles), vocabulary=known),
        "no_vocabulary": lambda b: story_labels(b.titles, [""] * len(b.titles)),
        "equal_titles": equal_titles,
    }
    found: dict[str, Any] = {
        name: {of: scored(those, [join(b) for b in those]) for of, those in sets.items()}
        for name, join in joiners.items()
    }
    for parts in found.values():
        parts["four_mean_f1"] = {
            what: round((parts["four"][what]["f1"] + parts["four_from_2"][what]["f1"]) / 2, 2)
            for what in FLOORS
        }
    found["tfidf_best_cut_in_hindsight"] = {
        of: {what: best_cut(those, what) for what in FLOORS} for of, those in sets.items()
    }
    recipe = found["recipe"]
    reached = all(
        recipe["one"][what]["f1"] >= floor["one"] and recipe["four_mean_f1"][what] >= floor["four"]
        for what, floor in FLOORS.items()
    )
    return {"issues": len(batches), **found, "floor": FLOORS, "reached": reached}


def ai_week(folder: Path, *, pairs: bool) -> dict[str, Any]:
    """One week of raw items and newsletter entries: linked pairs found, and how much is joined."""
    rows = [row for name in ("items", "curated") for row in _rows(folder / f"{name}.jsonl")]
    items = [item for item in map(_unlinked, rows) if item and not item.sponsored]
    present = {item.id for item in items}
    linked = {
        pair
        for story in _rows(folder / "stories.jsonl")
        for pair in combinations(sorted({*story["curated"], *story["raw"]}), 2)
    }
    asked = {pair for pair in linked if present.issuperset(pair)}
    address = {row["id"]: row.get("canonical_url") or row["id"] for row in rows}
    start = time.process_time()
    stories = join_items(items)
    seconds = time.process_time() - start
    joined = joined_pairs(stories)
    found = {
        "items": len(items),
        "stories": len(stories),
        "largest": max(len(story.items) for story in stories),
        "joined_pairs": len(joined),
        "linked_pairs": len(asked),
        "linked_pairs_left_out_with_adverts": len(linked) - len(asked),
        "recall": _percent(len(asked & set(joined)), len(asked)),
        "recall_by_equal_address": _percent(
            sum(address[one] == address[other] for one, other in asked), len(asked)
        ),
        "recall_by_equal_title": _percent(
            len(asked & set(joined_pairs(_same_title(items)))), len(asked)
        ),
        "cpu_s": round(seconds, 2),
        "floor": FOUND,
    }
    found["reached"] = found["recall"] >= FOUND
    if pairs:
        by_id = {item.id: item for item in items}
        drawn = random.Random(SEED).sample(joined, min(SAMPLE, len(joined)))
        found["pairs"] = [
            [f"{by_id[id].source}: {by_id[id].title}" for id in pair] for pair in drawn
        ]
    return found


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _unlinked(row: Mapping[str, Any]) -> Item | None:
    """An item under an invented address of its source; None for an advert or what is refused."""
    if row.get("sponsor"):
        return None
    source = row.get("newsletter") or row["source"]
    slug = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-") or "source"
    raw = RawItem(
        id=row["id"],
        url=f"https://{slug}.example/{row['id']}",
        title=row["title"],
        summary=row["summary"],
        published=row.get("published") or row.get("issue"),
        first_seen=row.get("first_seen") or row.get("issue"),
        source=source,
    )
    item = clean_item(raw, now=datetime(2026, 8, 1, tzinfo=UTC))
    return item if isinstance(item, Item) else None


def _same_title(items: Sequence[Item]) -> list[Story]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.title.lower(), []).append(item)
    return [Story(group[0].id, tuple(group)) for group in groups.values()]


def joined_pairs(stories: Sequence[Story]) -> list[Pair]:
    """The ids of every two items in one story, sorted."""
    return sorted(
        pair
        for story in stories
        for pair in combinations(sorted(item.id for item in story.items), 2)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", action="store_true", help="print joined pairs to be read")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the research data")
    arguments = parser.parse_args()
    labelled = arguments.data / "labelled"
    found = {
        "lwai": headlines(labelled / "lwai.jsonl.gz"),
        "ai_weeks": {
            folder.name: ai_week(folder, pairs=arguments.pairs)
            for folder in sorted((arguments.data / "ai_weeks").glob("*-W*"))
        },
    }
    parts = (found["lwai"], *found["ai_weeks"].values())
    reached = all(part["reached"] for part in parts)
    print(json.dumps({**found, "reached": reached}, indent=2, ensure_ascii=False))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
