"""Themes met in earlier issues keep their names and their order, and say how they have grown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from digest.localisation import ENGLISH, Catalog
from digest.model import Issue, Past, Story, Theme, Week
from digest.vectors import tfidf_rows, tokenize

ALIKE = 0.18
"""Cosine of the centroids of two themes from which they may be one under two names."""
_Held = Sequence[frozenset[str]]
"""The terms of each story of a theme."""
CLOSE = 10.0
"""Points between the two best stories of two themes, within which their old order is kept."""
SUMMARY = 600
HISTORY = 5
"""Issues before this one whose counts a theme is printed with."""
STEADY = 0.1
"""A change of less than this share is none."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A theme as earlier issues knew it under one printed name.

    Attributes:
        name: as it was printed last.
        themes: it in each issue that had it, newest first, with the age of the issue: 0 for the
            last one, 1 for the one before.
    """

    name: str
    themes: tuple[tuple[int, Theme], ...]

    def was_drafted_as(self, name: str) -> bool:
        """Whether an editor named it, and its drafted name, which is among its terms, is `name`."""
        terms = {term.casefold() for _, theme in self.themes for term in theme.terms}
        return self.name.casefold() not in terms and name.casefold() in terms


def continued(
    themes: Sequence[Theme],
    past: Past,
    *,
    week: Week,
    pinned: Collection[str] = (),
    words: Catalog = ENGLISH,
) -> tuple[Theme, ...]:
    """This week's themes with the names, the order and the trend that earlier issues give them.

    A theme is one of an earlier issue if both have the same name; else if that one was drafted
    under this name, before an editor gave it another; else if the centroids are alike and the
    earlier name tells its stories from those of the other themes. It takes the earlier name,
    unless the editor pinned its own. A theme of one part of an earlier one, or of it and more, has
    a trend and keeps its own name. Two that stood the other way round in the last issue change
    places if their best stories are within ten points; the first stays first. Counted is all that
    lies under a theme, whether it was printed or not: how much is printed is a matter of room.

    Args:
        themes: best first; each with its drafted name.
        past: its issues newest first; after the empty past no theme has a trend.
        week: of the issue; a count of an issue that is not of the week before names the issue.
        pinned: names that are never taken from nor given to a theme.
        words: the language of the trends.

    Returns:
        The same themes, each with its drafted name among its terms, so that the next issue
        recognises it under any other, and with the counts of up to five issues before.
    """
    themes = [_remembering(theme) for theme in themes]
    if not past.issues:
        return tuple(themes)
    lines = _lines(past)
    fixed = {name.casefold() for name in pinned}
    known = _known(themes, lines, fixed)
    named = []
    for place, theme in enumerate(themes):
        line = known.get(place)
        kin = line or _kin(theme, lines, known)
        named.append(
            replace(
                theme,
                label=line.name if line and theme.label.casefold() not in fixed else theme.label,
                trend=_trend(theme, kin, past.issues[0], week, words),
                history=_history(kin, past),
            )
        )
    return tuple(_in_old_order(named, past.issues[0]))


def _remembering(theme: Theme) -> Theme:
    if theme.label.casefold() in (term.casefold() for term in theme.terms):
        return theme
    return replace(theme, terms=(*theme.terms, theme.label))


def _lines(past: Past) -> dict[str, _Line]:
    """The themes of earlier issues by their name in lower case, those of newer issues first."""
    found: dict[str, list[tuple[int, Theme]]] = {}
    for age, issue in enumerate(past.issues):
        for theme in issue.themes:
            found.setdefault(theme.label.casefold(), []).append((age, theme))
    return {key: _Line(themes[0][1].label, tuple(themes)) for key, themes in found.items()}


def _known(
    themes: Sequence[Theme], lines: Mapping[str, _Line], pinned: Collection[str]
) -> dict[int, _Line]:
    """Which earlier theme each place is, one to one; a place is missing if it is a new theme."""
    known = {
        place: lines[theme.label.casefold()]
        for place, theme in enumerate(themes)
        if theme.label.casefold() in lines
    }
    taken = {line.name.casefold() for line in known.values()} | set(pinned)
    taken |= {theme.label.casefold() for theme in themes}
    open_places = [
        place
        for place, theme in enumerate(themes)
        if place not in known and theme.label.casefold() not in pinned
    ]
    free = [line for key, line in lines.items() if key not in taken]
    for _, place, number in _candidates(themes, open_places, free):
        if place not in known and free[number].name.casefold() not in taken:
            known[place] = free[number]
            taken.add(free[number].name.casefold())
    return known


def _kin(theme: Theme, lines: Mapping[str, _Line], known: Mapping[int, _Line]) -> _Line | None:
    """The newest theme that was part of the same or had it as a part, and is no other's line."""
    terms = {term.casefold() for term in theme.terms}
    for key, line in lines.items():
        parts = {term.casefold() for _, earlier in line.themes for term in earlier.terms}
        shared = {key, theme.label.casefold()} & terms & parts
        # A single word, such as a company's name, marks many a theme.
        if any(" " in name for name in shared) and line not in known.values():
            return line
    return None


