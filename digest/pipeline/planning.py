"""What an issue is to be made of, as a project's settings say it."""

from __future__ import annotations

from collections.abc import Mapping

from digest.model import Week, Window
from digest.plan import Plan
from digest.settings import Settings


def planned(
    settings: Settings,
    week: Week,
    window: Window,
    *,
    number: int,
    follows: bool,
    weights: Mapping[str, float],
    revision: int = 1,
) -> Plan:
    """The plan of an issue as a project's settings want it; the arguments are those of `Plan`."""
    return Plan(
        number=number,
        week=week,
        window=window,
        follows=follows,
        timezone=settings.schedule.timezone,
        name=settings.brand.name,
        language=settings.brand.language.split("-")[0],
        max_stories=settings.rules.max_stories,
        focus=tuple(settings.rules.focus),
        pins=settings.rules.themes,
        weights=weights,
        revision=revision,
    )
