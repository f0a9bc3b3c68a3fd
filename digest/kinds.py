"""What a headline announces, by cue words, and the sum of money that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from math import log10

_DAY = (
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:,? \d{4})?"
)
NO_NEWS: tuple[tuple[str, str], ...] = (
    ("a bare version number", r"^(?:[^\s:]+ ){0,4}v?\d+\.\d+\.[1-9]\d*(?:[-+.]\w+)*$"),
    (
        "a note of a day",
        r"^(?:til|today i learned|week ?notes?|\[?(?:day|week) \d+\]?"
        r"|(?:daily |weekly )?(?:notes|log|journal|diary|links))\b[\s:|,–—#-]*"
        rf"(?:(?:for|of|from) )?(?:{_DAY})?$|^\W*(?:{_DAY})\W*$|^\[(?:day|week) \d+\]|^til\b",
    ),
    (
        "a job advertisement",
        r"\bis hiring an? |\bwe(?: are|['’]re) hiring\b|\bwho(?: is|['’]s) hiring\b|^hiring:"
        r"|\([a-z]+ [swf]\d\d\) is hiring\b",
    ),
)
"""Headlines that tell of no event, and what they are instead."""

KINDS: tuple[tuple[str, float, str], ...] = (
    (
        "guide", 0.0,
        r"^(?:how (?:to|i|we)|show hn|ask hn|launch hn|\d+ (?!billion|million|percent|years?\b))"
        r"|\b(?:guide|tutorial|part \d|tips|step[- ]by[- ]step|cheat ?sheet|explained|explainer"
        r"|for beginners|everything you|hands-on|podcast|quiz|(?:top|best) \d+"
        r"|best \w+ (?:of|for)|deals?: |coupons?|promo codes?|newsletter|round-?up|review"
        r"|where (?:you can|to)|pre-?orders?|hottest|alternatives to|here['’]s how|catch up on"
        r"|check out|tickets?|early[- ]bird|(?:conference|summit|disrupt|expo)\b.*\b(?:stages?"
        r"|agenda|speakers?|sessions?))\b|^apply (?:for|to|now)\b|^notes (?:from|on)\b"
        r"|\bhow\b.*\bcompares?$|^[\w.-]+ ?/ ?[\w.-]+$",
    ),
    (
        "opinion", 0.3,
        r"^(?:how|why|what|when|who|where|so|should|can|could|will|would|is|are|do|does|my|our|stop"
        r"|don't|let's|opinion|the (?:state|case) (?:of|for)|i(?:['’]m|['’]ve)?(?= )|we(?= ))\b"
        r"|\?\W*$|\b(?:interview|essay|op-ed|q&a)\b",
    ),
    (
        "policy", 0.9,
        r"\b(?:(?<!scaling )laws?|bills?|bans?|banned|regulat\w+|rul(?:ed|ing)|antitrust|fine[sd]"
        r"|rules? (?:on|that|against)|courts?|(?<!a[ -])judge|lawsuits?|sue[sd]?|suing|senat\w+"
        r"|congress|parliament|eu|government|white house|ftc|doj|copyright|sanctions?|military"
        r"|export controls?|pentagon|police|legislat\w+|executive order)\b",
    ),
    (
        "incident", 0.8,
        r"\b(?:surveil\w+|facial recognition|deepfakes?|bias(?:ed)?|warn\w*|attack\w*|privacy"
        r"|hack(?:s|ed|ers)?|leak\w*|breach\w*|incident|vulnerab\w+|crash\w*|scam\w*|outage"
        r"|stolen|explode[sd]?|recall\w*)\b",
    ),
    (
        "release", 0.9,
        r"\b(?:releas\w+|launch\w*|introduc\w+|unveil\w*|announc\w+|debut\w*|reveals?|meet"
        r"|rolls? out|open[- ]sourc(?:es|ed|ing)|now available|ships?|is here)\b",
    ),
    (
        "business", 0.6,
        r"\b(?:acqui\w+|buys?|bought|merger?|raises?|raised|series [a-h]|valu(?:ed|ation)|ipo"
        r"|invest\w*|stake|partner\w*|deal|layoffs?|lays? off|laid off|ceo|resign\w*|hires?"
        r"|steps? down|joins|leav(?:es|ing)|profits?|revenue|shares)\b",
    ),
    (
        "research", 0.3,
        r"\b(?:researchers?|stud(?:y|ies)|papers?|benchmark\w*|datasets?|scientists?|learning"
        r"|neural|via|towards?|novel|survey|evaluating|framework)\b",
    ),
)  # fmt: skip
"""What a headline announces: name, value and cues of each kind; the first kind that fits counts."""

PREPRINTS = frozenset("arxiv.org biorxiv.org medrxiv.org openreview.net ssrn.com".split())
PREPRINT = 0.1
PLATFORMS = frozenset(
    "dev.to dzone.com hackernoon.com hashnode.dev linkedin.com medium.com producthunt.com quora.com"
    " reddit.com".split()
)
"""Where anybody posts and nobody edits."""
POSTED = 0.1
PLAIN = 0.5
RELEASE = "release"
BARE_NAME = 0.9
BARE_NAME_WORDS = 6
"""A headline of so few words with a version in it (`Kestrel 4.1`) is a release told in two."""
WORDS_A_NAME = 3
"""And one of several such names, if there are so few words to each."""

LEAST_COLUMN, LEAST_NAMED = 3, 2
"""So many headlines of one outlet in a week with the same words before a colon are a column; fewer
will do where these words are a title such as `The Morning`."""

_NO_NEWS = tuple((what, re.compile(form, re.IGNORECASE)) for what, form in NO_NEWS)
_ARTICLE = re.compile(r"(?:The|This|Today|Weekly|Daily)\b")
_COLUMN = re.compile(r"([^:|]+ [^:|]+)[:|] ")
# Three things in one headline, each with the words of a headline of its own.
_PART = r"[A-Z][^\s,;:]*(?: [A-Z][^\s,;:]*){2,4}"
_SEVERAL = re.compile(rf"{_PART}(?:[,;] (?:(?:and|&) )?{_PART}){{2,}}$")
_KINDS = tuple((name, value, re.compile(cues, re.IGNORECASE)) for name, value, cues in KINDS)
_VERSION = re.compile(r"\b(?:[A-Z][\w-]*[ -]v?\d{1,2}(?:\.\d+)?\b(?![%,])|\d{1,2}\.\d+\b(?!%))")

_MONEY = re.compile(
    r"[$€£]\s?(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"[\s-]?(?P<scale>trillion|tn|t|billion|bn|b|million|mn|m|k)?(?![a-z])",
    re.IGNORECASE,
)
_SCALES = {"t": 1e12, "b": 1e9, "m": 1e6, "k": 1e3}
_SMALL, _GREAT = 7.0, 10.0


def no_news(title: str) -> str:
    """What a headline is that tells of no event, such as a bare version number; "" for others."""
    return next((what for what, form in _NO_NEWS if form.search(title)), "")


def is_posted(outlet: str) -> bool:
    """Whether a host is one where anybody posts and nobody edits."""
    return ".".join(outlet.split(".")[-2:]) in PLATFORMS


def columns(headlines: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The standing titles of a week's columns, such as `The Day in Chips: …`, by outlet.

    Args:
        headlines: outlet and title of each report.
    """
    counts = Counter(
        (outlet, match[1]) for outlet, title in headlines if (match := _COLUMN.match(title))
    )
    return frozenset(
        (outlet, name)
        for (outlet, name), count in counts.items()
        if count >= (LEAST_NAMED if _ARTICLE.match(name) else LEAST_COLUMN)
    )


