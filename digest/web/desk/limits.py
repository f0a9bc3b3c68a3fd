"""How large a call to the desk may be, told before its body is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from digest.errors import StoreError
from digest.model import Role
from digest.settings import Settings
from digest.store import Store
from digest.tokens import token_key
from digest.web import serving
from digest.web.desk import rosters
from digest.web.desk.gate import MOST_BYTES
from digest.web.desk.tokens import Cookie

_FRAME = 64 * 1024
"""Beyond a page's own limit: the page itself says what was too much."""


def limits_of(settings: Settings, store: Store, *, clock: Callable[[], datetime]) -> serving.MostOf:
    """The limits of one installation's calls, by path and Cookie header.

    A list of subscribers is read from a publisher alone: strangers fill no disk.
    """
    cookie = Cookie(settings)

    def is_publisher(header: str) -> bool:
        token = cookie.token_in(header)
        try:
            user = store.users.sessions.holder(token_key(token), clock()) if token else None
        except StoreError:
            return False
        return user is not None and user.role is Role.PUBLISHER

    def most_of(path: str, header: str) -> int:
        if not path.startswith("/desk/"):
            return serving.MOST_BYTES
        wide = path == f"/desk{rosters.PATH}" and is_publisher(header)
        return (rosters.MOST_BYTES if wide else MOST_BYTES) + _FRAME

    return most_of
