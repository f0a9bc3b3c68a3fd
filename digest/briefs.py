"""Brief a story with whole sentences of its own reports; every one names the item it came from.

Nothing is worded anew, so no number or name can appear that is not in the sources. A part that
finds no sentence stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sentencex import segment

from digest.clean import language_of
from digest.entities import numbers
from digest.model import Brief, Item, Sentence, Story

WORDS = (6, 45)
"""Fewest and most words of a sentence that may be printed."""

INSIGHT_CHARACTERS = 110
REPEATS = 0.6
"""Share of a sentence's content words that may already be on the page before it is a repeat."""

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_SMALL = frozenset(
    (
        "a an the and or but of to in on at by for from with as is are was were be been has have"
        " had it its this that these those will would can could may might not than then so such"
    ).split()
)
_DANGLING = re.compile(
    r"(?:It|They|He|She|This|These|Those|Their|Its|His|Her|And|But|Or|So|Which|Also|However"
    r"|Meanwhile|Instead|Both|Such|There|Here|That)\b(?!\s+(?:is|was)\s+(?:the|a)\b)"
)
_JUNK = re.compile(
    r"https?://|www\.|\bread more\b|\bclick here\b|\bsubscribe\b|\bsign up\b|\bcookies?\b|[{}<>|]"
    r"|\bfollow us\b|\bour newsletter\b|\bcontinue reading\b|\bcomments?:\s*\d|\*\*|\]\(",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|prompts?|rules)\b|\bsystem prompt\b"
    r"|\byou are (?:now )?an? (?:ai|assistant|language model)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\bmatters?\b|\bbecause\b|\bmeans?\b|\bsignals?\b|\bsuggests?\b|\bdepends? on\b"
    r"|\bmakes? it (?:easier|harder)\b|\bgives?\b|\blets?\b|\ballows?\b|\bcould\b|\brisk"
    r"|\bfirst time\b|\bputs? pressure\b|\bgains?\b|\bat stake\b|\bas a result\b"
    r"|\bconsequence|\bshows? (?:that|how)\b",
    re.IGNORECASE,
)
_STRONG_WHY = re.compile(r"\bmatters?\b|\bmeans? that\b|\bthe (?:ruling|deal|result) means\b", re.I)
_NEXT = re.compile(
    r"\b(?:teams?|developers?|companies|customers?|operators?|users?|buyers?|researchers?|labs?"
    r"|engineers?|administrators?|maintainers?|anyone|organi[sz]ations?|firms|agencies)\b[^.]*"
    r"\b(?:should|must|need to|can now|ought to)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\bwill\b|\bexpects?\b|\bplans? to\b|\bis (?:due|set|expected|scheduled) to\b|\bby 20\d\d\b"
    r"|\baims? to\b|\bforecasts?\b|\bnext (?:year|quarter|month)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:why it matters:\s*|(?:that|this|it|which) matters because\s+|the upshot:\s*"
    r"|that is because\s+)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:abstract|summary|executive summary|tl;dr)\b\s*[:.–—-]*\s*", re.IGNORECASE)
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for role, words in (
        ("Developers", r"developer|engineer|code|coding|api\b|sdk\b|open.source|library|repositor"),
        ("Researchers", r"research|paper\b|benchmark|preprint|laborator|dataset|scientist"),
        ("Enterprise & security teams", r"enterprise|customer|cloud|security|compliance|vulnerab"),
        ("Founders & investors", r"investor|funding|valuation|start-?up|shares|revenue|capex|bond"),
        ("Policy teams", r"regulat|law\b|bill\b|senat|commission|court|policy|minist|export"),
    )
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    item: str
    place: int

    @property
    def words(self) -> frozenset[str]:
        """Its content words, lower-case."""
        return _content(self.text)

    @property
    def length(self) -> int:
        """Its words as a reader counts them."""
        return len(self.text.split())


class _Page:
    """What has been printed so far, so that no part repeats another or the headline."""

    def __init__(self, headline: str) -> None:
        self.printed = [_content(headline)]

    def is_new(self, words: frozenset[str]) -> bool:
        """Whether these words are not yet on the page for the most part."""
        return bool(words) and all(
            len(words & earlier) <= REPEATS * min(len(words), len(earlier))
            for earlier in self.printed
            if earlier
        )

    def take(
        self, candidates: Iterable[_Candidate], most: int, *, words: int = WORDS[1]
    ) -> tuple[Sentence, ...]:
        """Print up to `most` new sentences of at most `words` words each, in the order given."""
        taken: list[Sentence] = []
        for candidate in candidates:
            if len(taken) == most:
                break
            if candidate.length <= words and self.is_new(candidate.words):
                self.printed.append(candidate.words)
                taken.append(Sentence(_without_lead_in(candidate.text), (candidate.item,)))
        return tuple(taken)


