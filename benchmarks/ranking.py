"""Measure the ranking against what human editors chose, and fit its weights; prints JSON.

Run from the checkout: `python benchmarks/ranking.py [--fit]`. Two sets, both beside the checkout:

- lwai: newsletter issues whose editors led with 2 to 4 of some 40 stories. Each of the last 198
  issues is ranked by the product's own scoreboard, with every earlier issue as its past. Only
  titles and hosts are used: the lead stories stand first and have longer texts.
- ai_weeks: raw items of two weeks, and which of them newsletters linked. Recall of the stories
  that hold such an item, with no past and with the other week as the past.

`--fit` prints the weights that a non-negative regression finds on the first half of lwai and on
both weeks.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from digest.authority import COMPETED  # noqa: E402
from digest.items import RawItem, clean_item  # noqa: E402
from digest.model import Issue, Item, LeftOut, Past, Story, Theme, Vocabulary, Week  # noqa: E402
from digest.plan import Plan  # noqa: E402
from digest.ranking import SIGNALS, WEIGHTS, scoreboard, well_led  # noqa: E402
from digest.sieve import fitting, sift  # noqa: E402
from digest.sources import read_file  # noqa: E402
from digest.stories import join_items  # noqa: E402
from digest.vectors import tokenize  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
WEEKS = ("2026-W22", "2026-W30")
TESTED = 198
SHUFFLES = 200
FLOORS = {"ndcg_at_10": 33.0, "recall_at_10": 48.0}
RIDGE = 0.5
WARM = 20

Board = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Ranked:
    """What an editor chose from: the stories, and which of them were chosen."""

    stories: tuple[Story, ...]
    chosen: np.ndarray
    week: Week
    now: datetime

    def board(self, past: Past) -> Board:
        """The signals of the stories in their own order, each (n,), and `score`."""
        table = scoreboard(self.stories, self.week, now=self.now, past=past)
        table = table.loc[[story.id for story in self.stories]]
        return {name: table[name].to_numpy() for name in table}


def lwai(path: Path) -> list[Ranked]:
    """Issues with at least two lead and ten other stories, oldest first; one item a story."""
    issues: dict[tuple[str, int], list[dict[str, Any]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["tier"] != "related":  # only leads have related links: they would tell
                issues.setdefault((row["date"], int(row["issue"])), []).append(row)
    found = []
    for (date, number), rows in sorted(issues.items()):
        # Sorted by title, so that the position in the issue cannot reach the ranking.
        rows.sort(key=lambda row: (row["title"], row["url"]))
        chosen = np.array([row["tier"] == "top" for row in rows])
        now = datetime.fromisoformat(f"{date[:7]}-01").replace(tzinfo=UTC)  # some days do not exist
        stories = tuple(_headline(f"{date}-{number}-{n}", row, now) for n, row in enumerate(rows))
        if chosen.sum() >= 2 and (~chosen).sum() >= 10:
            found.append(Ranked(stories, chosen, Week.of(now, ZoneInfo("UTC")), now))
    return found


def _headline(id: str, row: Mapping[str, Any], now: datetime) -> Story:
    url = f"https://{row['host']}/{id}"
    return Story(id, (Item(id, url, url, row["title"], "", row["host"], None, now),))


def _issue(
    led: Sequence[Story], also: Sequence[Story], left_out: Sequence[Item], of: Ranked
) -> Issue:
    return Issue(
        number=1,
        week=str(of.week),
        window=of.week.window(ZoneInfo("UTC")),
        timezone="UTC",
        title="",
        subject="",
        preheader="",
        intro=(),
        themes=(Theme("", (), tuple(led)),),
        also=tuple(also),
        left_out=tuple(LeftOut(item.id, item.title, COMPETED) for item in left_out),
        drafted_at=of.now,
    )


def rolling(issues: Sequence[Ranked]) -> list[Board]:
    """The board of each issue, ranked with all the issues before it as the past."""
    boards: list[Board] = []
    past: list[Issue] = []
    collected: Counter[str] = Counter()
    for one in issues:
        boards.append(one.board(Past(tuple(past), collected=dict(collected))))
        parts = (
            [s for s, c in zip(one.stories, one.chosen, strict=True) if c == t] for t in (1, 0)
        )
        past.insert(0, _issue(*parts, (), one))
        collected.update(story.lead.source for story in one.stories)
    return boards


def scores_of(boards: Sequence[Board], weights: Mapping[str, float]) -> list[np.ndarray]:
    return [sum(board[name] * weights.get(name, 0.0) for name in SIGNALS) for board in boards]


def measured(
    issues: Sequence[Ranked], scores: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """NDCG@10 and recall@10 of each issue in percent; ties fall as the titles do."""
    discount = 1.0 / np.log2(np.arange(2, 12))
    gains, recalls = [], []
    for one, score in zip(issues, scores, strict=True):
        hits = one.chosen[np.argsort(-score.round(6), kind="stable")[:10]]
        best = discount[: min(10, int(one.chosen.sum()))].sum()
        gains.append(100 * float((hits * discount[: len(hits)]).sum() / best))
        recalls.append(100 * float(hits.sum() / one.chosen.sum()))
    return np.array(gains), np.array(recalls)


def interval(differences: np.ndarray) -> list[float]:
    """The mean of paired differences and its 95 % bootstrap interval over the issues."""
    drawn = np.random.default_rng(1).integers(0, len(differences), (10_000, len(differences)))
    low, high = np.percentile(differences[drawn].mean(axis=1), [2.5, 97.5])
    return [round(float(value), 1) for value in (differences.mean(), low, high)]


def against_editors(issues: Sequence[Ranked], boards: Sequence[Board]) -> dict[str, Any]:
    """The product, random and authority alone on the same issues."""
    rng = np.random.default_rng(0)
    shuffles = [
        measured(issues, [rng.random(len(one.chosen)) for one in issues]) for _ in range(50)
    ]
    kinds = {
        "random": tuple(np.mean([shuffle[i] for shuffle in shuffles], axis=0) for i in (0, 1)),
        "authority": measured(issues, scores_of(boards, {"authority": 1.0})),
        "authority_and_entities": measured(
            issues, scores_of(boards, {name: WEIGHTS[name] for name in ("authority", "entities")})
        ),
        "product": measured(issues, [board["score"] for board in boards]),
    }
    told: dict[str, Any] = {"issues": len(issues)}
    for name, (gains, recalls) in kinds.items():
        told[name] = {
            "ndcg_at_10": round(float(gains.mean()), 1),
            "recall_at_10": round(float(recalls.mean()), 1),
        }
    for i, name in enumerate(("ndcg_at_10", "recall_at_10")):
        told[f"{name}_gain_over_authority"] = interval(kinds["product"][i] - kinds["authority"][i])
    return told


def week_of(name: str, data: Path) -> Ranked:
    """A week's stories on topic, joined by the product, and which of them newsletters linked."""
    week = Week.parse(name)
    now = week.window(ZoneInfo("UTC")).end
    path = data / name / "items.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    picked = {row["id"] for row in rows if row.get("labels", {}).get("picked_by")}
    items: dict[str, Item] = {}
    chosen: set[str] = set()
    for record in read_file(path).records:
        item = clean_item(record, now=now) if isinstance(record, RawItem) else None
        if isinstance(item, Item):
            items.setdefault(item.url, item)
            chosen |= {item.url} if item.id in picked else set()
    plan = Plan(1, week, week.window(ZoneInfo("UTC")), follows=False, timezone="UTC")
    kept, _ = sift(sorted(items.values(), key=lambda item: item.id), plan)
    joined = join_items(kept)
    # As in a draft, what is old or off topic is out before anything is ranked.
    stories = well_led(fitting(joined, plan)[0])
    hit = [any(item.url in chosen for item in story.items) for story in stories]
    return Ranked(stories, np.array(hit), week, now)


