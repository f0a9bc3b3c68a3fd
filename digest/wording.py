"""Counts and spans in words, for the mail, the desk and the terminal alike."""

from __future__ import annotations

from datetime import UTC, datetime

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


def span(first: datetime, last: datetime) -> str:
    """`Sun 31 May 18:00 to Mon 1 Jun 19:00 UTC`; one moment if both are the same."""
    moments = first.astimezone(UTC), last.astimezone(UTC)
    told = [f"{at:%a} {at.day} {at:%b %H:%M}" for at in moments]
    return f"{' to '.join(dict.fromkeys(told))} UTC"
