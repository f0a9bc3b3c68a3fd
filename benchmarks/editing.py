"""Measure an editor's moves on a week of 60 stories; prints JSON.

Run from the checkout: `python benchmarks/editing.py`. On the sample week, after 50 moves of every
kind: the core alone (`apply` of all 51, with what earlier moves made in memory as in a desk that
runs, and from cold), the whole of `make_move` on SQLite with the issue rendered, and the baseline:
the week drafted again, which is what a move costs where edits are not kept as moves.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from digest import retelling
from digest.model import Issue
from digest.model.moves import (
    BringBack,
    DropStory,
    LeadStory,
    MergeStories,
    Move,
    PinStory,
    PlaceStory,
    RenameTheme,
    SplitStory,
    ThemeMark,
    WordBrief,
    WordHeadline,
    WordIssue,
)
from digest.moves import apply
from digest.pipeline import collecting, drafting, editing, sample
from digest.pipeline.project import create_project
from digest.pipeline.replaying import others_for
from digest.store import open_store

MOVES, RUNS, STORIES = 50, 20, 50


def mark(issue: Issue, place: int) -> ThemeMark:
    theme = issue.themes[place % len(issue.themes)]
    return ThemeMark(theme.label, tuple(story.id for story in theme.stories))


def moves_on(issue: Issue) -> list[Move]:
    """50 moves of every kind on the stories of an issue, none of which another takes away."""
    stories = list(issue.stories)
    several = [story for story in stories if len(story.items) > 1]
    made: list[Move] = [WordIssue("intro", ("A week of money.",)), RenameTheme(mark(issue, 1), "A")]
    made += [BringBack(line.item, mark(issue, 2)) for line in issue.left_out[:3]]
    made += [DropStory(story.id) for story in stories[-3:]]
    made += [MergeStories(stories[at].id, stories[at + 1].id) for at in (2, 8, 14, 20, 26)]
    made += [SplitStory(s.items[0].id, (s.items[-1].id,)) for s in several[:5]]
    made += [LeadStory(s.id, s.items[1].id) for s in several[6:10]]
    made += [PinStory(story.id, mark(issue, 3)) for story in stories[30:34]]
    for at in range(MOVES - len(made)):
        story = stories[at % 30]
        by_kind: tuple[Move, ...] = (
            PlaceStory(story.id, mark(issue, at)),
            WordHeadline(story.id, f"A headline of the editor's, number {at}"),
            WordBrief(story.id, "insight", (f"An insight of the editor's, number {at}.",)),
        )
        made.append(by_kind[at % 3])
    return made


def timed(step: Callable[[], object], before: Callable[[], object] = int) -> dict[str, float]:
    """Milliseconds of CPU and wall time: median and 95th percentile."""
    step()
    cpus, walls = [], []
    for _ in range(RUNS):
        before()
        cpu, wall = time.process_time(), time.perf_counter()
        step()
        cpus.append(1000 * (time.process_time() - cpu))
        walls.append(1000 * (time.perf_counter() - wall))
    return {
        "cpu_ms": round(statistics.median(cpus), 2),
        "cpu_ms_p95": round(statistics.quantiles(cpus, n=20)[-1], 2),
        "wall_ms": round(statistics.median(walls), 2),
        "wall_ms_p95": round(statistics.quantiles(walls, n=20)[-1], 2),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = create_project(Path(folder)).settings
        rules = msgspec.structs.replace(settings.rules, max_stories=STORIES)
        settings = replace(settings, rules=rules)
        with open_store(settings.database_url) as store:
            with as_file(files("digest") / "sample" / "week.jsonl") as path:
                collecting.import_file(store, path, now=sample.COLLECTED)

            def draft() -> Issue:
                return drafting.draft(store, settings, week=sample.WEEK, now=sample.NOW)

            issue = draft()
            moves = moves_on(issue)
            for number, move in enumerate(moves):
                editing.make_move(
                    store, settings, 1, move, revision=1 + number, by="editor", now=sample.NOW
                )
            last = DropStory(issue.stories[35].id)
            every = [*moves, last]
            others = others_for(store, issue, every)

            def whole() -> None:
                revision = store.content.issue_row(1).revision
                move = WordHeadline(issue.stories[0].id, f"Headline {revision}")
                editing.make_move(
                    store, settings, 1, move, revision=revision, by="editor", now=sample.NOW
                )

            core = timed(lambda: apply(issue, others, every))
            cold = timed(lambda: apply(issue, others, every), retelling._brief.cache_clear)
            one = MergeStories(issue.stories[40].id, issue.stories[41].id)
            merge = timed(lambda: apply(issue, others, [*moves, one]))
            made = timed(whole)
            rebuilt = timed(draft)
    told = {
        "stories": len(issue.stories),
        "moves": MOVES,
        "apply": core,
        "apply_cold": cold,
        "apply_merge": merge,
        "make_move_sqlite": made,
        "baseline_draft_again": rebuilt,
        "times_faster_than_drafting": round(rebuilt["cpu_ms"] / made["cpu_ms"], 1),
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
