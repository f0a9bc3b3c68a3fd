"""The users of the desk: added, signed in, their passwords checked; every step in the audit log."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from digest.accounts import LINK_LIFE, LOCAL, check_password, user_name
from digest.errors import StateError
from digest.model import AuditLine, Role
from digest.tokens import token_key

if TYPE_CHECKING:
    from digest.store import Store

COMMAND_LINE = "command line"
"""Who did it, where nobody signed in."""

_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each check takes 64 MiB: strangers must not fill the memory with them."""

_TURN_SECONDS = 5
"""Nobody waits longer for a turn: strangers must not keep every thread of the pages either."""


def add_user(
    store: Store, name: str, role: Role, password: str, *, now: datetime, by: str = COMMAND_LINE
) -> str:
    """Add a user, and give the name as it is kept.

    From now on nobody is let in by a link alone.

    Raises:
        InputError: the name or the password cannot be used.
        StateError: the name is taken.
    """
    name = user_name(name)
    if not store.users.add(name, role, hashed(password), now):
        raise StateError(
            f"there is a user `{name}` already",
            hint=f"change the role with `recap users role {name} {role.value}`",
        )
    store.users.sessions.end_all(LOCAL)
    store.users.audit.note(AuditLine(now, by, "user added", details=f"{name}, {role.value}"))
    return name


def set_password(
    store: Store, name: str, password: str, *, now: datetime, by: str = COMMAND_LINE, keep: str = ""
) -> None:
    """Change somebody's password; all their sessions end but the one with the key `keep`.

    Raises:
        InputError: the password cannot be used, or there is no such user.
    """
    name = user_name(name)
    store.users.set_password_hash(name, hashed(password), keep=keep)
    store.users.audit.note(AuditLine(now, by, "password changed", details=name))


def set_role(store: Store, name: str, role: Role, *, now: datetime, by: str = COMMAND_LINE) -> None:
    """Change what somebody may do.

    Raises:
        InputError: there is no such user.
    """
    name = user_name(name)
    store.users.set_role(name, role)
    store.users.audit.note(AuditLine(now, by, "role changed", details=f"{name}, {role.value}"))


def set_disabled(store: Store, name: str, off: bool, *, now: datetime, by: str) -> None:
    """Keep somebody out, their sessions with them, or let them in again.

    Raises:
        InputError: there is no such user.
    """
    name = user_name(name)
    store.users.set_disabled(name, now if off else None)
    what = "user disabled" if off else "user enabled"
    store.users.audit.note(AuditLine(now, by, what, details=name))


def remove_user(store: Store, name: str, *, now: datetime, by: str = COMMAND_LINE) -> None:
    """Forget a user; what they did stays written down.

    Raises:
        InputError: there is no such user.
    """
    name = user_name(name)
    store.users.remove(name)
    store.users.audit.note(AuditLine(now, by, "user removed", details=name))


def sign_in(store: Store, name: str, password: str, *, token: str, now: datetime) -> bool:
    """Begin a session if the password is right; a wrong name takes as long as a wrong password.

    Args:
        token: at least 128 random bits, for the cookie; only a hash of it is kept.
    """
    name = name.strip().lower()
    kept = store.users.password_hash(name)
    if not (_fits(kept or _nobodys_hash(), password) and kept):
        return False
    if _HASHER.check_needs_rehash(kept):
        store.users.rehash(name, hashed(password))
    store.users.sessions.begin(token_key(token), name, now)
    store.users.audit.note(AuditLine(now, name, "signed in"))
    return True


def knows_password(store: Store, name: str, password: str) -> bool:
    """Whether the password is this user's."""
    kept = store.users.password_hash(name)
    return bool(kept) and _fits(kept, password)


def make_link(store: Store, *, token: str, now: datetime) -> None:
    """Let the operator of this machine in once, by a link with this token, for five minutes."""
    store.users.add(LOCAL, Role.PUBLISHER, "", now)
    store.users.sessions.begin(_link_key(token), LOCAL, now, life=LINK_LIFE)


def follow_link(store: Store, link: str, *, token: str, now: datetime) -> bool:
    """Begin the session that a link is for; it opens once, and only while no user has a password.

    Args:
        link: the token of the link.
        token: for the cookie.
    """
    user = store.users.sessions.take(_link_key(link), now)
    if not user or store.users.all():
        return False
    store.users.sessions.begin(token_key(token), user, now)
    store.users.audit.note(AuditLine(now, user, "signed in", details="by a link"))
    return True


def hashed(password: str) -> str:
    """The password as it is kept: argon2id with its parameters and a salt of its own.

    Raises:
        InputError: it is too short or too long.
    """
    check_password(password)
    with _a_turn():
        return _HASHER.hash(password)


def _fits(kept: str, password: str) -> bool:
    with _a_turn():
        try:
            return _HASHER.verify(kept, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_TURN_SECONDS):
        raise StateError("too many sign in at this moment", hint="try again in a minute")
    try:
        yield
    finally:
        _AT_ONCE.release()


def _link_key(token: str) -> str:
    """Another name than a cookie's, so that a link is no session."""
    return token_key(f"link:{token}")


@cache
def _nobodys_hash() -> str:
    return hashed("nobody has this password")
