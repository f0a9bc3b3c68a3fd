"""Colours as CSS writes them, laid over each other, and the contrast of two (WCAG 2.2)."""

from __future__ import annotations

from typing import Any, NamedTuple

from tinycss2.color4 import parse_color


class Colour(NamedTuple):
    """An sRGB colour; every part in [0, 1]."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def __str__(self) -> str:
        return "#" + "".join(f"{round(255 * part):02x}" for part in self[:3])


_SPACES = frozenset(("srgb", "hsl", "hwb"))

CLEAR = Colour(0, 0, 0, 0)
BLACK = Colour(0, 0, 0)
WHITE = Colour(1, 1, 1)


def read_colour(value: Any) -> Colour | None:
    """A colour from CSS text or a token of `tinycss2`; None if it is none that mail apps know."""
    found = parse_color(value)
    if found is None or found == "currentcolor" or found.space not in _SPACES:
        return None
    red, green, blue = (min(1.0, max(0.0, part or 0.0)) for part in found.to("srgb").coordinates)
    return Colour(red, green, blue, found.alpha)


def over(top: Colour, ground: Colour) -> Colour:
    """What is seen of a colour that lies over an opaque one."""
    if top.alpha == 1:
        return top
    red, green, blue = (
        top.alpha * upper + (1 - top.alpha) * lower
        for upper, lower in zip(top[:3], ground[:3], strict=True)
    )
    return Colour(red, green, blue)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two opaque colours, in [1, 21]."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
