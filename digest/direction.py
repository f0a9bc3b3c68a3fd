"""Keep text in order where scripts of both directions meet.

What a program shows follows the Unicode Bidirectional Algorithm (https://www.unicode.org/reports/tr9/):
signs without a direction, blanks and numbers go with their neighbours, a line of plain text with
its first letter. Marks without width (LRM, RLM) keep names, numbers and lines where they belong.
"""

from __future__ import annotations

import re

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LTR = "A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\u9fff\uac00-\ud7a3"
_LETTERS = {"rtl": re.compile(f"[{_RTL}]"), "ltr": re.compile(f"[{_LTR}]")}
_WORDS = {"rtl": re.compile(f"[{_RTL}]+"), "ltr": re.compile(rf"[{_LTR}][^\s{_RTL}]*")}
_OPENS_RTL = re.compile(f"[^{_RTL}{_LTR}\u200e\u200f]*[{_RTL}\u200f]")
_MARKS = {"rtl": "\u200f", "ltr": "\u200e"}
_OTHER = {"rtl": "ltr", "ltr": "rtl"}
_SHARE = 0.25
"""Names stay Latin in an Arabic sentence, and often open it: it is one from this share of its words
on."""


def direction_of(text: str, around: str) -> str:
    """The direction a text is read in, "ltr" or "rtl"; that of what is `around` where it has none.

    The first letter does not tell: many an Arabic headline opens with the name of a company.
    """
    if (around == "ltr" and text.isascii()) or not _LETTERS[_OTHER[around]].search(text):
        return around
    held = {side: len(words.findall(text)) for side, words in _WORDS.items()}
    return "rtl" if held["rtl"] >= _SHARE * sum(held.values()) else "ltr"


def isolated(text: str, around: str) -> str:
    """A name or a headline that keeps its order in a line of direction `around`, and leaves it its.

    "TechCrunch · 27 مايو" would else read as if "TechCrunch · 27" were one.
    """
    if (around == "ltr" and text.isascii()) or not _LETTERS[_OTHER[around]].search(text):
        return text
    mark = _MARKS[around]
    if direction_of(text, around) != around:
        inner = _MARKS[_OTHER[around]]
        text = f"{inner}{text}{inner}"
    return f"{mark}{text}{mark}"


def led(lines: str, direction: str) -> str:
    """Lines of plain text, those that a program would show in the other direction behind a mark."""
    if direction == "ltr" and (lines.isascii() or not _LETTERS["rtl"].search(lines)):
        return lines
    right = direction == "rtl"
    return "\n".join(
        line if not line or bool(_OPENS_RTL.match(line)) is right else _MARKS[direction] + line
        for line in lines.split("\n")
    )
