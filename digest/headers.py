"""The headers of a mail beside From, To and Subject: one line each, ASCII only.

No reader's name or address is in them, and none that asks machines to treat a mail as something
else than what it is: no Precedence, and Auto-Submitted on notices only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.header import Header
from types import MappingProxyType
from urllib.parse import quote

from digest.blocks import printable
from digest.links import Links, sender_address
from digest.model import Brand, Issue

SUBSCRIBER = "@@SUBSCRIBER@@"
ISSUE_TAG, READER_TAG = "issue", "reader"
_SENDER_ID = (5, 15)
"""Characters of the last field of Feedback-ID, as Gmail asks for it."""


def mail_headers(issue: Issue, brand: Brand, links: Links) -> Mapping[str, str]:
    """Name to value. List-Unsubscribe and Message-ID hold a placeholder each.

    Message-ID (RFC 5322) is one a pair of issue and subscriber, whatever batch the mail goes in.
    List-ID is that of RFC 2919, one-click leaving that of RFC 8058, Feedback-ID that of
    https://support.google.com/mail/answer/6254652 (fields from narrow to wide, none of a person).
    """
    name, _, domain = (quote(part, safe=".") for part in sender_address(brand).rpartition("@"))
    list_id, mark = f"{name}.{domain}", f"issue-{issue.number}.{issue.week}"
    # Where answers are read, a reader whose mail program knows no https can leave by writing.
    ways = [links.unsubscribe]
    if brand.reply_to and links.write != links.unsubscribe:
        ways.append(links.write)
    headers = {
        "Message-ID": f"<{mark}.{SUBSCRIBER}@{domain}>",
        "List-ID": f"{_phrase(printable(brand.name))} <{list_id}>".strip(),
        "Feedback-ID": f"issue-{issue.number}:newsletter:list-{_slug(name)}:{_sender_id(domain)}",
        "X-Entity-Ref-ID": f"{mark}.{list_id}",
    }
    return MappingProxyType(headers | _leaving(ways) | _answers(brand))


def notice_headers(brand: Brand, *, leave: str = "") -> Mapping[str, str]:
    """Those of a mail that is no issue: a machine wrote it about one thing (RFC 3834).

    List-Unsubscribe is for mail that somebody subscribed to (RFC 2369, RFC 8058): of the notices
    the welcome alone. Whoever gets a confirmation or a goodbye is on no list, and a way out of one
    would only be pressed by machines; editors and operators are no list at all. No notice has a
    List-ID, by which readers file the issues.

    Args:
        leave: the address to leave by, "" where there is nothing to leave.
    """
    ways = _leaving([leave]) if leave else {}
    return MappingProxyType({"Auto-Submitted": "auto-generated"} | ways | _answers(brand))


def mail_tags(issue: Issue) -> Mapping[str, str]:
    """What a provider reports a mail's fate under; the reader's is a placeholder."""
    tags = {ISSUE_TAG: str(issue.number), "week": _slug(issue.week), READER_TAG: SUBSCRIBER}
    return MappingProxyType(tags)


def reader_tag(mark: str) -> str:
    """The tag of a reader by their mark in the Message-ID: letters, digits, "_" and "-" only."""
    return _slug(mark)


def _leaving(ways: Sequence[str]) -> dict[str, str]:
    """How a mail program lets its reader leave; with one click where the first way is https."""
    headers = {"List-Unsubscribe": ", ".join(f"<{way}>" for way in ways)}
    if ways[0].startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _answers(brand: Brand) -> dict[str, str]:
    return {"Reply-To": printable(brand.reply_to)} if brand.reply_to else {}


def _phrase(name: str) -> str:
    """A name before an address: plain, quoted, or in encoded words (RFC 2047) on one line."""
    if not name.isascii() or "=?" in name:
        return Header(name, "utf-8").encode(linesep="", maxlinelen=75)
    if re.fullmatch(r"[\w !#$%&'*+/=?^`{|}~-]*", name, re.ASCII):
        return name
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{escaped}"'


def _slug(text: str) -> str:
    return re.sub("[^A-Za-z0-9_-]+", "-", text)


def _sender_id(domain: str) -> str:
    least, most = _SENDER_ID
    return _slug(domain)[:most].ljust(least, "-")
