"""Tells whether the text of a page is the article that an item reports, and puts it behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace

from digest.clean import plain, shorten, without_tex
from digest.model import Item, Story
from digest.sentences import content_words

LONGEST = 6_000
"""Characters of an article that a brief is written from."""

_PAGE = 100_000
"""Characters of a page's text that are looked at."""

SHORT = 600
"""An item with a shorter summary may be worth reading on."""

_WALL = re.compile(
    r"(?:subscribe|sign (?:in|up)|log ?in|register|become a member)\b[^.!?]{0,60}"
    r"\b(?:to (?:continue|keep|read|finish|unlock|access|view|see)|for (?:full )?access)\b"
    r"|\b(?:this|the (?:full|rest of (?:this|the))) (?:article|story|content|post)\b[^.!?]{0,40}"
    r"\b(?:for|to|available (?:only )?(?:for|to)|exclusive to|reserved for)"
    r" (?:our |paid |paying |registered )*(?:subscribers|members)\b"
    r"|\balready (?:a subscriber|a member|have an account)\?"
    r"|\b(?:subscribers?|members?)[- ]only\b|\bfree articles? (?:left|remaining|this month)\b"
    r"|\bcreate (?:a|your) free account\b|\bstart your (?:free )?trial\b"
    r"|\b(?:we|our (?:\w+ )?partners|this (?:web ?)?site) (?:and our (?:\d+ )?partners )?"
    r"(?:uses?|stores?)\b[^.!?]{0,60}\bcookies\b"
    r"|\b(?:accept|reject|manage)(?: all)? cookies\b|\bcookie (?:policy|preferences|settings)\b"
    r"|\bconsent to (?:the use|our use|cookies)\b|\blegitimate interest\b"
    r"|\b(?:enable|turn on|requires?|activate) javascript\b|\bjavascript is (?:disabled|not)\b"
    r"|\bad ?blockers?\b[^.!?]{0,40}\b(?:disable|turn off|detected)\b"
    r"|\b(?:disable|turn off|pause) your ad ?blocker\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…。！？][\"”’'»)\]]*$")
_MARK = re.compile(r"^(?:[-*•–—]|\d{1,2}[.)])\s+")
_LONG_ENOUGH = 1_000
"""Characters of whole sentences beside which a wall's words are a notice, not a wall."""

_HEAD = 1_500
"""Characters within which an article has named what it is about; a list of teasers has not."""

_CLOSE = ((0.4, 0.1), (0.25, 0.4))
"""Shares of the title's words and of those that the summary adds, either pair of which will do."""

_FEWEST = 4
"""Words beyond the title that a summary needs to tell what its article speaks of."""


def worth_reading_on(item: Item) -> bool:
    """Whether an item's summary is so short, or cut, that its article says more."""
    return len(item.summary) < SHORT or item.summary.endswith(("…", "..."))


def article_text(text: str, item: Item) -> tuple[str, str]:
    """The sentences of an item's article, in at most 6,000 characters, or why there are none.

    Headings and captions are left out, and so are a notice of cookies and an offer of a
    subscription beside a whole article.

    Args:
        text: of the page, a paragraph a line.

    Returns:
        One line of printable text, "" if it is not used; and then why, in words.
    """
    lines = [
        _MARK.sub("", without_tex(plain(html.escape(line)))) for line in text[:_PAGE].splitlines()
    ]
    walls = [line for line in lines if _WALL.search(line)]
    told = " ".join(line for line in lines if _SENTENCE.search(line) and line not in walls)
    if walls and len(told) < _LONG_ENOUGH:
        return "", "the page shows a wall (subscription, cookies or scripts), not the article"
    if not told:
        return "", "the page has no text of an article"
    if not _is_of(told, item):
        return "", "the text of the page is not of this article"
    told = shorten(told, LONGEST)
    if len(told) <= len(item.summary):
        return "", "the page says no more than the feed"
    return told, ""


def read_on(story: Story, texts: Mapping[str, str]) -> Story:
    """The story with the articles' texts in its reports, each behind the summary or instead of it.

    Args:
        texts: by the item's id.
    """
    if not any(item.id in texts for item in story.items):
        return story
    items = (
        replace(item, summary=_joined(item.summary, texts[item.id])) if item.id in texts else item
        for item in story.items
    )
    return replace(story, items=tuple(items))


def _joined(summary: str, text: str) -> str:
    return text if text.startswith(summary.rstrip(" .…")) else f"{summary} {text}"


def _is_of(text: str, item: Item) -> bool:
    """Whether a text begins with what the title speaks of, and says what the summary adds to it."""
    title = content_words(item.title)
    added = content_words(item.summary) - title
    named = len(content_words(text[:_HEAD]) & title) / max(1, len(title))
    if len(added) < _FEWEST:
        return named >= _CLOSE[0][0]
    said = len(content_words(text) & added) / len(added)
    return any(named >= least and said >= rest for least, rest in _CLOSE)
