"""Measure the map of a week: are neighbours kept, and does a late story leave it as it is; JSON.

Run from the checkout: `python benchmarks/map.py`. The 300 best stories of two weeks of real items,
which lie beside the checkout; forty are large dots. Trustworthiness with ten neighbours is measured
against the space that themes are made in (1 is perfect, 1/2 is chance). A story is taken away, 20
times, and put back as a late one: the others' moves are in sides of the map. The baseline is
t-SNE of the same space, its maps turned to fit each other; the product's are taken as they are.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from ranking import DATA, WEEKS, week_of  # noqa: E402

from digest.model import Story  # noqa: E402
from digest.projection import projected  # noqa: E402
from digest.ranking import rank  # noqa: E402
from digest.strengths import strengths, subjects_with  # noqa: E402
from digest.themes import story_points  # noqa: E402

STORIES, PRINTED, LATE = 300, 40, 20
FLOORS = {"trustworthiness": 0.88, "moved_median": 0.02}


def space(stories: Sequence[Story]) -> np.ndarray:
    return story_points(stories, strengths(stories, subjects_with(())))


def shown(stories: Sequence[Story]) -> np.ndarray:
    best = sorted((story.score for story in stories), reverse=True)[:PRINTED][-1]
    return projected(stories, [0.018 if story.score >= best else 0.008 for story in stories])


def neighbour_embedding(stories: Sequence[Story]) -> np.ndarray:
    from sklearn.manifold import TSNE

    flat = TSNE(init="pca", random_state=0).fit_transform(space(stories))
    return (flat - flat.min(axis=0)) / np.ptp(flat, axis=0)


def turned_to(places: np.ndarray, others: np.ndarray) -> np.ndarray:
    """A map turned, or turned over, so that it fits another as well as it can."""
    from scipy.linalg import orthogonal_procrustes

    middle = places.mean(axis=0)
    turn, _ = orthogonal_procrustes(places - middle, others - others.mean(axis=0))
    return (places - middle) @ turn + others.mean(axis=0)


def measured(
    stories: Sequence[Story], of: Callable[[Sequence[Story]], np.ndarray], *, turned: bool = False
) -> dict[str, Any]:
    from sklearn.manifold import trustworthiness

    of(stories)  # imports are not what is measured
    started = time.process_time()
    places = of(stories)
    seconds = time.process_time() - started
    moves = []
    for late in np.random.default_rng(1).choice(len(stories), LATE, replace=False):
        before = of([story for at, story in enumerate(stories) if at != late])
        after = np.delete(places, late, axis=0)
        before = turned_to(before, after) if turned else before
        moves.append(np.linalg.norm(after - before, axis=1))
    kept = trustworthiness(space(stories), places, n_neighbors=10)
    return {
        "trustworthiness": round(float(kept), 3),
        "moved_median": round(float(np.median(moves)), 4),
        "moved_p95": round(float(np.percentile(moves, 95)), 4),
        "cpu_s": round(seconds, 2),
    }


def main() -> int:
    report: dict[str, Any] = {}
    for name in WEEKS:
        week = week_of(name, DATA / "ai_weeks")
        stories = rank(week.stories, week.week, now=week.now)[:STORIES]
        report[name] = {
            "stories": len(stories),
            "product": measured(stories, shown),
            "t-SNE": measured(stories, neighbour_embedding, turned=True),
        }
    products = [report[name]["product"] for name in WEEKS]
    report["floors"] = FLOORS
    report["reached"] = all(
        one["trustworthiness"] >= FLOORS["trustworthiness"]
        and one["moved_median"] <= FLOORS["moved_median"]
        for one in products
    )
    print(json.dumps(report, indent=2))
    return 0 if report["reached"] else 1


if __name__ == "__main__":
    sys.exit(main())
