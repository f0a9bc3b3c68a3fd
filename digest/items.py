"""One record of a source made into an Item, or refused with a reason."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from digest.addresses import anchor
from digest.adverts import is_advert
from digest.clean import (
    at_sentence,
    canonical_url,
    clean_link,
    fold,
    is_bare,
    parse_date,
    plain,
    repair_text,
    shorten,
    shown_url,
    without_markdown,
    without_tex,
)
from digest.errors import InputError
from digest.languages import item_language
from digest.model import Item

LONGEST_TITLE = 100_000
TITLE = 300
SUMMARY = 2_000
_START = SUMMARY + 200
"""Characters that leave a whole summary behind, with some white space to fold."""
STAND_IN_TITLE = 100
LONGEST_GUID = 1_000
_RAW_SUMMARY = 200_000
_RAW_VALUE = 60
_FUTURE = timedelta(hours=24)
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
"""Older than any feed: what lies before is an empty date of some clock, such as 1970."""

_BUILT_BEFORE = timedelta(minutes=15)
_BUILT_AFTER = timedelta(hours=1)
_MANY = 3
_COUNT = re.compile(r"([0-9]{1,15})(?:\.0+)?")
_SIGNED = re.compile(r"\s+[-|–—·•»]\s+([^|–—·•»]+)$")


@dataclass(frozen=True, slots=True)
class RawItem:
    """What a source said of one item, as it said it; None or "" where it said nothing.

    Attributes:
        title: plain text or HTML, damage and all; so is `summary`.
        published: any form of date; so is `first_seen`.
        position: where it stands in its source, such as "line 17"; names it when it is refused.
        points: votes where the source counts them, in digits.
        guid: the source's own identifier of it, which it may change or use twice.
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
    guid: str | None = None


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


def clean_item(raw: RawItem, *, now: datetime, fetched: bool = False) -> Item | Refusal:
    """Make one item of one record; nothing a record can hold makes this fail.

    Args:
        raw: what the source said.
        now: aware; stands in for a missing `first_seen`.
        fetched: it was read from its source just now, so now is when it was first seen; else it
            may have been seen long ago, and counts from its date.

    Returns:
        The item, its remarks naming everything that was changed, guessed or ignored; or a refusal:
        no usable address, no text at all, or a title of more than 100,000 characters.
    """
    if fault := _fault(raw):
        return Refusal(_subject(raw, raw.title or ""), fault)
    guid = _one_line((raw.guid or "")[:LONGEST_GUID])
    url, link = _address(raw.url or "", guid), clean_link(raw.url or "")
    source = _source_name(raw.source or "") or url.split("/")[2]
    title, summary, remarks = _texts(raw, source)
    if not title:
        return Refusal(_subject(raw, ""), "no title and no text")
    times = _times(raw, now.astimezone(UTC), fetched=fetched)
    points, ignored = _points(raw.points)
    sponsored = is_advert(title, summary, source)
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
        language=item_language(title, summary),
        sponsored=sponsored,
        remarks=(*remarks, *times.remarks, *ignored),
        points=points,
        guid=guid,
    )


def doubt_dates(items: Sequence[Item], *, now: datetime) -> tuple[Item, ...]:
    """The items of one fetch, undated where their source dates everything at the fetch.

    Some programs write the time of asking for each item. A source is believed if it shows fewer
    than three items, or one that is older than a quarter of an hour.

    Args:
        items: all that the sources show.
        now: when the fetch began.
    """
    dates = defaultdict(list)
    for item in items:
        dates[item.source].append(item.published)
    built = {
        source
        for source, shown in dates.items()
        if len(shown) >= _MANY
        and all(
            date is not None and now - _BUILT_BEFORE <= date <= now + _BUILT_AFTER for date in shown
        )
    }
    remark = "publication date ignored: its source dates every item at the time of asking"
    return tuple(
        replace(item, published=None, remarks=(*item.remarks, remark))
        if item.source in built
        else item
        for item in items
    )


@lru_cache(maxsize=64)
def _source_name(given: str) -> str:
    """The name of a source as it is printed; remembered, since all its items have it."""
    return plain(given, limit=100)


def _one_line(guid: str) -> str:
    """An identifier as it can be stored; it is never printed."""
    if guid.isprintable():
        return guid.strip()
    return " ".join("".join(char if char.isprintable() else " " for char in guid).split())


def _address(url: str, guid: str) -> str:
    """The canonical address; with the part of the page where the identifier names it too.

    So the entries of one page, such as release notes, stay apart.
    """
    part = anchor(url) if "#" in guid and "#" in url else ""
    return canonical_url(url) + (f"#{part}" if part and anchor(guid) == part else "")


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


def _texts(raw: RawItem, source: str) -> tuple[str, str, tuple[str, ...]]:
    """Title and summary ready to print, and the remarks on what that took."""
    raw_title, raw_summary = raw.title or "", (raw.summary or "")[:_RAW_SUMMARY]
    remarks = []
    if repair_text(raw_title) != raw_title or repair_text(raw_summary) != raw_summary:
        remarks.append("damaged characters repaired")
    title = _unsigned(without_tex(plain(raw_title)), source)
    summary = _summary(raw_summary)
    if not any(map(str.isalnum, title)):
        title = shorten(summary, STAND_IN_TITLE)
        remarks.append("no title: the start of the text stands in for it")
    if len(title) > TITLE:
        remarks.append(f"title of {len(title):,} characters cut to {TITLE}")
        title = shorten(title, TITLE)
    return title, at_sentence(summary, SUMMARY), tuple(remarks)


def _summary(raw: str) -> str:
    """The summary without marks; of a long text without any only a start that is long enough."""
    if is_bare(raw):
        start = fold(raw[:_START])
        if len(start) > SUMMARY or len(raw) <= _START:
            return start
    return without_tex(plain(without_markdown(raw)))


def _unsigned(title: str, source: str) -> str:
    """The title without the name of its source behind it, which stands beside it anyway."""
    signed = _SIGNED.search(title)
    if signed is None or signed[1].casefold() != source.casefold():
        return title
    head = title[: signed.start()]
    return head if len(head.split()) > 1 else title


def _points(text: str | None) -> tuple[int | None, tuple[str, ...]]:
    """The count of votes, and a remark where something was written that is none."""
    text = (text or "").strip()
    if match := _COUNT.fullmatch(text):
        return int(match[1]), ()
    told = f"points `{plain(text[:1_000], limit=_RAW_VALUE)}` ignored: no whole number from 0 up"
    return None, (told,) if text else ()


def _times(raw: RawItem, now: datetime, *, fetched: bool) -> _Times:
    remarks = []
    seen, remark = _read(raw.first_seen, "first-seen date")
    remarks.append(remark)
    published, remark = _read(raw.published, "publication date")
    remarks.append(remark)
    reference = seen or now
    if published is not None and published - reference >= _FUTURE:
        remarks.append(_ignored(published, "it lies in the future"))
        published = None
    elif published is not None and published < _OLDEST:
        remarks.append(_ignored(published, "it lies more than 20 years back"))
        published = None
    if published is None and seen is None:
        remarks.append("undated")
    if seen is None and fetched:
        seen = now
    elif seen is None:
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
