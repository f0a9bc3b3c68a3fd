"""One record of a source made into an Item, or refused with a reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from digest.clean import (
    canonical_url,
    clean_link,
    language_of,
    parse_date,
    plain,
    repair_text,
    shorten,
    shown_url,
    without_markdown,
    without_tex,
)
from digest.errors import InputError
from digest.model import Item

LONGEST_TITLE = 100_000
TITLE = 300
SUMMARY = 2_000
STAND_IN_TITLE = 100
_RAW_SUMMARY = 200_000
_RAW_VALUE = 60
_FUTURE = timedelta(hours=24)
_PAST = timedelta(days=20 * 365 + 5)
_COUNT = re.compile(r"([0-9]{1,15})(?:\.0+)?")
_SENTENCE_END = re.compile(r"[.!?…]['\"’”)]?(?=\s)|[。！？]")

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


@dataclass(frozen=True, slots=True)
class RawItem:
    """What a source said of one item, as it said it; None or "" where it said nothing.

    Attributes:
        title: plain text or HTML, damage and all; so is `summary`.
        published: any form of date; so is `first_seen`.
        position: where it stands in its source, such as "line 17"; names it when it is refused.
        points: votes where the source counts them, in digits.
    """

    id: str | None = None
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    published: str | None = None
    first_seen: str | None = None
    source: str | None = None
    position: str | None = None
    points: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that made no item: which one, and why."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Times:
    """When an item was published and first seen, and what was wrong with what the source said."""

    published: datetime | None
    first_seen: datetime
    remarks: tuple[str, ...]


def clean_item(raw: RawItem, *, now: datetime) -> Item | Refusal:
    """Make one item of one record; nothing a record can hold makes this fail.

    Args:
        raw: what the source said.
        now: aware; stands in for a missing `first_seen`.

    Returns:
        The item, its remarks naming everything that was changed, guessed or ignored; or a refusal:
        no usable address, no text at all, or a title of more than 100,000 characters.
    """
    if fault := _fault(raw):
        return Refusal(_subject(raw, raw.title or ""), fault)
    url, link = canonical_url(raw.url or ""), clean_link(raw.url or "")
    title, summary, remarks = _texts(raw.title or "", (raw.summary or "")[:_RAW_SUMMARY])
    if not title:
        return Refusal(_subject(raw, ""), "no title and no text")
    times = _times(raw, now.astimezone(UTC))
    points, ignored = _points(raw.points)
    source = plain(raw.source or "", limit=100) or url.split("/")[2]
    sponsored = _is_sponsored(title, summary, source)
    if sponsored:
        remarks = (*remarks, "an advertisement or a house notice")
    return Item(
        id=_id(raw.id, url),
        url=url,
        link=link,
        title=title,
        summary=summary,
        source=source,
        published=times.published,
        first_seen=times.first_seen,
        language=language_of(f"{title} {summary}" if len(title) < 20 else title),
        sponsored=sponsored,
        remarks=(*remarks, *times.remarks, *ignored),
        points=points,
    )


def _fault(raw: RawItem) -> str:
    """Why no item can be made of a record, as far as its address and its size tell; else ""."""
    size = len(raw.title or "")
    if size > LONGEST_TITLE:
        return f"the title has {size:,} characters; more than {LONGEST_TITLE:,} is no title"
    if not (raw.url or "").strip():
        return "no address (url)"
    try:
        canonical_url(raw.url or "")
    except InputError as error:
        return error.problem
    return ""


def _subject(raw: RawItem, title: str) -> str:
    """How a refused record is named: where it stands, and its title or address."""
    name = plain(title[:1_000], limit=80) or shown_url(raw.url or "")
    where = plain(raw.position or "", limit=80)
    return ": ".join(part for part in (where, name) if part) or "an item without a title"


def _id(given: str | None, url: str) -> str:
    given = (given or "").strip()
    if 1 <= len(given) <= 64 and given.isprintable():
        return given
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _texts(raw_title: str, raw_summary: str) -> tuple[str, str, tuple[str, ...]]:
    """Title and summary ready to print, and the remarks on what that took."""
    remarks = []
    if any(repair_text(text) != text for text in (raw_title, raw_summary)):
        remarks.append("damaged characters repaired")
    title = without_tex(plain(raw_title))
    summary = without_tex(plain(without_markdown(raw_summary)))
    if not title and summary:
        title = shorten(summary, STAND_IN_TITLE)
        remarks.append("no title: the start of the text stands in for it")
    if len(title) > TITLE:
        remarks.append(f"title of {len(title):,} characters cut to {TITLE}")
        title = shorten(title, TITLE)
    return title, _at_sentence(summary), tuple(remarks)


def _points(text: str | None) -> tuple[int | None, tuple[str, ...]]:
    """The count of votes, and a remark where something was written that is none."""
    text = (text or "").strip()
    if match := _COUNT.fullmatch(text):
        return int(match[1]), ()
    told = f"points `{plain(text[:1_000], limit=_RAW_VALUE)}` ignored: no whole number from 0 up"
    return None, (told,) if text else ()


def _at_sentence(text: str) -> str:
    """A summary in at most 2,000 characters, ended after a sentence if one ends late enough."""
    if len(text) <= SUMMARY:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text[:SUMMARY])]
    return text[: ends[-1]] if ends and ends[-1] > SUMMARY // 2 else shorten(text, SUMMARY)


def _times(raw: RawItem, now: datetime) -> _Times:
    remarks = []
    seen, remark = _read(raw.first_seen, "first-seen date")
    remarks.append(remark)
    published, remark = _read(raw.published, "publication date")
    remarks.append(remark)
    reference = seen or now
    if published is not None and published - reference > _FUTURE:
        remarks.append(_ignored(published, "it lies in the future"))
        published = None
    elif published is not None and reference - published > _PAST:
        remarks.append(_ignored(published, "it lies more than 20 years back"))
        published = None
    if published is None and seen is None:
        remarks.append("undated")
    if seen is None:
        seen = published if published is not None and published <= now else now
    return _Times(published, seen, tuple(filter(None, remarks)))


def _read(text: str | None, what: str) -> tuple[datetime | None, str]:
    """The date, and a remark where something was written that is none."""
    text = (text or "").strip()
    moment = parse_date(text)
    if moment is None and text:
        return None, f"{what} `{plain(text[:1_000], limit=_RAW_VALUE)}` could not be read"
    return moment, ""


def _ignored(published: datetime, why: str) -> str:
    return f"publication date {published.date().isoformat()} ignored: {why}"


def _is_sponsored(title: str, summary: str, source: str) -> bool:
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
