"""Check an issue and its mail before anybody gets it: errors block, warnings are shown."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from lxml import html as lxml_html

from digest.blocks import open_link, printable
from digest.model import Block, Email, Issue, Story
from digest.moulds import PLACEHOLDERS

GMAIL_CLIPS_AT = 102_400
DELIVERED_ERROR = 100_000
DELIVERED_WARNING = 90_000
HTML_WARNING = 85_000
STYLE_WARNING = 8_000
SUBJECT_LIMIT = 70
PREHEADER = (40, 140)
_BRACES = re.compile(r"\{\{|\{%|</?mj-[\w-]*")
_PLACEHOLDER = re.compile(r"@@[A-Z_]+@@")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before sending.

    Attributes:
        level: an "error" blocks approval, a "warning" does not.
        place: where it is: "subject", "HTML", "story item-3 “Title”" …
        message: what is wrong, with the value.
        fix: what to do.
    """

    level: Literal["error", "warning"]
    place: str
    message: str
    fix: str


def lint_issue(issue: Issue, email: Email) -> tuple[Finding, ...]:
    """Everything found in an issue and the mail made of it, errors first, in reading order.

    Args:
        issue: what was rendered.
        email: what `digest.render.render_issue` or `personalise` made of it.
    """
    document = _parsed(email.html)
    found = [
        *_subject(email.subject),
        *_preheader(email.preheader, email.subject),
        *_size(email.html, document),
        *_stories(issue),
        *_presence(issue, email, document),
        *_links(document),
        *_images(document),
        *_leaving(email, document),
        *_leftovers(issue, email),
    ]
    return tuple(sorted(found, key=lambda finding: finding.level != "error"))


def _error(place: str, message: str, fix: str) -> Finding:
    return Finding("error", place, message, fix)


def _warning(place: str, message: str, fix: str) -> Finding:
    return Finding("warning", place, message, fix)


def _parsed(html: str) -> Any:
    return lxml_html.document_fromstring(html.strip() or "<html><body></body></html>")


def _subject(subject: str) -> Iterator[Finding]:
    if not subject.strip():
        yield _error("subject", "the subject is empty", "write one of up to 50 characters")
        return
    if len(subject) > SUBJECT_LIMIT:
        message = f"the subject has {len(subject)} characters; inboxes show about 50"
        yield _warning("subject", message, "shorten it")
    letters = [sign for sign in subject if sign.isalpha()]
    if len(letters) > 5 and subject == subject.upper() != subject.lower():
        message = f"the subject is in capitals: {subject[:60]}"
        yield _warning("subject", message, "write it as a sentence; filters take this for spam")
    if re.search(r"!\s*!|\?\s*\?\s*\?|\$\$\$", subject):
        message = f"the subject repeats marks as spam does: {subject[:60]}"
        yield _warning("subject", message, "use one mark, or none")


def _preheader(preheader: str, subject: str) -> Iterator[Finding]:
    text, (least, most) = preheader.strip(), PREHEADER
    if not text:
        fix = f"write {least} to {most} characters that add to the subject"
        yield _error("preheader", "the preheader is empty", fix)
        return
    if not least <= len(text) <= most:
        message = f"the preheader has {len(text)} characters"
        yield _warning("preheader", message, f"make it {least} to {most} characters long")
    if text.casefold() == subject.strip().casefold():
        yield _warning("preheader", "the preheader repeats the subject", "say something further")


def _size(html: str, document: Any) -> Iterator[Finding]:
    raw, delivered = len(html.encode()), len(quopri.encodestring(html.encode()))
    fix = "move stories to “Also this week” or leave some out"
    if delivered > DELIVERED_WARNING:
        message = f"the HTML is {delivered:,} bytes as delivered; Gmail cuts at {GMAIL_CLIPS_AT:,}"
        found = _error if delivered > DELIVERED_ERROR else _warning
        yield found("HTML", message, fix)
    if raw > HTML_WARNING:
        yield _warning("HTML", f"the HTML has {raw:,} bytes, more than {HTML_WARNING:,}", fix)
    style = sum(len(node.text or "") for node in document.iter("style"))
    if style > STYLE_WARNING:
        message = f"<style> has {style:,} characters; Gmail drops all of it past 16,384"
        yield _warning("HTML", message, f"keep it under {STYLE_WARNING:,}; shorten the templates")


def _stories(issue: Issue) -> Iterator[Finding]:
    for theme in issue.themes:
        if len(theme.stories) == 1:
            place = f"theme “{theme.label}”"
            fix = "move it to another theme or to “Also this week”"
            yield _warning(place, "the theme has one story", fix)
    seen: dict[str, Story] = {}
    for story in issue.stories:
        place = _place(story)
        for item in story.items:
            if item.id in seen:
                message = f"item {item.id} is also in {_place(seen[item.id])}"
                yield _error(place, message, "remove one of the two, or join them")
                break
        else:
            yield from _same_link(story, seen)
        seen |= {item.id: story for item in story.items}
        yield from _one_story(story, place)
    yield from _undated(issue)


def _same_link(story: Story, seen: dict[str, Story]) -> Iterator[Finding]:
    for other in dict.fromkeys(seen.values()):
        if other.lead.link == story.lead.link:
            message = f"the link {story.lead.link[:120]} is also that of {_place(other)}"
            yield _warning(_place(story), message, "join the two stories, or remove one")


