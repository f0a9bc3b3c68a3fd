"""Check that what a sentence says is said by the reports it cites, and drop what is not.

Whoever worded a brief, every number, date, amount of money and proper name in it has to occur in
the title, the summary or the outlet's name of a cited report, and a quote has to be verbatim.
Text of a report is data here: a sentence that carries an address, markup or an instruction to a
machine is refused whatever it cites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from digest import cues
from digest.evidence import beyond, evidence_of
from digest.model import Brief, Comparison, DatedSentence, Item, Sentence, Story
from digest.quantities import folded
from digest.reports import readable
from digest.sentences import INSIGHT_CHARACTERS, WORDS, balanced, unfit
from digest.spoken_dates import iso_dates

Line = TypeVar("Line", Sentence, DatedSentence)

WORDED = (
    "insight", "what_changed", "why_it_matters", "what_to_do_next", "takeaways", "deep_dive",
    "implications",
)  # fmt: skip
"""The parts of a brief that a writer words."""


def ungrounded(sentence: Sentence, items: Sequence[Item]) -> tuple[str, ...]:
    """What in a sentence is not said by the reports it cites.

    Args:
        sentence: cites reports by id.
        items: where those ids may be found.

    Returns:
        A reason each, in words an editor understands; empty for a sentence that may be printed.
    """
    by_id = {item.id: item for item in items}
    strange = [id for id in sentence.items if id not in by_id]
    if not sentence.items:
        return ("it cites no report",)
    if strange:
        return (f"it cites `{strange[0]}`, which is no report of the story",)
    if fault := unfit(sentence.text):
        return (fault,)
    if len(sentence.text.split()) > WORDS[1]:
        return (f"it has more than {WORDS[1]} words",)
    if not balanced(sentence.text):
        return ("a quote or bracket in it is not closed",)
    evidence = evidence_of(tuple(by_id[id] for id in sentence.items))
    return tuple(dict.fromkeys(beyond(sentence.text, evidence)))


def gated(brief: Brief, story: Story) -> tuple[Brief, tuple[str, ...]]:
    """The brief without the sentences, table cells and dates that its reports do not bear out.

    Args:
        brief: worded by anyone. What earlier issues say (`continues`, `related`, and lines of the
            timeline that cite them) comes from the archive and is not judged here.
        story: whose reports the brief cites.

    Returns:
        The brief, and a reason a thing dropped: "what changed: “…”: `$4 billion` is not in …".
    """
    reasons: list[str] = []
    parts: dict[str, tuple[Sentence, ...]] = {
        name: _kept(getattr(brief, name), name, reasons, lambda s: ungrounded(s, story.items))
        for name in WORDED
    }
    parts["insight"] = _kept(
        parts["insight"],
        "insight",
        reasons,
        lambda s: ("it is too long",) if len(s.text) > INSIGHT_CHARACTERS else (),
    )
    roles = frozenset(role for role, _ in cues.ROLES)
    care = _kept(
        brief.who_should_care,
        "who_should_care",
        reasons,
        lambda s: () if s.text in roles else ("it is no role that readers are told apart by",),
    )
    ids = {item.id for item in story.items}
    lines = _kept(
        brief.timeline,
        "timeline",
        reasons,
        lambda s: _ungrounded_line(s, story.items) if ids & set(s.items) else (),
    )
    table = _grounded_table(brief.comparison, story, reasons)
    kept = replace(brief, who_should_care=care, timeline=lines, comparison=table)
    for name, sentences in parts.items():
        kept = replace(kept, **{name: sentences})  # type: ignore[arg-type]
    return kept, tuple(reasons)


def _kept(
    lines: Iterable[Line], part: str, reasons: list[str], faults: Callable[[Line], Sequence[str]]
) -> tuple[Line, ...]:
    kept = []
    for line in lines:
        found = faults(line)
        if found:
            reasons.append(f"{part.replace('_', ' ')}: “{line.text}”: {'; '.join(found)}")
        else:
            kept.append(line)
    return tuple(kept)


def _ungrounded_line(line: DatedSentence, items: Sequence[Item]) -> tuple[str, ...]:
    """What is wrong with a line of a timeline: its words, or its date."""
    faults = ungrounded(Sentence(line.text, line.items), items)
    cited = [item for item in items if item.id in line.items]
    said = {day for item in cited for _, day in iso_dates(folded(line.text), item.time)}
    return faults or (() if line.date in said else (f"it does not speak of {line.date}",))


def _grounded_table(table: Comparison, story: Story, reasons: list[str]) -> Comparison:
    """The table without cells that no sentence of a report states of that row's name."""
    sentences = [
        folded(readable(part))
        for item in story.items
        for part in re.split(r"(?<=[.!?])\s+(?=[A-Z\"“])", item.text)
    ]

    def cell(name: str, value: str) -> str:
        stated = any(
            folded(name).lower() in text.lower() and _holds(text, folded(value))
            for text in sentences
        )
        if value and not stated:
            reasons.append(f"comparison: no report says `{value}` of {name}")
            return ""
        return value

    rows = [
        (row[0], *(cell(row[0], value) for value in row[1:]))
        for row in table.rows
        if row and len(row) == len(table.columns)
    ]
    rows = [row for row in rows if any(row[1:])]
    if len(rows) < 2:
        return Comparison()
    full = [place for place in range(len(table.columns)) if sum(bool(r[place]) for r in rows) > 1]
    return Comparison(
        tuple(table.columns[place] for place in full),
        tuple(tuple(row[place] for place in full) for row in rows if any(row[p] for p in full[1:])),
    )


def _holds(text: str, value: str) -> bool:
    """Whether a value stands in a text as a whole: `$4` is not in `$40`."""
    return bool(re.search(rf"(?<![\w.,$€£-]){re.escape(value)}(?![\w]|[.,]\d)", text, re.I))
