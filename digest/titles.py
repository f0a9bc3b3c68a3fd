"""Titles as they are compared: model names, amounts and initials in one form."""

from __future__ import annotations

import re
from collections import defaultdict

from digest.vectors import STOP_WORDS

_INITIALS = re.compile(r"\b([A-Z])\.([A-Z])\.(?:([A-Z])\.)?")
_POSSESSIVE = re.compile(r"['’]s\b")
_SIGNED = re.compile(r"\s+[-|–—]\s+[A-Z][^\s]*(?:\s[^\s]+){0,3}$")
_MODEL = re.compile(r"\b([A-Z][A-Za-z]+)[ -]?v?(\d{1,3}(?:\.\d+)*)\b(?![%,.]\d)")
_LEVEL = r"(?:(?:\s[A-Z][\w-]*)?\s?\((low|medium|high|max)\))?"
_LEVELLED = re.compile(_MODEL.pattern + _LEVEL, re.IGNORECASE)
_NO_PRODUCT = STOP_WORDS | frozenset(
    "january february march april may june july august september october november december top best"
    " nearly day days issue".split()
)
_HAN_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(万亿|亿|万)\s*(美元|美金)?")
_HAN_UNIT = {"万亿": 1e12, "亿": 1e8, "万": 1e4}


def named(text: str) -> str:
    """A title as it is compared: names in one form, possessives and the outlet's signature gone."""
    text = _INITIALS.sub(lambda letters: "".join(filter(None, letters.groups())), text)
    text = _POSSESSIVE.sub("", text)
    text = _HAN_AMOUNT.sub(_amount, text)
    text = _MODEL.sub(_joined, text)
    signature = _SIGNED.search(text)
    if signature and len(text[: signature.start()].split()) >= 4:
        text = text[: signature.start()]
    return text


def _joined(model: re.Match[str]) -> str:
    """`Opus 4.8` and `Opus4.8` to `Opus-4.8`; `May 27` and `In 2026` stay."""
    name, number = model[1], model[2]
    return model[0] if name.lower() in _NO_PRODUCT else f"{name}-{number}"


def _amount(match: re.Match[str]) -> str:
    """`650 亿美元` to ` $65b `: an amount that reports in other languages give too."""
    value = float(match[1]) * _HAN_UNIT[match[2]]
    size, letter = next(
        ((size, letter) for size, letter in ((1e12, "t"), (1e9, "b"), (1e6, "m")) if value >= size),
        (1.0, ""),
    )
    return f" {'$' if match[3] else ''}{value / size:g}{letter} "


def versions(title: str) -> dict[str, set[str]]:
    """The numbers that follow each capitalised word: `Opus 4.8` gives {"opus": {"4.8"}}.

    A level is part of the number: `Opus 4.8 (Low)` is "4.8 low".
    """
    found: dict[str, set[str]] = defaultdict(set)
    for name, number, level in _LEVELLED.findall(title):
        if name[0].isupper() and name.lower() not in _NO_PRODUCT:
            found[name.lower()].add(f"{number} {level.lower()}".strip())
    return dict(found)
