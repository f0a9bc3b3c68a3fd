"""How strongly a story shows each of the standing subjects, by the cues in its reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from digest.kinds import announces_release
from digest.model import PinnedTheme, Story
from digest.subjects import NOISE, SUBJECTS, Subject
from digest.vectors import tokenize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ELSEWHERE, IN_SUMMARY = 0.5, 0.3
"""What a cue counts there, against 1 in the lead's title, the one that is printed."""
SURE, HINT = 1.0, 0.4
"""What a sure cue counts, and one that other subjects have too."""
IF_RELEASED = 0.0
"""Marks a cue that is sure where the headline announces a release, else a hint."""
EXACT = 1.3
"""A sure cue of several words counts more, by this factor."""
MOST_HINTS, MOST_BESIDE = 0.8, 0.95
"""What all hints count at the most, and with them the sure cues that no headline holds."""
EVERY, HINTED = -1, 2

_NUMBER = re.compile(r"\d+(?:\.\d+)*")

Cues = Mapping[str, Sequence[tuple[int, float]]]


def subjects_with(pins: Sequence[PinnedTheme]) -> list[Subject]:
    """The editor's themes as subjects, then the standing ones that have no editor's name."""
    names = {pin.name.casefold() for pin in pins}
    pinned = [Subject(pin.name, ",".join(pin.words)) for pin in pins]
    return [*pinned, *(one for one in SUBJECTS if one.name.casefold() not in names)]


def cues(subjects: Sequence[Subject]) -> Cues:
    """Each cue, as terms, with the places of the subjects it points to and how surely."""
    found: dict[str, dict[int, float]] = {}
    for place, subject in enumerate(subjects):
        listings = ((HINT, subject.hints), (IF_RELEASED, subject.released), (SURE, subject.sure))
        for weight, listed in listings:
            for cue in listed.split(","):
                found.setdefault(_plain(tokenize(cue.replace("#", "1"))), {})[place] = weight
    for phrase in NOISE.split(","):
        found[_plain(tokenize(phrase))] = {}
    return {key: tuple(places.items()) for key, places in found.items() if key}


def strengths(stories: Sequence[Story], subjects: Sequence[Subject]) -> NDArray[np.float64]:
    """How strongly each story shows each subject, (n, s): the sum of the cues it holds.

    A cue counts once, where it weighs most: 1 in the lead's title, 0.5 in another title or in a
    source's name, 0.3 in a summary. A hint counts 0.4 of that, and all hints together at most
    0.8; with the sure cues of the summaries they stay under 1, so that a story is one's own only
    by its headlines. Within a longer cue of the same subject a shorter one does not count.
    """
    import numpy as np

    known = cues(subjects)
    found = np.zeros((len(stories), len(subjects), 3))
    for row, story in zip(found, stories, strict=True):
        for _, place, kind, worth in _counted(story, known):
            row[place, kind] += worth
    beside = np.minimum(found[:, :, HINTED], MOST_HINTS) + found[:, :, 1]
    return np.asarray(found[:, :, 0] + np.minimum(beside, MOST_BESIDE), dtype=np.float64)


def cues_held(story: Story, subject: Subject) -> tuple[tuple[str, float], ...]:
    """The cues of one subject that a story holds, as terms, and what each counts, most first."""
    held = [(cue, round(worth, 2)) for cue, _, _, worth in _counted(story, cues([subject]))]
    return tuple(sorted(held, key=lambda pair: (-pair[1], pair[0])))


def _counted(story: Story, known: Cues) -> Iterator[tuple[str, int, int, float]]:
    """Each cue that a story holds, once: its subject, its kind, and what it counts."""
    longest = max((cue.count(" ") for cue in known), default=0) + 1
    counted: set[tuple[str, int]] = set()
    released = any(announces_release(item.title) for item in story.items)
    for weight, text in _texts(story):
        for cue, place, listed in _held(text, known, longest):
            worth = listed or (SURE if released else HINT)
            if (cue, place) not in counted:
                counted.add((cue, place))
                kind = HINTED if worth == HINT else int(weight == IN_SUMMARY)
                exact = EXACT if worth == SURE and " " in cue else 1.0
                yield cue, place, kind, weight * worth * exact


def _texts(story: Story) -> Iterator[tuple[float, str]]:
    """The texts of a story with what a cue counts in each."""
    yield 1.0, story.lead.title
    for text in (*(item.title for item in story.items[1:]), *story.sources):
        yield ELSEWHERE, text
    for item in story.items:
        yield IN_SUMMARY, item.summary


def _held(text: str, known: Cues, longest: int) -> Iterator[tuple[str, int, float]]:
    """The cues of a text, each with a subject it points to and how surely."""
    terms = [_NUMBER.sub("#", term) for term in tokenize(text)]
    reach: dict[int, int] = {}
    for at in range(len(terms)):
        for size in range(min(longest, len(terms) - at), 0, -1):
            cue = " ".join(terms[at : at + size])
            if cue not in known:
                continue
            if not known[cue]:  # a fixed phrase hides what lies within it from every subject
                reach[EVERY] = max(reach.get(EVERY, 0), at + size)
            for place, worth in known[cue]:
                if at + size > max(reach.get(place, 0), reach.get(EVERY, 0)):
                    reach[place] = at + size
                    yield cue, place, worth


def _plain(terms: Sequence[str]) -> str:
    return _NUMBER.sub("#", " ".join(terms))
