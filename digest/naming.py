"""The names that a group of stories could have: what each fits, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.labels import best_phrases, titled
from digest.model import Story
from digest.phrases import Held, phrases_of
from digest.subjects import Subject
from digest.themes import ENOUGH, FAINT
from digest.vectors import stem, tokenize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOOKED_AT = 8
"""A name is judged by so many of the best stories of a group: those that may be printed."""
NARROWED = 6
"""A narrower name must fit so many of its best stories: those that are printed."""
SUBJECT, PHRASE, WORD = (1.0, 1 / 3, 2), (1.05, 0.5, 2), (0.7, 0.75, 3)
"""What a kind of name is worth, times the share of those stories that it fits, the least share,
and the fewest stories: a subject parts a mixed group, a phrase must be what it is about."""
ENDORSED = 0.9
"""From this strength on a story shows the subject of the group in whose midst it lies."""
SHARE_OF_BEST, STRONG = 0.7, 4.0
"""A story is not under a subject that it shows so much less strongly than another one."""
AT_HOME = 0.95
"""It is at home under one that it shows as strongly as any other."""
READ, REPORTS = 400, 3
"""Phrases come from so many characters of the summaries of so many reports of a story."""

GENERIC = frozenset(
    stem(word)
    for word in """
    language models llm llms machine learning neural networks foundation generative deep agents
    agent chatbot chatbots large multimodal agentic framework text task system data scale platform
    app architecture training inference benchmark human machine gpt
    """.split()
)
"""Words that in a newsletter on AI tell no theme from another."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a group could have.

    Attributes:
        label: as printed.
        fits: places of the stories it fits, if they lie in the group.
        draws: places of the stories it fits so surely that they need not lie in the group.
        homes: places of the stories that no other name fits as well.
        near: places of the stories that show it more than most else, however faintly.
        touched: places of the stories that show it at all.
        narrower: names for a theme that is all about one part of what this one says.
        parts: the names and places of the themes that it is made of, if it is of several.
        worth: what it is worth where it fits all stories of its group; higher is better.
        least: the share of the best stories of its group that it must fit.
        fewest: how many of them it must fit.
    """

    label: str
    fits: frozenset[int] = frozenset()
    draws: frozenset[int] = frozenset()
    homes: frozenset[int] = frozenset()
    near: frozenset[int] = frozenset()
    touched: frozenset[int] = frozenset()
    narrower: tuple[str, ...] = ()
    parts: tuple[tuple[str, frozenset[int]], ...] = ()
    worth: float = 0.0
    least: float = 0.0
    fewest: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """What is known of n stories, best first.

    Attributes:
        strongest: (n,), how strongly each shows its strongest subject.
        pins: the names of the editor's themes.
        subjects: the names of the standing subjects.
        held: the phrases of each story.
        words: the terms of each story's headline, and of all its text.
    """

    stories: Sequence[Story]
    strongest: NDArray[np.float64]
    pins: tuple[Name, ...]
    subjects: tuple[Name, ...]
    held: tuple[Held, ...]
    words: tuple[tuple[frozenset[str], frozenset[str]], ...]

    def phrases(self, groups: Sequence[Sequence[int]]) -> dict[int, tuple[str, ...]]:
        """The phrases that mark each group, by its number."""
        numbers = [number for number, group in enumerate(groups) for _ in group]
        return best_phrases([self.held[place] for group in groups for place in group], numbers)

    def narrowed(self, name: Name, group: Sequence[int]) -> str:
        """What a theme is printed under: a narrower name that most of its best stories hold.

        Two in three of them, three at the least, hold all its words, and one in ten of the other
        stories at the most.
        """
        best = group[:NARROWED]
        for narrower in name.narrower:
            wanted = set(tokenize(narrower))
            held = {place for place, (_, text) in enumerate(self.words) if wanted <= text}
            inside, outside = len(held.intersection(best)), len(held.difference(group))
            if inside >= max(3, 2 * len(best) / 3) and 10 * outside <= len(self.words):
                return narrower
        return name.label

    def names(self, group: Sequence[int], phrases: Sequence[str], *, words: bool) -> list[Name]:
        """The names that fit enough of the best stories of a group, the one worth most first.

        Args:
            group: places, best first.
            phrases: those that mark the group, best first.
            words: whether a single word may be a name.
        """
        best = group[:LOOKED_AT]
        found = []
        # A part of a subject's name would be a second name for it.
        said = [set(tokenize(name.label)) for name in self.subjects]
        own = [
            phrase
            for phrase in phrases
            if _may(phrase, words) and not any(name.issuperset(tokenize(phrase)) for name in said)
        ]
        for name in (*self.subjects, *map(self._under, own)):
            fits = name.fits.intersection(best)
            if len(fits) >= max(name.fewest, name.least * len(best)):
                # What stands in the running text alone is less of a promise than a headline.
                share = (len(fits) + len(fits & name.draws)) / 2 / len(best)
                found.append(replace(name, worth=name.worth * share))
        return sorted(found, key=lambda name: (-name.worth, name.label))

    def _under(self, phrase: str) -> Name:
        """The name that a phrase makes; it fits stories that hold more than half of its words.

        In the running text they count only where no subject is shown surely.
        """
        wanted = [set(tokenize(word)) for word in phrase.split()]
        fits, draws = set(), set()
        for place, (title, text) in enumerate(self.words):
            heard = text if self.strongest[place] < ENOUGH else title
            if 2 * sum(not word.isdisjoint(heard) for word in wanted) > len(wanted):
                fits.add(place)
            if all(not word.isdisjoint(title) for word in wanted):
                draws.add(place)
        kind = PHRASE if len(wanted) > 1 else WORD
        inside = frozenset(fits)
        return Name(
            titled(phrase),
            inside,
            frozenset(draws),
            inside,
            worth=kind[0],
            least=kind[1],
            fewest=kind[2],
        )


def look_at(
    stories: Sequence[Story],
    shown: NDArray[np.float64],
    subjects: Sequence[Subject],
    pinned: int,
) -> Pool:
    """Gather what names go by.

    Args:
        stories: n of them, best first.
        shown: (n, s), how strongly each story shows each subject.
        subjects: s of them, the editor's first.
        pinned: how many are the editor's.
    """
    strongest = shown.max(axis=1, initial=0.0)
    names = [_about(subject, shown[:, at], strongest) for at, subject in enumerate(subjects)]
    return Pool(
        stories,
        strongest,
        tuple(names[:pinned]),
        tuple(names[pinned:]),
        tuple(_held(story) for story in stories),
        tuple(_terms(story) for story in stories),
    )


def _about(subject: Subject, strength: NDArray[np.float64], strongest: NDArray[np.float64]) -> Name:
    """The name of a subject; it fits no story that shows another much more strongly."""
    import numpy as np

    def over(least: float, share: float) -> frozenset[int]:
        leads = strength >= share * np.minimum(strongest, STRONG)
        return frozenset(np.flatnonzero(leads & (strength >= least)).tolist())

    return Name(
        subject.name,
        over(ENDORSED, SHARE_OF_BEST),
        over(ENOUGH, SHARE_OF_BEST),
        over(ENDORSED, AT_HOME),
        over(FAINT, SHARE_OF_BEST),
        over(FAINT, 0.0),
        tuple(filter(None, subject.narrower.split(", "))),
        (),
        *SUBJECT,
    )


def _may(phrase: str, words: bool) -> bool:
    """Whether a phrase may be a name: it says more than that this is a newsletter on AI.

    A single word may not where it names one company or thing.
    """
    parts = {stem(word.lower()) for word in phrase.split()}
    if len(parts) == 1 and (not words or "-" in phrase or phrase != phrase.lower()):
        return False
    return not GENERIC.issuperset(parts)


def _held(story: Story) -> Held:
    titles = " ".join(item.title for item in story.items)
    return phrases_of(titles, " ".join(item.summary[:READ] for item in story.items[:REPORTS]))


def _terms(story: Story) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of what is printed, and of all that is known."""
    text = frozenset(term for item in story.items for term in tokenize(item.text))
    return frozenset(tokenize(story.title)), text
