"""Cut the marks of movable parts out of a rendered text, and note where the parts stand.

A template writes `@@THEME_BEGIN@@` and `@@THEME_END@@` around each theme, in order, and
`@@GREETING_BEGIN@@` and `@@GREETING_END@@` around a line that only readers with a name get, and
`@@READER_BEGIN@@` and `@@READER_END@@` around what only subscribers get. No text of an issue can
hold a mark: `digest.blocks.printable` breaks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.errors import TemplateError

_MARK = re.compile("@@(THEME|GREETING|READER)_(BEGIN|END)@@")
_SINGLE = {"GREETING": "greeting", "READER": "footer"}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without its marks.

    Attributes:
        themes: where each theme stands, start and end; all (0, 0) in a text without such marks.
        greeting: where the greeting stands; (0, 0) without one.
        footer: where the lines for subscribers stand; (0, 0) without any.
    """

    text: str
    themes: tuple[Span, ...]
    greeting: Span
    footer: Span


def unmarked(marked: str, place: str, themes: int) -> Unmarked:
    """The text without its marks, and the spans between them.

    Args:
        marked: what a template made.
        place: what it is, for errors: "the HTML", "the text part".
        themes: how many themes the issue has; a text marks all of them, or none.

    Raises:
        TemplateError: marks do not pair, or are too few or too many.
    """
    pieces: list[str] = []
    spans: dict[str, list[Span]] = {kind: [] for kind in ("THEME", *_SINGLE)}
    opened, start, length, done = "", 0, 0, 0
    for mark in _MARK.finditer(marked):
        pieces.append(marked[done : mark.start()])
        length, done = length + mark.start() - done, mark.end()
        kind, begins = mark[1], mark[2] == "BEGIN"
        if begins == bool(opened) or (not begins and opened != kind):
            raise _refused(place, f"{mark[0]} stands where it pairs with nothing")
        if not begins:
            spans[kind].append((start, length))
        opened, start = (kind, length) if begins else ("", 0)
    if opened:
        raise _refused(place, f"@@{opened}_BEGIN@@ is never ended")
    text = "".join([*pieces, marked[done:]])
    if len(spans["THEME"]) not in (0, themes):
        raise _refused(place, f"it marks {len(spans['THEME'])} themes of {themes}")
    for kind, name in _SINGLE.items():
        if len(spans[kind]) > 1:
            raise _refused(place, f"it has more than one {name}")
    greeting, footer = (spans[kind][0] if spans[kind] else (0, 0) for kind in _SINGLE)
    return Unmarked(text, tuple(spans["THEME"]) or ((0, 0),) * themes, greeting, footer)


def _refused(place: str, problem: str) -> TemplateError:
    return TemplateError(
        f"{place}: {problem}",
        hint="keep the @@…@@ marks as the shipped templates have them, or remove your own template",
    )
