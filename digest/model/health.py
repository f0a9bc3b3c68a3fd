"""What is known of a source, and of a host, from the times it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it "anything newer?" with; "" where it gave nothing.

    Attributes:
        etag: as it stood in the header, quotes and all; so is `last_modified`.
        url: the address that gave them; they mean nothing to another.
    """

    etag: str = ""
    last_modified: str = ""
    url: str = ""


NO_VALIDATORS = Validators()
"""Of a source that gave none: it is asked for everything."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one source has answered so far; every count is 0 or more.

    Attributes:
        validators: of the last answer whose items are stored.
        tried_at: the last time it was asked.
        good_at: the last time it answered with a feed, or with "nothing newer".
        next_at: do not ask before; None: at any time.
        new_at: the last time it had an item that was not known.
        failures: since the last good answer.
        error: why the last try failed, in words; "" after a good one.
        moved_to: where it says, for good, that it is now; "" if it says nothing of the kind.
        moved_since: when it first said so, if it was the feed that we know there; else None.
        moved_times: how often it has said so since.
        muted_because: why the program itself muted it; "" if it did not.
        items_seen: new items it has brought, over all time.
        last_count: items in its last feed; `undated` of them had no date.
    """

    validators: Validators = NO_VALIDATORS
    tried_at: datetime | None = None
    good_at: datetime | None = None
    next_at: datetime | None = None
    new_at: datetime | None = None
    failures: int = 0
    error: str = ""
    moved_to: str = ""
    moved_since: datetime | None = None
    moved_times: int = 0
    muted_because: str = ""
    items_seen: int = 0
    last_count: int = 0
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A host that asked to be left alone.

    Attributes:
        host: its name in lower case, without a port.
        until: ask nothing of it before.
        limited_at: the last time it said "too many requests"; None if it never did.
    """

    host: str
    until: datetime
    limited_at: datetime | None = None
