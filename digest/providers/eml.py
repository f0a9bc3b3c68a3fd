"""A mail as an RFC 5322 message: what the outbox writes and a mail server is given."""

from __future__ import annotations

import textwrap
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from digest.delivery import message_id
from digest.model import Email

_MOST_OF_A_LINE = 900
_LIKE_ENCODED = "=?"


class _Headers(EmailPolicy):
    """Breaks plain headers at blanks only, and encodes what only looks encoded.

    The library puts a word longer than a line into encoded words (RFC 2047), which no mail
    program undoes inside the angle brackets of List-Unsubscribe.
    """

    def fold(self, name: str, value: str) -> str:
        if _LIKE_ENCODED in value:
            return f"{name}: {_encoded(value, name, self.linesep)}{self.linesep}"
        words = value.split() if value.isascii() else []
        if not words or max(map(len, words)) > _MOST_OF_A_LINE:
            return str(super().fold(name, value))
        lines = textwrap.wrap(
            value,
            width=78,
            initial_indent=f"{name}: ",
            break_long_words=False,
            break_on_hyphens=False,
            subsequent_indent=" ",
        )
        return "".join(line + self.linesep for line in lines)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _Headers(linesep="\r\n")


def _encoded(text: str, name: str, linesep: str) -> str:
    return Header(text, "utf-8", header_name=name).encode(linesep=linesep)


def eml(mail: Email, *, key: str, at: datetime) -> EmailMessage:
    """A mail as an RFC 5322 message: text and HTML as alternatives, in quoted-printable.

    Args:
        key: with the address, makes the Message-ID of a mail that has none.
        at: the Date.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = mail.sender
    message["To"] = mail.to
    like = _LIKE_ENCODED in mail.subject  # the library would decode it; it is a reader's text
    message["Subject"] = _encoded(mail.subject, "Subject", "") if like else mail.subject
    message["Date"] = format_datetime(at)
    domain = parseaddr(mail.sender)[1].rpartition("@")[2] or "localhost"
    own = {"Message-ID": message_id(key, mail.to, domain)}
    for name, value in {**own, **mail.headers}.items():
        message[name] = value
    message.set_content(mail.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="quoted-printable")
    boundary = "=_" + message_id(key + "/parts", mail.to, "")[1:33]
    message.set_boundary(boundary)
    return message