def kind_value(
    title: str, outlet: str, standing: frozenset[tuple[str, str]] = frozenset()
) -> float:
    """How much of an event a report announces: the value of its kind, 1/2 for a plain one.

    Args:
        outlet: the host it stands at; on a preprint server everything is a paper, and what anybody
            posted is worth as little.
        standing: what `columns` found in the week; a column tells of many things.
    """
    column = _COLUMN.match(title)
    if no_news(title) or _SEVERAL.match(title) or (column and (outlet, column[1]) in standing):
        return 0.0
    if is_posted(outlet):
        return POSTED
    if outlet in PREPRINTS:
        return PREPRINT
    return _kind(title)[1]


def kind_name(title: str) -> str:
    """The kind of a headline in a word, such as `release`; `plain` without a cue."""
    return no_news(title) or _kind(title)[0] or "plain"


def announces_release(title: str) -> bool:
    """Whether a headline announces a release, in words or by being a name with a version."""
    return _kind(title)[0] == RELEASE


def _kind(title: str) -> tuple[str, float]:
    for name, value, cues in _KINDS:
        if cues.search(title):
            return name, value
    versions, words = len(_VERSION.findall(title)), title.split()
    bare = versions and len(words) <= max(BARE_NAME_WORDS, WORDS_A_NAME * versions)
    bare = bare and sum(word.islower() for word in words) < versions
    return (RELEASE, BARE_NAME) if bare else ("", PLAIN)


def money_value(title: str) -> float | None:
    """The largest sum in a headline on a log scale: $10M is 0, $10B is 1; None without a sum.

    Dollars, euros and pounds are taken as equal: the order of magnitude is what counts.
    """
    sums = [
        float(match["digits"].replace(",", ""))
        * _SCALES.get((match["scale"] or "")[:1].lower(), 1.0)
        for match in _MONEY.finditer(title)
    ]
    if not any(sums):
        return None
    return min(1.0, max(0.0, (log10(max(sums)) - _SMALL) / (_GREAT - _SMALL)))
