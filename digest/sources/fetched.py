"""What a source is asked with, within which limits, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from digest.clean import shown_url
from digest.model import NO_VALIDATORS, Pause, Source, Validators


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much the sources may take; times in seconds, sizes in bytes.

    Attributes:
        first_byte: the longest silence, before the answer and within it.
        size: of the body, after decompression.
        ratio: how many times larger than its compressed form a body of over a MiB may be.
        header: the longest single header.
        at_once: requests in flight; one host gets one of them.
        apart: between two requests to one host, from the end of the first.
        apart_limited: the same at a host that has answered 429 within a week.
        patience: the longest pause of a host that is waited for within a round.
        round: what is not asked by then is left to the next round.
    """

    connect: float = 5
    first_byte: float = 15
    total: float = 30
    size: int = 10 * 1024 * 1024
    ratio: float = 100
    header: int = 32 * 1024
    at_once: int = 16
    redirects: int = 5
    apart: float = 1
    apart_limited: float = 60
    patience: float = 60
    round: float = 1800


@dataclass(frozen=True, slots=True)
class Manners:
    """How the client presents itself and where it may go.

    Attributes:
        contact: an address that a publisher may turn to, shown in the User-Agent.
        allowed: hosts, in lower case, that may stand for private addresses; no other may.
        limits: the defaults suit the open web.
    """

    contact: str = ""
    allowed: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Ask:
    """One source to ask, and what to ask with; plain without validators.

    Attributes:
        probe: only whether it is there is asked, by this method, "HEAD" or "GET", and no body is
            read; "" fetches it.
    """

    source: Source
    validators: Validators = NO_VALIDATORS
    probe: Literal["", "HEAD", "GET"] = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one source answered.

    Attributes:
        data: the body, decompressed; None where there is none, as `error` says, or `unchanged`;
            empty where only a probe was asked for.
        content_type: the header, "" without one.
        url: where the answer came from, redirects followed; no user, no password.
        status: of that answer; 0 without one.
        validators: to store once the items are.
        unchanged: nothing is newer than what the validators stand for.
        moved_to: where the source is for good, as it says; "" if it says nothing of the kind.
        pause: what the host asked for in this answer.
        garbled: what came is no HTTP, as where a body follows a "nothing newer".
        unreached: no connection, or no answer: what the host says of all its sources.
        unknown_host: whoever knows all names says that the host's is none.
        leads_to: where a redirect leads that was not followed; "" otherwise.
        held: it was not asked at all, as `error` says: its host is paused, or time was up.
    """

    source: Source
    data: bytes | None
    content_type: str = ""
    error: str = ""
    url: str = ""
    status: int = 0
    validators: Validators = NO_VALIDATORS
    unchanged: bool = False
    moved_to: str = ""
    pause: Pause | None = None
    garbled: bool = False
    unreached: bool = False
    unknown_host: bool = False
    leads_to: str = ""
    held: bool = False


def failed(
    source: Source, reason: str, *, url: str = "", status: int = 0, pause: Pause | None = None
) -> Fetched:
    """A source that gave nothing, for a reason in words, told with its address."""
    error = f"{reason} ({shown_url(source.url)})"
    return Fetched(source, None, error=error, url=url, status=status, pause=pause)
