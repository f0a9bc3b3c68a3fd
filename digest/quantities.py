"""Read the numbers of a text by what they denote: `$1.2 billion`, `$1.2B` and `1.2bn dollars`.

Two quantities are equal only if value and unit are: `65 billion` is not `$65 billion`, and five
percent are not five percentage points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_SCALES = {
    **dict.fromkeys(("hundred",), 10**2),
    **dict.fromkeys(("thousand", "k"), 10**3),
    **dict.fromkeys(("million", "mn", "mln", "mio", "m"), 10**6),
    **dict.fromkeys(("billion", "bn", "b"), 10**9),
    **dict.fromkeys(("trillion", "tn", "trn", "t"), 10**12),
}
_LONG_SCALES = "hundred|thousand|million|billion|trillion|mln|mio|trn|mn|bn|tn"
_CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "dollar"), "dollar"),
    **dict.fromkeys(("€", "eur", "euro"), "euro"),
    **dict.fromkeys(("£", "gbp"), "pound"),
    **dict.fromkeys(("¥", "jpy", "yen"), "yen"),
    **dict.fromkeys(("cny", "rmb", "yuan"), "yuan"),
    **dict.fromkeys(("₹", "inr", "rupee"), "rupee"),
    **dict.fromkeys(("₩", "krw", "won"), "won"),
    **{"c$": "c$", "a$": "a$", "hk$": "hk$", "s$": "s$", "nz$": "nz$", "nt$": "nt$"},
}
_UNITS = {
    **dict.fromkeys(("%", "percent", "per cent"), "%"),
    **dict.fromkeys(("percentage point", "pp", "point", "pt"), "point"),
    **dict.fromkeys(("basis point", "bp"), "basis point"),
    **dict.fromkeys(("x", "×", "fold"), "x"),
    **dict.fromkeys(("gigawatt", "gw"), "gw"),
    **dict.fromkeys(("megawatt", "mw"), "mw"),
    **dict.fromkeys(("kilowatt", "kw"), "kw"),
    **dict.fromkeys(("terabyte", "tb"), "tb"),
    **dict.fromkeys(("gigabyte", "gb"), "gb"),
    **dict.fromkeys(("megabyte", "mb"), "mb"),
    **dict.fromkeys(("nanometer", "nanometre", "nm"), "nm"),
    **dict.fromkeys(("millisecond", "ms"), "ms"),
    **dict.fromkeys(("second", "sec"), "second"),
    **dict.fromkeys(("minute", "min"), "minute"),
    **{word: word for word in ("hour", "day", "week", "month", "year", "token", "parameter")},
}
MEASURES = frozenset((*_CURRENCIES.values(), "%", "point", "basis point", "x"))
"""Units that a number may not lose: without them it would say something else."""

_AFTER = sorted(
    (word for word in (*_UNITS, *_CURRENCIES, "pound") if word[-1] not in "$€£¥₹₩"),
    key=len,
    reverse=True,
)
_UNIT = rf"(?:[\s-]?(?P<unit>{'|'.join(map(re.escape, _AFTER))})(?:s|es)?(?![A-Za-z]))?"
_DIGITS = re.compile(
    r"(?<![A-Za-z\d.])(?<!\d,)(?<![A-Za-z]-)(?:(?P<currency>(?:(?<![A-Za-z])(?:US|HK|NZ|NT|[CAS]))?\$|[€£¥₹₩]"
    r"|(?<![A-Za-z])(?:USD|EUR|GBP|JPY|CNY|RMB|INR|KRW))\s?)?"
    r"(?<![A-Za-z\d.])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?!\d|[.,]\d)(?P<ordinal>(?:st|nd|rd|th)(?![A-Za-z]))?"
    rf"(?:[\s-]?(?P<long>{_LONG_SCALES})(?![A-Za-z])|(?P<short>[KMBTkmbt])(?![A-Za-z]))?" + _UNIT,
    re.IGNORECASE,
)
_COUNT = "|".join((*_WORTH, "hundred", "thousand", "million", "billion", "trillion"))
_SPELLED = re.compile(
    rf"(?<![\w-])(?P<words>(?:an? (?=hundred|thousand|million|billion|trillion))?(?:{_COUNT})\b"
    rf"(?:(?:[\s-]|\s(?:and|a)\s)(?:{_COUNT})\b)*)" + _UNIT,
    re.IGNORECASE,
)
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=3
    )
}
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:-|to|or|and)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts.

    Attributes:
        unit: a currency, "%", "point", "x", a unit of measure, "ordinal", or "" for a bare number.
        text: as it is written; `start` and `end` are its place in the folded text. They do not
            make two quantities differ.
    """

    value: Decimal
    unit: str
    text: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    scaled: bool = field(default=False, compare=False)


