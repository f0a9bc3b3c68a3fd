"""Whether both parts of the mail tell every story, and nothing of the templates is left in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.blocks import open_link, printable
from digest.lint.findings import Finding, IssueLetter, Letter, error, story_place
from digest.model import Block
from digest.moulds import PLACEHOLDERS

_BRACES = re.compile(r"\{\{|\{%|</?mj-[\w-]*")
_PLACEHOLDER = re.compile(r"@@[A-Z_]+@@")


def check_parts(letter: IssueLetter) -> Iterator[Finding]:
    """Every headline, link and source must reach the readers of both parts."""
    plain = letter.email.text
    if not plain.strip():
        fix = "render the issue again; a mail without a text part is taken for spam"
        yield error("text-part", "text part", "the text part is empty", fix)
    targets = {target for target, _ in letter.links}
    parts = {"HTML": ("".join(letter.visible.split()), targets)}
    if plain.strip():
        parts["text part"] = ("".join(plain.split()), set(plain.split()))
    fix = "render the issue again; if templates are replaced, see that they print it"
    for story in letter.issue.stories:
        wanted = {"headline": story.title, "source": story.lead.source}
        url = open_link(story.lead.link)
        for part, (text, links) in parts.items():
            for what, value in wanted.items():
                if "".join(printable(value).split()) not in text:
                    message = f"the {what} `{value[:80]}` is missing from the {part}"
                    yield error("story-missing", story_place(story), message, fix)
            if url and url not in links:
                message = f"the link {url[:120]} is missing from the {part}"
                yield error("story-missing", story_place(story), message, fix)


def check_leftovers(letter: Letter) -> Iterator[Finding]:
    """Template marks that were not filled in; a text may well be about such marks.

    In the source of the HTML those of a text are references: a mark that readers see there, and
    that its source does not have, is a text's own.
    """
    fix = "correct the template that prints it"
    mail = letter.email
    greeting = mail.greeting or Block("", (0, 0), (0, 0))
    parts = (("HTML", mail.html, greeting.html), ("text part", mail.text, greeting.text))
    for part, whole, (start, end) in parts:
        text = whole[:start] + whole[end:]
        marks = set(_BRACES.findall(text))
        if part == "text part":
            told = {mark for mark in marks if mark in letter.visible}
            marks -= told - set(_BRACES.findall(mail.html))
        marks |= set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS
        for mark in sorted(marks):
            yield error("leftover", part, f"`{mark}` was not filled in", fix)
