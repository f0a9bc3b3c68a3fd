"""Rank stories by a linear score over named signals, so that every rank can be read off a table.

A story's score is the sum over signals of value * weight. Values lie in [0, 1] and the weights
sum to 100, so a score lies in [0, 100] and one point is one hundredth of the best conceivable
story. Signals use only what feeds give: who reported, when, and the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.entities import FOCUS, mentions, names, numbers
from digest.model import Signal, Story, Week

if TYPE_CHECKING:
    import pandas as pd

FACTS_FOR_FULL_SUBSTANCE = 8

_HAPPENS = re.compile(
    r"\b(?:acquir|announc|approv|ban(?:s|ned)\b|block|bought|buys?\b|clos(?:es|ed)\b|cuts?\b"
    r"|delay|expand|fil(?:es|ed)\b|fin(?:es|ed)\b|hir(?:es|ed)\b|introduc|invest|launch|lays? off"
    r"|layoffs?|leav(?:es|ing)\b|lift|open(?:s|ed)\b|order|partner|pass(?:es|ed)\b|paus|pledg"
    r"|rais(?:es|ed)\b|reach|recall|releas|rul(?:es|ed|ing)\b|sell|settle|ships?\b|sign(?:s|ed)\b"
    r"|sue[sd]?\b|tapes? out|unveil|valu(?:ed|ation)|vot(?:es|ed)\b|warn|wins?\b|withdraw)",
    re.IGNORECASE,
)
_TALKS = re.compile(
    r"^(?:how|why|what|when|should|can|could|is|are|do|does|i|my|we|the state of|show hn|ask hn)\b"
    r"|\?$|\b(?:guide|tutorial|part \d|tips|explained|review|hands-on|opinion|podcast|quiz)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Field:
    """The week a story is ranked in: what a signal may compare it with.

    Attributes:
        start: where recency is 0.
        now: where recency is 1.
        focus: the words that make a story on topic.
    """

    start: datetime
    now: datetime
    focus: tuple[str, ...]


def coverage(story: Story, field: Field) -> float:
    """Independent sources beyond the first: 0 for one, 1/2 for two, 2/3 for three."""
    return 1.0 - 1.0 / len(story.sources)


def relevance(story: Story, field: Field) -> float:
    """How much of the topic's words the lead holds; a word in the headline counts double."""
    lead = story.lead
    found = 2 * mentions(lead.title, field.focus) + mentions(lead.summary[:600], field.focus)
    return float(1.0 - 0.7**found)


def substance(story: Story, field: Field) -> float:
    """Facts in the lead: its distinct numbers and names, full at eight."""
    text = story.lead.text[:600]
    facts = len(set(numbers(text))) + len(set(names(text)))
    return min(1.0, facts / FACTS_FOR_FULL_SUBSTANCE)


def event(story: Story, field: Field) -> float:
    """Whether the headlines say that something happened: the share of them with such a verb.

    A question, a guide or a first-person piece counts 0; a plain name, as of a release, 1/2.
    """
    values = [
        0.0 if _TALKS.search(item.title) else 1.0 if _HAPPENS.search(item.title) else 0.5
        for item in story.items
    ]
    return sum(values) / len(values)


def recency(story: Story, field: Field) -> float:
    """A straight line from 0 at the start of the week to 1 now, by the newest report."""
    span = (field.now - field.start).total_seconds()
    newest = max(item.time for item in story.items)
    return min(1.0, max(0.0, (newest - field.start).total_seconds() / span)) if span > 0 else 1.0


SIGNALS: dict[str, Callable[[Story, Field], float]] = {
    "coverage": coverage,
    "relevance": relevance,
    "substance": substance,
    "event": event,
    "recency": recency,
}

WEIGHTS: dict[str, float] = {
    "coverage": 40.0,
    "relevance": 30.0,
    "event": 20.0,
    "substance": 5.0,
    "recency": 5.0,
}
"""Points of each signal at its full value; they sum to 100."""


def scoreboard(
    stories: Sequence[Story],
    week: Week | str,
    *,
    weights: Mapping[str, float] | None = None,
    now: datetime,
    focus: Sequence[str] = FOCUS,
) -> pd.DataFrame:
    """Lay the week out as a table: one row a story, one column a signal, and the score.

    Args:
        stories: n stories, in any order.
        week: the ISO week; its Monday in UTC is where recency starts.
        weights: points of each signal at full value; None takes `WEIGHTS`. A signal that is not
            named weighs nothing.
        now: where recency ends.
        focus: the words that make a story on topic.

    Returns:
        n rows indexed by story id, best first (ties by title, then id); signals in [0, 1],
        `score` in points.
    """
    import pandas as pd

    points = WEIGHTS if weights is None else weights
    monday = (Week.parse(week) if isinstance(week, str) else week).window(ZoneInfo("UTC")).start
    field = Field(
        start=monday,
        now=now.astimezone(UTC),
        focus=tuple(focus),
    )
    ordered = sorted(stories, key=lambda story: (story.title, story.id))
    board = pd.DataFrame(
        {name: [signal(story, field) for story in ordered] for name, signal in SIGNALS.items()},
        index=pd.Index([story.id for story in ordered], name="story"),
        dtype="float64",
    )
    board["score"] = sum(board[name] * points.get(name, 0.0) for name in SIGNALS)
    # Rounding keeps a rank from hanging on the last bit of a sum.
    board["score"] = board["score"].round(6)
    return board.sort_values("score", ascending=False, kind="stable")


def rank(
    stories: Sequence[Story],
    week: Week | str,
    *,
    weights: Mapping[str, float] | None = None,
    now: datetime,
    focus: Sequence[str] = FOCUS,
) -> tuple[Story, ...]:
    """The stories best first, each with its score and the signals that made it.

    The arguments are those of `scoreboard`.
    """
    points = WEIGHTS if weights is None else weights
    board = scoreboard(stories, week, weights=weights, now=now, focus=focus)
    by_id = {story.id: story for story in stories}
    ranked = []
    for row in board.itertuples():
        signals = tuple(
            Signal(name, value, weight, round(value * weight, 6))
            for name in SIGNALS
            for value, weight in [(float(getattr(row, name)), points.get(name, 0.0))]
        )
        score = float(row.score)  # type: ignore[arg-type]
        ranked.append(replace(by_id[str(row.Index)], score=score, signals=signals))
    return tuple(ranked)
