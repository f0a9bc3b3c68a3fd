"""Tell the sentences that lean on the one before them from those that stand alone."""

from __future__ import annotations

import re

from digest.plain_words import is_plain

_DANGLING = re.compile(
    r"(?:It|They|He|She|This|These|Those|Their|Its|His|Her|Him|Them|Which|Both|Such|There|Here"
    r"|That|Another|Others?|Instead|Rather|Yes|No,|Nor|Neither|Or|Because|Whereas|Maybe|Sure|Well"
    r"|Okay|Even so|Why|How|What|Again|Not only|Once again|If so|Since then|By then|At that"
    r"|Next,"
    r"|One of (?:them|those|these)|All (?:this|that|these|those)|(?:Some|Many|Most|All|None|Few"
    r"|Each) of (?:them|these|those|this|that)|The (?:second|third|former|latter|others?|same|rest"
    r"|answer|catch|reasons?|pair|duo|idea|trick|difference|above|problem is)|You|Your"
    r"|To \w+ (?:this|that|these|it|them)|To describe|According to [^,]+, (?:it|they|he|she)"
    r"|Everyone|Everybody|Nobody|Anyone|Among the \w+ (?:is|are|was|were))\b"
)
_NO_IT = (  # "it can be hard for …": no word for anything
    r"(?!\s(?:(?:can|could|may|might|would|will) be|is|was|becomes) \w+ (?:for|to|that)\b)"
)
_LEANS = re.compile(
    r"(?:Inside|Outside|Nearby|Elsewhere)(?=,|\s(?!the\b|an?\b|of\b|[A-Z]))"
    r"|(?:An?|The|As|On|In|At|For|With|By|From|Under|To)\s[^,“”]{2,80},\s(?:it|they|he|she)\b"
    rf"{_NO_IT}"
    r"|.*\b(?:aforementioned|above-mentioned|mentioned (?:above|earlier))\b|.*, though\.$"
    r"|(?:For|In|At|With|On)\s[^,“”]{2,60}\sthat is (?:\d|about|on the order|roughly)"
    r"|[A-Z]\w+ there\b(?! (?:is|are|was"
    r"|were|will|has|have)\b)|.*\b(?:did|does|do"
    r"|doing) (?:the same|so|likewise)\b"
)
_STANDS = re.compile(
    r"(?:That|This|It|Which) matters because\b|This (?:paper"
    r"|work|study|survey|thesis|(?:past |coming )?(?:week|month|year|morning|summer|spring|fall"
    r"|quarter))\b|There (?:is|are|was|were|will|has|have)\b|Rather than\b|You can\b"
)
_NEVER = re.compile(
    r"(?:Yes|No,|Nor|Neither|Or|Here|There|What|Why|How|You|Your|Maybe|Sure|Well|Okay|Not only"
    r"|If so"
    r"|Which|Him|Them|He|She|His|Her|Everyone|Everybody|Nobody|Anyone|Instead|Again|Because|Rather"
    r"|Another|Others?|One of|All of|Some of|Most of|None of|Next,|The (?:answer|catch|idea"
    r"|trick))\b"
)
_TIMES = (
    "week|month|year|quarter|summer|spring|fall|autumn|winter|morning|weekend|time|decade|century"
    "|past|coming|days|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|work|paper|study|survey|report|release"
)
_BACK = re.compile(
    rf"\b(?:that(?=\s(?:way|problem|issue|gap|question|challenge|case|capacity|system|method|idea"
    rf"|notion|plan"
    r"|claim|point|reason|moment|deal|raise|round|agreement|announcement|decision|statement"
    r"|figure|number|amount|approach|move|trend|shift)\b)"
    rf"|(?<=\bof )that|(?<=\bfrom )that|(?<=\bon )that|(?<=\bfor )that|(?<=\bwith )that"
    rf"|(?<=\bkeep )that|(?<=\btake )that|(?<=\bmake )that|(?<=\buse )that|(?<=\bend )that"
    rf"|(?<!one of )(?:this|these|those))\s"
    rf"(?!(?:{_TIMES}|is|are|was|were|will|would|has|who|with|of|in|from|on|at|to|for|by|still"
    r"|involved|affected|made|used|already)\b)(?P<noun>[a-z]+)",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\bboth (?!\w+ and\b)[a-z]+s\b")
_PRONOUN = re.compile(
    rf"\b(?:it\b{_NO_IT}|they|them|he|she|him|his|her|hers|their|its)\b", re.IGNORECASE
)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:they|them|their)\b", re.IGNORECASE)
_MANY = re.compile(r"\b[A-Za-z]{3,}(?<!s)s\b|\b(?:people|men|women|children)\b")
_AHEAD = re.compile(
    r"(?:In|On|At|For|With|Since|Despite|After|Before|During|Under|By|As|According to|Through)\s"
    r"(?:\w+\s){0,3}?(?:its|their|his|her)\s[^,;:“”]{2,60},\s(?:the\s)?(?=[A-Z])"
)
_SOMEBODY = re.compile(
    r"\b(?:an?|the)\s(?:[\w-]+\s){0,3}?(?:\w{2,}(?:er|or|ist|ian|ant|man|woman)|chief|president"
    r"|judge|student|resident|head|author|scientist|teen)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_NEAR = 8
_UNNAMED = re.compile(
    r"The (?:company|firm|start-?up|lab|goal|new|round|deal|move|figure|number|total|update)\b"
)


def refers_back(text: str) -> bool:
    """Whether a sentence begins with, or soon has, a word for something said before it."""
    if _LEANS.match(text) or (_DANGLING.match(text) and not _STANDS.match(text)):
        return True
    spoken = _QUOTED.sub(" ", text)
    if any(_is_new(match, spoken) for match in _BACK.finditer(spoken)):
        return True
    pair = _PAIR.search(spoken)
    if pair and " and " not in spoken[: pair.start()]:
        return True
    ahead = _AHEAD.match(spoken)
    first = _PRONOUN.search(spoken, ahead.end() if ahead else 0)
    return first is not None and not _is_named(first[0], spoken[: first.start()])


def names_nobody(text: str) -> bool:
    """Whether it opens with a company or a thing that only the text before has named."""
    return bool(_UNNAMED.match(text))


def follows_on(text: str) -> bool:
    """Whether a sentence that refers back reads on from the very sentence before it."""
    return not _NEVER.match(text)


def _is_named(pronoun: str, before: str) -> bool:
    """Whether the words before a pronoun hold what it can stand for."""
    begins = re.match(r"\w+", before)
    named = re.search(r"\S\s+[A-Z]|^\w+['’]s", before) or (
        begins and not is_plain(begins[0].lower())
    )
    if _PERSON.fullmatch(pronoun):
        return bool(named or _SOMEBODY.search(before))
    if _SEVERAL.fullmatch(pronoun) and _MANY.search(before):
        return True
    if len(before.split()) >= _NEAR:
        return True
    return bool(named or re.search(r"\b(?:[Tt]he|[Aa]n?)\s\w", before))


def _is_new(demonstrative: re.Match[str], text: str) -> bool:
    """Whether "this plan" speaks of a plan that the sentence has not named before."""
    noun = demonstrative["noun"].lower().rstrip("s")
    return noun not in text[: demonstrative.start()].lower()
