"""Read what stands around the text of a report: who says it, and the lines before it begins."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from digest.clean import without_tex
from digest.model import Item

_AGGREGATOR = re.compile(
    r"hacker news|lobste|reddit|product hunt|techmeme|github trending|trending|slashdot|digg"
    r"|google news|flipboard|papers with code|daily papers|hugging ?face papers",
    re.IGNORECASE,
)
_PAPER = re.compile(r"arxiv|openreview|[bm]ed?rxiv|aclanthology|papers?\b", re.IGNORECASE)
_FEED_WORDS = re.compile(
    r"\s*[-–—|:(]?\s*\b(?:news(?:room)?|blog|rss|feed|changelog|engineering|research|updates?"
    r"|announcements?|developers?|press)\b\)?",
    re.IGNORECASE,
)
_TOP_LEVEL = frozenset("com org net dev app blog news".split())
_MONTHS = (
    r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s\d{1,2}(?:,?\s\d{4})?"
    r"|\d{1,2}\s(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)(?:\s\d{4})?|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d"
)
_WIRES = "AP|Reuters|AFP|Bloomberg|PRNewswire|Business Wire|BUSINESS WIRE|GLOBE NEWSWIRE|dpa|Kyodo"
_HEADINGS = (
    "New features|Bug fixes and improvements|Bug fixes|What['’]s new|Executive summary|TL;?DR"
    "|Key (?:features|takeaways|points|findings)|Editor['’]s note|In brief|The big picture"
    "|The upshot|The bottom line|Abstract|Highlights|Introduction|Overview"
)
_LABELS = (  # words that also begin a sentence or a name: "General Motors", "News Corp"
    "Background|Summary|General|Improvements|Fixes|News|Breaking|Exclusive|Update|Why it matters"
    "|Report|Analysis|Opinion|Important|Note|Warning"
)
_LEADS = (
    re.compile(rf"^(?:{_MONTHS})\s+(?=[A-Z“\"])"),
    re.compile(rf"^[^.!?]{{0,220}}?(?:{_MONTHS})\s?(?:/[\w ]+/\s?)?(?:–|—|--?)\s+(?=[A-Z“\"])"),
    re.compile(rf"^[A-Z][^.!?]{{0,60}}?\((?:{_WIRES})\)\s?(?:–|—|--?)\s+(?=[A-Z“\"])"),
    re.compile(r"^[A-Z][A-Z .,'’-]{3,40}\s?(?:–|—)\s+(?=[A-Z“\"])"),
    re.compile(r"^[^!?]{0,160}?\b\d{1,2}[ -]min(?:ute)?s?(?: read)?\b[\s·|.–—-]*(?=[A-Z“\"])"),
    re.compile(
        rf"^By [A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){{1,3}}\s?[·|,–—-]+\s?(?:{_MONTHS})?[\s·|.]*"
    ),
    re.compile(
        rf"^(?:Published|Posted|Updated|Last updated)(?: on)?:?\s(?:{_MONTHS})[\s·|.,–—-]*(?=[A-Z])"
    ),
    re.compile(
        rf"^[*#\s.]*(?i:{_HEADINGS})\b(?:\s+General\b)?(?:\s*[:.–—*]+\s*|\s+-+\s+|\s+(?=[A-Z\d“\"]))"
    ),
    re.compile(rf"^[*#\s.]*(?i:{_LABELS})\b(?:\s*[:–—*]+\s*|\s+-+\s+)"),
)
_MARKS = (
    (re.compile(r"(?<![\w*])\*{1,2}([^\s*]|[^\s*][^*]*[^\s*])\*{1,2}(?![\w*])"), r"\1"),
    (re.compile(r"(?<=\w)\[\d{1,3}\]"), ""),
)
_EMOJI = re.compile("^[\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d\\s]+")


def opened(item: Item) -> str:
    """The summary from where its first sentence begins.

    Gone are a repeated title, a dateline ("LONDON, May 27 (Reuters) -"), a byline, a reading time,
    a label such as "Abstract:", and a heading that ran into the text.
    """
    text = readable(item.summary)
    while True:
        rest = _EMOJI.sub("", text)
        after = rest[len(item.title) :].lstrip(" .:–—-|")
        if rest.startswith(item.title) and (after[:1].isupper() or not after):
            rest = after
        for lead in _LEADS:
            rest = lead.sub("", rest, count=1)
        if rest == text:
            return text
        text = rest


def readable(text: str) -> str:
    """The words without the marks of TeX and of emphasis that abstracts and posts come with."""
    text = without_tex(text)
    for mark, words in _MARKS:
        text = mark.sub(words, text)
    return text


def outlet_of(item: Item) -> tuple[str, bool, bool]:
    """Who says what a report says.

    Returns:
        A name to print ("Anthropic" for its news feed; the site's host where the source only lists
        what others wrote); whether the site is the outlet's own, so that "we" is the outlet; and
        whether the report is the abstract of a paper, whose "we" are its authors.
    """
    host = (urlsplit(item.url).hostname or "").removeprefix("www.")
    if _PAPER.search(item.source) or _PAPER.search(host):
        return "the authors", True, True
    if _AGGREGATOR.search(item.source):
        return host or item.source, False, False
    name = _FEED_WORDS.sub("", item.source).strip(" -–—|:&") or item.source
    squeezed = re.sub(r"[^a-z\d]", "", name.lower())
    parts = [part for part in re.split(r"[.-]", host) if len(part) > 2]
    own = any(part in squeezed or squeezed in part for part in parts if part not in _TOP_LEVEL)
    return name, own and name != item.source, False
