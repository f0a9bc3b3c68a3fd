"""Say how well a sentence of a report would do as each part of a brief."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from digest import cues
from digest.events import happens, is_general
from digest.quantities import folded, quantities
from digest.repeats import Page, numbers_of
from digest.sentences import INSIGHT_CHARACTERS, WORDS, Candidate, content_words
from digest.spoken_dates import spoken_dates

_READING_ORDER = (1.2, 0.7, 0.4)
_SHORT = 20
_TOO_MANY = 0.04
_SUBJECT = 40
_LEADS = 0.5
_ANONYMOUS = re.compile(r"The (?:company|firm|start-?up|lab|group|model|tool|agency)\b")
_POINTS_BACK = re.compile(r"The [a-z-]+(?:['’]s)? (?![A-Z])")
_SUBORDINATE = re.compile(r"(?:Though|Although|While|As|After|Before|If|When|Since|Because)\b")
_ADDS = re.compile(r"\b(?:also|too|additional(?:ly)?|further(?:more)?|moreover|as well)\b")
_BARELY = re.compile(r"\bthe (?:issue|situation|problem|question|matter|move|idea|thing)\b")
_OF_A_NAME = re.compile(r"\b(?:at|aged?|age of)\s$|.\b[A-Z][\w-]*(?:\s\d+(?:\.\d+)?)?\s$")
_QUOTE = ("“", '"')
_TAKEAWAY_WORDS = 9
_NEW_WORDS = 5
_NAMES = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w.&’'-]*|[a-z]+[A-Z]\w*)(?: [A-Z][\w.&’'-]*)*")


def by_news(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences that may tell the event, the best first."""
    plain = [c for c in pool if not cues.LEAD_IN.match(c.text) and opens(c, page)]
    return sorted(
        plain, key=lambda c: -news_worth(c, page.headline) - _LEADS * (c.item == pool[0].item)
    )


def tells(candidate: Candidate, page: Page) -> bool:
    """Whether a sentence tells something new: of a paper, only what it brings, finds or names."""
    text = candidate.text
    if not candidate.paper:
        idle = candidate.quoted and not cues.OWN_NEWS.search(text)
        return not (idle or candidate.old or re.match(r"(?:If|When|Once) ", text))
    if cues.FINDING.search(text) or cues.PROPOSAL.search(text):
        return True
    named = any(name in text[:_SUBJECT] for name in page.coined)
    return named and not cues.BACKGROUND.search(text)


def opens(candidate: Candidate, page: Page) -> bool:
    """Whether a sentence may say what changed: it leads, tells an event or of the headline."""
    text = candidate.text
    if text.startswith(("Though ", "Although ")):
        return False
    if candidate.paper or not tells(candidate, page) or is_general(text):
        return candidate.paper and tells(candidate, page)
    subject = content_words(text[:_SUBJECT]) & page.headline
    leads = candidate.place == 0 or bool(subject)
    return leads or bool(counts(text) or cues.NEWS.search(text)) or happens(text)


def news_worth(candidate: Candidate, headline: frozenset[str]) -> float:
    """How well a sentence tells the event: on the subject, early, counted, short and plain."""
    text = candidate.text
    early = _READING_ORDER[candidate.place] if candidate.place < len(_READING_ORDER) else 0.0
    worth = 0.5 * min(len(candidate.words & headline), 4) + early
    worth += 0.06 * min(len(candidate.words - headline), 12)
    worth += 0.8 * bool(cues.NEWS.search(text)) + 0.4 * bool(counts(text))
    worth -= 0.4 * bool(re.search(r"\balso\b", text))
    worth -= 0.5 * bool(cues.OPINION.search(text)) + 0.6 * bool(cues.NEXT.search(text))
    worth -= 0.4 * bool(_SUBORDINATE.match(text))
    worth -= 0.7 * text.startswith(_QUOTE) + _TOO_MANY * max(0, candidate.length - _SHORT)
    if candidate.place:
        worth -= 1.0 * bool(_POINTS_BACK.match(text))
        worth -= 0.6 * bool(cues.STRONG_WHY.search(text)) + 0.4 * bool(cues.WHY.search(text))
    if candidate.paper:
        worth += 2.0 * bool(cues.FINDING.search(text)) + 1.2 * bool(cues.PROPOSAL.search(text))
        worth -= early
    return worth


