"""Read the date a source wrote: right or not at all.

A wrong date puts a story into the wrong week, a missing one only costs it a little freshness. So
whatever can be read in two ways (03/04/2026, an unknown zone, a two-digit year in front) is not
read. Forms with digits and English words are read here; other languages go to dateparser.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from digest.foreign_dates import read_foreign

_LONGEST = 100
_YEARS = range(1, 2200)
_COMPACT_YEARS = range(1900, 2200)
_EPOCHS = range(1_000_000_000, 2_000_000_000)
_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug"
        "|september sept sep|october oct|november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_FILLERS = frozenset(
    "monday mon tuesday tues tue wednesday weds wed thursday thurs thur thu friday fri saturday"
    " sat sunday sun at on of the".split()
)
_HOURS = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0.0),
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5},
    **{"CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MESZ": 2, "MEZ": 1, "WEST": 1, "BST": 1},
    **{"EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "PKT": 5, "SGT": 8, "HKT": 8, "PHT": 8},
    **{"JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11},
    **{"NZST": 12, "NZDT": 13, "BRT": -3, "ART": -3, "SAST": 2, "WIB": 7},
}
_PLACES = {
    "AT": "America/Halifax",
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d)"
    r" (GMT|UTC|[+-]0\d00)"
)
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|[+-]0\d:?00)")
_COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"
    r"(?:[T ]?(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)?(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_TIME = re.compile(
    r"(?<![+\-\d:.])(?:(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,]\d+)?)?(?![\d:])"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?|(?P<hour>\d{1,2})\s*(?P<half2>[ap])\.?m\b\.?)",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*(?:(?P<offset>(?:UTC|GMT|UT)?\s?[+\-−]\d{1,2}(?::?\d\d)?)(?![\d:/.-])|(?P<word>[A-Za-z]+)\b)",
    re.IGNORECASE,
)
_NAMED_AGAIN = re.compile(
    r"\s*\([A-Za-z .'+:0-9-]*\)$|(?<=\dZ)\[[\w/+-]+\]$|(?<=[+-]\d\d:\d\d)\[[\w/+-]+\]$"
)
"""A zone that is named once more behind the offset that it has."""

_DATE_ZONE = re.compile(r"(?<=\d)(?P<zone>Z|\s?(?:GMT|UTC)|[+-]\d\d:\d\d)$", re.IGNORECASE)
_FORMS = (
    re.compile(r"(?P<y>\d{4})(?P<sep>[-/.])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<d>\d{1,2})\.?"),
    re.compile(r"(?P<d>\d{1,2})[ .-]+(?P<name>[a-z]+)[ .-]+(?P<y>\d{4}|\d\d)"),
    re.compile(r"(?P<name>[a-z]+)[ .]+(?P<d>\d{1,2})[ .]+(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[ .-]+(?P<name>[a-z]+)[ .-]+(?P<d>\d{1,2})"),
    re.compile(r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})"),
)
_EAST_DATE = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日日일号號]?")
_EAST_TIME = re.compile(r"(\d{1,2})\s?[时時点點시]\s?(\d{1,2})\s?[分분](?:\s?(\d{1,2})\s?[秒초])?")
_EAST_HALF = re.compile(
    r"(?:(?P<am>上午|午前|오전)|下午|午後|午后|오후)\s?(?P<time>\d{1,2}:\d\d(?::\d\d)?)"
)
_EAST_DAY = re.compile(
    r"[(（]\w[)）]|(?:星期|周|週|礼拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
)


def parse_date(text: str) -> datetime | None:
    """Read one date of a feed, a page or a file.

    Args:
        text: ISO 8601 (compact and truncated forms too), seconds or milliseconds since 1970,
            RFC 822 and its many dialects, English prose, numeric dates that read only one way,
            and dates in some thirty other languages.

    Returns:
        An aware datetime in UTC, to the second; None for what is no date, cannot exist, or could
        mean two days. A date without a time is that day at 00:00 UTC; a time without a zone is
        UTC; without a day there is no date.
    """
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST or not text.isprintable():
        return None
    return _read(text)


@lru_cache(maxsize=4_096)
def _read(text: str) -> datetime | None:
    """The instant that one line tells; remembered, since a feed is read more than once."""
    moment = _common_form(text)
    return _any_form(text) if moment is None else moment


def _common_form(text: str) -> datetime | None:
    """What nearly every feed writes, at a tenth of the cost; None for anything else."""
    if mail := _MAIL.fullmatch(text):
        day = (int(mail[3]), _MONTHS.get(mail[2].lower(), 0), int(mail[1]))
        clock, zone = (int(mail[4]), int(mail[5]), int(mail[6])), mail[7]
    elif stamp := _STAMP.fullmatch(text):
        day = (int(stamp[1]), int(stamp[2]), int(stamp[3]))
        clock, zone = (int(stamp[4]), int(stamp[5]), int(stamp[6])), stamp[7]
    else:
        return None
    hours = int(zone[:3]) if zone[0] in "+-" else 0
    return _moment(day, clock, timezone(timedelta(hours=hours)) if hours else UTC)


def _any_form(text: str) -> datetime | None:
    if re.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}", text):
        return _epoch(int(text.split(".")[0]))
    if compact := _COMPACT.fullmatch(text):
        if int(compact["y"]) not in _COMPACT_YEARS:
            return None
        day = (int(compact["y"]), int(compact["m"]), int(compact["d"]))
        clock = (int(compact["H"] or 0), int(compact["M"] or 0), int(compact["S"] or 0))
        return _moment(day, clock, _zone(compact["zone"] or "Z"))
    prepared = _without_eastern(text)
    prepared = _NAMED_AGAIN.sub("", prepared)
    moment = _plain_forms(prepared)
    if moment is None and _is_foreign(prepared):
        return read_foreign(text)
    return moment


def _epoch(number: int) -> datetime | None:
    seconds = number // 1000 if number >= 10**12 else number
    return datetime.fromtimestamp(seconds, UTC) if seconds in _EPOCHS else None


def _without_eastern(text: str) -> str:
    """Chinese, Japanese and Korean unit words rewritten as digits and separators."""
    if text.isascii():
        return text
    text = _EAST_DATE.sub(r"\1-\2-\3 ", text)
    text = _EAST_TIME.sub(
        lambda m: f"{m[1]}:{int(m[2]):02d}" + (f":{int(m[3]):02d}" if m[3] else ""), text
    )
    text = _EAST_HALF.sub(lambda m: f"{m['time']} {'am' if m['am'] else 'pm'}", text)
    return " ".join(_EAST_DAY.sub(" ", text).split())


def _plain_forms(text: str) -> datetime | None:
    """Digits and English words, in any of the usual orders."""
    clock = (0, 0, 0)
    zone: tzinfo | None = UTC
    if time := _TIME.search(text):
        head, tail = text[: time.start()], text[time.end() :]
        zone, tail = _leading_zone(tail)
        text = f"{re.sub('[Tt]$', '', head)} {tail}"
        hours = _hours(time)
        if hours is None:
            return None
        clock = (hours, int(time["M"] or 0), int(time["S"] or 0))
    elif dated := _DATE_ZONE.search(text):
        text, zone = text[: dated.start()], _zone(dated["zone"])
    day = _day(text)
    return _moment(day, clock, zone) if day else None


def _hours(time: re.Match[str]) -> int | None:
    """Hours from 0 to 24, a morning or afternoon mark counted in."""
    hours = int(time["H"] or time["hour"])
    half = (time["half"] or time["half2"] or "").lower()
    if not half:
        return hours
    return hours % 12 + (12 if half == "p" else 0) if 1 <= hours <= 12 else None


def _leading_zone(tail: str) -> tuple[tzinfo | None, str]:
    """The zone at the start of what follows the time, and the rest; None for an unknown name."""
    match = _ZONE.match(tail)
    if match is None:
        return UTC, tail
    rest = tail[match.end() :]
    if match["offset"]:
        name = _ZONE.match(rest)
        if name and (name["word"] or "").upper() in _HOURS:
            rest = rest[name.end() :]
        return _zone(match["offset"]), rest
    word = match["word"].lower()
    if (word in _FILLERS and match["word"] != "AT") or word in _MONTHS:
        return UTC, tail
    return _zone(word), rest


def _zone(text: str) -> tzinfo | None:
    """A zone from its name or offset; None if it is unknown."""
    text = text.strip().upper().replace("−", "-")
    if text in _PLACES:
        return ZoneInfo(_PLACES[text])
    if text in _HOURS:
        return timezone(timedelta(hours=_HOURS[text]))
    match = re.fullmatch(r"(?:UTC|GMT|UT)?\s?([+-])(\d{1,2}):?(\d\d)?", text)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset > timedelta(hours=14) or int(match[3] or 0) > 59:
        return None
    return timezone(-offset if match[1] == "-" else offset)


def _day(text: str) -> tuple[int, int, int] | None:
    """Year, month and day from what is left when time and zone are taken out."""
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.lower()).replace(",", " ")
    words = [word for word in text.split() if word.strip(".") not in _FILLERS]
    text = " ".join(words).strip(" .|·-")
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _day_of(match.groupdict())
    return None


def _day_of(parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    year = int(parts["y"] or 0)
    if len(parts["y"] or "") == 2:
        year += 2000 if year < 69 else 1900
    if name := parts.get("name"):
        month = _MONTHS.get(name, 0)
        return (year, month, int(parts["d"] or 0))
    if parts.get("m"):
        return (year, int(parts["m"] or 0), int(parts["d"] or 0))
    first, second = int(parts["a"] or 0), int(parts["b"] or 0)
    if parts["sep"] == "." or first > 12 or first == second:
        return (year, second, first)
    return (year, first, second) if second > 12 else None


def _moment(
    day: tuple[int, int, int], clock: tuple[int, int, int], zone: tzinfo | None
) -> datetime | None:
    """The instant in UTC, or None if there is no such day, time or zone."""
    hours, minutes, seconds = clock
    late = timedelta(days=1) if clock == (24, 0, 0) else timedelta(seconds=seconds == 60)
    if zone is None or day[0] not in _YEARS:
        return None
    clock = (0, minutes, seconds) if late.days else (hours, minutes, seconds - late.seconds)
    try:
        return (datetime(*day, *clock, tzinfo=zone) + late).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_foreign(text: str) -> bool:
    """Whether another language could explain why the plain forms failed."""
    if not re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", text)
    return any(
        not word.isascii()
        or (word.lower() not in _MONTHS and word.lower() not in _FILLERS and not word.isupper())
        for word in words
    )
