"""A story whose reports an editor has put together anew is told again: brief, signals, score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, cast, get_args

from digest import briefs, ranking, timeline
from digest.continuity import MOST_RELATED
from digest.model import Brief, Issue, Item, Reference, Sentence, Story
from digest.model.moves import BriefPart


@dataclass(frozen=True)
class Retelling:
    """The week that stories are told again in.

    Attributes:
        base: the machine's draft: its signals' weights are taken, its sentences not repeated.
        language: ISO 639-1; sentences in another language are not used.
        focus: words that make a story on topic; empty takes the shipped ones.
    """

    base: Issue
    language: str = "en"
    focus: tuple[str, ...] = ()

    def story(self, items: Sequence[Item], parts: Sequence[Story]) -> Story:
        """One story of some reports.

        Args:
            items: lead first, at least one.
            parts: the machine's stories that they come from, the one that tells it first.

        Returns:
            The machine's own story where it has just these reports in this order and a brief.
            Else one that is written anew, from its reports; what earlier issues say of its parts
            is kept, and so are the signals that only the whole week can tell.
        """
        whole = parts[0] if len(parts) == 1 and parts[0].items == tuple(items) else None
        if whole and whole.brief != Brief():
            return whole
        earliest = min(items, key=lambda item: (item.first_seen, item.id))
        story = Story(id=earliest.id, items=tuple(items), late=self._late(items, parts))
        signals = (whole.signals if whole else ()) or ranking.signals_of(
            story, parts, self.base.week, now=self.base.window.end, focus=self.focus,
            weights=self._weights(),
        )  # fmt: skip
        score = whole.score if whole else 0.0
        score = score or round(sum(signal.points for signal in signals), 6)
        brief = _brief(replace(story, late=False), self.language, self._printed(parts))
        return replace(story, signals=signals, score=score, brief=_linked(brief, story, parts))

    def _late(self, items: Sequence[Item], parts: Sequence[Story]) -> bool:
        start = self.base.window.start
        return any(part.late for part in parts) and any(item.time < start for item in items)

    def _weights(self) -> Mapping[str, float]:
        signals = next((story.signals for story in self.base.stories if story.signals), ())
        return {signal.name: signal.weight for signal in signals} or ranking.WEIGHTS

    @cached_property
    def _sentences(self) -> Mapping[str, frozenset[str]]:
        return {story.id: frozenset(story.brief.texts) for story in self.base.stories}

    def _printed(self, parts: Sequence[Story]) -> frozenset[str]:
        """The sentences of the draft but for those of the parts themselves."""
        own = {part.id for part in parts}
        return frozenset().union(*(told for id, told in self._sentences.items() if id not in own))


def reworded(story: Story, worded: Mapping[BriefPart, Sequence[str]]) -> Brief:
    """The brief of a story with an editor's words in some parts.

    A line that the machine wrote, or that stands in a report, keeps the reports it came from; any
    other is the editor's own and names none. The brief is no model's where none of its words are
    left.
    """
    known = {
        line.text: line.items for part in get_args(BriefPart) for line in getattr(story.brief, part)
    }

    def sentence(text: str) -> Sentence:
        held = (item.id for item in story.items if text in item.text)
        return Sentence(text, known.get(text) or tuple(islice(held, 1)))

    parts = {part: tuple(map(sentence, lines)) for part, lines in worded.items()}
    brief = replace(story.brief, **cast("dict[str, Any]", parts))
    models = any(line.items for part in get_args(BriefPart) for line in getattr(brief, part))
    return replace(brief, writer=brief.writer if models else "")


@lru_cache(maxsize=256)
def _brief(story: Story, language: str, printed: frozenset[str]) -> Brief:
    return briefs.brief(story, language=language, printed=printed)


def _linked(brief: Brief, story: Story, parts: Sequence[Story]) -> Brief:
    """The brief with what earlier issues say of the parts: it needs no look at them again."""
    continues = _references(story, (line for part in parts for line in part.brief.continues))[:1]
    related = _references(story, (line for part in parts for line in part.brief.related))
    told = {line.url for line in continues}
    earlier = [
        line
        for part in parts
        for line in part.brief.timeline
        if not {item.id for item in part.items} & set(line.items)
    ]
    return replace(
        brief,
        continues=continues,
        related=tuple(line for line in related if line.url not in told)[:MOST_RELATED],
        timeline=timeline.in_order((*earlier, *brief.timeline)),
    )


def _references(story: Story, lines: Iterable[Reference]) -> tuple[Reference, ...]:
    """Each reference once, as the story's."""
    named = {line.url: replace(line, items=(story.lead.id,)) for line in lines}
    return tuple(named.values())
