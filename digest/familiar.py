"""How often words stand in AI news at large: sharing a familiar word says little of two reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from digest.entities import FOCUS, HINTS
from digest.model import Vocabulary
from digest.vectors import tokenize

REPORTS = 1000
"""How many reports the shares below are worth beside those that were really counted."""

_COMMON = """
    learning model machine robot google intelligence artificial chatgpt openai language
"""
_MAKERS = """
    google microsoft amazon meta apple tesla facebook musk elon altman sam zuckerberg nvidia openai
    chatgpt anthropic claude gemini deepmind
"""
_NAMES = """
    alphabet twitter x ibm intel amd samsung huawei alibaba baidu tencent bytedance tiktok youtube
    instagram whatsapp android iphone chrome windows office siri alexa bing reddit netflix spotify
    uber waymo oracle salesforce adobe github aws azure softbank tsmc qualcomm snap zoom
    trump biden congress senate eu europe european china chinese us u.s american america uk britain
    india japan korea california pentagon ftc york reuters bloomberg wsj guardian mit stanford
    harvard berkeley
"""
_WORDS = """
    company firm startup start-up tech technology industry market business customer people human
    worker job data image photo video voice speech text chat bot search app software hardware
    computer computing robot car driving driverless autonomous drone vehicle art artist music game
    health healthcare medical doctor patient hospital cancer drug disease brain school student
    education university teacher law bill rule regulation regulator policy government state federal
    court lawsuit sue copyright privacy safety security risk danger threat ethics bias fake fraud
    scam billion million fund funding investment investor deal stock valuation power powerful energy
    climate global future next generation deep learning learn network system train trained training
    model language code coding developer engineer researcher scientist ceo founder
    executive chief launch release announce unveil introduce introducing test testing smart smarter
    better faster fast free big biggest small large major latest advanced real virtual digital
    online change changing building built create creating generate generated generative detect
    predict recognition face facial military war weapon police crime surveillance media social news
    content creator film hollywood writer intelligence artificial machine algorithm automation chip
    cloud agent assistant tool feature open source
"""
_EVERYDAY = """
    help raise powered based first work world research time year study show plan find want report
    platform build take need expert problem develop improve user team call bring talk service set
    think good meet project start turn challenge expand look write public warn stop identify
    development know see top claim task fight speed coming scale back care program inside right
    add control give offer tell hit life propose city day drive design boost full performance
    round let keep put say ask answer question way thing part group lead leader join partner
    partnership sign sell buy pay price cost money save lose win beat make maker move open close
    end run grow growth rise fall cut push pull lift spend demand supply support allow block limit
    face issue concern worry fear hope idea view guide list review update week month today now
    soon million percent hundred half third second two three five ten lab unit office head boss
    star giant rival race deal target track test trial result evidence story future past home
    house country nation worldwide local international special exclusive opinion analysis
    explained everything behind biggest latest best worst early late high low long short old young
    big
"""
_SHARES: tuple[tuple[Iterable[str], float], ...] = (
    (("AI",), 0.5),
    (("new",), 0.08),
    (_COMMON.split(), 0.04),
    (_MAKERS.split(), 0.02),
    (HINTS, 0.01),
    (FOCUS, 0.01),
    (_WORDS.split(), 0.008),
    (_EVERYDAY.split(), 0.008),
    (_NAMES.split(), 0.006),
)
"""Words, and the share of reports that hold one of them: orders of magnitude, not a count."""


def reports_holding(vocabulary: Vocabulary) -> tuple[int, Counter[str]]:
    """In how many of how many reports each term stood: what was counted and what is known.

    Args:
        vocabulary: what earlier weeks were counted to hold; may be empty.

    Returns:
        The number of reports, at least `REPORTS`, and term -> number of them that hold it.
    """
    known: dict[str, int] = {}
    for words, share in _SHARES:
        for word in words:
            for term in tokenize(word):
                known[term] = max(known.get(term, 0), round(share * REPORTS))
    held = Counter(known)
    held.update(vocabulary.counts)
    return REPORTS + vocabulary.documents, held
