"""What each line of a list of subscribers says of somebody, whosever export it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple

from digest.cells import read_labels, unguarded
from digest.clean import parse_date
from digest.consent import LONGEST, normalise_address, one_line, tidy_profile, truncated_ip
from digest.errors import InputError
from digest.exports import format_of, places
from digest.model import Profile, SubscriberStatus
from digest.zones import zone_named

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
_MOMENTS = ("asked_at", "confirmed_at", "left_at", "suppressed_at")
_TELLING = ("status", "suppressed", "suppressed_at", "left_at", "disabled")
_PERSONAL = frozenset(("language", "zone", "themes", "roles"))
_PROFILE = ("name", "first_name", "last_name", "language", "zone", "themes", "roles")
_CONFIRMED = (SubscriberStatus.CONFIRMED, "")
_NOBODY = Profile()
_TO_THE_SECOND = len("2026-01-31 23:59:59")
_GO_ZONE = re.compile(r" ([+-]\d{4})(?: [A-Z]{3,5})?$")


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
        unknown_zones: names of no zone, with the lines that have them; their people are taken in
            without one.

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
        self.format = format_of(names, named)
        self._at = places(self.format, names, mapped)
        self.unknown_zones: Counter[str] = Counter()
        self._evidence = one_line(evidence)
        self._now = now
        # Some exports say by the columns of a file what became of everyone in it.
        told = {"status", "left_at", "suppressed_at"}.intersection(self._at)
        self._tells = not self._at.keys().isdisjoint(_TELLING)
        self._all_left = told == {"left_at"}
        self._all_suppressed = told == {"suppressed_at"}
        proofs = {"evidence", "confirmed_at"}.intersection(self._at)
        if not (proofs or self._evidence or self._all_left or self._all_suppressed):
            raise InputError(
                f"nothing in a list with the columns {', '.join(columns)[:200]} proves consent",
                hint="say how these people agreed: --evidence 'signed up at …, moved from …'",
            )

    def read(self, rows: Sequence[int], columns: Sequence[Sequence[str]]) -> list[Entry | Refused]:
        """What each line says, or why it cannot be taken.

        Args:
            rows: their numbers, as a spreadsheet counts.
            columns: the texts of each column, as many as there are rows.
        """
        nothing = ("",) * len(rows)
        said = {field: self._texts(columns[at]) for field, at in self._at.items()}
        for zone, lines_with_it in Counter(said.get("zone", ())).items():
            if zone and not zone_named(zone):
                self.unknown_zones[zone[:LONGEST]] += lines_with_it

        def of(fields: Iterable[str]) -> Iterator[Sequence[str]]:
            return (said.get(field, nothing) for field in fields)

        moments = [self._moments(said.get(field)) for field in _MOMENTS]
        lines = zip(
            rows,
            said["email"],
            map(self._standing, *of(_TELLING)) if self._tells else repeat(_CONFIRMED),
            *of(("status", "evidence", "confirmed_ip")),
            map(_profile if _PERSONAL.intersection(said) else _named, *of(_PROFILE)),
            *moments,
            strict=False,
        )
        return [self._line(*line) for line in lines]

    def _texts(self, column: Sequence[str]) -> Sequence[str]:
        texts = [text.strip() for text in column]
        return [unguarded(text).strip() for text in texts] if self.format.own else texts

    def _moments(self, texts: Sequence[str] | None) -> Iterable[datetime | None]:
        if texts is None:
            return repeat(None)
        read = (_moment(text) if text else None for text in texts)
        return [moment if moment is None or moment <= self._now else None for moment in read]

    def _line(
        self,
        row: int,
        address: str,
        standing: tuple[SubscriberStatus | None, str],
        word: str,
        evidence: str,
        ip: str,
        profile: Profile,
        asked_at: datetime | None,
        confirmed_at: datetime | None,
        left_at: datetime | None,
        suppressed_at: datetime | None,
    ) -> Entry | Refused:
        try:
            email = normalise_address(address)
        except InputError as error:
            return Refused(row, "no valid address", error.problem)
        status, suppressed = standing
        if status is None and not suppressed:
            return Refused(row, "unknown status", word[:LONGEST])
        proof = self._proof(evidence, confirmed_at, ip)
        if proof is None and status is SubscriberStatus.CONFIRMED:
            return Refused(row, "nothing proves consent", "this line says neither when nor how")
        times = asked_at, confirmed_at, left_at, proof or "", suppressed, suppressed_at
        return Entry(row, email, profile, status, *times)

    def _standing(
        self, word: str, suppressed: str, suppressed_at: str, left_at: str, disabled: str
    ) -> tuple[SubscriberStatus | None, str]:
        """The status, None if there is none; and why the address is suppressed."""
        suppressed, word = one_line(suppressed), word.lower()
        if word in _SUPPRESSING:
            return None, suppressed or word
        if word:
            return _STATUS.get(word), suppressed
        if suppressed or self._all_suppressed or suppressed_at:
            return None, suppressed or "cleaned"
        left = self._all_left or left_at or disabled.lower() in _TRUE
        return (SubscriberStatus.UNSUBSCRIBED, "") if left else _CONFIRMED

    def _proof(self, evidence: str, confirmed_at: datetime | None, ip: str) -> str | None:
        """How the person agreed: the line's own words or times come first; None for no proof."""
        if evidence:
            return one_line(evidence)
        if confirmed_at is None:
            return self._evidence or None
        if self.format.own:
            return self._evidence
        network = truncated_ip(ip)
        return f"{self.format.name}, from {network}" if network else self.format.name


def _named(name: str, first: str, last: str, *_: str) -> Profile:
    """The profile of somebody of whom a list tells no more than the name."""
    name = name or f"{first} {last}"
    return Profile(one_line(name)) if name != " " else _NOBODY


def _profile(
    name: str, first: str, last: str, language: str, zone: str, themes: str, roles: str
) -> Profile:
    labels = read_labels(themes), read_labels(roles)
    return tidy_profile(Profile(name or f"{first} {last}", language, zone, *labels))


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    """A moment in UTC, which is meant where no zone is said; None if it cannot be read."""
    try:
        # Most exports say no zone; to say it for them is faster than to set it afterwards.
        if len(text) == _TO_THE_SECOND and text[13] == text[16] == ":":
            return datetime.fromisoformat(f"{text}+00:00")
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        shorter = _GO_ZONE.sub(r"\1", text)
        return parse_date(text) if shorter == text else _moment(shorter)
