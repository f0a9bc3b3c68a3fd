"""The phrases of a text: the runs of one to three words that could name a group of texts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from digest.boilerplate import WEAK_WORDS
from digest.vectors import STOP_WORDS, stem, unspaced

LONGEST = 3
IN_SUMMARY = 0.4
"""What a phrase that only the summary holds counts, against 1 in the title."""

_TOKEN = re.compile(r"[^\W_]+(?:[-.&'’][^\W_]+)*(?:\+\+|#)?|\S")
_POSSESSIVE = re.compile(r"['’]s?$")
_APOSTROPHE = re.compile(r"['’]")
_LINKING = re.compile(r"(?:ly|ed)$")


@dataclass(frozen=True, slots=True)
class Held:
    """What one text holds: phrase keys with their weight, and the forms each was written in."""

    weights: dict[str, float] = field(default_factory=dict)
    forms: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def phrases_of(title: str, summary: str) -> Held:
    """The phrases of one text that could name a group."""
    held = Held()
    for text, weight in ((title, 1.0), (summary, IN_SUMMARY)):
        for words in _runs(text):
            for start in range(len(words)):
                for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                    _note(held, words[start:end], weight)
    return held


def _note(held: Held, words: Sequence[str], weight: float) -> None:
    keys = [stem(word.lower()) for word in words]
    if not _may_name(words, keys):
        return
    key = " ".join(keys)
    held.weights.setdefault(key, weight)
    # Titles are often in capitals throughout: the running text knows how a word is written.
    held.forms[key][" ".join(words)] += 1 if weight == 1.0 else 2


def _runs(text: str) -> Iterator[list[str]]:
    """The words of a text in runs that no stop word, mark or number breaks."""
    run: list[str] = []
    for token in _TOKEN.findall(text):
        word = _POSSESSIVE.sub("", token)
        broken = word != token
        bare = _APOSTROPHE.sub("", word.lower())
        if bare in STOP_WORDS or not word[:1].isalpha() or unspaced(word) or len(word) < 2:
            yield run
            run = []
            continue
        run.append(word)
        if broken:
            yield run
            run = []
    yield run


def _may_name(words: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether a phrase could be the name of a theme."""
    plain = [word.lower() for word in words]
    if len(set(keys)) < len(keys) or not WEAK_WORDS.isdisjoint((*plain, *keys)):
        return False
    if len(words) == LONGEST and any(word == word.lower() for word in words):
        return False
    last = words[-1]
    if last == last.lower() and _LINKING.search(last):
        return False
    return len(words) > 1 or not last.endswith("ing")
