"""Build letters for the lint: a sound page and mail around the one thing that a test changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from digest.lint.findings import Finding, IssueLetter
from digest.model import Issue
from tests.builders import make_email, make_issue

LEAVE = "https://recap.example/leave/7.token"
FOOTER = f'<p><a href="{LEAVE}">Unsubscribe</a></p><p class="adr">1 Sample Street, Berlin</p>'
HEADERS = {
    "List-Unsubscribe": f"<{LEAVE}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


def page(body: str = "", *, head: str = "", lang: str = "en", footer: str = FOOTER) -> str:
    """A whole document that every check of HTML alone finds sound, with more in head and body."""
    return (
        f'<!doctype html><html lang="{lang}"><head><title>The week</title>{head}</head>'
        f"<body><h1>The week</h1>{body}{footer}</body></html>"
    )


def make_letter(
    body: str = "", *, head: str = "", issue: Issue | None = None, **fields: Any
) -> IssueLetter:
    """A letter of the usual issue; fields of the mail by keyword, those of the letter too."""
    own = {name: fields.pop(name) for name in ("printed", "goes_out", "answers") if name in fields}
    defaults = {
        "html": page(body, head=head),
        "text": f"The week\n\nUnsubscribe: {LEAVE}\n",
        "headers": HEADERS,
    }
    return IssueLetter(make_email(**{**defaults, **fields}), issue=issue or make_issue(), **own)


def found(
    check: Callable[[IssueLetter], Iterator[Finding]], letter: IssueLetter
) -> list[tuple[str, str]]:
    """The level and rule of each finding."""
    return [(finding.level, finding.rule) for finding in check(letter)]
