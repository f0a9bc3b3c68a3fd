"""The way of one request through redirects: each hop checked, and what is for good remembered."""

from __future__ import annotations

from dataclasses import dataclass, field

from yarl import URL

from digest.clean import shown_url
from digest.sources.answers import PERMANENT
from digest.sources.guard import refusal


class Refused(Exception):
    """An answer that leads to no feed; the message is in plain words."""


@dataclass(slots=True)
class Way:
    """Where a request is.

    Attributes:
        url: the next address to ask, with user and password where they may be sent.
        moved_to: the address at the end of the redirects that are for good; "" if there is none.

    Args:
        home: the address of the source; its user and password go to its own origin only.
        most: redirects that are followed.
    """

    home: URL
    most: int
    url: URL = field(init=False)
    moved_to: str = field(init=False, default="")
    _seen: set[URL] = field(init=False, default_factory=set)
    _lasting: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        self.url = self.home.with_fragment(None)

    @property
    def host(self) -> str:
        """The host to ask next, as it is looked up."""
        return (self.url.raw_host or "").lower()

    def follow(self, status: int, location: str) -> None:
        """Go where an answer sends us.

        Args:
            status: 301, 302, 303, 307 or 308.
            location: its header, absolute or relative.

        Raises:
            Refused: nowhere, in a circle, too far, or to an address that may not be asked.
        """
        if not location:
            raise Refused(f"answered {status} without saying where to go")
        here = self.url.with_user(None)
        self._seen.add(here)
        try:
            # A header of raw UTF-8 reaches us with its bytes escaped.
            text = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            there = here.join(URL(text)).with_fragment(None)
            reason = refusal(there)
            there = there if reason else there.with_user(None)
        except ValueError:
            raise Refused("redirects to a malformed address") from None
        if reason:
            raise Refused(f"redirects to `{shown_url(str(there))}`, which {reason}")
        if there in self._seen:
            raise Refused("redirects in a circle")
        if len(self._seen) > self.most:
            raise Refused(f"redirects more than {self.most} times")
        self._note(status, here, there)
        ours = there.origin() == self.home.origin()
        self.url = there.with_user(self.home.user).with_password(self.home.password)
        if not ours:
            self.url = there

    def _note(self, status: int, here: URL, there: URL) -> None:
        """Remember a move for good; not one to plain http, nor of an address with a password."""
        self._lasting = self._lasting and status in PERMANENT
        downgrade = here.scheme == "https" and there.scheme == "http"
        if self._lasting and not downgrade and self.home.user is None:
            self.moved_to = str(there)
        elif downgrade:
            self._lasting = False
