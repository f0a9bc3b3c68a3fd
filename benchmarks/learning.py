"""Measure the learning of weights: is a taste found, and is noise left alone; prints JSON.

Run from the checkout: `python benchmarks/learning.py`. Made-up editors choose 30 of 200 stories,
whose signals are drawn from real weeks beside the checkout: by weights of their own and by chance;
by amending the machine's issue, four stories dropped and four brought back; and at random. What
was learned from 8 and from 16 issues is measured on 20 further ones by the editor's own order.
Then real editors: of an AI newsletter, whose editors led with 2 to 4 of some 40 stories, 26 issues
teach and the next 26 measure, five times over. The baseline is the shipped weights.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from ranking import DATA, WEEKS, interval, lwai, rolling, week_of  # noqa: E402

from digest.learning import BY_HAND, Choice, learn_weights  # noqa: E402
from digest.model import Past  # noqa: E402
from digest.ranking import WEIGHTS  # noqa: E402

NAMES = list(WEIGHTS)
SHIPPED = np.array(list(WEIGHTS.values()))
STORIES, PRINTED, AMENDED, FRESH, SEEDS = 200, 30, 4, 20, 3
BLOCK, BLOCKS = 26, 5
TASTES = {
    "votes and coverage": {"coverage": 50.0, "popularity": 30.0, "recency": 20.0},
    "kind and money": {"coverage": 30.0, "kind": 30.0, "amount": 20.0, "relevance": 20.0},
    "as shipped": WEIGHTS,
}


class Stories:
    """Rows of signals as real weeks have them; authority and entities as with a past."""

    def __init__(self, weeks: np.ndarray, issues: np.ndarray) -> None:
        self._weeks, self._issues = weeks, issues
        self._learned = [NAMES.index(name) for name in ("authority", "entities")]

    def drawn(self, rng: np.random.Generator) -> np.ndarray:
        """Signals of `STORIES` stories, one row each."""
        rows = self._weeks[rng.integers(0, len(self._weeks), STORIES)].copy()
        past = self._issues[rng.integers(0, len(self._issues), STORIES)]
        rows[:, self._learned] = past[:, self._learned]
        return np.clip(rows + rng.normal(0, 0.03, rows.shape), 0, 1)


def best(worth: np.ndarray, count: int) -> np.ndarray:
    kept = np.zeros(len(worth), dtype=bool)
    kept[np.argsort(-worth, kind="stable")[:count]] = True
    return kept


def edited(
    rows: np.ndarray, taste: np.ndarray, how: str, rng: np.random.Generator
) -> tuple[list[Choice], np.ndarray]:
    """What an editor chose of the rows, and what they would have chosen of all."""
    own = rows @ taste + rng.normal(0, 5, len(rows))
    wanted = best(own, PRINTED)
    if how == "chooses":
        return choices(rows, wanted), wanted
    if how == "at random":
        return choices(rows, best(rng.random(len(rows)), PRINTED)), wanted
    machine = best(rows @ SHIPPED + rng.normal(0, 4, len(rows)), PRINTED)
    worth = rng.random(len(rows)) if how == "amends at random" else own
    inside, outside = np.flatnonzero(machine), np.flatnonzero(~machine)
    dropped = inside[np.argsort(worth[inside])[:AMENDED]]
    back = outside[np.argsort(-worth[outside])[:AMENDED]]
    kept = machine.copy()
    kept[dropped], kept[back] = False, True
    return choices(rows, kept, by_hand={*dropped.tolist(), *back.tolist()}), wanted


def choices(
    rows: np.ndarray, kept: np.ndarray, by_hand: frozenset[int] | set[int] = frozenset()
) -> list[Choice]:
    return [
        Choice(dict(zip(NAMES, row, strict=True)), bool(k), BY_HAND if at in by_hand else 1.0)
        for at, (row, k) in enumerate(zip(rows.tolist(), kept, strict=True))
    ]


def made_up(stories: Stories, taste: np.ndarray, how: str, issues: int) -> dict[str, Any]:
    moved, before, after, seconds = [], [], [], 0.0
    for seed in range(SEEDS):
        rng = np.random.default_rng(100 * seed + issues)
        taught = [edited(stories.drawn(rng), taste, how, rng)[0] for _ in range(issues)]
        started = time.process_time()
        weights = learn_weights(taught, WEIGHTS).weights
        seconds += time.process_time() - started
        learned = np.array([weights[name] for name in NAMES])
        moved.append(float(np.abs(learned - SHIPPED).sum() / 2))
        for _ in range(FRESH):
            rows = stories.drawn(rng)
            wanted = edited(rows, taste, "chooses", rng)[1]
            before.append(average_precision_score(wanted, rows @ SHIPPED))
            after.append(average_precision_score(wanted, rows @ learned))
    return {
        "points_moved": round(float(np.mean(moved)), 1),
        "most_points_moved": round(max(moved), 1),
        "precision_before": round(float(np.mean(before)), 3),
        "precision_after": round(float(np.mean(after)), 3),
        "cpu_s": round(seconds / SEEDS, 1),
    }


def real(cases: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Newsletter editors: each block of issues teaches what the next is ranked by."""
    gains: list[float] = []
    moved = []
    first = len(cases) - BLOCK * (BLOCKS + 1)
    for start in range(first, first + BLOCK * BLOCKS, BLOCK):
        taught = [choices(rows, kept) for rows, kept in cases[start : start + BLOCK]]
        weights = learn_weights(taught, WEIGHTS).weights
        learned = np.array([weights[name] for name in NAMES])
        moved.append(round(float(np.abs(learned - SHIPPED).sum() / 2), 1))
        for rows, kept in cases[start + BLOCK : start + 2 * BLOCK]:
            old, new = (average_precision_score(kept, rows @ w) for w in (SHIPPED, learned))
            gains.append(100 * float(new - old))
    return {"points_moved": moved, "precision_gain_percent": interval(np.array(gains))}


def main() -> int:
    issues = lwai(DATA / "labelled" / "lwai.jsonl.gz")
    boards = rolling(issues)
    cases = [
        (np.column_stack([board[name] for name in NAMES]), one.chosen)
        for one, board in zip(issues, boards, strict=True)
    ]
    weeks = [week_of(name, DATA / "ai_weeks").board(Past()) for name in WEEKS]
    table = np.concatenate([np.column_stack([week[name] for name in NAMES]) for week in weeks])
    stories = Stories(table, np.concatenate([rows for rows, _ in cases[80:]]))
    report: dict[str, Any] = {}
    for how in ("chooses", "amends", "amends at random", "at random"):
        tastes = TASTES if how in ("chooses", "amends") else {"as shipped": WEIGHTS}
        for name, taste in tastes.items():
            wanted = np.array([taste.get(signal, 0.0) for signal in NAMES])
            report[f"{how}: {name}"] = {
                f"{count} issues": made_up(stories, wanted, how, count) for count in (8, 16)
            }
    report["lwai"] = real(cases)
    noise = [report[f"{how}: as shipped"] for how in ("amends at random", "at random")]
    report["floors"] = {"most_points_moved_by_noise": 5.0}
    report["reached"] = all(
        one["most_points_moved"] <= 5.0 for told in noise for one in told.values()
    )
    print(json.dumps(report, indent=2))
    return 0 if report["reached"] else 1


if __name__ == "__main__":
    sys.exit(main())
