"""Tells an advertisement, or an outlet's notice of itself, by what it says of itself."""

from __future__ import annotations

import re

_ADVERT = (
    r"sponsor(?:ed)?|sponsored (?:post|content|story|article|message)|advertisement|advertorial"
    r"|promoted(?: (?:post|content))?|paid (?:post|content|partnership)|partner content"
)
_TAGGED = re.compile(
    rf"[\[(【](?:{_ADVERT}|广告|廣告|推广|広告|광고|werbung|anzeige|publicité|publicidad)[\])】]",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"(?:{_ADVERT})\s*(?:[:|–—]|-\s|$)|\[ad\]|ad\s*[:|]\s|sponsored by\b"
    r"|(?:today's|our|this week's) sponsors?\b|(?:a (?:word|message)|thanks|thank you)"
    r" (?:from|to) (?:our|today's|this week's) sponsors?\b"
    r"|this (?:post|article|issue|newsletter|edition) is (?:sponsored|brought to you) by\b",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"become an? (?:[\w-]+ ){0,2}(?:member|subscriber|supporter|patron|curator|sponsor)\b"
    r"|subscribe to (?:our|the \w+ newsletter|this newsletter)\b"
    r"|(?:join|sign up (?:for|to)) our (?:[\w-]+ ){0,2}"
    r"(?:newsletter|mailing list|community|discord|slack|telegram|webinar)\b"
    r"|advertise with us\b|support our (?:work|journalism|newsroom)\b"
    r"|upgrade to (?:a )?(?:paid|premium|pro) (?:subscription|membership|plan)\b"
    r"|reach \d[\d.,]*(?:k|m| million|\+)? (?:[\w-]+ ){0,3}(?:professionals|subscribers|readers)\b",
    re.IGNORECASE,
)


def is_advert(title: str, summary: str, source: str) -> bool:
    """Whether it says of itself that it is an advertisement, or the outlet's notice of itself.

    Only the start of a text counts, or a tag in brackets in the title: "OpenAI sponsors a race"
    and "Sponsored research at MIT" are news.
    """
    title, summary = (text.lstrip(" *_>#-–—•⚡🔔👉📣📢\ufe0f") for text in (title, summary))
    return bool(
        _TAGGED.search(title)
        or _TAGGED.match(summary)
        or _TAGGED.search(source)
        or _LABELLED.match(source)
        or any(pattern.match(text) for pattern in (_LABELLED, _HOUSE) for text in (title, summary))
    )
