"""The health of a source in plain words, for an operator who has a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from digest.model import Health, Source
from digest.wording import plural

SILENT = timedelta(days=30)
"""A source that has brought nothing for this long is called silent."""

HOPELESS = timedelta(days=30)
"""After failing for this long, muting is suggested; it is never done."""


def in_words(source: Source, health: Health | None, now: datetime, *, used: int = 0) -> str:
    """One line: how it is, when it was last good, what it has brought, and what is odd.

    Args:
        health: None if it was never asked.
        now: aware.
        used: how many of its items stand in issues.
    """
    if source.muted:
        reason = health.muted_because if health else ""
        return f"muted: {reason}" if reason else "muted"
    if health is None or health.tried_at is None:
        return "never asked"
    brought = f"{plural(health.items_seen, 'item')} so far"
    parts = [_state(health, now), f"{brought}, {used} used in issues" if used else brought]
    if health.good_at is not None and health.last_count == 0:
        parts.append("its feed is empty")
    elif health.last_count and health.undated == health.last_count:
        parts.append("no dates")
    if health.new_at is not None and now - health.new_at > SILENT:
        parts.append(f"silent since {_day(health.new_at)}")
    if health.moved_to and health.moved_since:
        parts.append(f"says it has moved to {health.moved_to}")
    return "; ".join(parts)


def _state(health: Health, now: datetime) -> str:
    good = "never good" if health.good_at is None else f"last good {_minute(health.good_at)}"
    if not health.failures:
        return good
    times = "once" if health.failures == 1 else f"{health.failures} times in a row"
    told = f"failed {times}: {health.error}; {good}"
    if health.next_at is not None and health.next_at > now:
        told += f"; next try {_minute(health.next_at)}"
    if health.good_at is not None and now - health.good_at > HOPELESS:
        told += "; perhaps mute it"
    return told


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
