"""How long to wait: after failures, after being told to, and until a moved source is believed.

Everything is a pure function of the answer, the moment and a number in [0, 1) for chance.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
"""No source and no host waits longer, whatever it asks for and however often it has failed."""

FIRST = timedelta(hours=1)
"""The wait after the first failure; it doubles with every further one."""

SPREAD = 0.1
"""How far chance moves a wait, to both sides: what failed together does not come back together."""

# By so much a clock may be put right without a pause being taken for a mistake.
_CORRECTED = timedelta(hours=1)
_DIGITS = re.compile(r"\d{1,12}", re.ASCII)


def delay_after(failures: int, chance: float) -> timedelta:
    """The wait after so many failures in a row: an hour, doubled each time, a day at most.

    Args:
        failures: 1 or more.
        chance: in [0, 1); moves the wait by up to a tenth, and never over a day.
    """
    doubled = min(FIRST * (1 << min(failures - 1, 10)), LONGEST * (1 - SPREAD))
    return min(doubled * (1 - SPREAD + 2 * SPREAD * chance), LONGEST)


def retry_after(header: str, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, a day at most.

    Args:
        header: seconds, or a date as HTTP writes it; "" without one.
        now: aware; what a date is measured from.

    Returns:
        None where it asks for nothing: absent, unreadable, zero, negative or past.
    """
    text = header.strip()
    if _DIGITS.fullmatch(text):
        wait = timedelta(seconds=min(int(text), LONGEST.total_seconds()))
    else:
        moment = http_date(text)
        wait = timedelta(0) if moment is None else moment - now
    return min(wait, LONGEST) if wait > timedelta(0) else None


def http_date(text: str) -> datetime | None:
    """A date of an HTTP header in UTC; None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def is_over(until: datetime | None, now: datetime) -> bool:
    """Whether a wait is over; one longer than any we make comes from a clock that was set back."""
    return until is None or now >= until or until - now > LONGEST + _CORRECTED
