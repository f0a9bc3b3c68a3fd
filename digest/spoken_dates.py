"""Find the dates that a sentence speaks of, and say which day, month or year they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug"
        "|september sept sep|october oct|november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)(?![\d,]*\d|\.\d)"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d.]*\d|,\d|\s?%)"
_BEFORE = "in|since|by|until|from|during|early|late|mid"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\w.-]){_YEAR}-(?P<month>1[0-2]|0[1-9])-(?P<day>3[01]|[12]\d|0[1-9])(?![\d-])",
        rf"\b{_MONTH}\s{_DAY}(?:,?\s{_YEAR})?",
        rf"(?<![\w.$€£,]){_DAY}(?:\sof)?\s{_MONTH}(?:,?\s{_YEAR})?",
        rf"\b{_MONTH},?\s(?:of\s)?{_YEAR}",
        rf"\b(?:{_BEFORE}|last|this|next)[\s-]{_MONTH}(?!\s\d|\w)",
        rf"\b(?:{_BEFORE}|to|year|before|after)[\s-]{_YEAR}"
        r"(?!-\d|\s?%|\s(?:[a-z]+\s)?(?:people|users|tokens|models|employees|jobs))",
        rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b",
        r"\b(?P<near>today|yesterday|tomorrow)\b",
    )
)
_HALF_A_YEAR = 6
_AHEAD = re.compile(
    r"\b(?:will|next|due|set to|expect(?:s|ed)?|plans? (?:to|for)|scheduled|slated|planned|coming"
    r"|upcoming)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SpokenDate:
    """A date as said: what is not said is 0, and `weekday` counts from Monday, -1 if not said.

    Attributes:
        near: days from the day of writing (yesterday is -1), None if the date is not said so.
        start: its place in the text; so is `end`.
    """

    year: int
    month: int
    day: int
    weekday: int
    near: int | None
    text: str
    start: int
    end: int


@lru_cache(maxsize=4_096)
def spoken_dates(text: str) -> tuple[SpokenDate, ...]:
    """The dates of a text in order, none within another.

    Args:
        text: folded by `digest.quantities.folded`. A month or a year alone counts only after a
            word such as "in" or "since"; a capital tells May and March from the verbs.
    """
    found: list[SpokenDate] = []
    for form in _FORMS:
        for match in form.finditer(text):
            parts = match.groupdict()
            name = parts.get("month") or ""
            free = all(match.end() <= one.start or match.start() >= one.end for one in found)
            if free and not (name.isalpha() and name[0].islower()):
                found.append(_spoken(match, parts))
    return tuple(sorted(found, key=lambda one: one.start))


def _spoken(match: re.Match[str], parts: dict[str, str | None]) -> SpokenDate:
    month = (parts.get("month") or "0").lower()
    near = {"yesterday": -1, "today": 0, "tomorrow": 1}.get((parts.get("near") or "").lower())
    weekday = (parts.get("weekday") or "").lower()
    return SpokenDate(
        year=int(parts.get("year") or 0),
        month=_MONTHS.get(month) or int(month),
        day=int(parts.get("day") or 0),
        weekday=_WEEKDAYS.index(weekday) if weekday else -1,
        near=near,
        text=match[0],
        start=match.start(),
        end=match.end(),
    )


def iso_dates(text: str, written: datetime) -> Iterator[tuple[SpokenDate, str]]:
    """Each date of a text with what it means in ISO 8601: `2026-05-27`, `2026-05` or `2026`.

    Args:
        text: folded; one sentence.
        written: when it was written. A month without a year is the last one before, a day the
            nearest; the next one where the sentence looks ahead.
    """
    ahead = bool(_AHEAD.search(text))
    for spoken in spoken_dates(text):
        if means := _iso(spoken, written.date(), ahead):
            yield spoken, means


def _iso(spoken: SpokenDate, written: date, ahead: bool) -> str:
    if spoken.near is not None:
        return (written + timedelta(days=spoken.near)).isoformat()
    if spoken.weekday >= 0:
        back = (written.weekday() - spoken.weekday) % 7
        return (written + timedelta(days=7 - back if ahead and back else -back)).isoformat()
    if not spoken.month:
        return str(spoken.year)
    year = spoken.year or _year_of(spoken, written, ahead)
    if not spoken.day:
        return f"{year}-{spoken.month:02d}"
    try:
        return date(year, spoken.month, spoken.day).isoformat()
    except ValueError:
        return ""


def _year_of(spoken: SpokenDate, written: date, ahead: bool) -> int:
    """The year of a date said without one; a day is taken for the nearest such day."""
    said, today = (spoken.month, spoken.day or written.day), (written.month, written.day)
    if ahead and not spoken.day:
        return written.year + (said < today)
    past = written.year - (said > today)
    months = (written.year - past) * 12 + written.month - spoken.month
    return past + (spoken.day > 0 and months > _HALF_A_YEAR)
