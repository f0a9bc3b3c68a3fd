"""What a headline announces, by cue words, and the sum of money that it names."""

from __future__ import annotations

import re
from math import log10

KINDS: tuple[tuple[str, float, str], ...] = (
    (
        "guide", 0.0,
        r"^(?:how (?:to|i|we)|show hn|ask hn|launch hn|\d+ (?!billion|million|percent|years?\b))"
        r"|\b(?:guide|tutorial|part \d|tips|step[- ]by[- ]step|cheat ?sheet|explained|explainer"
        r"|for beginners|everything you|hands-on|podcast|quiz|(?:top|best) \d+"
        r"|best \w+ (?:of|for)|deals?: |coupons?|promo codes?|newsletter|roundup|review)\b",
    ),
    (
        "opinion", 0.3,
        r"^(?:how|why|what|when|who|where|should|can|could|will|would|is|are|do|does|my|our|stop"
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
PLAIN = 0.5
BARE_NAME = 0.9
BARE_NAME_WORDS = 6
"""A headline of so few words with a version in it (`Kestrel 4.1`) is a release told in two."""

_KINDS = tuple((value, re.compile(cues, re.IGNORECASE)) for _, value, cues in KINDS)
_VERSION = re.compile(r"\b[A-Z][\w-]*[ -]v?\d{1,2}(?:\.\d+)?\b(?![%,])")

_MONEY = re.compile(
    r"[$€£]\s?(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"[\s-]?(?P<scale>trillion|tn|t|billion|bn|b|million|mn|m|k)?(?![a-z])",
    re.IGNORECASE,
)
_SCALES = {"t": 1e12, "b": 1e9, "m": 1e6, "k": 1e3}
_SMALL, _GREAT = 7.0, 10.0


def kind_value(title: str, outlet: str) -> float:
    """How much of an event a report announces: the value of its kind, 1/2 for a plain one.

    Args:
        outlet: the host it stands at; on a preprint server everything is a paper.
    """
    if outlet in PREPRINTS:
        return PREPRINT
    for value, cues in _KINDS:
        if cues.search(title):
            return value
    bare = len(title.split()) <= BARE_NAME_WORDS and _VERSION.search(title)
    return BARE_NAME if bare else PLAIN


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
