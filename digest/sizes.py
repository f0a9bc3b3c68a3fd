"""How large each theme of an issue was in the issues before, and the line that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from digest.model import Issue, Past, Theme

WEEKS = 12
"""Issues that a line spans at the most, this one with them."""


@dataclass(frozen=True, slots=True)
class Course:
    """A theme over the weeks.

    Attributes:
        label: its name in this issue, or in the last one that had it.
        sizes: its stories in each issue, oldest first, this one last; 0 where it was not.
        trend: as this issue prints it; "" for a theme that this issue has not.
    """

    label: str
    sizes: tuple[int, ...]
    trend: str = ""

    def points(self, most: int) -> tuple[tuple[float, float], ...]:
        """The line in a unit square, x to the right and y down, where `most` is as high as can be.

        A line of one issue is one point at the right edge.
        """
        steps = max(1, len(self.sizes) - 1)
        return tuple(
            (round(1.0 - back / steps, 4), round(1.0 - size / max(1, most), 4))
            for back, size in zip(range(len(self.sizes) - 1, -1, -1), self.sizes, strict=True)
        )


def courses(issue: Issue, past: Past) -> tuple[Course, ...]:
    """The themes of an issue in print order, then those of the issue before that it has not.

    What a theme was drafted with, its `history`, tells the last issues, also those that knew it
    by another name or as a part of another; older ones are told by its name.

    Args:
        past: its issues newest first, as the issue was drafted with them.
    """
    earlier = past.issues[: WEEKS - 1][::-1]
    found = [
        Course(theme.label, (*_before(theme, earlier), theme.size), theme.trend)
        for theme in issue.themes
    ]
    held = {theme.label.casefold() for theme in issue.themes}
    gone = [theme for one in earlier[-1:] for theme in one.themes]
    found += [
        Course(theme.label, (*_named(theme, earlier), 0))
        for theme in gone
        if theme.label.casefold() not in held
    ]
    return tuple(found)


def _before(theme: Theme, earlier: tuple[Issue, ...]) -> tuple[int, ...]:
    named = _named(theme, earlier)
    told = theme.history[-len(named) :] if named else ()
    return (*named[: len(named) - len(told)], *told)


def _named(theme: Theme, earlier: tuple[Issue, ...]) -> tuple[int, ...]:
    """The size of the theme of this name in each issue, 0 where there is none."""
    name = theme.label.casefold()
    return tuple(
        next((one.size for one in issue.themes if one.label.casefold() == name), 0)
        for issue in earlier
    )
