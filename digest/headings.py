"""Groups of stories get the names they are printed under, and hold what such a name promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from digest.labels import MORE, fitting, headline_name, titled
from digest.model import Story
from digest.naming import Name, Pool, look_at
from digest.subjects import KIN, Subject
from digest.themes import BAND, ENOUGH, Grouping

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


TOP = "Top Stories"
"""What the best stories stand under if the very best fits no theme."""
A_THEME = 6
"""One theme in so many stories, four at the most, has to be found."""
WORTH = 2
"""Worth printing are so many times the stories that are printed: a theme is not filled up."""
LEAST = 3
"""Fewer stories are a theme only if one of them is among the best."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A theme before it is cut to what there is room for.

    Attributes:
        label: as printed.
        terms: the phrases that mark the group, best first; one or more.
        places: of its stories in the pool, best first; two or more.
        pinned: whether the editor asked for it.
        parts: the names and places of the themes that it is made of, if it is of several.
    """

    label: str
    terms: tuple[str, ...]
    places: tuple[int, ...]
    pinned: bool = False
    parts: tuple[tuple[str, frozenset[int]], ...] = ()

    def holding(self, places: Sequence[int]) -> tuple[str, int]:
        """Name and size of the part that holds all these places; its own if none does."""
        whole = [(name, len(part)) for name, part in self.parts if part.issuperset(places)]
        return whole[0] if whole else (self.label, len(self.places))


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

    def remove(self, name: Name) -> None:
        """Close a theme; its places are free again."""
        for one, places in self.found:
            if one is name:
                self.taken.difference_update(places)
        self.found = [pair for pair in self.found if pair[0] is not name]

    def join(self, name: Name) -> bool:
        """Put a theme together with its kin, if that is a theme; whether it was."""
        pins = self.pool.pins
        held = {one.label: (one, places) for one, places in self.found if one not in pins}
        for pair in KIN:
            if name.label in pair[:2] and held.keys() >= set(pair[:2]):
                (one, ours), (other, theirs) = held[pair[0]], held[pair[1]]
                both = replace(
                    one,
                    label=pair[2],
                    draws=one.draws | other.draws,
                    narrower=(),
                    parts=((pair[0], frozenset(ours)), (pair[1], frozenset(theirs))),
                )
                self.found = [found for found in self.found if found[0] not in (one, other)]
                self.found.append((both, sorted(ours + theirs)))
                self.used.add(both.label.casefold())
                return True
        return False

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
    cuts: tuple[int, int],
) -> tuple[Heading, ...]:
    """Name the groups of a pool, and part each from what its name does not fit.

    A pinned theme takes every story that shows its words surely. Each other group gets the name
    that fits most of its best stories: a phrase that marks this group, or the subject that they
    show. What is at home under another name goes there; what is left, and shares a subject, is a
    theme too. A group that no name fits is none, as long as an issue has its fewest themes, and
    neither is a mere pair of which none is among the best. The best stories find a theme if
    there is one that they fit at all.

    Args:
        stories: n of them, best first.
        grouping: of their places.
        shown: (n, s), how strongly each story shows each subject.
        subjects: s of them, the editor's first.
        pinned: how many are the editor's.
        cuts: how many stories are the best, and how many are printed.
    """
    themes = _Themes(look_at(stories, shown, subjects, pinned))
    fewest = max(1, min(BAND[0], len(stories) // A_THEME))
    _add_pins(themes, grouping, shown[:, :pinned])
    nameless = _name(themes, grouping.themes, words=False)
    _settle(themes)
    _add_subjects(themes)
    _draw(themes)
    nameless = _name(themes, nameless, words=True)
    _house(themes, *cuts)
    _lead(themes, cuts[0])
    _fill(themes, nameless, fewest)
    _fold(themes, *cuts, fewest)
    terms = themes.pool.phrases([places for _, places in themes.found])
    return tuple(
        Heading(
            themes.pool.narrowed(name, sorted(places)),
            tuple(dict.fromkeys((*terms[number], *(part for part, _ in name.parts), name.label))),
            tuple(sorted(places)),
            name in themes.pool.pins,
            name.parts,
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
        home = [place for place in group if name and place in name.homes]
        if name is None or len(home) < 2:
            nameless.append(group)
        else:
            themes.add(name, home)
    return nameless


def _settle(themes: _Themes) -> None:
    """Put each story that is in no theme under the name that it is most at home under."""
    for place in range(len(themes.pool.stories)):
        homes = [places for name, places in themes.found if place in name.homes & name.draws]
        if homes and place not in themes.taken:
            homes[0].append(place)
            themes.taken.add(place)


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
            (sorted(name.homes & name.draws - themes.taken), name)
            for name in themes.pool.subjects
            if name.label.casefold() not in themes.used
        ]
        enough = [pair for pair in open_ if len(pair[0]) > 1]
        if not enough:
            return
        places, name = min(enough, key=lambda pair: (pair[0][1], pair[0][0], pair[1].label))
        themes.add(name, places)


def _house(themes: _Themes, best: int, printed: int) -> None:
    """Find a theme for what would be printed and has none, if there is one that it fits at all.

    One of the best may have its own, with what shows the same subject more than any other.
    """
    for place in range(min(printed, len(themes.pool.stories))):
        if place in themes.taken:
            continue
        own = [
            (name, [place, *sorted(name.near - themes.taken - {place})])
            for name in themes.pool.subjects
            if place in name.homes and place < best and themes.first_free([name])
        ]
        joined = [places for name, places in themes.found if place in name.near]
        touched = [places for name, places in themes.found if place in name.touched]
        company = [pair for pair in own if len(pair[1]) >= (2 if not joined else LEAST)]
        if company:
            themes.add(*company[0])
        elif joined or (touched and place < best):
            (joined or touched)[0].append(place)
            themes.taken.add(place)


def _fold(themes: _Themes, best: int, printed: int, fewest: int) -> None:
    """Themes of too few stories join their kin, the last first.

    One that has none, and holds none of the best, is given up: its stories go where they fit as
    well.
    """
    thin = [
        (min(places), name)
        for name, places in themes.found
        if sum(place < WORTH * printed for place in places) < LEAST and name not in themes.pool.pins
    ]
    for first, name in sorted(thin, key=lambda pair: -pair[0]):
        if len(themes.found) <= fewest:
            break
        if not themes.join(name) and first >= best:
            themes.remove(name)
    _draw(themes)


def _fill(themes: _Themes, nameless: Sequence[Sequence[int]], fewest: int) -> None:
    """Where there are too few themes, print faint subjects, then nameless groups.

    Such a group stands under a phrase of its own that says something, one of them under
    `More News` if there is none, and any other under whatever marks it.
    """
    faint = [(sorted(name.near - themes.taken), name) for name in themes.pool.subjects]
    for places, name in sorted(faint, key=lambda pair: (pair[0], pair[1].label)):
        free = [place for place in places if place not in themes.taken]
        if len(free) > 1 and len(themes.found) < fewest and themes.first_free([name]):
            themes.add(name, free)
    groups = sorted(themes.free(nameless))
    phrases = themes.pool.phrases(groups)
    titles = [[titled(one) for one in phrases[number] if " " in one][:1] for number in phrases]
    rest = [headline_name(phrases[number], _texts(themes, groups[number])) for number in phrases]
    for group, own, last in zip(groups, titles, rest, strict=True):
        said = [title for title in own if 2 * fitting(title, _texts(themes, group)) > len(group)]
        free_name = themes.first_free([Name(title) for title in (*said, MORE, last)])
        if free_name and len(themes.found) < fewest:
            themes.add(free_name, group)


def _lead(themes: _Themes, best: int) -> None:
    """Print the very best story, if it has no theme, with the next of those that have none."""
    free = [place for place in range(len(themes.pool.stories)) if place not in themes.taken]
    leading = [place for place in free if place < best]
    if free[:1] == [0] and len(free) > 1:
        themes.add(Name(TOP), leading if len(leading) > 1 else free[:2])


def _texts(themes: _Themes, group: Sequence[int]) -> list[str]:
    stories = (themes.pool.stories[place] for place in group)
    return [" ".join(item.text for item in story.items) for story in stories]
