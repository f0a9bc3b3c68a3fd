"""The addresses of our own pages that a mail links to: how to leave, to choose, to pass it on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import quote

from digest.blocks import open_link, printable
from digest.errors import ConfigError
from digest.model import Brand, Issue

UNSUBSCRIBE = "@@UNSUBSCRIBE@@"
PREFERENCES = "@@PREFERENCES@@"
PAGES = ("leave",)
"""Which pages are served unless the caller knows of more."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a mail points besides its stories; "" where the page is not served.

    Attributes:
        unsubscribe: the page to leave by, with a placeholder for who it is; `write` without one.
        write: a mail to whoever reads the answers, with "unsubscribe" as its subject.
        preferences: the page of a reader's own choices, with a placeholder.
        view: the issue in a browser.
        forward: a new mail, not addressed yet, that points to `view`.
    """

    unsubscribe: str
    write: str
    preferences: str = ""
    view: str = ""
    forward: str = ""


def page_links(issue: Issue, brand: Brand, base_url: str, pages: Collection[str] = PAGES) -> Links:
    """The links of an issue's mail.

    Args:
        base_url: where the pages are served, "" if nowhere.
        pages: which of "leave", "preferences", "issue" and "subscribe" are served there.

    Raises:
        ConfigError: `base_url` is not http(s), or the sender is no address.
    """
    base = base_url.strip().rstrip("/")
    if base and not open_link(base):
        raise ConfigError(
            f"base URL `{base_url}` is not an http(s) address",
            hint="set RECAP_BASE_URL to something like https://recap.example, or leave it empty",
        )
    served = frozenset(pages) if base else frozenset()
    write = f"mailto:{quote(_read_address(brand), safe='@')}?subject=unsubscribe"
    view = f"{base}/issues/{issue.number}" if "issue" in served else ""
    subscribe = f"{base}/subscribe" if "subscribe" in served else ""
    return Links(
        unsubscribe=f"{base}/leave/{UNSUBSCRIBE}" if "leave" in served else write,
        write=write,
        preferences=f"{base}/preferences/{PREFERENCES}" if "preferences" in served else "",
        view=view,
        forward=_forward(issue, brand, view, subscribe) if view else "",
    )


def sender_address(brand: Brand) -> str:
    """The bare address of the sender; `ConfigError` if there is none."""
    address = parseaddr(brand.sender)[1]
    if "@" not in address or printable(brand.sender) != brand.sender:
        raise ConfigError(
            f"sender {brand.sender!r} is not a name and a mail address",
            hint="write it as: Weekly AI Recap <recap@your-domain.example>",
        )
    return address


def _read_address(brand: Brand) -> str:
    """Where somebody reads mail: the address for replies, or the sender's."""
    reply = parseaddr(printable(brand.reply_to))[1]
    return reply if "@" in reply else sender_address(brand)


def _forward(issue: Issue, brand: Brand, view: str, subscribe: str) -> str:
    lines = [printable(issue.subject), view]
    if subscribe:
        lines += ["", f"{printable(brand.name)} every week: {subscribe}"]
    subject = quote(f"Fwd: {printable(issue.subject)}", safe="")
    return f"mailto:?subject={subject}&body={quote(chr(13) + chr(10)).join(map(_part, lines))}"


def _part(text: str) -> str:
    return quote(text, safe="")
