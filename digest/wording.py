"""Counts and spans in words, for the mail, the desk and the terminal alike."""

from __future__ import annotations

SHORT = "Also this week"
"""How an editor calls the place of the short stories."""


def plural(number: int, noun: str) -> str:
    """`1 story`, `2 stories`, `1,200 items`."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `6.2 h`."""
    if seconds < 100:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
