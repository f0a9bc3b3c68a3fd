"""Who works at the desk, and what is written down of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody at the desk may do: an editor edits and tests, a publisher lets mail leave."""

    EDITOR = "editor"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True)
class DeskUser:
    """Somebody who works at the desk.

    Attributes:
        name: unique, in lower case.
        disabled_at: since when they are kept out; None if they are not.
        has_password: False for the operator of this machine, who comes by a link alone.
    """

    name: str
    role: Role
    made_at: datetime
    disabled_at: datetime | None = None
    has_password: bool = True


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that somebody did.

    Attributes:
        who: the name of a user, or `command line`.
        issue: the number of the issue it is about; None if it is about none.
    """

    at: datetime
    who: str
    what: str
    issue: int | None = None
    details: str = ""
