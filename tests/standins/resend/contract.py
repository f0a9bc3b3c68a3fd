"""The contract of Resend's sending calls: shapes, refusals, and what a client of ours must not do.

A *refusal* is what Resend answers with an error. A *breach* is a call that our own code must never
make: every refusal of a shape, what Resend takes in silence and drops (attachments and a time of
sending in a batch), and what would show one reader's address to another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

KEY = "re_TestFull_4c1d9a7be2f0"
SENDING_KEY = "re_TestSend_93e1b0c7d5a8"

MOST_MAILS = 100
MOST_RECIPIENTS = 50
KEY_LENGTH = 256
TAG_LENGTH = 256

_TAG = re.compile(rf"[A-Za-z0-9_-]{{1,{TAG_LENGTH}}}")
_ADDRESS = re.compile(r"(?:[^<>\r\n]*<)?[^@<>\s,;]+@[^@<>\s,;]+\.[^@<>\s,;]+>?")
_BREAK = re.compile(r"[\r\n\0]")


class Tag(msgspec.Struct, forbid_unknown_fields=True):
    """A name and value for Resend's reports."""

    name: str
    value: str


class Mail(msgspec.Struct, forbid_unknown_fields=True, rename={"sender": "from"}):
    """One mail of POST /emails or POST /emails/batch."""

    sender: str
    to: str | list[str]
    subject: str
    html: str | None = None
    text: str | None = None
    cc: str | list[str] | None = None
    bcc: str | list[str] | None = None
    reply_to: str | list[str] | None = None
    headers: dict[str, str] = {}
    tags: list[Tag] = []
    attachments: Any = None
    scheduled_at: str | None = None
    topic_id: str | None = None

    @property
    def recipients(self) -> list[str]:
        """Whom it goes to."""
        return [self.to] if isinstance(self.to, str) else self.to

    @property
    def issue(self) -> str:
        """The issue that it is a copy of: its tag, or its subject where it has none."""
        return next((tag.value for tag in self.tags if tag.name == "issue"), self.subject)


class Refusal(Exception):
    """An answer with an error: HTTP status, Resend's name of it, and its message."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message


_mail = msgspec.json.Decoder(Mail)
_mails = msgspec.json.Decoder(list[Mail])
_raw_mails = msgspec.json.Decoder(list[msgspec.Raw])


def read_mails(body: bytes) -> tuple[list[Mail | None], dict[int, str]]:
    """The mails of a batch and what is wrong with some, by place; `Refusal` if it is no batch."""
    bad: dict[int, str] = {}
    try:
        mails: list[Mail | None] = list(_mails.decode(body))
    except msgspec.ValidationError:
        mails = []
        try:
            raw = _raw_mails.decode(body)
        except msgspec.MsgspecError as error:
            raise Refusal(422, "validation_error", f"no list of mails: {error}") from error
        for place, one in enumerate(raw):
            try:
                mails.append(_mail.decode(one))
            except msgspec.ValidationError as error:
                mails.append(None)
                bad[place] = str(error)
    except msgspec.DecodeError as error:
        raise Refusal(400, "validation_error", f"the body is no JSON: {error}") from error
    if not 1 <= len(mails) <= MOST_MAILS:
        raise Refusal(422, "validation_error", f"a batch has 1 to {MOST_MAILS} mails")
    for place, mail in enumerate(mails):
        if mail is not None and (problem := problem_of(mail)):
            bad[place] = problem
    return mails, bad


def read_mail(body: bytes) -> Mail:
    """The mail of a single call; `Refusal` if Resend would not take it."""
    try:
        mail = _mail.decode(body)
    except msgspec.MsgspecError as error:
        name = "missing_required_field" if "missing required" in str(error) else "validation_error"
        raise Refusal(422, name, str(error)) from error
    if problem := problem_of(mail):
        raise Refusal(422, "validation_error", problem)
    return mail


def problem_of(mail: Mail) -> str:
    """Why Resend would refuse one mail; "" if it would not."""
    if mail.html is None and mail.text is None:
        return "Missing `html` or `text` field."
    if not _ADDRESS.fullmatch(mail.sender):
        return (
            "Invalid `from` field. It has to be `email@example.com` or `Name <email@example.com>`."
        )
    if not 1 <= len(mail.recipients) <= MOST_RECIPIENTS:
        return f"The `to` field has 1 to {MOST_RECIPIENTS} addresses."
    if not all(map(_ADDRESS.fullmatch, mail.recipients)):
        return "Invalid `to` field. It has to be `a@b.example` or `Name <a@b.example>`."
    if _BREAK.search(mail.subject):
        return "The `subject` has a line break."
    if any(_BREAK.search(name + value) for name, value in mail.headers.items()):
        return "A header has a line break."
    for tag in mail.tags:
        if not (_TAG.fullmatch(tag.name) and _TAG.fullmatch(tag.value)):
            return "Tags have 1 to 256 ASCII letters, numbers, underscores or dashes."
    return ""


def key_of(headers: Mapping[str, str]) -> str:
    """The call's idempotency key, "" if it has none; `Refusal` if it is too long or empty."""
    key = headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= KEY_LENGTH:
        raise Refusal(
            400, "invalid_idempotency_key", f"The key must have 1 to {KEY_LENGTH} characters."
        )
    return key or ""


def mode_of(headers: Mapping[str, str]) -> str:
    """How a batch is judged: "strict" or "permissive"."""
    mode = headers.get("x-batch-validation", "strict")
    if mode not in ("strict", "permissive"):
        raise Refusal(400, "validation_error", f"x-batch-validation is `{mode}`")
    return mode


def breaches(mails: list[Mail | None], key: str) -> list[str]:
    """What a client of ours must never do though Resend says nothing to it."""
    found = [] if key else ["a sending call has no idempotency key"]
    for mail in mails:
        if mail is None:
            continue
        if mail.attachments is not None or mail.scheduled_at is not None:
            found.append("a batch holds `attachments` or `scheduled_at`, which are dropped")
        if len(mail.recipients) != 1 or mail.cc or mail.bcc:
            found.append("a mail goes to several people, who would see each other's addresses")
        if any("@" in tag.value for tag in mail.tags):
            found.append("a tag holds an address")
    return list(dict.fromkeys(found))


def check_kept(violations: list[str]) -> None:
    """Fail the test in which a client broke the contract."""
    if violations:
        raise AssertionError("a client broke Resend's contract: " + "; ".join(violations))
