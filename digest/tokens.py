"""The signed ends of a reader's addresses, and marks of addresses, under keys that may be changed.

A secret is one key or several with commas between, the newest first. New tokens are made with the
newest; what an older key made still opens, so a key is changed by putting another before it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from digest.errors import ConfigError

ID_DIGITS = 6
"""Of the id of a key, with which tokens name it and marks of addresses begin."""


def keys_of(secret: str) -> tuple[str, ...]:
    """The keys of a secret, the newest first; one empty key if there is none."""
    return tuple(key for part in secret.split(",") if (key := part.strip())) or ("",)


def key_id(secret: str) -> str:
    """Six hexadecimal digits that name the newest key and tell nothing of it."""
    return hmac.digest(keys_of(secret)[0].encode(), b"key id", "sha256").hex()[:ID_DIGITS]


def signing_key(secret: str, named: str = "") -> str:
    """The newest key, or the one with the id `named`: what was begun with it is gone on with.

    Raises:
        ConfigError: no key of the secret has that id.
    """
    keys = keys_of(secret)
    if not named:
        return keys[0]
    for key in keys:
        if key_id(key) == named:
            return key
    raise ConfigError(
        f"RECAP_SECRET_KEY does not hold the key {named} any more, which was used before",
        hint="put it back behind the newer key, with a comma between",
    )


class ReaderTokens:
    """A subscriber's two tokens, to leave and to choose: the halves of one HMAC-SHA256.

    Neither tells anything of the other, and the key is set up once for all subscribers.
    """

    def __init__(self, secret: str) -> None:
        key = keys_of(secret)[0]
        self._keyed = hmac.new(key.encode(), b"reader:", "sha256")
        self._named = f".{key_id(key)}."

    def of(self, subscriber: str) -> tuple[str, str]:
        """Who it is, which key made it, and 128 bits to prove it: letters, digits and "." only."""
        keyed = self._keyed.copy()
        keyed.update(subscriber.encode())
        code = keyed.hexdigest()
        start = subscriber + self._named
        return start + code[:32], start + code[32:]


def leave_token(subscriber: int, secret: str) -> str:
    """The end of a subscriber's address to leave by; it needs no escaping in HTML or a URL."""
    return ReaderTokens(secret).of(str(subscriber))[0]


def preferences_token(subscriber: int, secret: str) -> str:
    """The same for the page of a subscriber's choices; one token does not open the other page."""
    return ReaderTokens(secret).of(str(subscriber))[1]


def read_leave_token(token: str, secret: str) -> int | None:
    """Whose token to leave it is; None if no key of the secret made it."""
    return _read(token, secret, 0)


def read_preferences_token(token: str, secret: str) -> int | None:
    """Whose token to choose it is; None if no key of the secret made it."""
    return _read(token, secret, 1)


def _read(token: str, secret: str, which: int) -> int | None:
    number, _, _ = token.partition(".")
    # A number is written one way, and no longer than the database counts.
    if not (number.isascii() and number.isdigit() and len(number) <= 18 and token.isascii()):
        return None
    made = [ReaderTokens(key).of(number)[which] for key in keys_of(secret)]
    # Every key is tried: how long it takes tells nothing of which one fits.
    opened = [hmac.compare_digest(one.encode(), token.encode()) for one in made]
    return int(number) if any(opened) else None


def confirmation_token(name: str, secret: str) -> str:
    """The token of a confirmation mail, made anew whenever the mail is: nobody has to keep it.

    Args:
        name: of the mail: the id of its key, a ".", and at least 128 random bits.

    Raises:
        ConfigError: the secret does not hold that key any more.
    """
    key = signing_key(secret, name.partition(".")[0])
    return hmac.digest(key.encode(), f"confirm:{name}".encode(), "sha256").hex()


def token_key(token: str) -> str:
    """What is kept of a random token: whoever reads it cannot make the token of it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Purpose(StrEnum):
    """What the page behind a link of a review mail is for, and nothing else."""

    OPEN = "open"
    APPROVE = "approve"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class ReviewTicket:
    """What a link of a review mail says; whole seconds.

    Attributes:
        mail: how the hash of the mail begins that the link was made for: 32 hexadecimal digits.
        editor: the mark of whom it was sent to, one of `editor_marks`.
        send_at: when the issue is to leave; None if nobody knows.
        until: how long it works.
    """

    purpose: Purpose
    issue: int
    mail: str
    editor: str
    send_at: datetime | None
    until: datetime


_REVIEW = re.compile(
    r"(open|approve|hold)\.([1-9][0-9]{0,17})\.([0-9a-f]{32})\.([0-9a-f]{16})"
    r"\.([0-9]{1,11})\.([0-9]{1,11})\.([0-9a-f]{6})\.([0-9a-f]{32})"
)


def review_token(ticket: ReviewTicket, secret: str) -> str:
    """The end of an address of a review mail: letters, digits and "." only, signed."""
    send_at = int(ticket.send_at.timestamp()) if ticket.send_at else 0
    parts = (ticket.issue, ticket.mail, ticket.editor, send_at, int(ticket.until.timestamp()))
    text = ".".join((ticket.purpose, *map(str, parts), key_id(secret)))
    return f"{text}.{_review_code(text, keys_of(secret)[0])}"


def read_review_token(token: str, secret: str) -> ReviewTicket | None:
    """What a link says that one of our keys signed; None for any other. It may be over."""
    found = _REVIEW.fullmatch(token)
    if found is None or not secret:
        return None
    text, _, code = token.rpartition(".")
    made = [hmac.compare_digest(_review_code(text, key), code) for key in keys_of(secret)]
    if not any(made):
        return None
    purpose, issue, mail, editor, send_at, until, _, _ = found.groups()
    return ReviewTicket(
        purpose=Purpose(purpose),
        issue=int(issue),
        mail=mail,
        editor=editor,
        send_at=datetime.fromtimestamp(int(send_at), UTC) if int(send_at) else None,
        until=datetime.fromtimestamp(int(until), UTC),
    )


def editor_marks(email_key: str, secret: str) -> tuple[str, ...]:
    """What stands for an editor in a link, by each key, the newest first; nobody finds them by it.

    Args:
        email_key: of their address.
    """
    text = f"editor:{email_key}".encode()
    return tuple(hmac.digest(key.encode(), text, "sha256").hex()[:16] for key in keys_of(secret))


def _review_code(text: str, key: str) -> str:
    """128 bits under a key of the link's purpose alone."""
    purpose = text.partition(".")[0]
    own = hmac.digest(key.encode(), f"review {purpose}".encode(), "sha256")
    return hmac.digest(own, text.encode(), "sha256").hex()[:32]


def address_marks(email_key: str, secret: str) -> tuple[str, ...]:
    """Keyed hashes of an address, the newest key's first: who erased it can tell it is the same.

    Each begins with the id of its key, so that marks of a lost key are known to be unreadable.
    """
    text = f"erased:{email_key}".encode()
    return tuple(
        f"{key_id(key)}.{hmac.digest(key.encode(), text, 'sha256').hex()}"
        for key in keys_of(secret)
    )


def check_readable(marked_by: Iterable[str], secret: str) -> None:
    """Refuse to go on without a key under which an erased address was noted.

    Raises:
        ConfigError: one of these ids is of no key of the secret.
    """
    for named in sorted(marked_by):
        signing_key(secret, named)
