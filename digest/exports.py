"""Lists of subscribers as other tools export them, and as we do: what their columns hold.

The names are those of the tools' exports in 2026, compared without case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.errors import InputError

FIELDS = (
    "email", "name", "status", "language", "zone", "themes", "roles", "asked_at", "confirmed_at",
    "left_at", "evidence", "suppressed", "suppressed_at",
)  # fmt: skip
"""The columns of our own export, in order."""

MAPPABLE = (*FIELDS, "first_name", "last_name", "confirmed_ip", "disabled")


@dataclass(frozen=True, slots=True)
class Format:
    """Whose export a file is.

    Attributes:
        columns: field to the names that the column may have, the likeliest first.
        signs: any of these sets of columns tells the format.
        own: cells are guarded against spreadsheets, and a time of confirmation is proof enough.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    signs: tuple[frozenset[str], ...]
    own: bool = False


_MAILCHIMP = Format(
    "mailchimp",
    {
        "email": ("email address",),
        "name": ("name",),
        "first_name": ("first name",),
        "last_name": ("last name",),
        "zone": ("timezone",),
        "asked_at": ("optin_time",),
        "confirmed_at": ("confirm_time",),
        "confirmed_ip": ("confirm_ip",),
        "left_at": ("unsub_time",),
        "suppressed_at": ("clean_time",),
    },
    (frozenset({"email address", "optin_time"}), frozenset({"email address", "leid"})),
)
_SUBSTACK = Format(
    "substack",
    {
        "email": ("email",),
        "name": ("name",),
        "asked_at": ("created_at", "start date"),
        "disabled": ("email_disabled",),
    },
    (
        frozenset({"email", "active_subscription"}),
        frozenset({"email", "email_disabled"}),
        frozenset({"email", "start date"}),
    ),
)
_LISTMONK = Format(
    "listmonk",
    {"email": ("email",), "name": ("name",), "status": ("status",), "asked_at": ("created_at",)},
    (frozenset({"uuid", "email", "attributes", "status"}),),
)
_OURS = Format(
    "recap",
    {name: (name,) for name in FIELDS} | {"zone": ("zone", "timezone", "time_zone", "time zone")},
    (),
    own=True,
)
FORMATS = {one.name: one for one in (_MAILCHIMP, _SUBSTACK, _LISTMONK, _OURS)}
"""Told apart in this order; a file with none of their signs is read as ours."""


def format_of(names: Sequence[str], named: str = "") -> Format:
    """Whose export a file with these columns, in lower case, is.

    Args:
        named: a name of `FORMATS`, which then holds whatever the columns are.

    Raises:
        InputError: no format has that name.
    """
    if named:
        if named not in FORMATS:
            raise InputError(
                f"no format is called `{named[:80]}`", hint=f"known are: {', '.join(FORMATS)}"
            )
        return FORMATS[named]
    held = frozenset(names)
    told = (one for one in FORMATS.values() if any(sign <= held for sign in one.signs))
    return next(told, _OURS)


def places(format: Format, names: Sequence[str], mapped: Mapping[str, str]) -> dict[str, int]:
    """Where in a line each field stands.

    Args:
        names: of the columns, in lower case.
        mapped: column to field, beyond what the format knows.

    Raises:
        InputError: a mapped column or field is unknown, or nothing tells addresses.
    """
    at = {
        field: names.index(name)
        for field, known in format.columns.items()
        for name in reversed(known)
        if name in names
    }
    for column, field in mapped.items():
        if column.strip().lower() not in names:
            raise InputError(
                f"there is no column `{column[:80]}`", hint=f"there are: {', '.join(names)[:300]}"
            )
        if field not in MAPPABLE:
            raise InputError(
                f"there is no field `{field[:80]}`", hint=f"there are: {', '.join(MAPPABLE)}"
            )
        at[field] = names.index(column.strip().lower())
    if "email" not in at:
        raise InputError(
            f"no column of {', '.join(names)[:300]} is known to hold addresses",
            hint="name it: --map 'COLUMN=email'",
        )
    return at
