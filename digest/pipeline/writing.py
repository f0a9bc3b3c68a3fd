"""Have a writer word the briefs of an issue: asked, kept, checked, and put in where they hold.

Whatever fails, the extractive brief stays: a draft never waits for a writer in vain and never stops
because of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from digest.briefs import REPEATS
from digest.errors import WriterError
from digest.grounding import gated
from digest.model import Brief, Issue, ReportLine, Sentence, Story
from digest.sentences import content_words
from digest.wording import plural
from digest.writers import Writer
from digest.writers.extractive import ExtractiveWriter
from digest.writers.prompt import PARTS
from digest.writers.rules import allowed

AT_ONCE = 4
"""Stories asked about at the same time; the first is asked alone, so a wrong key costs one call."""

PATIENCE = 3
"""Failures in a row after which no more is asked in this run."""

_FURTHER = ("why_it_matters", "what_to_do_next", "takeaways", "deep_dive", "implications")

Step = Callable[[str], object]


class Cache(Protocol):
    """What was written before, by the key of the question; the store's content has it."""

    def written(self, key: str) -> Brief | None:
        """The brief kept under a key."""
        ...

    def save_written(self, key: str, writer: str, brief: Brief, at: datetime) -> None:
        """Keep a brief as the writer gave it."""
        ...


@dataclass(frozen=True, slots=True)
class Rewritten:
    """An issue with what of a writer's text holds, and what happened on the way.

    Attributes:
        lines: a line a sentence dropped, a story without an answer, and the end of asking.
        counts: stories, those worded by the writer, sentences dropped; empty for the extractive.
    """

    issue: Issue
    lines: tuple[ReportLine, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def rewrite(
    issue: Issue, writer: Writer, *, cache: Cache, now: datetime, on_step: Step = str
) -> Rewritten:
    """Put a writer's sentences into the briefs of an issue, wherever they pass every check.

    Args:
        issue: with extractive briefs, which stay where the writer has nothing that holds.
        cache: asked before the writer; told each new answer as it comes.
        now: printed as the time of the new answers.
        on_step: told how far the asking is.
    """
    if isinstance(writer, ExtractiveWriter):  # the draft has its sentences already
        return Rewritten(issue)
    answers, lines = _answers(issue.stories, writer, cache, now, on_step)
    reworded: dict[str, Story] = {}
    dropped = 0
    for story in issue.stories:
        if story.id not in answers:
            continue
        brief, reasons, gone = _checked(answers[story.id], story)
        dropped += gone
        lines += [ReportLine(story.title, f"sentence dropped: {why}", "refused") for why in reasons]
        reworded[story.id] = replace(story, brief=_combined(brief, story.brief, writer.name))
    counts = {
        "briefs": len(issue.stories),
        "briefs by the writer": sum(bool(s.brief.writer) for s in reworded.values()),
        "sentences dropped": dropped,
    }
    return Rewritten(_with_stories(issue, reworded), tuple(lines), counts)


def _answers(
    stories: Sequence[Story], writer: Writer, cache: Cache, now: datetime, on_step: Step
) -> tuple[dict[str, Brief], list[ReportLine]]:
    """Every answer by its story's id, from the cache or the writer, and what went wrong."""
    keys = {story.id: writer.key(story) for story in stories}
    kept = {story.id: cache.written(keys[story.id]) for story in stories}
    answers = {name: brief for name, brief in kept.items() if brief is not None}
    waiting = [story for story in stories if story.id not in answers]
    lines: list[ReportLine] = []
    stop, failures, at_once = "", 0, 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while waiting and not stop:
            asked = waiting[: min(at_once, writer.covers(waiting))]
            if not asked:
                stop = "its budget of tokens for one draft is used up"
                break
            on_step(f"write {len(stories) - len(waiting) + 1} of {len(stories)}")
            waiting, at_once = waiting[len(asked) :], AT_ONCE
            for story, answer in zip(asked, pool.map(_asking(writer), asked), strict=True):
                if isinstance(answer, Brief):
                    answers[story.id], failures = answer, 0
                    cache.save_written(keys[story.id], writer.name, answer, now)
                else:
                    failures += 1
                    lines.append(ReportLine(story.title, _told(answer), "failed"))
                    stop = stop or _stop(answer, failures)
    if waiting:
        unasked = f"{stop}: {plural(len(waiting), 'brief')} not asked for, extractive"
        lines.append(ReportLine(writer.name, unasked, "noted"))
    return answers, lines


def _asking(writer: Writer) -> Callable[[Story], Brief | WriterError]:
    def ask(story: Story) -> Brief | WriterError:
        try:
            return writer.write(story)
        except WriterError as error:
            return error

    return ask


def _told(error: WriterError) -> str:
    return f"extractive brief kept: {error.problem}" + (f"; {error.hint}" if error.hint else "")


def _stop(error: WriterError, failures: int) -> str:
    """Why nothing more is asked; "" if it is."""
    if error.final:
        return "asking again cannot help in this run"
    return f"{failures} failures in a row" if failures >= PATIENCE else ""


def _checked(brief: Brief, story: Story) -> tuple[Brief, list[str], int]:
    """What of a writer's brief holds, why the rest does not, and how many sentences that is."""
    worded = replace(Brief(), **{part: getattr(brief, part) for part in PARTS})
    formed, reasons = allowed(worded, story)
    checked, doubts = gated(formed, story)
    return checked, [*reasons, *doubts], _sentences(worded) - _sentences(checked)


def _sentences(brief: Brief) -> int:
    return sum(len(getattr(brief, part)) for part in PARTS)


def _combined(written: Brief, extractive: Brief, name: str) -> Brief:
    """The extractive brief with each part that the writer has a sentence for replaced.

    What is left of the further parts does not say again what the writer has said.
    """
    parts = {part: said for part in PARTS if (said := getattr(written, part))}
    if not parts:
        return extractive
    said = [
        content_words(s.text) for p, own in parts.items() if p != "who_should_care" for s in own
    ]
    rest: dict[str, Any] = {
        part: tuple(s for s in getattr(extractive, part) if not _repeats(s, said))
        for part in _FURTHER
        if part not in parts
    }
    return replace(extractive, **parts, **rest, writer=name)


def _repeats(sentence: Sentence, said: Sequence[frozenset[str]]) -> bool:
    words = content_words(sentence.text)
    return any(len(words & other) > REPEATS * min(len(words), len(other)) for other in said)


def _with_stories(issue: Issue, changed: Mapping[str, Story]) -> Issue:
    def new(stories: Sequence[Story]) -> tuple[Story, ...]:
        return tuple(changed.get(story.id, story) for story in stories)

    themes = tuple(replace(theme, stories=new(theme.stories)) for theme in issue.themes)
    return replace(issue, themes=themes, also=new(issue.also))
