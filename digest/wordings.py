"""The text that an editor gives with a move, made one clean line each, or refused."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from digest.clean import plain, shorten
from digest.errors import InputError
from digest.model.moves import (
    Move,
    RenameTheme,
    SplitTheme,
    WordBrief,
    WordHeadline,
    WordIssue,
)

HEADLINE, LABEL, SENTENCE = 300, 60, 600
LINES = {"subject": 150, "preheader": 200, "intro": 400}
"""The most characters of a line of each part of an issue."""
MOST_LINES = 12
"""Of an intro or a part of a brief."""
_RAW = 10
"""A pasted text may have so many times the characters that are left of it, in mark-up."""


def cleaned(move: Move) -> Move:
    """The move with its texts as they may be printed: plain, one line each, none of them empty.

    Raises:
        InputError: a text is too long, there are too many, or a name is empty.
    """
    match move:
        case WordIssue(part, lines):
            texts = _lines(lines, f"the {part}", LINES[part])
            if part != "intro" and len(texts) > 1:
                raise InputError(f"the {part} has {len(texts)} lines", hint="write one line")
            return msgspec.structs.replace(move, lines=texts)
        case WordHeadline(_, text):
            return msgspec.structs.replace(move, text=_line(text, "the headline", HEADLINE))
        case WordBrief(_, part, lines) if lines is not None:
            texts = _lines(lines, f"“{part.replace('_', ' ')}” of the brief", SENTENCE)
            return msgspec.structs.replace(move, lines=texts)
        case RenameTheme(_, label) | SplitTheme(_, label):
            name = _line(label, "the name of the theme", LABEL)
            if not name:
                raise InputError("the name of the theme is empty", hint="write a name")
            return msgspec.structs.replace(move, label=name)
    return move


def _lines(lines: Sequence[str], what: str, limit: int) -> tuple[str, ...]:
    if len(lines) > MOST_LINES:
        raise InputError(f"{what} has {len(lines)} lines", hint=f"write at most {MOST_LINES}")
    return tuple(text for line in lines if (text := _line(line, what, limit)))


def _line(text: str, what: str, limit: int) -> str:
    line = plain(text) if len(text) <= _RAW * limit else text
    if len(line) > limit:
        raise InputError(
            f"{what} has {len(line):,} characters: “{shorten(plain(line[:80]), 60)}”",
            hint=f"write at most {limit}",
        )
    return line
