"""Keep a brief from saying a thing twice: what the page says already, in words and numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from digest.quantities import Quantity, folded, quantities
from digest.sentences import WORDS, Candidate, content_words

REPEATS = 0.6
"""Share of a sentence's content words that may already be on the page before it is a repeat."""

_COINED = re.compile(r"\b[A-Z][\w-]*[A-Z\d]\w*\b")
_COMMON = frozenset("AI LLM LLMs GPU GPUs MCP API RAG VLM VLMs NLP MoE US UK EU CEO".split())
_CLAIM = re.compile(r"^According to [^:]+: ")


class Page:
    """What has been printed so far, so that no part repeats another or the headline."""

    def __init__(self, headline: str, printed: Collection[str]) -> None:
        self.headline = content_words(headline)
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
            same = numbers and told and (numbers <= told or told <= numbers)
            if share > (REPEATS / 2 if same else REPEATS):
                return False
        return True

    def add(self, candidate: Candidate, text: str = "") -> None:
        """Count a sentence, or the clause of it that was printed, as being on the page."""
        self.printed.append((candidate.words, numbers_of(candidate.text)))
        self.texts |= {candidate.text, text or candidate.text}

    def take(
        self, offered: Iterable[Candidate], most: int, *, words: int = WORDS[1]
    ) -> tuple[Candidate, ...]:
        """Print up to `most` new sentences of at most `words` words each, in the order given."""
        taken: list[Candidate] = []
        for candidate in offered:
            if len(taken) == most:
                break
            if candidate.length <= words and self.is_new(candidate):
                self.add(candidate)
                taken.append(candidate)
        return tuple(taken)


def numbers_of(text: str) -> frozenset[Quantity]:
    """The numbers of a text, each once, whatever the order."""
    return frozenset(quantities(folded(text)))
