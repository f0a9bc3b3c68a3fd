"""Lists of subscribers as other tools export them, and as we do: what each line says.

Column names are those of the tools' exports in 2026, compared without case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from digest.cells import read_labels, unguarded
from digest.clean import parse_date
from digest.consent import LONGEST, normalise_address, one_line, tidy_profile, truncated_ip
from digest.errors import InputError
from digest.model import Profile, SubscriberStatus

FIELDS = (
    "email", "name", "status", "language", "zone", "themes", "roles", "asked_at", "confirmed_at",
    "left_at", "evidence", "suppressed", "suppressed_at",
)  # fmt: skip
"""The columns of our own export, in order."""

MAPPABLE = (*FIELDS, "first_name", "last_name", "confirmed_ip", "disabled")
_STATUSES = {
    SubscriberStatus.CONFIRMED: "confirmed subscribed active enabled",
    SubscriberStatus.UNCONFIRMED: "unconfirmed pending",
    SubscriberStatus.UNSUBSCRIBED: "unsubscribed inactive disabled left",
}
_STATUS = {word: status for status, words in _STATUSES.items() for word in words.split()}
_SUPPRESSING = frozenset(
    "bounced cleaned complained blocklisted blacklisted suppressed spam undeliverable".split()
)
_TRUE = frozenset(("true", "yes", "1", "t", "y"))
_PERSONAL = frozenset(("language", "zone", "themes", "roles"))
_MOMENTS = ("asked_at", "confirmed_at", "left_at", "suppressed_at")
_TELLING = frozenset(("status", "suppressed", "suppressed_at", "left_at", "disabled"))
_NOBODY = Profile()
_GO_ZONE = re.compile(r" ([+-]\d{4})(?: [A-Z]{3,5})?$")


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
_OURS = Format("recap", {name: (name,) for name in FIELDS}, (), own=True)
FORMATS = {one.name: one for one in (_MAILCHIMP, _SUBSTACK, _LISTMONK, _OURS)}
"""Told apart in this order; a file with none of their signs is read as ours."""


class Entry(NamedTuple):
    """What one line says.

    Attributes:
        row: as a spreadsheet counts, where the first line is row 1.
        status: None where the line only tells of a suppression.
        suppressed: why the address is not written to; "" if it is.
    """

    row: int
    email: str
    profile: Profile
    status: SubscriberStatus | None
    asked_at: datetime | None
    confirmed_at: datetime | None
    left_at: datetime | None
    evidence: str
    suppressed: str
    suppressed_at: datetime | None


class Refused(NamedTuple):
    """Why a line is not taken: a reason to count by, and what there is to say of this one."""

    row: int
    reason: str
    detail: str = ""


class Lines:
    """Reads the lines of one file.

    Attributes:
        format: whose export it is.

    Args:
        columns: the names in the first line.
        named: a name of `FORMATS`; "" to tell it by the columns.
        mapped: column to field, beyond what the format knows.
        evidence: how these people agreed, where a line does not prove it itself.
        now: no moment after it is believed.

    Raises:
        InputError: the format, or a mapped column or field, is unknown; there is no column of
            addresses; or nothing could prove that anybody agreed.
    """

    def __init__(
        self,
        columns: Sequence[str],
        *,
        named: str = "",
        mapped: Mapping[str, str] = MappingProxyType({}),
        evidence: str = "",
        now: datetime,
    ) -> None:
        names = [name.strip().lower() for name in columns]
        self.format = _format(named, names)
        self._at = _places(self.format, names, mapped)
        self._fields = tuple(self._at.items())
        self._evidence = one_line(evidence)
        self._now = now
        # Some exports say by the columns of a file what became of everyone in it.
        told = {"status", "left_at", "suppressed_at"}.intersection(self._at)
        self._moments = [field for field in _MOMENTS if field in self._at]
        self._tells = not _TELLING.isdisjoint(self._at)
        self._all_left = told == {"left_at"}
        self._all_suppressed = told == {"suppressed_at"}
        proofs = {"evidence", "confirmed_at"}.intersection(self._at)
        if not (proofs or self._evidence or self._all_left or self._all_suppressed):
            raise InputError(
                f"nothing in a list with the columns {', '.join(columns)[:200]} proves consent",
                hint="say how these people agreed: --evidence 'signed up at …, moved from …'",
            )

    def read(self, row: int, cells: Sequence[str]) -> Entry | Refused:
        """What a line says, or why it cannot be taken."""
        said = {field: text for field, at in self._fields if (text := cells[at].strip())}
        if self.format.own:
            for field, text in said.items():
                if text[0] == "'":
                    said[field] = unguarded(text).strip()
        try:
            email = normalise_address(said.get("email", ""))
        except InputError as error:
            return Refused(row, "no valid address", error.problem)
        status, suppressed = self._standing(said)
        if status is None and not suppressed:
            return Refused(row, "unknown status", said["status"][:LONGEST])
        moments = {field: self._moment(said[field]) for field in self._moments if field in said}
        confirmed_at = moments.get("confirmed_at")
        evidence = self._proof(said, confirmed_at)
        if status is SubscriberStatus.CONFIRMED and evidence is None:
            return Refused(row, "nothing proves consent", "this line says neither when nor how")
        return Entry(
            row,
            email,
            _profile(said),
            status,
            moments.get("asked_at"),
            confirmed_at,
            moments.get("left_at"),
            evidence or "",
            suppressed,
            moments.get("suppressed_at"),
        )

    def _standing(self, said: Mapping[str, str]) -> tuple[SubscriberStatus | None, str]:
        """The status, None if there is none; and why the address is suppressed."""
        if not self._tells:
            return SubscriberStatus.CONFIRMED, ""
        suppressed = one_line(said["suppressed"]) if "suppressed" in said else ""
        word = said.get("status", "").lower()
        if word in _SUPPRESSING:
            return None, suppressed or word
        if word:
            return _STATUS.get(word), suppressed
        if suppressed or self._all_suppressed or "suppressed_at" in said:
            return None, suppressed or "cleaned"
        if self._all_left or "left_at" in said or said.get("disabled", "").lower() in _TRUE:
            return SubscriberStatus.UNSUBSCRIBED, ""
        return SubscriberStatus.CONFIRMED, ""

    def _proof(self, said: Mapping[str, str], confirmed_at: datetime | None) -> str | None:
        """How the person agreed: the line's own words or times come first; None for no proof."""
        if "evidence" in said:
            return one_line(said["evidence"])
        if confirmed_at is None:
            return self._evidence or None
        if self.format.own:
            return self._evidence
        network = truncated_ip(said.get("confirmed_ip", ""))
        return f"{self.format.name}, from {network}" if network else self.format.name

    def _moment(self, text: str) -> datetime | None:
        moment = _moment(text)
        return moment if moment is None or moment <= self._now else None


def _format(named: str, names: Sequence[str]) -> Format:
    if named:
        if named not in FORMATS:
            raise InputError(
                f"no format is called `{named[:80]}`", hint=f"known are: {', '.join(FORMATS)}"
            )
        return FORMATS[named]
    held = frozenset(names)
    told = (one for one in FORMATS.values() if any(sign <= held for sign in one.signs))
    return next(told, _OURS)


def _places(format: Format, names: Sequence[str], mapped: Mapping[str, str]) -> dict[str, int]:
    """Where in a line each field stands."""
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


def _profile(said: Mapping[str, str]) -> Profile:
    name = said.get("name") or f"{said.get('first_name', '')} {said.get('last_name', '')}"
    if _PERSONAL.isdisjoint(said):
        return Profile(one_line(name)) if name != " " else _NOBODY
    labels = (read_labels(said.get(field, "")) for field in ("themes", "roles"))
    return tidy_profile(Profile(name, said.get("language", ""), said.get("zone", ""), *labels))


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    """A moment in UTC, which is meant where no zone is said; None if it cannot be read."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        shorter = _GO_ZONE.sub(r"\1", text)
        return parse_date(text) if shorter == text else _moment(shorter)