def _one_story(story: Story, place: str) -> Iterator[Finding]:
    for item in story.items:
        if not open_link(item.link):
            message = f"item {item.id} links to `{item.link[:120]}`, which no reader can open"
            yield _error(place, message, "correct the address; only http and https are printed")
    if not story.lead.source.strip():
        message = f"item {story.lead.id} names no source"
        yield _error(place, message, "name the source, or lead with another report")


def _undated(issue: Issue) -> Iterator[Finding]:
    """One finding for all: some sources never date what they publish."""
    undated = [s for s in issue.stories if all(item.published is None for item in s.items)]
    if undated:
        others = f" and {len(undated) - 1} more" if len(undated) > 1 else ""
        message = f"no report has a date ({len(undated)} of {len(issue.stories)} stories)"
        fix = "check that they are of this week; they print the day they were first seen"
        yield _warning(f"{_place(undated[0])}{others}", message, fix)


def _presence(issue: Issue, email: Email, document: Any) -> Iterator[Finding]:
    """Every headline, link and source must reach the readers of both parts."""
    if not email.text.strip():
        fix = "render the issue again; a mail without a text part is taken for spam"
        yield _error("text part", "the text part is empty", fix)
    parts = {
        "HTML": ("".join(_visible(document).split()), set(document.xpath("//a/@href"))),
        "text part": ("".join(email.text.split()), set(email.text.split())),
    }
    fix = "render the issue again; if templates are replaced, see that they print it"
    for story in issue.stories:
        wanted = {"headline": story.title, "source": story.lead.source}
        url = open_link(story.lead.link)
        for part, (text, links) in parts.items():
            if not text:
                continue
            for what, value in wanted.items():
                if "".join(printable(value).split()) not in text:
                    message = f"the {what} `{value[:80]}` is missing from the {part}"
                    yield _error(_place(story), message, fix)
            if url and url not in links:
                yield _error(_place(story), f"the link {url[:120]} is missing from the {part}", fix)


def _visible(document: Any) -> str:
    return "".join(
        text for text in document.xpath("//body//text()[not(ancestor::style or ancestor::script)]")
    )


def _links(document: Any) -> Iterator[Finding]:
    for link in document.iter("a"):
        target = link.get("href") or ""
        place = f"link “{' '.join(link.text_content().split())[:60]}”"
        if target.lower().startswith("mailto:") and "@" in target:
            continue
        if problem := _malformed(target):
            yield _error(place, f"`{target[:120]}` {problem}", "give a full http(s) address")


def _malformed(target: str) -> str:
    """What is wrong with an address, or ""."""
    if not target or target != target.strip() or re.search(r"[\s<>\"\\]", target):
        return "is no address" if target else "is empty"
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"cannot be read: {error}"
    if parts.scheme.lower() not in {"http", "https"}:
        return "is not http or https"
    return "" if host and not host.startswith(".") and ".." not in host else "names no host"


def _images(document: Any) -> Iterator[Finding]:
    for image in document.iter("img"):
        source = (image.get("src") or "")[:80]
        if image.get("alt") is None:
            yield _error(f"image {source}", "the image has no alt text", 'write alt="…"')
        elif not image.get("alt").strip():
            fix = "say what it shows, unless it is decoration"
            yield _warning(f"image {source}", "the image has an empty alt text", fix)


def _leaving(email: Email, document: Any) -> Iterator[Finding]:
    fix = "keep the unsubscribe link of the shipped footer"
    targets = [str(target) for target in document.xpath("//a/@href")]
    if not any(_leaves(target) for target in targets):
        yield _error("HTML", "no link to unsubscribe", fix)
    if email.text.strip() and not any(_leaves(word) for word in email.text.split()):
        yield _error("text part", "no address to unsubscribe", fix)
    if "List-Unsubscribe" not in email.headers:
        yield _error("headers", "List-Unsubscribe is missing", "render the issue again")
    if not any(node.text_content().strip() for node in document.find_class("adr")):
        fix = "set the brand's address in schedules.yaml; many countries require it"
        yield _warning("footer", "no postal address", fix)


def _leaves(target: str) -> bool:
    return "/leave/" in target or (target.startswith("mailto:") and "unsubscribe" in target)


def _leftovers(issue: Issue, email: Email) -> Iterator[Finding]:
    """Template marks that were not filled in; a story may well write about such marks."""
    fix = "correct the template that prints it"
    texts = list(_texts(issue))
    greeting = email.greeting or Block("", (0, 0), (0, 0))
    parts = (("HTML", email.html, greeting.html), ("text part", email.text, greeting.text))
    for part, whole, (start, end) in parts:
        text = whole[:start] + whole[end:]
        marks = set(_BRACES.findall(text))
        if part == "text part":
            marks = {mark for mark in marks if not any(mark in said for said in texts)}
        marks |= set(_PLACEHOLDER.findall(text)) - PLACEHOLDERS
        for mark in sorted(marks):
            yield _error(part, f"`{mark}` was not filled in", fix)


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


def _place(story: Story) -> str:
    return f"story {story.id} “{story.title[:60]}”"
