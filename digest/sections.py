"""The best stories become the named themes of an issue: which themes, and how many stories each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digest.headings import Heading, headings
from digest.model import PinnedTheme, Story, Theme
from digest.subjects import SUBJECTS, Subject, strengths
from digest.themes import BAND, group_stories

STORIES_PER_THEME = (2, 6)
POOL = 4
"""Themes are found among this many times the stories that they will print: few show no theme."""


def sections(
    pool: Sequence[Story], most: int, *, pins: Sequence[PinnedTheme] = (), seed: int = 0
) -> tuple[Theme, ...]:
    """Group the pool into named themes, best first, with at most `most` stories in all.

    Args:
        pool: best first; a theme needs one of the best `most`, as long as four themes have one.
            What is beyond `POOL` times `most` is not looked at.
        pins: themes of the editor's; one that two stories or more fit is printed under its name.
        seed: of k-means and the truncated SVD.

    Returns:
        At most nine themes of two to six stories, by score; each story in one theme, no name
        twice. What fits no theme is in none.
    """
    pool = pool[: POOL * most]
    pinned = [Subject(pin.name, ",".join(pin.words)) for pin in pins]
    names = {pin.name.casefold() for pin in pins}
    subjects = [*pinned, *(one for one in SUBJECTS if one.name.casefold() not in names)]
    shown = strengths(pool, subjects)
    grouping = group_stories(pool, shown=shown, pinned=len(pins), seed=seed)
    found = headings(pool, grouping, shown, subjects, len(pins))
    chosen = _chosen(pool, found, most)
    printed = [list(heading.places[: STORIES_PER_THEME[1]]) for heading in chosen]
    while sum(map(len, printed)) > most:
        # The weakest story of a theme that can spare one goes first.
        spare = (places for places in printed if len(places) > STORIES_PER_THEME[0])
        max(spare, key=lambda places: places[-1]).pop()
    return tuple(
        Theme(heading.label, heading.terms, tuple(_by_score(pool[place] for place in places)))
        for heading, places in zip(chosen, printed, strict=True)
    )


def _chosen(pool: Sequence[Story], found: Sequence[Heading], most: int) -> list[Heading]:
    """The themes that are printed, those of the editor first chosen, in the order of their best."""
    fewest = STORIES_PER_THEME[0]

    def order(heading: Heading) -> tuple[float, tuple[int, ...]]:
        return -sum(pool[place].score for place in heading.places[:fewest]), heading.places

    strong = [one for one in found if one.pinned or one.places[0] < most]
    kept = strong if len(strong) >= BAND[0] else found
    ranked = sorted(kept, key=lambda one: (not one.pinned, order(one)))
    return sorted(ranked[: min(BAND[1], most // fewest)], key=order)


def _by_score(stories: Iterable[Story]) -> list[Story]:
    return sorted(stories, key=lambda story: (-story.score, story.id))
