"""The best stories become the named themes of an issue: which themes, and how many stories each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digest.headings import LEAST, WORTH, Heading, headings
from digest.labels import MORE
from digest.model import PinnedTheme, Story, Theme
from digest.strengths import strengths, subjects_with
from digest.themes import BAND, group_stories

STORIES_PER_THEME = (2, 6)
POOL = 4
"""Themes are found among this many times the stories that they will print: few show no theme."""


BEST = 3
"""One in so many of the stories that are printed is among the best."""


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
    subjects = subjects_with(pins)
    shown = strengths(pool, subjects)
    grouping = group_stories(pool, shown=shown, pinned=len(pins), seed=seed)
    found = headings(pool, grouping, shown, subjects, len(pins), (most // BEST, most))
    chosen = _chosen(pool, found, most)
    printed = [_worth_printing(heading.places, WORTH * most) for heading in chosen]
    while sum(map(len, printed)) > most:
        # The weakest story of a theme that can spare one goes first.
        least = min(LEAST, max(map(len, printed)) - 1)
        spare = (places for places in printed if len(places) > least)
        max(spare, key=lambda places: places[-1]).pop()
    return tuple(
        _theme(heading, pool, places) for heading, places in zip(chosen, printed, strict=True)
    )


def _theme(heading: Heading, pool: Sequence[Story], places: Sequence[int]) -> Theme:
    label, found = heading.holding(places)
    return Theme(label, heading.terms, tuple(_by_score(pool[at] for at in places)), found=found)


def _worth_printing(places: Sequence[int], worth: int) -> list[int]:
    fewest, most = STORIES_PER_THEME
    return [at for number, at in enumerate(places[:most]) if number < fewest or at < worth]


def _chosen(pool: Sequence[Story], found: Sequence[Heading], most: int) -> list[Heading]:
    """The themes that are printed: those of the editor, and those with the most news.

    A theme that has neither three stories worth printing nor one of the best gives way. News is
    what the stories score over the last that is worth printing. The theme of the very best story
    leads, then that with the best two.
    """
    fewest = STORIES_PER_THEME[0]
    scores = sorted((story.score for story in pool), reverse=True)
    bar = scores[min(WORTH * most, len(scores)) - 1] if scores else 0.0

    def news(heading: Heading) -> tuple[bool, bool, float, tuple[int, ...]]:
        places = heading.places[: STORIES_PER_THEME[1]]
        over = sum(max(0.0, pool[place].score - bar) for place in places)
        full = len(places) >= LEAST and places[LEAST - 1] < WORTH * most
        thin = not full and places[0] >= most // BEST
        return not heading.pinned, thin, -round(over, 6), heading.places

    def order(heading: Heading) -> tuple[bool, bool, float, tuple[int, ...]]:
        best = sorted((pool[place].score for place in heading.places), reverse=True)
        return heading.label == MORE, best[0] < top, -sum(best[:fewest]), heading.places

    strong = [one for one in found if one.pinned or one.places[0] < most]
    kept = strong if len(strong) >= BAND[0] else found
    printed = sorted(kept, key=news)[: min(BAND[1], most // fewest)]
    top = max((pool[place].score for one in printed for place in one.places), default=0.0)
    return sorted(printed, key=order)


def _by_score(stories: Iterable[Story]) -> list[Story]:
    return sorted(stories, key=lambda story: (-story.score, story.id))
