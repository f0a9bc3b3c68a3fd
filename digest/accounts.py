"""The rules of the desk's accounts: names, passwords, and how long a session lasts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from digest.errors import InputError

LOCAL = "local"
"""The operator of this machine, who comes by a link that `recap desk` prints."""

LEAST_PASSWORD, MOST_PASSWORD = 12, 1000
"""Characters; what is longer costs time to read and makes nothing safer."""

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
"""A session ends after so long without a call, and after so long at all."""

LINK_LIFE = timedelta(minutes=5)
"""How long the link that `recap desk` prints opens."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def user_name(text: str) -> str:
    """A name as it is kept: in lower case.

    Raises:
        InputError: it is none, or is taken by the operator of this machine.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InputError(
            f"`{text.strip()[:60]}` is no name for a user",
            hint="use up to 40 small letters, digits, dots and dashes, such as ada.lovelace",
        )
    if name == LOCAL:
        raise InputError(
            f"`{LOCAL}` is the operator of this machine, who needs no password",
            hint="choose another name",
        )
    return name


def check_password(password: str) -> None:
    """Refuse a password that is too short or too long.

    Raises:
        InputError: it says how long it has to be, and nothing of the password.
    """
    if len(password) < LEAST_PASSWORD:
        raise InputError(
            f"the password has {len(password)} characters, and needs {LEAST_PASSWORD} or more",
            hint="four words that do not belong together are easy to keep in mind",
        )
    if len(password) > MOST_PASSWORD:
        raise InputError(
            f"the password has {len(password)} characters, and may have {MOST_PASSWORD} at most",
            hint="choose a shorter one",
        )


def is_over(now: datetime, *, seen_at: datetime, expires_at: datetime) -> bool:
    """Whether a session has ended: unused for too long, or too old."""
    return now >= expires_at or now - seen_at >= IDLE