def _candidates(
    themes: Sequence[Theme], places: Sequence[int], lines: Sequence[_Line]
) -> list[tuple[float, int, int]]:
    """The pairs of a theme and a line that may be one, those with the drafted name first."""
    words = [[frozenset(tokenize(_text(story))) for story in theme.stories] for theme in themes]
    pairs = []
    for place in places:
        for number, line in enumerate(lines):
            drafted = line.was_drafted_as(themes[place].label)
            if drafted or _fits(line.name, words[place], words):
                pairs.append((place, number, drafted))
    found = []
    for place, number, drafted in pairs:
        value = _likeness(themes[place], lines[number])
        if value >= (ALIKE / 2 if drafted else ALIKE):
            found.append((-value - drafted, place, number))
    return sorted(found)


def _fits(name: str, theme: _Held, themes: Sequence[_Held]) -> bool:
    """Whether a name tells a theme from the others.

    Half of its stories, two at the least, hold every word of it, and one in four of the other
    themes' at the most.
    """
    words = set(tokenize(name))
    rest = [held for other in themes if other is not theme for held in other]
    inside, outside = (sum(words <= held for held in part) for part in (theme, rest))
    return inside >= max(2, len(theme) / 2) and outside <= len(rest) / 4


def _likeness(theme: Theme, line: _Line) -> float:
    """Cosine of the centroids of a theme and a line, whose newer issues weigh more; in [0, 1]."""
    import numpy as np

    parts = [(0, theme), *line.themes]
    stories = [story for _, part in parts for story in part.stories]
    weights = np.array([1.0 / (1 + age) for age, part in parts for _ in part.stories])
    rows = tfidf_rows([_text(story) for story in stories])
    own = len(theme.stories)
    one, other = weights[:own] @ rows[:own], weights[own:] @ rows[own:]
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return round(float(one @ other) / lengths, 6) if lengths else 0.0


def _text(story: Story) -> str:
    return "\n".join((*(item.title for item in story.items), story.lead.summary[:SUMMARY]))


def _trend(theme: Theme, line: _Line | None, last: Issue, week: Week, words: Catalog) -> str:
    if line is None:
        return words.say("new")
    now = theme.size
    before = sum(earlier.size for age, earlier in line.themes if age == 0)
    change = now - before
    stories = words.count("%(number)s story", "%(number)s stories", now)
    week_before = Week(*(week.monday() - timedelta(days=1)).isocalendar()[:2])
    number = words.number(before) if before else words.say("none")
    if last.week == str(week_before):
        earlier = words.say("%(number)s the week before", number=number)
    else:
        issue = last.number
        earlier = words.say(
            "%(number)s in issue %(issue)s (%(week)s)", number=number, issue=issue, week=last.week
        )
    if abs(change) < STEADY * max(now, before) or not change:
        return words.say("steady: %(stories)s, %(earlier)s", stories=stories, earlier=earlier)
    if change > 0:
        return words.say("growing: %(stories)s, %(earlier)s", stories=stories, earlier=earlier)
    return words.say("fading: %(stories)s, %(earlier)s", stories=stories, earlier=earlier)


def _history(line: _Line | None, past: Past) -> tuple[int, ...]:
    """The stories under the theme in up to five issues before, oldest first, 0 where it was not."""
    if line is None:
        return ()
    sizes = {age: theme.size for age, theme in reversed(line.themes)}
    ages = range(min(HISTORY, len(past.issues), 1 + max(sizes)))
    return tuple(sizes.get(age, 0) for age in reversed(ages))


def _in_old_order(themes: list[Theme], last: Issue) -> list[Theme]:
    """The themes with neighbours exchanged that stood the other way round and are as strong.

    The first holds the best story of the week and stays where it is.
    """
    stood = {theme.label: place for place, theme in enumerate(last.themes)}
    ordered = list(themes)
    for _ in ordered:
        for at in range(1, len(ordered) - 1):
            first, second = ordered[at], ordered[at + 1]
            if not (first.label in stood and second.label in stood):
                continue
            near = _strength(first) - _strength(second) <= CLOSE
            if near and stood[first.label] > stood[second.label]:
                ordered[at : at + 2] = [second, first]
    return ordered


def _strength(theme: Theme) -> float:
    return sum(story.score for story in theme.stories[:2])
