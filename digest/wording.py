"""Counts in words, for the mail and the terminal alike."""

from __future__ import annotations

SHORT = "Also this week"
"""How an editor calls the place of the short stories."""


def plural(number: int, noun: str) -> str:
    """`1 story`, `2 stories`, `1,200 items`."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"