def past_of(one: Ranked) -> Past:
    """A week as the past of another: picked stories were printed, the others were not."""
    led = [story for story, hit in zip(one.stories, one.chosen, strict=True) if hit]
    others = [s.lead for s, hit in zip(one.stories, one.chosen, strict=True) if not hit]
    items = [item for story in one.stories for item in story.items]
    counts = Counter(term for item in items for term in set(tokenize(item.text)))
    collected = Counter(item.source for item in items)
    vocabulary = Vocabulary(len(items), dict(counts))
    return Past((_issue(led, (), others, one),), vocabulary, dict(collected))


def recall_at_30(one: Ranked, score: np.ndarray) -> float:
    best = np.argsort(-score.round(6), kind="stable")[:30]
    return 100 * float(one.chosen[best].sum() / one.chosen.sum())


def against_newsletters(weeks: Mapping[str, Ranked]) -> dict[str, Any]:
    """Recall@30 of the stories that newsletters linked, in each week."""
    told = {}
    for name, one in weeks.items():
        (other,) = [week for key, week in weeks.items() if key != name]
        rng = np.random.default_rng(0)
        shuffled = [recall_at_30(one, rng.random(len(one.chosen))) for _ in range(SHUFFLES)]
        started = time.process_time()
        first = one.board(Past())["score"]
        seconds = time.process_time() - started
        found = {
            "random": np.mean(shuffled),
            "product_without_past": recall_at_30(one, first),
            "product_with_the_other_week": recall_at_30(one, one.board(past_of(other))["score"]),
        }
        told[name] = {"stories": len(one.stories), "picked": int(one.chosen.sum())}
        told[name] |= {key: round(float(value), 1) for key, value in found.items()}
        told[name]["scoreboard_cpu_s"] = round(seconds, 2)
    return told


