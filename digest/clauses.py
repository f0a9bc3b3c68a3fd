"""Shorten a sentence to whole clauses of its own words; never to another meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_OPENER = re.compile(
    r"^(?:in addition to [^,“”]{3,60}|meanwhile|however|moreover|furthermore|additionally"
    r"|in addition|also|indeed|in fact"
    r"|notably|importantly|interestingly|crucially|specifically|overall|finally|then|still"
    r"|of course|unsurprisingly|that said|for now|at the same time"
    r"|most importantly|more recently"
    r"|as a result|therefore|thus|hence|consequently|accordingly|besides|similarly|likewise"
    r"|in short|in other words|simply put|to be clear|for example|for one thing|for instance"
    r"|for (?:comparison|context|reference|perspective)(?: on [^,“”]{3,80})?"
    r"|perhaps most notably|just for a start|to start|certainly|to that end|surprisingly"
    r"|on top of that|even better|launching today|today|now|so|and|but|plus"
    r"|yet)(?P<comma>,)?\s+(?=\S)",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"^[^,“”\"]{0,100}\b(?:this|these|those|such|here|paper|work|study|end|gaps?|challenges?"
    r"|limitations?|response|issues?)\b[^,“”\"]{0,60},\s(?=we\s)",
    re.IGNORECASE,
)
_NO_COMMA = frozenset("and but so yet plus".split())
_GUARD = re.compile(
    r"\b(?:not|no|nor|never|without|except|excluding|unless|if|only|but|however|although|though"
    r"|until|reportedly|allegedly|according|said|says|claims?|claimed|likely|may|might|could|would"
    r"|estimated|expected|about|around|approximately|because|some|most|per|citing|saying|adding"
    r"|telling|noting|arguing|warning|announced|reports?|reported|told|wrote|writes|sources?"
    r"|argued|argues|estimates?|predicts?|believes?|thinks?|suggests?|suggested|confirmed|admitted"
    r"|disclosed|revealed|warned|warns|last|previous(?:ly)?|former(?:ly)?|earlier|ago"
    r"|initially|originally)\b|n['’]t\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\s\((?P<round>[^()]{2,90})\)(?=[\s,.;:!?])|\s[—–]\s(?P<dash>[^—–]{2,90})\s[—–](?=\s)"
    r"|—(?P<tight>[^—–]{2,90})—(?=\w)"
)
_LEAD = re.compile(
    r"^In an?\s(?:[\w’'-]+\s){0,4}(?:move|statement|memo|post|announcement|interview|release|sign"
    r"|step|twist|shift|filing|letter|note)\b[^,;“”\"()]{0,140},\s(?=[A-Z])"
)
_APPOSITION = re.compile(
    r",\s(?P<said>(?:the|an?|founded|based|backed|headquartered|launched|led|which"
    r"|who)\s[^,;:“”\"()]{4,110}),(?=\s(?:has|have|had|is|are|was|were|will|says?|said|announced"
    r"|plans|raised|launched|released|unveiled|wants|[a-z]+ed|told|agreed)\b)"
)
_TAIL = re.compile(
    r"(?:,\s(?P<clause>(?:which|who|whose|where)\s[^,;:“”\"]{8,160}|(?:making|marking|giving"
    r"|bringing|allowing|enabling|letting|putting|leaving|reflecting|signaling|signalling"
    r"|underscoring|highlighting|joining|adding to|such as)\s[^;:“”\"]{6,160}|(?:the"
    r"|an?)\s[^,;:“”\"]{8,110})|(?:\sfrom (?:investors|backers|companies"
    r"|firms))?,?\sincluding\s(?P<list>[^;:“”\"]{6,200}))(?=[.!]$)"
)
_SAID_OF_ONE = re.compile(r"(?<=\w) announced (?:in|on|last|earlier)\b")
_JOINT = re.compile(
    r"\s[—–]\s(?=[A-Z][\w.]*,\sfor\s(?:example|instance))"
    r"|(?:;\s|,\s(?:and|while)\s|\s[—–]\s(?:and|while)\s)(?=(?:the|a|an|it|its|they|their|he|she"
    r"|that|this)\b|[A-Z\d$€£])"
)
_CONDITION = re.compile(
    r"^(?:if|when|while|although|though|unless|until|after|before|as|since|because|once|rather"
    r"|instead|despite|given|even|not)\b|\bwhether\b|\bboth\b|\beither\b|\bbetween\b|\bthat\b",
    re.IGNORECASE,
)
_AUXILIARIES = (
    "is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|shall|should|does"
    "|do|did|says?|said|finds?|cannot|[a-z]+n['’]t"
)
_PAST = (
    "became|began|bought|broke|brought|built|came|chose|cut|drew|fell|felt|found|gave|got|grew"
    "|held|hit"
    "|kept|knew|laid|led|left|lost|made|met|paid|put|ran|rose|saw|sent|set|shut|sold|sought|spent"
    "|drove|lent|fed|fled|flew|shot|swept|dealt|fought|spoke|stood|stole|struck|sued|taught|took"
    "|told|threw|went|won|wrote|beat|lets?|means?|costs?|shows?|gets?|needs?"
)
_PRESENT = (
    "aims|plans|adds|turns|offers|runs|uses|works|helps|gives|takes|makes|comes|goes|brings|keeps"
    "|moves|beats|wants|leads|opens|hires|acquires|ships|cuts|raises|buys|sells|pays|wins|loses"
    "|rises|falls|grows|hits|claims|argues|believes|thinks|warns|faces|joins|invests|reports"
    "|supports|includes|requires|covers|targets|tops|scores|lags|remains|allows|enables|suggests"
    "|proposes|presents|introduces|achieves|outperforms|exceeds|details|describes|combines"
    "|competes|represents|reflects|signals|connects|contains|consists|looks|seems|appears|captures"
    "|learns|selects|identifies|expects|lies|stands|refers|matters|happens|depends|belongs|lives"
    "|tells|writes|calls|asks|sees|knows|holds|sets|puts|stays|starts|ends|leaves|follows|marks"
    "|involves|delivers|focuses|relies|receives|serves|spans|sits|weighs|boasts|promises|carries"
    "|extends|expands|functions|sounds|centers|centres|persists|replaces|stores|sends|produces"
)
_BASE = (
    "keep|make|take|use|need|want|give|contain|include|remain|offer|allow|enable|require|show"
    "|share|present|deliver|run|work|sell|start|begin|follow|rely|face|appear|seem|come|go|get|help"
    "|let|carry|learn|produce|provide|support|suggest|reflect|persist|believe|expect|plan"
)
_VERB = re.compile(
    rf"\b[Ww]e\s[a-z]+|\b(?:{_AUXILIARIES}|{_PAST}|{_PRESENT}|[a-z]{{2,}}(?:ed|ates|izes|ises|ifies"
    r"|uces|oves|ides|ires|ures|eases|aches|ches|shes|orms|orts|ands|ains))\b"
    rf"|(?:\b(?:they|we|you|who|that|which|people|both|all|also|still)|(?<!s)s) (?:{_BASE})\b"
    r"|\b(?:[Ii]t|[Tt]hat|[Tt]his|[Tt]here|[Ww]ho|[Ww]hat|[Hh]e|[Ss]he)['’]s\b"
    r"|\b(?:[Tt]hey|[Ww]e|[Yy]ou)['’](?:re|ve|ll)\b"
)

_RELATIVE = re.compile(r",\s(?:where|who|which|whose)\b[^,]*$")
_BY = re.compile(
    r"\b\w+ed by\b|\b(?:built|made|designed|created|written|based|aimed|trained|meant|packed) (?:by"
    r"|for|on|with|to|from)\b|\b(?!sa(?:id|ys)\b|wrote\b|told\b|added\b)\w+(?=[.!\"”’)]*$)"
)


@lru_cache(maxsize=8_192)
def has_verb(text: str) -> bool:
    """Whether a word looks like a finite verb, so that the text may be a clause of its own.

    A verb of a relative clause at the end is none of the text's own, nor is "made by" without
    "was", nor the last word.
    """
    return bool(_VERB.search(_BY.sub(" ", _RELATIVE.sub("", text))))


def without_opener(text: str) -> str:
    """The sentence without what only ties it to the one before: "Meanwhile, …", "Here, we …"."""
    tie = _PURPOSE.match(text)
    if tie and not _GUARD.search(tie[0]):
        text = _capital(text[tie.end() :])
    while match := _OPENER.match(text):
        word = match[0].split()[0].lower().rstrip(",")
        if not match["comma"] and (word not in _NO_COMMA or text[match.end()].isdigit()):
            break
        text = _capital(text[match.end() :])
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def shorter(text: str) -> Iterator[str]:
    """The sentence and its shorter whole-clause versions, longest first; the full one comes first.

    An aside in brackets or between dashes may go, what a name is, a relative clause, participle
    or list at the end, and what follows "; " or ", and" with a subject of its own. Whatever
    denies, limits, hedges or attributes stays.

    Args:
        text: one whole sentence.
    """
    found = {text}
    for cuts in (_CUTS, _CUTS[1:]):
        form = text
        for cut in cuts:
            cut_form = cut(form)
            if len(cut_form.split()) > 3 and has_verb(cut_form):
                form = cut_form
                found.add(form)
    yield from sorted(found, key=lambda form: (-len(form), form))


def _without_asides(text: str) -> str:
    def kept(match: re.Match[str]) -> str:
        inner = match["round"] or match["dash"] or match["tight"]
        before = text[: match.start()]
        quoted = before.count("“") > before.count("”") or before.count('"') % 2
        if quoted or _GUARD.search(inner) or inner.count("“") != inner.count("”"):
            return match[0]
        return " " if match["tight"] else ""

    return re.sub(r" +", " ", _ASIDE.sub(kept, text))


def _without_lead(text: str) -> str:
    """The sentence without a word on how it was said: "In a splashy move, …"."""
    match = _LEAD.match(text)
    return text[match.end() :] if match and not _GUARD.search(match[0]) else text


def _without_tail(text: str) -> str:
    match = _TAIL.search(text)
    gone = (match["clause"] or _SAID_OF_ONE.sub("", match["list"])) if match else ""
    if not match or not has_verb(text[: match.start()]) or _GUARD.search(gone):
        return text
    return text[: match.start()] + text[-1]


def _without_apposition(text: str) -> str:
    """The sentence without what a name is, between commas after it: ", the maker of Devin,"."""
    match = _APPOSITION.search(text)
    if not match or _GUARD.search(match["said"]):
        return text
    return text[: match.start()] + text[match.end() :]


def _first_clause(text: str) -> str:
    """The clause before the first joint, if it is one by itself."""
    match = _JOINT.search(text)
    if match is None:
        return text
    head, rest = text[: match.start()], text[match.end() :]
    dash = match[0].strip() in "—–"
    whole = has_verb(head) and has_verb(rest) and (dash or "," not in head)
    even = head.count('"') % 2 == 0 and head.count("“") == head.count("”")
    if not whole or not even or _CONDITION.search(head) or head.count("(") > head.count(")"):
        return text
    return f"{head}."


_CUTS = (_without_asides, _without_lead, _without_apposition, _without_tail, _first_clause)