@lru_cache(maxsize=4_096)
def folded(text: str) -> str:
    """The text with one form of each digit, dash, quote and space; case and words stay."""
    text = _RAISED.sub(lambda run: "^" + unicodedata.normalize("NFKC", run[0]), text)
    text = unicodedata.normalize("NFKC", text)
    text = _DASHES.sub("-", text)
    return " ".join(re.sub("[‘’ʼ]", "'", re.sub("[“”„«»]", '"', text)).split())


@lru_cache(maxsize=4_096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text in order, in digits or spelled out.

    A lone "one", "first" and "second" are words, not numbers; digits within a name (`GPT-5.5`,
    `H100`) belong to the name. In a range the first number has the scale and the unit of the
    second: `8-13%`, `$20 to 25 million`.

    Args:
        text: folded by `folded`.
    """
    found = list(_in_digits(text))
    taken = {place for one in found for place in range(one.start, one.end)}
    found += [one for one in _spelled(text) if one.start not in taken]
    found.sort(key=lambda one: one.start)
    for place in range(len(found) - 1):
        found[place : place + 2] = _ranged(found[place], found[place + 1], text)
    return tuple(found)


def _in_digits(text: str) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        value = Decimal(match["number"].replace(",", ""))
        scale = (match["long"] or match["short"] or "").lower()
        unit = _unit(match["unit"])
        if match["currency"]:
            unit = _CURRENCIES[match["currency"].lower()]
        elif match["ordinal"]:
            unit = "ordinal"
        yield Quantity(
            value * _SCALES.get(scale, 1),
            unit,
            match[0].strip(),
            match.start(),
            match.end(),
            bool(scale),
        )


def _spelled(text: str) -> Iterator[Quantity]:
    for match in _SPELLED.finditer(text):
        words = re.findall(r"[a-z]+", match["words"].lower())
        unit = _unit(match["unit"])
        if words == ["one"] and unit not in MEASURES:
            continue
        value, scaled = _value(words)
        yield Quantity(value, unit, match[0].strip(), match.start(), match.end(), scaled)
    for match in _ORDINAL.finditer(text):
        value = Decimal(_ORDINALS[match[0].lower()])
        yield Quantity(value, "ordinal", match[0], match.start(), match.end())


def _value(words: list[str]) -> tuple[Decimal, bool]:
    """What number words come to, and whether a word of scale is among them."""
    total = part = 0
    for word in words:
        if word in _WORTH:
            part += _WORTH[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total += max(part, 1) * _SCALES[word]
            part = 0
    return Decimal(total + part), any(word in _SCALES for word in words)


def _unit(word: str | None) -> str:
    word = (word or "").lower()
    return "pound" if word == "pound" else _CURRENCIES.get(word) or _UNITS.get(word, "")


def _ranged(first: Quantity, last: Quantity, text: str) -> tuple[Quantity, Quantity]:
    """Two neighbours; if they are a range, each with what the other says for both."""
    between = _RANGE.fullmatch(text[first.end : last.start])
    bound = between and between[0].strip().lower() in {"-", "to"}
    if not bound and not (between and _BETWEEN.search(text[: first.start])):
        return first, last
    if last.scaled and not first.scaled and first.value < 1000:
        scale = _scale_of(last.text)
        first = replace(first, value=first.value * scale, scaled=True)
    money = first.unit if first.unit in _CURRENCIES.values() else ""
    return replace(first, unit=first.unit or last.unit), replace(last, unit=last.unit or money)


def _scale_of(text: str) -> int:
    """The scale of a quantity's text, such as 1,000,000 of `25 million` and `$25M`."""
    words = re.findall(r"[a-z]+", text.lower())
    return max((_SCALES[word] for word in words if word in _SCALES), default=1)
