"""Tell a sentence that reports something new from background and from what is always so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from digest.quantities import folded
from digest.spoken_dates import iso_dates

_RECENT = timedelta(days=21)
_LONG_AGO = re.compile(
    r"(?:Initially|Originally|In the (?:early |mid-?|late )?(?:1[5-9]|20)?\d0s|In (?:recent|past"
    r"|previous) years"
    r"|Earlier this year|Last (?:year|summer|fall|autumn|winter|spring)"
    r"|(?:Years|Decades|Months|A (?:year|decade|few (?:years|months))) (?:ago|earlier)"
    r"|(?:(?:Nearly|Almost|About|Around|Over|More than|Just) )?\w+ (?:years?|decades?"
    r"|months) ago|Historically|Over the (?:ensuing|following|intervening|past"
    r"|last) (?:\w+ )?(?:years|decades)|Until (?:now|recently)|Traditionally|For (?:years|decades"
    r"|centuries|months|a long time|much of))\b"
    r"|.{0,120}\bhad (?:previously|already|long|once|initially|originally)\b",
)
_GENERAL = re.compile(
    r"(?:Most|Many|Some|Few|Every|Each|Any|All|No|People|Humans|Generally|In general"
    r"|At some point|There (?:is|are)|Whenever|Imagine|Anyone who|Today['’]s)\b"
    r"|An? (?:[\w-]+ ){1,4}(?:is|are) (?:\w+ly |just )?an?\b|“?[\w -]{2,40}”? refers to\b"
    r"|.{0,60}\b(?:[Oo]ften|[Uu]sually|[Tt]ypically|[Ss]ometimes|always|tends? to)\b"
)
_ASIDE = re.compile(
    r",|\b(?:who|which|that|where|whose|as|after|when|since|because|until|by|from|than|whether)\b"
)
_HAPPENS = re.compile(
    r"\b(?:has|have|is|are|was|were) (?:\w+ ){0,2}?\w{3,}(?:ed|en|ing|wn|ught|lt)\b"
    r"|\b(?:became|began|bought|broke|brought|built|came|chose|drew|fell|felt|found|gave|got|grew"
    r"|held|kept|led|left|lost|made|met|paid|ran|rose|saw|sent|shut|sold|sought|spent|drove|stood"
    r"|struck|taught|took|threw|told|went|won|wrote|said|says)\b"
    r"|\b\w{3,}ed (?:an?|the|its|his|her|their|that|to|in|on|by|from|with|it|out|up|new)\b"
)


def is_old(text: str, written: datetime) -> bool:
    """Whether a sentence tells what was more than three weeks before its report.

    It begins so ("Last year"), or the only dates of its main clause are as old as that.
    """
    if _LONG_AGO.match(text):
        return True
    text = re.sub(r"\([^()]*\)", " ", folded(text))
    cutoff = (written - _RECENT).date().isoformat()
    days = list(iso_dates(text, written))
    old = [spoken for spoken, day in days if day < cutoff[: len(day)]]
    opening = text[: old[0].start + 5] if old else ""
    return bool(old) and len(old) == len(days) and not _ASIDE.search(opening)


def is_general(text: str) -> bool:
    """Whether a sentence speaks of what is always so, as far as its beginning tells."""
    return bool(_GENERAL.match(text))


def happens(text: str) -> bool:
    """Whether a sentence has a verb of something done or under way."""
    return bool(_HAPPENS.search(text))
