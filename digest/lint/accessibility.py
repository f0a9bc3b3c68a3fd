"""Whether the mail can be used without seeing it: language, title, headings, pictures, links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.lint.findings import Finding, Letter, error, signs, warning

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*")
_VAGUE = frozenset(
    ("click here", "click", "here", "this", "link", "this link", "more", "read more", "read on",
     "learn more", "see more", "continue reading", "details")
)  # fmt: skip


def check_document(letter: Letter) -> Iterator[Finding]:
    """The language and title of the document, and the order of its headings."""
    root = letter.document
    language = (root.get("lang") or "").strip()
    if not _LANGUAGE.fullmatch(language) or language == "und":
        message = f"the document says `{language}` for its language"
        fix = "set `newsletter.language`; screen readers choose their voice by it"
        yield warning("language", "HTML", message, fix)
    if not signs("".join(root.xpath("string(//head/title)"))):
        fix = "give the template a <title> with the subject"
        yield warning("title", "HTML", "the document has no title", fix)
    headings = [node for node in root.iter(*_HEADINGS) if signs(node.text_content())]
    firsts = sum(node.tag == "h1" for node in headings)
    if firsts != 1:
        message = f"the document has {firsts} headings of the first level"
        yield warning("heading-first", "HTML", message, "have one <h1>")
    level = 0
    for node in headings:
        below, level = level, int(node.tag[1])
        if level > below + 1:
            message = f"<{node.tag}> follows <h{below}>" if below else f"<{node.tag}> is the first"
            place = f"heading “{' '.join(node.text_content().split())[:60]}”"
            yield warning("heading-skipped", place, message, "skip no level of headings")


def check_images(letter: Letter) -> Iterator[Finding]:
    """Every picture says what it shows."""
    for image in letter.document.iter("img"):
        place = f"image {(image.get('src') or '')[:80]}"
        text = image.get("alt")
        if text is None:
            yield error("image-alt", place, "the image has no alt text", 'write alt="…"')
        elif not text.strip() and image.get("role") not in ("presentation", "none"):
            fix = 'say what it shows, or write role="presentation" if it is decoration'
            yield warning("image-alt-empty", place, "the image has an empty alt text", fix)


def check_link_texts(letter: Letter) -> Iterator[Finding]:
    """Every link says where it leads."""
    for link in letter.document.iter("a"):
        if link.get("href") is None:
            continue
        named = (link.text_content(), link.get("aria-label"), *link.xpath(".//img/@alt"))
        text = " ".join(" ".join(part for part in named if part).split())
        place = f"link to {link.get('href')[:120]}"
        if not signs(text):
            yield error("link-text", place, "the link has no text", "say where it leads")
        elif text.casefold().rstrip(".…!→› ") in _VAGUE:
            message = f"the link says no more than “{text}”"
            yield warning("link-text-vague", place, message, "say where it leads")
