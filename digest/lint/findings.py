"""What a check says, and what it is given: a finding, and a mail made ready, with its issue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from lxml import html as lxml_html

from digest.model import Email, Issue, Story

_UNSEEN = "ancestor::style or ancestor::script"
_NO_SIGN = re.compile("[\\s\u00a0\u00ad\u034f\u200b-\u200f\u2060\ufeff]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before sending.

    Attributes:
        level: an "error" blocks approval, a "warning" does not.
        rule: its short name, which stays the same; docs/reference/lint.md lists them.
        place: where it is: "subject", "HTML", "story item-3 “Title”" …
        message: what is wrong, with the value.
        fix: what to do.
    """

    level: Literal["error", "warning"]
    rule: str
    place: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What the web said of one link.

    Attributes:
        status: of the last answer; 0 without one.
        url: where that answer came from, redirects followed; "" without one.
        error: why there is no good answer, in words; "" after one.
        unknown_host: the name of the host does not exist.
    """

    status: int = 0
    url: str = ""
    error: str = ""
    unknown_host: bool = False


@dataclass(frozen=True)
class Letter:
    """A mail made ready for the checks.

    Attributes:
        goes_out: the mail leaves this machine; the outbox keeps it here.
        answers: what the web said, by address; of an address without an answer nothing is said.
    """

    email: Email
    goes_out: bool = False
    answers: Mapping[str, LinkAnswer] = field(default_factory=dict)

    @cached_property
    def document(self) -> Any:
        """The HTML part as a tree."""
        return parsed(self.email.html)

    @cached_property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Every link of the HTML part: its address, and its text on one line."""
        return tuple(
            (link.get("href") or "", " ".join(link.text_content().split()))
            for link in self.document.iter("a")
        )

    @cached_property
    def visible(self) -> str:
        """Every text of the body, styles and scripts aside."""
        return "".join(self.document.xpath(f"//body//text()[not({_UNSEEN})]"))


@dataclass(frozen=True, kw_only=True)
class IssueLetter(Letter):
    """The mail of an issue, made ready for the checks.

    Attributes:
        printed: addresses of reports that readers have had, each with the issue it was in.
    """

    issue: Issue
    printed: Mapping[str, int] = field(default_factory=dict)


def parsed(html: str) -> Any:
    """A document as a tree; an empty one of nothing."""
    return lxml_html.document_fromstring(html.strip() or "<html><body></body></html>")


def error(rule: str, place: str, message: str, fix: str) -> Finding:
    """What has to be mended before the issue may leave."""
    return Finding("error", rule, place, message, fix)


def warning(rule: str, place: str, message: str, fix: str) -> Finding:
    """What an editor should know."""
    return Finding("warning", rule, place, message, fix)


def story_place(story: Story) -> str:
    """Where a finding about a story is."""
    return f"story {story.id} “{story.title[:60]}”"


def signs(text: str) -> str:
    """A text without blanks and the signs that print nothing: "" where a reader sees nothing."""
    return _NO_SIGN.sub("", text)
