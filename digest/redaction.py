"""Takes keys, tokens and addresses out of whatever is logged or shown in an error."""

from __future__ import annotations

import logging
import re

ADDRESS = "<address>"
SECRET = "<secret>"
TOKEN = "<token>"

_RULES = (
    # credentials in a URL, before their "@" is taken for an address
    (re.compile(r"(?<=://)[^\s/?#]+@"), f"{SECRET}@"),
    (re.compile(r"\b(?:re|sk)[_-][A-Za-z0-9_-]{6,}|\bwhsec_[A-Za-z0-9+/=_-]+"), SECRET),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {SECRET}"),
    # a page that acts for its reader: /leave/123.0f…, and any signed token by its shape
    (re.compile(r"(/(?:leave|preferences|confirm|review)/)[^\s\"'<>?#]+"), rf"\1{TOKEN}"),
    (re.compile(r"\b[\w.]+\.[0-9a-f]{6}\.[0-9a-f]{32}\b"), TOKEN),
    (re.compile(r"(?i)([?&](?:token|key|secret|password)=)[^&\s\"'<>]+"), rf"\1{TOKEN}"),
    (re.compile(r"[^\s<>\"'(),:;=\[\]{}/]+@[^\s<>\"'(),:;=\[\]{}/?#]+"), ADDRESS),
)

_SECRET_NAMES = ("token", "secret", "password", "authorization", "api_key", "cookie")


def redact(text: str) -> str:
    """The text with every key, token and address replaced by what it was."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a log record, its traceback included, and redacts the whole."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be written."""
        return redact(super().format(record))


def redacted(name: str, value: object) -> object:
    """A field of an event as it may be written: texts without secrets, numbers as they are.

    Args:
        name: of the field; one that is called a secret is not shown at all.
    """
    if name.lower().endswith(_SECRET_NAMES):
        return SECRET if value else value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {redact(str(key)): redacted(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(name, inner) for inner in value]
    return redact(str(value))
