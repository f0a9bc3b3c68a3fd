"""Readers' zones: which names there are, and when a time on the wall comes in each of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from digest.errors import InputError

_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
"""How far clocks are before UTC, and behind it, at most."""

EAST = "Etc/GMT-14"
"""The zone in which a time on the wall comes first; its name has the sign of POSIX."""

_PLACES = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()
)
_NO_ZONES = frozenset(("Factory", "localtime"))  # what a machine is set to, not where somebody is


def due_in(zone: ZoneInfo, local: datetime) -> datetime:
    """The first instant, UTC, at which clocks in `zone` show this time or a later one.

    A time that comes twice, as clocks are set back, is due when it comes first. One that never
    comes is due at the instant in which the clocks jump over it.

    Args:
        local: a date and a time of day, whole seconds, without a zone.
    """
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(moment, zone) == local:
        return moment
    # Read by the offset from after the jump it lies before it, and the other way round.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    seconds = int((moment - before).total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        if _shown(before + timedelta(seconds=middle), zone) < local:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def first_due(local: datetime) -> datetime:
    """The instant, UTC, before which the time comes nowhere on earth."""
    return local.replace(tzinfo=UTC) - _EAST


def last_due(local: datetime) -> datetime:
    """The instant, UTC, by which the time has come everywhere on earth."""
    return local.replace(tzinfo=UTC) + _WEST


@lru_cache(maxsize=4096)
def zone_named(text: str) -> str:
    """The IANA zone that is meant, whatever its letters' case and with blanks; "" for none."""
    return _by_key().get("_".join(text.split()).lower(), "")


@lru_cache(maxsize=1)
def zones_of_places() -> tuple[str, ...]:
    """The zones to choose from: those named for a place, such as `Europe/Berlin`, in order."""
    return tuple(sorted(name for name in _by_key().values() if name.split("/")[0] in _PLACES))


def checked_zone(text: str) -> str:
    """The zone that is meant, "" for none; `InputError` if it is not known."""
    zone = zone_named(text)
    if text.strip() and not zone:
        raise InputError(f"there is no zone `{text.strip()[:80]}`", hint=f"write {_like(text)}")
    return zone


def _like(text: str) -> str:
    """The likeliest names for one that is none."""
    close = get_close_matches("_".join(text.split()), zones_of_places(), n=2)
    return " or ".join(f"`{name}`" for name in close) or "an IANA name, such as `Europe/Berlin`"


@lru_cache(maxsize=1)
def _by_key() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() - _NO_ZONES}
