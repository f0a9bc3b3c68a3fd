"""Set text in the columns of a terminal: wrapped lines, rules, tables and bars.

Wide letters (Chinese, Japanese, Korean, emoji) count two columns, marks and joiners none
(https://www.unicode.org/reports/tr11/).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

WIDTH = 72
_WITHOUT_WIDTH = frozenset({"Mn", "Me", "Cf"})
_LONGEST_BAR = 24
_LONGEST_LABEL = 28
_GAP = 2


def wrap(value: object, first: str = "", rest: str = "", width: int = WIDTH) -> str:
    """A text in lines of at most `width` columns; `first` and `rest` start the lines.

    Wide letters (Chinese, Japanese, Korean, emoji) count two columns. A word longer than a line
    is broken, never inside a letter with its accents or a joined emoji; an address is not.
    """
    lines: list[str] = []
    line, room = first, width - len(first)
    fresh = True
    for word in _broken(str(value).split(), width - max(len(first), len(rest))):
        size = width_of(word)
        if not fresh and size + 1 > room:
            lines.append(line)
            line, room, fresh = rest, width - len(rest), True
        line, room = (line + word, room - size) if fresh else (f"{line} {word}", room - size - 1)
        fresh = False
    return "\n".join([*lines, line])


def _broken(words: list[str], room: int) -> list[str]:
    """The same words, those too long for a line in pieces that fit."""
    if all(len(word) <= room // 2 for word in words):
        return words
    pieces: list[str] = []
    for word in words:
        if width_of(word) <= room or word.startswith(("http://", "https://")):
            pieces.append(word)
            continue
        pieces.append("")
        used = 0
        for letter in _letters(word):
            size = width_of(letter)
            if used and used + size > room:
                pieces.append("")
                used = 0
            pieces[-1] += letter
            used += size
    return pieces


def _letters(word: str) -> list[str]:
    """Signs that belong together: a letter with its marks, emoji joined by U+200D."""
    letters: list[str] = []
    for sign in word:
        joined = letters and (
            unicodedata.category(sign) in {"Mn", "Me", "Cf", "Sk"} or letters[-1].endswith("\u200d")
        )
        if joined and len(letters[-1]) < 20:
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


def width_of(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(sign) in _WITHOUT_WIDTH
        else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def rule(text: str, sign: str) -> str:
    """A line of `sign` as long as `text` is wide, at most `WIDTH`."""
    return sign * min(width_of(text.upper()), WIDTH)


def grid(table: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head; the columns of a wide one become lines of their own."""
    widths = [max(map(width_of, cells)) for cells in zip(*table, strict=True)]
    if sum(widths) + _GAP * (len(widths) - 1) <= WIDTH:
        return "\n".join(_row(row, widths) for row in table)
    head, *rows = table
    return "\n".join(_record(head, row) for row in rows)


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True))
    return (" " * _GAP).join(cells).rstrip()


def _record(head: Sequence[str], row: Sequence[str]) -> str:
    """One row of a wide table: its name, then a line a cell."""
    named = zip(head[1:], row[1:], strict=True)
    lines = (wrap(f"{name}: {cell}", "  - ", "    ") for name, cell in named)
    return "\n".join((wrap(row[0], "- ", "  "), *lines))


def bar_line(label: str, share: int, count: str) -> str:
    """A theme's line in the count of the week: name, bar of `share` percent, number.

    What follows the number goes to a line of its own where there is no room for it.
    """
    if width_of(label) > _LONGEST_LABEL:
        return f"{wrap(label)}\n{bar_line('', share, count)}"
    name = label + " " * (_LONGEST_LABEL + _GAP - width_of(label))
    bar = f"{name}{'#' * max(1, round(_LONGEST_BAR * share / 100))}"
    if width_of(f"{bar} {count}") <= WIDTH:
        return f"{bar} {count}"
    number, _, more = count.partition(" ")
    under = " " * (_LONGEST_LABEL + _GAP)
    return f"{bar} {number}\n{wrap(more, under, under)}"
