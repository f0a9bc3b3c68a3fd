"""Approved issues that teach: stories with signals, kept or left out at a rank."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from digest.model import Issue, IssueStatus, LeftOut, Signal, Story, Week
from digest.ranking import WEIGHTS
from digest.store import Store
from tests.builders import make_issue as any_issue
from tests.builders import make_item, make_story, make_theme


def signals_of(values: dict[str, float]) -> tuple[Signal, ...]:
    rows = [(name, values.get(name, 0.5), weight) for name, weight in WEIGHTS.items()]
    return tuple(Signal(name, value, weight, value * weight) for name, value, weight in rows)


def ranked_story(store: Store, id: str, at: Week, **values: float) -> Story:
    """A ranked story of one item, which is stored."""
    moment = at.window(ZoneInfo("UTC")).start + timedelta(days=1)
    item = make_item(id, f"Northwind ships product {id}", published=moment)
    store.content.add_items([item], at=moment)
    return make_story(item, signals=signals_of(values))


def teaching_issue(number: int, printed: list[Story], **fields: object) -> Issue:
    week = Week(2026, number)
    window = week.window(ZoneInfo("UTC"))
    themes = [make_theme("Chips", printed)]
    return any_issue(*themes, number=number, week=str(week), window=window, **fields)


def below(story: Story, rank: int) -> LeftOut:
    return LeftOut(story.id, story.title, f"below the cut: rank {rank} of 20 stories")


def approve_issue(store: Store, number: int, rng: np.random.Generator) -> None:
    """An issue whose editor looks at votes alone: ten stories kept, ten left out."""
    week = Week(2026, number)
    kept = [
        ranked_story(
            store, f"k{number}-{n}", week, popularity=0.6 + 0.04 * n, kind=float(rng.random())
        )
        for n in range(10)
    ]
    left = [
        ranked_story(store, f"l{number}-{n}", week, popularity=0.04 * n, kind=float(rng.random()))
        for n in range(10)
    ]
    lines = tuple(below(one, 11 + n) for n, one in enumerate(left))
    store.content.save_issue(teaching_issue(number, kept, left_out=lines, status=IssueStatus.SENT))
