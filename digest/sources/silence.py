"""When a source has fallen silent, so that somebody is told: once, and not every week.

It fails for a day, is gone for good, or answers well and has brought nothing for two weeks though
it used to bring something in every one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.model import Health
from digest.wording import plural

FAILING, TRIES = timedelta(hours=24), 3
"""Failures over so long, and so many in a row: a host that is down for a night is no news."""

NEVER_GOOD = 6
"""Failures in a row that take a day and more, of a source that was never good."""

QUIET = timedelta(days=14)
ASKED = timedelta(days=2)
"""It was good within so long: else nobody collects, and its silence says nothing of it."""

WEEKS, USUALLY = 4, 3
"""In so many of its last weeks it had something new, else it is one that seldom has."""

AGAIN = timedelta(days=14)
"""Another silence of the same source is told after so long at the earliest."""


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence of a source.

    Attributes:
        episode: names it: the same while it lasts.
        told: it in words, without the name of the source.
    """

    episode: str
    told: str


def failing(health: Health) -> Silence | None:
    """The silence of a source that fails or is gone; None if it is neither."""
    if health.muted_because:
        return Silence(f"muted {health.muted_because}", f"muted: {health.muted_because}")
    tried, good = health.tried_at, health.good_at
    times = f"failed {plural(health.failures, 'time')} in a row: {health.error}"
    if good is None:
        never = health.failures >= NEVER_GOOD
        return Silence("never good", f"{times}; never good") if never else None
    if tried is None or health.failures < TRIES or tried - good < FAILING:
        return None
    return Silence(f"failing since {good.isoformat()}", f"{times}; last good {good:%Y-%m-%d %H:%M}")


def may_be_quiet(health: Health, now: datetime) -> bool:
    """Whether a source answers well and has brought nothing for long: then its past decides."""
    good, new = health.good_at, health.new_at
    answers = good is not None and now - good <= ASKED and not health.failures
    return answers and new is not None and now - new >= QUIET


def quiet(health: Health, times: Iterable[datetime]) -> Silence | None:
    """The silence of a source that `may_be_quiet`, if it had something new in most weeks before.

    Args:
        times: of its items in the `WEEKS` weeks before the last new one.
    """
    last = health.new_at
    if last is None:
        return None
    weeks = {(last - time) // timedelta(weeks=1) for time in times}
    if len(weeks) < USUALLY:
        return None
    told = f"nothing new since {last:%Y-%m-%d}, though it answers; it had something every week"
    return Silence(f"quiet since {last.isoformat()}", told)


def note_of(silence: Silence, now: datetime) -> str:
    """What is kept of a source once its silence was told."""
    return f"{now.isoformat()} {silence.episode}"


def is_news(silence: Silence, noted: str, now: datetime) -> bool:
    """Whether a silence is to be told.

    Args:
        noted: by `note_of` when one was told last; "" if none was.
    """
    if not noted:
        return True
    at, _, episode = noted.partition(" ")
    return episode != silence.episode and now - datetime.fromisoformat(at) >= AGAIN
