"""The mark beside a project that says from which database it has sent, and how far.

A database that was copied, or put back from a backup, does not know what has left since: it would
send again. It notes itself where it lies, which a copy does not; the mark lies outside of it, and
tells an older state of the same one.
"""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest.errors import StateError
from digest.model import IssueStatus
from digest.store.installation import agree

if TYPE_CHECKING:
    from digest.store import Identity, Store

FILE = "sent.mark"


class _Mark(msgspec.Struct):
    database: str
    place: str
    batches: int


class HighWater:
    """The mark of one project folder, checked against its database.

    Raises:
        StateError: the database is a copy, an older state, another one, or never sent from here
            though it has sent; says how to go on.
    """

    def __init__(self, store: Store, folder: Path, *, now: datetime) -> None:
        self._path = folder / FILE
        for _ in range(2):  # the second look sees the mark that another sender made meanwhile
            kept = _read(self._path)  # before the database: other senders raise both
            self._here = _arrived(store.installation.identity(now))
            problem = _problem(self._here, kept, folder)
            if not problem:
                break
        else:
            raise StateError(
                f"nothing is sent: {problem}",
                hint="if no other copy of it sends, and you know what has left: `recap adopt`; "
                "it holds the issues that are under way until you resume them",
            )
        self._reached = kept.batches if kept else -1
        store.installation.settle(now)
        self.reach(self._here.batches)

    def reach(self, batch: int) -> None:
        """Note that a batch of this number is about to leave; the mark never goes down."""
        if batch > self._reached:
            self._reached = _raise(self._path, self._here, batch)


def adopt(store: Store, folder: Path, *, now: datetime) -> tuple[int, ...]:
    """Let this folder send from its database as it is now, whatever the mark says.

    Returns:
        The issues that were approved or under way, and are held now.

    Raises:
        StateError: it is still being moved here.
    """
    _arrived(store.installation.identity(now))
    started = (IssueStatus.APPROVED, IssueStatus.SENDING)
    under_way = [row.number for row in store.content.issues() if row.status in started]
    for number in under_way:
        store.approvals.hold(number, "its database was moved, copied or put back", now)
    here = store.installation.settle(now, anew=True)
    _raise(folder / FILE, here, here.batches, anew=True)
    return tuple(under_way)


def _arrived(here: Identity) -> Identity:
    """The database, unless another one is still in use in its place."""
    if here.is_on_its_way:
        raise StateError(
            "nothing is sent: the database is being moved here, and that has not come to its end",
            hint="run `recap migrate` once more from the database that it is moved from",
        )
    return here


def _problem(here: Identity, kept: _Mark | None, folder: Path) -> str:
    if here.backup_of:
        return f"the database was put back from the backup of {here.backup_of}"
    if here.noted and not agree(here.noted, here.place):
        return "the database was copied or moved since an issue was approved in it"
    if kept is None:
        if here.noted or here.batches == 0:
            return ""
        return f"batches up to {here.batches} have left from this database, and none from {folder}"
    if kept.database != here.id:
        return f"{folder} has sent from another database"
    if kept.batches > here.batches:
        return (
            f"batches up to {kept.batches} have left from {folder}, and the database knows none "
            f"after {here.batches}: it was put back from a backup"
        )
    if not here.noted and not _is_old(kept.place) and not agree(kept.place, here.place):
        return "the database was copied or moved since it last sent"
    return ""


def _is_old(place: str) -> bool:
    """A version before 0.8 wrote it of PostgreSQL, by another way of naming it."""
    return place.startswith("server ")


def _read(path: Path) -> _Mark | None:
    """The mark; None where there is none. One that cannot be read counts as another database's."""
    try:
        written = path.read_bytes()
        return msgspec.json.decode(written, type=_Mark) if written else None
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        return _Mark("", "", 0)
    except OSError as error:
        raise _unusable(path, error) from error


def _raise(path: Path, here: Identity, batch: int, *, anew: bool = False) -> int:
    """Write the higher of the mark and `batch`, and return it; one process at a time.

    Args:
        anew: whatever the mark is.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            written = file.read()
            if written and not anew:
                batch = max(batch, msgspec.json.decode(written, type=_Mark).batches)
            file.seek(0)
            file.write(msgspec.json.encode(_Mark(here.id, here.place, batch)))
            file.truncate()
    except OSError as error:
        raise _unusable(path, error) from error
    return batch


def _unusable(path: Path, error: OSError) -> StateError:
    return StateError(
        f"nothing is sent: {path}, which tells a copied database from its original, cannot be used:"
        f" {error.strerror or error}",
        hint="let this user read and write it, and free some space",
    )