def fitted(groups: Sequence[tuple[float, Sequence[Ranked], Sequence[Board]]]) -> dict[str, float]:
    """Weights of a non-negative conditional logit: the chosen of a week against all of it.

    Args:
        groups: sets of rankings, each with what one of its chosen stories counts.
    """
    from scipy.optimize import minimize

    names = list(SIGNALS)
    cases = [
        (share, np.column_stack([board[name] for name in names]), one.chosen)
        for share, ranked, boards in groups
        for one, board in zip(ranked, boards, strict=True)
    ]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for share, values, chosen in cases:
            raw = values @ weights
            odds = np.exp(raw - raw.max())
            count = int(chosen.sum())
            total -= share * float(raw[chosen].sum() - count * (raw.max() + np.log(odds.sum())))
            expected = count * (odds / odds.sum()) @ values
            slope = slope - share * (values[chosen].sum(axis=0) - expected)
        return total, slope

    start = np.full(len(names), 0.1)
    bounds = [(0, None)] * len(names)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return {
        name: round(100 * float(w) / best.sum(), 1) for name, w in zip(names, best, strict=True)
    }


def fits(
    issues: Sequence[Ranked], boards: Sequence[Board], weeks: Mapping[str, Ranked]
) -> dict[str, dict[str, float]]:
    """The weights that lwai, the weeks and both ask for.

    lwai gives its first half without the issues that have less than `WARM` before them. It has
    one report a story: what several reports show is learned from the weeks alone. A week counts
    half without a past and half with the other week as its past.
    """
    half = slice(WARM, len(issues) // 2)
    # There every candidate is on topic: what relevance tells is learned from the weeks alone.
    blind = [{**board, "relevance": np.zeros_like(board["relevance"])} for board in boards[half]]
    editors = (1.0, issues[half], blind)
    ranked = list(weeks.values())
    alone = (0.5, ranked, [one.board(Past()) for one in ranked])
    crossed = (
        0.5,
        ranked,
        [one.board(past_of(other)) for one, other in zip(ranked, ranked[::-1], strict=True)],
    )
    return {
        "lwai": fitted([editors]),
        "ai_weeks": fitted([alone, crossed]),
        "both": fitted([editors, alone, crossed]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fit", action="store_true", help="print the fitted weights as well")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the research data")
    arguments = parser.parse_args()
    issues = lwai(arguments.data / "labelled" / "lwai.jsonl.gz")
    boards = rolling(issues)
    weeks = {name: week_of(name, arguments.data / "ai_weeks") for name in WEEKS}
    half = len(issues) // 2
    report = {
        "lwai": against_editors(issues[-TESTED:], boards[-TESTED:]),
        "lwai_second_half": against_editors(issues[half:], boards[half:]),
        "ai_weeks": against_newsletters(weeks),
        "weights": WEIGHTS,
    }
    if arguments.fit:
        report["fitted"] = fits(issues, boards, weeks)
    report["floors"] = FLOORS
    report["reached"] = all(
        report["lwai"]["product"][name] >= floor for name, floor in FLOORS.items()
    )
    print(json.dumps(report, indent=2))
    return 0 if report["reached"] else 1


if __name__ == "__main__":
    sys.exit(main())
