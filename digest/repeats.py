"""Keep a brief from saying a thing twice: what the page says already, in words and numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from digest.clauses import shorter
from digest.quantities import Quantity, folded, quantities
from digest.sentences import WORDS, Candidate, content_words

REPEATS = 0.6
"""Share of a sentence's content words that may already be on the page before it is a repeat."""

_SAME_STORY = 0.45

_COINED = re.compile(r"\b[A-Z][\w-]*[A-Z\d]\w*\b")
_COMMON = frozenset("AI LLM LLMs GPU GPUs MCP API RAG VLM VLMs NLP MoE US UK EU CEO".split())
_CLAIM = re.compile(r"^According to [^:]+: ")


class Page:
    """What has been printed so far, so that no part repeats another or the headline.

    Attributes:
        headline: the headline's words; `subject` holds those and more that tell the event.
        counted: the headline's numbers; `coined` its names with capitals or digits inside.
    """

    def __init__(self, headline: str, printed: Collection[str]) -> None:
        self.headline = content_words(headline)
        self.subject = self.headline
        self.counted = numbers_of(headline)
        self.coined = frozenset(_COINED.findall(headline)) - _COMMON
        self.printed: list[tuple[frozenset[str], frozenset[Quantity]]] = []
        self.texts = {_CLAIM.sub("", text) for text in printed}

    def is_new(self, candidate: Candidate) -> bool:
        """Whether a sentence is not yet on the page for the most part, in words and numbers."""
        words, numbers = candidate.words, numbers_of(candidate.text)
        if (
            not words
            or candidate.text in self.texts
            or len(words & self.headline) >= REPEATS * len(words)
        ):
            return False
        for earlier, told in self.printed:
            share = len(words & earlier) / min(len(words), len(earlier))
            if share > self._most(numbers, told):
                return False
        return True

    def _most(self, numbers: frozenset[Quantity], told: frozenset[Quantity]) -> float:
        """The share of words that two sentences with these numbers may have in common.

        Less where they tell the same numbers; those of the headline say little about that.
        """
        if not (numbers and told) or not (numbers <= told or told <= numbers):
            return REPEATS
        return _SAME_STORY if numbers <= self.counted or told <= self.counted else REPEATS / 2

    def add(self, candidate: Candidate, text: str = "") -> None:
        """Count a sentence, or the clause of it that was printed, as being on the page."""
        self.printed.append((candidate.words, numbers_of(candidate.text)))
        self.texts |= {candidate.text, text or candidate.text}

    def take(
        self, offered: Iterable[Candidate], most: int, *, words: int = WORDS[1], cut: bool = False
    ) -> tuple[Candidate, ...]:
        """Print up to `most` new sentences, in the order given, of at most `words` words each.

        Where `cut`, a longer one is cut to whole clauses if that is enough.
        """
        taken: list[Candidate] = []
        for candidate in offered:
            if len(taken) == most:
                break
            form = _within(candidate, words, cut)
            if form and self.is_new(form):
                self.add(form)
                taken.append(form)
        return tuple(taken)


def _within(candidate: Candidate, words: int, cut: bool) -> Candidate | None:
    """The candidate if it is short enough, else its longest form that is; None without one."""
    if candidate.length <= words:
        return candidate
    forms = shorter(candidate.text) if cut and "“" not in candidate.text else ()
    text = next((form for form in forms if WORDS[0] <= len(form.split()) <= words), "")
    return replace(candidate, text=text, whole=False) if text else None


def numbers_of(text: str) -> frozenset[Quantity]:
    """The numbers of a text, each once, whatever the order."""
    return frozenset(quantities(folded(text)))
