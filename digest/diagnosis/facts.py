"""What was looked at before sending, and what is said of it: Facts in, one Verdict a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

_INVENTED = (
    ".example", ".invalid", ".test", ".localhost", ".example.com", ".example.net", ".example.org",
)  # fmt: skip

Level = Literal["ok", "warning", "error", "unknown"]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be looked at; it may be there or not.

    Attributes:
        reason: why, in words that follow "cannot look: ".
    """

    reason: str


class Access(StrEnum):
    """What a provider lets our key or login do."""

    FULL = "full"
    SENDING = "sending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said to a call that changes nothing.

    Attributes:
        detail: why it refused, in its words, without secrets.
        domains: sender domains with their status, if the key may ask for them.
        all_domains: no further page of them was left unread.
        ahead: seconds that this machine's clock is ahead of the provider's; None if it told none.
    """

    access: Access
    detail: str = ""
    domains: Mapping[str, str] | None = None
    all_domains: bool = True
    ahead: float | None = None


Texts = tuple[str, ...] | Unseen
"""Records of one name and kind; none is not the same as unseen."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the DNS says of the sender's domain.

    Attributes:
        spf: TXT records of the return path. bounces: its MX records, as `10 host`.
        dkim: TXT records of the provider's selector; None if the selector is not known.
        dmarc: TXT records of the nearest name that has any, `dmarc_at`.
    """

    spf: Texts
    bounces: Texts
    dkim: Texts | None
    dmarc: Texts
    dmarc_at: str


@dataclass(frozen=True, slots=True)
class Served:
    """What answered where readers will look for the page to leave by.

    Attributes:
        ours: it is this program's answer.
    """

    status: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """The address that mails link to.

    Attributes:
        forbidden: the kinds of those of its host's addresses that are not of the open web.
        found: how many addresses the host has at all.
        leave: what answered at the leave page.
    """

    url: str
    forbidden: tuple[str, ...] | Unseen
    found: int
    leave: Served | Unseen


@dataclass(frozen=True, slots=True)
class Ledger:
    """The database that keeps who got what.

    Attributes:
        place: without a password.
        unsafe: settings by which a power cut could lose a commit, as `fsync=off`.
        slow: settings that only make others wait, as `journal_mode=delete`.
        refusal, remedy: why it cannot be used or written, and what to do; "" if it can.
    """

    place: str = ""
    unsafe: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    refusal: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the checks judge.

    Attributes:
        key: the provider's, as it was configured.
        server: host and port of the mail server, "" without one.
        answer: of the provider; None of the outbox, and without a key or server.
        sender: address of the From line. reply_to, postal_address: "" if none is set.
        records: None where nothing needs to be asked.
        pages: None without a base URL.
        env_file: there is a .env, which only its owner may read.
        free: bytes left on the disk of `folder`.
        outbox: why the outbox cannot be written, "" if it can; None for another provider.
        next_issues: when the next issue of each schedule that sends leaves.
    """

    provider: str
    key: str = field(default="", repr=False)
    server: str = ""
    answer: Answer | Unseen | None = None
    sender: str
    reply_to: str = ""
    postal_address: str = ""
    records: Records | None = None
    pages: Pages | None = None
    webhook_secrets: int = 0
    secret_keys: tuple[str, ...] = field(default=(), repr=False)
    env_file: bool = True
    ledger: Ledger
    folder: str
    free: int | Unseen
    outbox: str | None = None
    next_issues: Mapping[str, datetime]

    @property
    def sends(self) -> bool:
        """Mail leaves this machine."""
        return self.provider != "outbox"

    @property
    def domain(self) -> str:
        """Of the sender's address, in lower case."""
        return self.sender.rpartition("@")[2].lower()

    @property
    def is_invented(self) -> bool:
        """The sender's domain is one of those that nobody can own (RFC 2606)."""
        return f".{self.domain}".endswith(_INVENTED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says: a sentence, and what to do; nothing to do if it is ok."""

    level: Level
    message: str
    fix: str = ""


def ok(message: str) -> Verdict:
    """As it should be."""
    return Verdict("ok", message)


def warning(message: str, fix: str) -> Verdict:
    """Mail can leave, and something about it is not as it should be."""
    return Verdict("warning", message, fix)


def error(message: str, fix: str) -> Verdict:
    """Mail cannot leave, or will not arrive, or cannot be answered for."""
    return Verdict("error", message, fix)


def unknown(what: str, why: Unseen, fix: str) -> Verdict:
    """Nothing is said against it: nobody could look."""
    return Verdict("unknown", f"{what}: cannot look: {why.reason}", fix)
