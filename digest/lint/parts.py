"""Whether both parts of the mail tell every story, and nothing of the templates is left in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from digest.blocks import open_link, printable
from digest.lint.findings import Finding, Letter, error, story_place
from digest.model import Block, Issue
from digest.moulds import PLACEHOLDERS

_BRACES = re.compile(r"\{\{|\{%|</?mj-[\w-]*")
_PLACEHOLDER = re.compile(r"@@[A-Z_]+@@")


def check_parts(letter: Letter) -> Iterator[Finding]:
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
    """Template marks that were not filled in; a story may well write about such marks."""
    fix = "correct the template that prints it"
    texts = list(_texts(letter.issue))
    mail = letter.email
    greeting = mail.greeting or Block("", (0, 0), (0, 0))
    parts = (("HTML", mail.html, greeting.html), ("text part", mail.text, greeting.text))
    for part, whole, (start, end) in parts:
        text = whole[:start] + whole[end:]
        marks = set(_BRACES.findall(text))
        if part == "text part":
            marks = {mark for mark in marks if not any(mark in said for said in texts)}
        marks |= set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS
        for mark in sorted(marks):
            yield error("leftover", part, f"`{mark}` was not filled in", fix)


def _texts(issue: Issue) -> Iterable[str]:
    """Every text of an issue that a template may print."""
    yield from (issue.title, issue.subject, *issue.intro)
    yield from (theme.label for theme in issue.themes)
    for story in issue.stories:
        yield from (story.title, story.lead.summary, *story.sources)
        brief = story.brief
        parts = (
            brief.insight, brief.what_changed, brief.why_it_matters, brief.what_to_do_next,
        )  # fmt: skip
        yield from (sentence.text for part in parts for sentence in part)
