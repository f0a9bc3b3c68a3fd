"""Dates in the words of some thirty languages other than English, by dateparser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_LATIN = "fr de es it pt nl pl sv da nb fi cs hu ro tr id vi"
_LANGUAGES = (
    (re.compile(r"[\u0400-\u04ff]"), "ru uk bg"),
    (re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), "zh ja"),
    (re.compile(r"[\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u0600-\u06ff]"), "ar fa"),
    (re.compile(r"[\u0590-\u05ff]"), "he"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u0370-\u03ff]"), "el"),
    (re.compile(r"[\u0900-\u097f]"), "hi"),
)


def read_foreign(text: str) -> datetime | None:
    """The date that is written in words of the language of its script, in UTC to the second.

    None where dateparser makes nothing of it, or another year than the one that is written there.
    """
    languages = next((codes for script, codes in _LANGUAGES if script.search(text)), _LATIN)
    found: datetime | None = _foreign_parser(languages).get_date_data(text).date_obj
    if found is None or not re.search(rf"(?<!\d){found.year}(?!\d)", text):
        return None
    return found.astimezone(UTC).replace(microsecond=0)


@lru_cache(maxsize=16)
def _foreign_parser(languages: str) -> DateDataParser:
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=languages.split(),
        settings={
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
            "TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
        },
    )
