"""Rank stories by a linear score over named signals, so that every rank can be read off a table.

A story's score is the sum over signals of value * weight. Values lie in [0, 1] and the weights
sum to 100, so a score lies in [0, 100] and one point is one hundredth of the best conceivable
story. The signals themselves are in `digest.signals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.authority import NO_PAST, outlet
from digest.entities import FOCUS, SHORT, names, on_topic
from digest.kinds import PLAIN, POSTED, columns, kind_value
from digest.model import Item, Past, Signal, Story, Week
from digest.signals import SIGNALS, Field, field_of
from digest.vectors import term_rows, tokenize

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

WEIGHTS: dict[str, float] = {
    "coverage": 14.0,
    "speed": 3.0,
    "authority": 28.0,
    "entities": 16.0,
    "kind": 14.0,
    "amount": 7.0,
    "relevance": 8.0,
    "centrality": 2.0,
    "burst": 2.0,
    "novelty": 2.0,
    "popularity": 2.0,
    "recency": 2.0,
}
"""Points of each signal at its full value; they sum to 100.

Fitted by `benchmarks/ranking.py --fit`; docs/explanation/ranking.md says how.
"""

SPREAD = 200
"""Of so many best stories the order is spread; those below keep their places."""
WATCHED = 10
PENALTY = 12.0
"""Points that a story loses beside one picked before it that says and names just the same."""


def scoreboard(
    stories: Sequence[Story],
    week: Week | str,
    *,
    weights: Mapping[str, float] | None = None,
    now: datetime,
    focus: Sequence[str] = FOCUS,
    past: Past = NO_PAST,
) -> pd.DataFrame:
    """Lay the week out as a table: one row a story, one column a signal, and the score.

    Args:
        stories: n stories, in any order.
        week: the ISO week; its Monday in UTC is where recency starts.
        weights: points of each signal at full value; None takes `WEIGHTS`. A signal that is not
            named weighs nothing.
        now: where recency ends.
        focus: the words that make a story on topic.
        past: earlier issues, their words and counts; the empty one leaves its signals neutral.

    Returns:
        n rows indexed by story id, best first (ties by title, then id); signals in [0, 1],
        `score` in points.
    """
    import pandas as pd

    points = WEIGHTS if weights is None else weights
    monday = (Week.parse(week) if isinstance(week, str) else week).window(ZoneInfo("UTC")).start
    ordered = sorted(stories, key=lambda story: (story.title, story.id))
    field = field_of(ordered, monday, now.astimezone(UTC), focus=focus, past=past)
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
    past: Past = NO_PAST,
) -> tuple[Story, ...]:
    """The stories best first, each with its score and the signals that made it.

    The arguments are those of `scoreboard`.
    """
    points = WEIGHTS if weights is None else weights
    board = scoreboard(stories, week, weights=weights, now=now, focus=focus, past=past)
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


_OF_THE_LEAD = ("entities", "centrality", "burst", "novelty")
_OF_THE_BEST = ("authority", "kind", "popularity")


def signals_of(
    story: Story,
    parts: Sequence[Story],
    week: Week | str,
    *,
    weights: Mapping[str, float],
    now: datetime,
    focus: Sequence[str] = (),
) -> tuple[Signal, ...]:
    """The signals of a story made of others, without the rest of the week.

    What its own reports tell is measured again. What only the week can tell is the value of the
    part that leads it, or the best of any part; neutral where no part was ranked.

    Args:
        parts: ranked stories that its reports come from, the leading one first.
        weights: points of each signal at full value.
    """
    start = (Week.parse(week) if isinstance(week, str) else week).window(ZoneInfo("UTC")).start
    field = Field(start, now.astimezone(UTC), focus=tuple(focus) or FOCUS)
    known = [{signal.name: signal.value for signal in part.signals} for part in parts]
    signals = []
    for name, measure in SIGNALS.items():
        told = [values[name] for values in known if name in values]
        if told and name in _OF_THE_LEAD:
            value = told[0]
        elif told and name in _OF_THE_BEST:
            value = max(told)
        else:
            value = measure(story, field)
        weight = weights.get(name, 0.0)
        signals.append(Signal(name, value, weight, round(value * weight, 6)))
    return tuple(signals)


def well_led(
    stories: Sequence[Story], *, language: str = "en", focus: Sequence[str] = ()
) -> tuple[Story, ...]:
    """The stories, each led by the first report that tells of its event.

    A report in another language, a guide, a column of many things and a post that nobody edited
    lead only where there is nothing better, an opinion only where nothing announces the event.
    Among equals a long report that names the topic in passing does not lead.
    """
    standing = columns((outlet(item), item.title) for story in stories for item in story.items)

    def place(item: Item) -> tuple[bool, int, bool]:
        value = kind_value(item.title, outlet(item), standing)
        weak = int(value < PLAIN) + int(value <= POSTED)
        beside = len(item.text) > SHORT and not on_topic(item.text, focus, title=item.title)
        return item.language != language, weak, beside

    led = []
    for story in stories:
        lead = min(story.items, key=place)
        others = tuple(item for item in story.items if item is not lead)
        led.append(story if lead is story.lead else replace(story, items=(lead, *others)))
    return tuple(led)


def spread(ranked: Sequence[Story]) -> tuple[Story, ...]:
    """The order in which to pick stories, so that the top is not all about one company.

    Maximal marginal relevance: the next story is the one whose score, less the points it loses
    for likeness to the `WATCHED` stories picked last, is the highest. Likeness is a half of the
    cosine of the headlines' words and a half of that of the names in them, summed: a third story
    about one company loses more than the second. Scores stay as they are.

    Args:
        ranked: n stories with scores, best first; the best `SPREAD` are put in order.

    Source:
        Carbonell and Goldstein, "The use of MMR", SIGIR 1998; there the maximum stands for the
        sum.
    """
    import numpy as np

    top = ranked[:SPREAD]
    if not top:
        return ()
    titles = [story.lead.title for story in top]
    alike = _cosines([tokenize(title) for title in titles]) + _cosines([_named(t) for t in titles])
    scores = np.array([story.score for story in top])
    order: list[int] = []
    for _ in top:
        lost = PENALTY / 2.0 * alike[order[-WATCHED:]].sum(axis=0)
        worth = (scores - lost).round(6)
        worth[order] = -np.inf
        order.append(int(worth.argmax()))  # the first of equals, which is the better ranked
    return (*(top[place] for place in order), *ranked[SPREAD:])


def _named(title: str) -> list[str]:
    """The words of a headline that stand in a name."""
    return [term for name in names(title) for term in tokenize(name)]


def _cosines(terms: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """The cosine of each two lists of terms, (n, n)."""
    import numpy as np

    rows = term_rows(terms)
    return np.asarray((rows @ rows.T).toarray())
