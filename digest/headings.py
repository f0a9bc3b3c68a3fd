"""Groups of stories get the names they are printed under, and hold what such a name promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digest.labels import headline_name
from digest.model import Story
from digest.naming import Name, Pool, look_at
from digest.subjects import Subject
from digest.themes import BAND, ENOUGH, FULL_ISSUE, Grouping

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Heading:
    """A theme before it is cut to what there is room for.

    Attributes:
        label: as printed.
        terms: the phrases that mark the group, best first; one or more.
        places: of its stories in the pool, best first; two or more.
        pinned: whether the editor asked for it.
    """

    label: str
    terms: tuple[str, ...]
    places: tuple[int, ...]
    pinned: bool = False


@dataclass(slots=True)
class _Themes:
    """The themes as they grow: each a name and the places under it; no place under two."""

    pool: Pool
    found: list[tuple[Name, list[int]]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def add(self, name: Name, places: Sequence[int]) -> None:
        """Open a theme of places that are free."""
        self.found.append((name, list(places)))
        self.taken.update(places)
        self.used.add(name.label.casefold())

    def free(self, groups: Sequence[Sequence[int]]) -> list[list[int]]:
        """What is free of each group, best first, where that is two places or more."""
        left = [[place for place in sorted(group) if place not in self.taken] for group in groups]
        return [group for group in left if len(group) > 1]

    def first_free(self, names: Sequence[Name]) -> Name | None:
        """The first name that no theme has."""
        return next((name for name in names if name.label.casefold() not in self.used), None)


def headings(
    stories: Sequence[Story],
    grouping: Grouping,
    shown: NDArray[np.float64],
    subjects: Sequence[Subject],
    pinned: int,
) -> tuple[Heading, ...]:
    """Name the groups of a pool, and part each from what its name does not fit.

    A pinned theme takes every story that shows its words surely. Each other group gets the name
    that fits most of its best stories: a phrase that marks this group, or the subject that they
    show. What does not fit joins the theme whose name it does fit; what is left, and shares a
    subject, is a theme too. A group that no name fits is none, as long as an issue has its
    fewest themes.

    Args:
        stories: n of them, best first.
        grouping: of their places.
        shown: (n, s), how strongly each story shows each subject.
        subjects: s of them, the editor's first.
        pinned: how many are the editor's.
    """
    themes = _Themes(look_at(stories, shown, subjects, pinned))
    _add_pins(themes, grouping, shown[:, :pinned])
    nameless = _name(themes, grouping.themes, words=False)
    _draw(themes)
    _add_subjects(themes)
    nameless = _name(themes, nameless, words=True)
    _fill(themes, nameless, BAND[0] if len(stories) >= FULL_ISSUE else 1)
    terms = themes.pool.phrases([places for _, places in themes.found])
    return tuple(
        Heading(
            name.label,
            terms[number] or (name.label.lower(),),
            tuple(sorted(places)),
            name in themes.pool.pins,
        )
        for number, (name, places) in enumerate(themes.found)
    )


def _add_pins(themes: _Themes, grouping: Grouping, pins: NDArray[np.float64]) -> None:
    """Open the pinned themes that two stories fit, by their words or by being much like those."""
    import numpy as np

    sure = pins.max(axis=1, initial=0.0) >= ENOUGH
    best = np.full(len(pins), -1)
    best[sure] = pins[sure].argmax(axis=1) if sure.any() else -1
    for column, group in zip(grouping.seeds, grouping.themes, strict=True):
        if column is not None:
            best[[place for place in group if best[place] < 0]] = column
    for pin, name in enumerate(themes.pool.pins):
        places = np.flatnonzero(best == pin).tolist()
        if len(places) > 1:
            themes.add(name, places)


def _name(themes: _Themes, groups: Sequence[Sequence[int]], *, words: bool) -> list[list[int]]:
    """Give each group the best name that is free; return the groups that no name fits."""
    free = themes.free(groups)
    phrases = themes.pool.phrases(free)
    named = [
        (themes.pool.names(group, phrases[number], words=words), group)
        for number, group in enumerate(free)
    ]
    named.sort(key=lambda pair: (-max((name.worth for name in pair[0]), default=0.0), pair[1]))
    nameless = []
    for names, group in named:
        name = themes.first_free(names)
        if name is None:
            nameless.append(group)
        else:
            themes.add(name, [place for place in group if place in name.fits])
    return nameless


def _draw(themes: _Themes) -> None:
    """Put each story that is in no theme under the first name that surely fits it."""
    for place in range(len(themes.pool.stories)):
        drawing = [places for name, places in themes.found if place in name.draws]
        if drawing and place not in themes.taken:
            drawing[0].append(place)
            themes.taken.add(place)


def _add_subjects(themes: _Themes) -> None:
    """Make themes of the subjects that two stories or more outside the themes show surely."""
    while True:
        open_ = [
            (sorted(name.draws - themes.taken), name)
            for name in themes.pool.subjects
            if name.label.casefold() not in themes.used
        ]
        enough = [pair for pair in open_ if len(pair[0]) > 1]
        if not enough:
            return
        places, name = min(enough, key=lambda pair: (pair[0][1], pair[0][0], pair[1].label))
        themes.add(name, places)


def _fill(themes: _Themes, nameless: Sequence[Sequence[int]], fewest: int) -> None:
    """Print nameless groups under their best phrases where there are too few themes."""
    groups = sorted(themes.free(nameless))
    for number, phrases in themes.pool.phrases(groups).items():
        stories = [themes.pool.stories[place] for place in groups[number]]
        texts = [" ".join(item.text for item in story.items) for story in stories]
        name = Name(headline_name(phrases, texts))
        if len(themes.found) < fewest and themes.first_free([name]):
            themes.add(name, groups[number])
