"""What an issue is to be made of: its week and window, its size, language and focus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.errors import InputError
from digest.model import PinnedTheme, Week, Window


@dataclass(frozen=True, slots=True)
class Plan:
    """What an issue is to be made of.

    Attributes:
        window: the half-open span the issue answers for.
        follows: an earlier issue ended where this window starts.
        timezone: IANA name of the schedule's zone.
        name: the newsletter's name.
        language: ISO 639-1 of the issue; stories in another language are left out.
        focus: words that make an item on topic; empty takes `digest.entities.FOCUS`.
        pins: themes that the editor always wants found.
        weights: points of each signal, learned from editors; empty takes the shipped ones.
    """

    number: int
    week: Week
    window: Window
    follows: bool
    timezone: str
    name: str = "Weekly AI Recap"
    language: str = "en"
    max_stories: int = 30
    focus: tuple[str, ...] = ()
    pins: tuple[PinnedTheme, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    revision: int = 1


def issue_window(
    week: Week,
    zone: ZoneInfo,
    *,
    now: datetime,
    previous: datetime | None,
    following: datetime | None = None,
) -> Window:
    """The span an issue of `week` answers for: from the previous cut-off to this one's.

    Args:
        zone: the schedule's; the week starts on its Monday 00:00.
        now: the moment of drafting; before the week's end it is the cut-off.
        previous: the cut-off of the issue before, None if there is none (then the ISO week).
        following: where the issue after it starts, None if there is none; this one ends there.

    Raises:
        InputError: the week has not begun, or other issues answer for all of it already.
    """
    whole = week.window(zone)
    start = whole.start if previous is None else previous
    end = min(whole.end, now, following or whole.end)
    if end <= start:
        raise InputError(
            f"week {week} has no time left to report on: it would run from"
            f" {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC",
            hint="wait until it has begun, or draft a week that no issue answers for yet",
        )
    return Window(start, end)