def brief(story: Story, *, language: str = "en") -> Brief:
    """Write the brief of a story from the sentences of its reports.

    Args:
        story: lead first; its own headline is not repeated by any part.
        language: ISO 639-1; sentences in another language are not used.

    Returns:
        Every part whose evidence was found: insight (at most 110 characters, with a number),
        what changed (1 to 2 sentences), why it matters (1), what to do next (1), who should care
        (up to 2 roles), takeaways (up to 3), implications (up to 2, about the future), freshness
        and credit.
    """
    candidates = [c for item in story.items for c in _candidates(item, language)]
    page = _Page(story.title)
    first = _what_changed(candidates, page)
    reasons = [c for c in candidates if not _NEXT.search(c.text)]
    why = page.take(_by_cue(reasons, _WHY, strong=_STRONG_WHY), 1, words=35)
    what_next = page.take(_by_cue(candidates, _NEXT), 1)
    implications = page.take(_by_cue(candidates, _FUTURE), 2)
    takeaways = page.take((c for c in candidates if numbers(c.text)), 3)
    return Brief(
        insight=_insight((*first, *implications, *takeaways)),
        what_changed=first,
        why_it_matters=why,
        what_to_do_next=what_next,
        who_should_care=_roles(story),
        takeaways=takeaways,
        implications=implications,
        freshness=_freshness(story.lead),
        credit=_credit(story),
    )


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.lower()) if word not in _SMALL)


def _without_lead_in(text: str) -> str:
    rest = _LEAD_IN.sub("", text)
    return rest[:1].upper() + rest[1:]


def _candidates(item: Item, language: str) -> list[_Candidate]:
    """The sentences of an item's summary that can stand alone on a page."""
    found = []
    for place, raw in enumerate(segment(language, item.summary)):
        text = _LABEL.sub("", raw.strip())
        fewest, most = WORDS
        complete = bool(re.search(r"[.!?][\"”’')]*$", text)) and "…" not in text
        starts = text[:1].isupper() or text[:1].isdigit() or text[:1] in "$€£¥“\"'‘"
        alone = not _DANGLING.match(text) or bool(_LEAD_IN.match(text))
        if (
            complete
            and starts
            and alone
            and fewest <= len(text.split()) <= most
            and not _JUNK.search(text)
            and not _INSTRUCTION.search(text)
            and text.count('"') % 2 == 0
            and text.count("“") == text.count("”")
            and text.count("(") == text.count(")")
            and language_of(text) == language
        ):
            found.append(_Candidate(text, item.id, place))
    return found


def _what_changed(candidates: Sequence[_Candidate], page: _Page) -> tuple[Sentence, ...]:
    """The first sentence that adds to the headline, and a second while both stay short.

    The second has to bring a number or speak of what the headline names: no filler.
    """
    headline = page.printed[0]
    plain = [c for c in candidates if not _LEAD_IN.match(c.text)]
    opening = page.take(plain, 1)
    if not opening:
        return ()
    room = WORDS[1] - len(opening[0].text.split())
    cues = (_WHY, _NEXT, _FUTURE)
    reports = (
        c
        for c in plain
        if not any(cue.search(c.text) for cue in cues)
        and (numbers(c.text) or len(c.words & headline) > 1)
    )
    return opening + page.take(reports, 1, words=room)


def _by_cue(
    candidates: Sequence[_Candidate],
    cue: re.Pattern[str],
    *,
    strong: re.Pattern[str] | None = None,
) -> list[_Candidate]:
    """The candidates that hold the cue: strongest first, then in reading order."""
    held = [c for c in candidates if cue.search(c.text)]
    return sorted(held, key=lambda c: not (strong and strong.search(c.text)))


def _insight(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The first printed sentence that holds a number and fits one line."""
    return tuple(s for s in sentences if len(s.text) <= INSIGHT_CHARACTERS and numbers(s.text))[:1]


def _roles(story: Story) -> tuple[Sentence, ...]:
    """Up to two roles whose words the story's items hold most often."""
    ids = tuple(item.id for item in story.items)
    text = " ".join(item.text for item in story.items)
    counts = [(len(pattern.findall(text)), role) for role, pattern in _ROLES]
    best = sorted((c for c in counts if c[0] >= 2), key=lambda c: -c[0])[:2]
    return tuple(Sentence(role, ids) for _, role in best)


def _freshness(lead: Item) -> tuple[Sentence, ...]:
    if lead.published is None or lead.first_seen < lead.published:
        return ()
    age = lead.first_seen - lead.published
    return (Sentence(f"Collected {_span(age)} after publication", (lead.id,)),)


def _span(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def _credit(story: Story) -> tuple[Sentence, ...]:
    first, *others = story.sources
    ids = tuple(item.id for item in story.items)
    return (Sentence(f"{first}; also {', '.join(others)}" if others else first, ids),)