def reasons(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences that say why, those that say so outright first."""

    def strength(candidate: Candidate) -> float:
        strong = bool(cues.STRONG_WHY.search(candidate.text) or cues.LEAD_IN.match(candidate.text))
        weak = bool(cues.WHY.search(candidate.text)) and bool(candidate.words & page.headline)
        weak = weak and not cues.PROPOSAL.search(candidate.text)
        said = 2.0 * bool(cues.LEAD_IN.match(candidate.text)) + 2.0 * strong + 1.0 * weak
        return said - 0.5 * candidate.text.startswith(_QUOTE) if said else 0.0

    held = [c for c in pool if strength(c) > 0 and not cues.NEXT.search(c.text)]
    held = [c for c in held if tells(c, page) and not cues.OPINION.search(c.text)]
    return sorted(held, key=lambda c: -strength(c))


def looks_ahead(candidate: Candidate, page: Page) -> bool:
    """Whether a sentence claims something of the future, rather than that it is not known."""
    text = candidate.text
    future = cues.FUTURE.search(text) and not cues.OPEN.search(text)
    return bool(future) and not text.startswith("According to") and tells(candidate, page)


def insight_worth(text: str, page: Page) -> float:
    """0 if the text is no insight; more for numbers, early ones, and words of the story."""
    counted = counts(text)
    shared = content_words(text) & page.subject
    if (
        not counted
        or numbers_of(text) <= page.counted
        or _ANONYMOUS.match(text)
        or _SUBORDINATE.match(text)
        or _ADDS.search(text)
    ):
        return 0.0
    if not shared or len(text) > INSIGHT_CHARACTERS or len(text.split()) < WORDS[0]:
        return 0.0
    return 1 + 0.5 * min(len(counted), 3) + 0.4 * min(len(shared), 3) - counted[0] / len(text)


@lru_cache(maxsize=4_096)
def counts(text: str) -> tuple[int, ...]:
    """Where the numbers of a text stand that measure something; dates and bare ones do not."""
    text = folded(text)
    dates = [(one.start, one.end) for one in spoken_dates(text)]
    return tuple(
        one.start
        for one in quantities(text)
        if one.unit not in {"", "ordinal"} or one.scaled or one.value >= 10
        if not any(start <= one.start < end for start, end in dates)
        and not (one.unit == "" and 1900 <= one.value <= 2100 and not one.scaled)
        and not (one.unit == "" and _OF_A_NAME.search(text[: one.start]))
    )


def facts(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences that state a number, or two names or words of the story; numbers first."""
    held = [c for c in pool if counts(c.text) or _informs(c, page)]
    held = [c for c in held if not cues.OPINION.search(c.text) and tells(c, page)]
    return sorted(held, key=lambda c: (-len(counts(c.text)[:2]), -_names(c.text)))


def _informs(candidate: Candidate, page: Page) -> bool:
    """Whether a sentence without a number says enough: of the story, and something beyond it."""
    named, told = candidate.words & page.headline, candidate.words & page.subject
    about = len(named) > 1 or ((bool(named) or len(told) > 1) and _names(candidate.text) > 1)
    new = candidate.words - page.subject
    long = candidate.length >= _TAKEAWAY_WORDS and len(new) >= _NEW_WORDS
    return about and long and not (is_general(candidate.text) or _BARELY.search(candidate.text))


def _names(text: str) -> int:
    """How many names a sentence has after its first word, at most 2."""
    return min(2, len(set(_NAMES.findall(text))))


def technical(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences with two technical words, or with one and a number; most words first."""

    def words(candidate: Candidate) -> int:
        return len({match[0].lower() for match in cues.TECHNICAL.finditer(candidate.text)})

    held = [c for c in pool if words(c) > 1 or (words(c) and counts(c.text))]
    held = [c for c in held if tells(c, page) and not c.text.startswith(_QUOTE)]
    return sorted(held, key=lambda c: -words(c))
