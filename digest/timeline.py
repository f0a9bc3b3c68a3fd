"""Put the dated sentences of a story in order, each with the day it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from digest import cues
from digest.model import DatedSentence, Item
from digest.quantities import folded
from digest.sentences import Candidate
from digest.spoken_dates import SpokenDate, iso_dates

MOST = 5
_WITHIN = re.compile(
    r"\b(?:who|which|that|where|whose|as|after|when|since|because|until|whether|including|previously)\b|,\s\w+ed\s\w*$"
)
_OPENING = 30
"""A date among the first characters of a sentence is that of its event."""


def dated(candidates: Iterable[Candidate], items: Sequence[Item]) -> list[DatedSentence]:
    """Each sentence that says when something happened, with that date, in the order given.

    A weekday is counted from when the report was published, or first seen; "today" and its
    neighbours only from a publication date. A date in brackets or in a subordinate
    clause is not that of the event, nor is a coming one where nothing is said to come.

    Returns:
        Dates in ISO 8601, as precise as they were said: `2026-05-27`, `2026-05` or `2026`.
    """
    by_id: Mapping[str, Item] = {item.id: item for item in items}
    found = []
    for candidate in candidates:
        item = by_id[candidate.item]
        text = re.sub(r"\([^()]*\)", " ", folded(candidate.text))
        for spoken, day in iso_dates(text, item.time):
            inner = spoken.start > _OPENING and _WITHIN.search(text[: spoken.start + 5])
            idle = day > item.time.date().isoformat() and not cues.FUTURE.search(text)
            vague = not (spoken.month or _is_when(spoken))
            if inner or idle or vague or spoken.text.lower().startswith("until"):
                continue
            if spoken.near is None or item.published is not None:
                found.append(DatedSentence(day, candidate.text, (item.id,)))
                break
    return found


def _is_when(spoken: SpokenDate) -> bool:
    """Whether a date without a month is that of the main clause: a weekday, or "in 2024"."""
    if spoken.weekday >= 0 or spoken.near is not None:
        return True
    return spoken.text.lower().startswith("in ")


def in_order(lines: Iterable[DatedSentence], most: int = MOST) -> tuple[DatedSentence, ...]:
    """At most `most` lines, oldest first, one a date and wording."""
    once = {(line.date, line.text): line for line in lines}
    ordered = sorted(once.values(), key=lambda line: (line.date, line.text))
    return tuple(ordered[-most:])
