"""Brief a story with whole sentences of its own reports; every one names the item it came from.

Nothing is worded anew, so no number or name can appear that is not in the sources. A part that
finds no sentence stays empty. Which words make a sentence fit which part is in `digest.cues`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from digest import bylines, continuity, cues, timeline
from digest.clauses import shorter
from digest.comparison import compared
from digest.grounding import ungrounded
from digest.model import Brief, DatedSentence, Past, Sentence, Story
from digest.quantities import folded, quantities
from digest.repeats import REPEATS, Page, numbers_of
from digest.sentences import INSIGHT_CHARACTERS, WORDS, Candidate, candidates, content_words
from digest.spoken_dates import spoken_dates

__all__ = ["REPEATS", "brief"]

_ATTRIBUTION = 40
_READING_ORDER = (1.0, 0.7, 0.4)
_LONG = 34
_SUBJECT = 40
_ANONYMOUS = re.compile(r"The (?:company|firm|start-?up|lab|group|model|tool|agency)\b")
_NEARLY = 0.7
_LEADS = 0.3


def brief(
    story: Story,
    *,
    language: str = "en",
    past: Past = Past(),  # noqa: B008 - frozen
    printed: Collection[str] = (),
) -> Brief:
    """Write the brief of a story from the sentences of its reports.

    Args:
        story: lead first; its own headline is not repeated by any part.
        language: ISO 639-1; sentences in another language are not used.
        past: earlier issues, for what the story continues, its timeline and related stories.
        printed: sentences that stand elsewhere in the issue; none is printed again.

    Returns:
        Every part whose evidence was found: what changed (1 to 2 sentences), why it matters (1),
        what to do next (1), insight (at most 110 characters, with a number), timeline (up to 5
        dated lines), takeaways (up to 3, with numbers), deep dive (up to 2), implications (up to
        2, each marked as its outlet's claim), who should care (up to 2 roles), comparison,
        related stories, freshness and credit.
    """
    pool = _pool(story, language)
    page = Page(story.title, printed)
    opening = _opening(pool, page)
    insight = _insight(pool, opening, page)
    changed = opening + _second(pool, opening, page)
    why = page.take(_reasons(pool, page), 1, words=_LONG + 4)
    to_do = page.take((c for c in pool if cues.NEXT.search(c.text)), 1)
    linked = continuity.linked(story, past)
    deep_dive = page.take(_technical(pool, page), 2)
    ahead = (c for c in pool if cues.FUTURE.search(c.text) and _tells(c, page))
    implications = page.take(ahead, 2, words=_ATTRIBUTION)
    dated = _dated(pool, page, story)
    takeaways = page.take(_facts(pool, page), 3)
    return Brief(
        insight=insight,
        what_changed=_said(changed),
        why_it_matters=_said(why, _without_lead_in),
        what_to_do_next=_said(to_do),
        who_should_care=bylines.roles(story),
        takeaways=_said(takeaways),
        comparison=compared(c.text for c in pool),
        deep_dive=_said(deep_dive),
        implications=tuple(Sentence(_attributed(c), (c.item,)) for c in implications),
        timeline=timeline.in_order((*linked.timeline, *dated)),
        related=linked.related,
        freshness=bylines.freshness(story.lead),
        credit=bylines.credit(story),
        continues=linked.continues,
    )


def _pool(story: Story, language: str) -> list[Candidate]:
    """The sentences that may be printed, those of the lead first, in reading order.

    Of a report that tells several stories, and of one whose text shares nothing with the lead,
    only sentences that speak of what the headline names.
    """
    subject = content_words(f"{story.title} {story.lead.title}")
    pool: list[Candidate] = []
    for item in story.items:
        mixed = bool(cues.ROUND_UP.search(item.title)) or item.title.count(", ") > 1
        fewest = 2 if mixed else int(item is not story.lead)
        pool += [
            c
            for c in candidates(item, language)
            if len(c.words & subject) >= fewest
            and not ungrounded(Sentence(c.text, (c.item,)), (item,))
        ]
    return pool


def _opening(pool: Sequence[Candidate], page: Page) -> tuple[Candidate, ...]:
    """The sentence that best tells the event.

    If it would make the best insight too, it is left for that, where another tells the event
    nearly as well.
    """
    new = [c for c in _by_news(pool, page) if page.is_new(c)]
    worth = [_insight_worth(c.text, page) for c in new]
    if new and worth[0] and worth[0] == max(worth):
        best = _news_worth(new[0], page.headline)
        near = [c for c in new[1:] if _news_worth(c, page.headline) >= _NEARLY * best]
        new = near or new
    return page.take(new, 1)


def _second(
    pool: Sequence[Candidate], opening: Sequence[Candidate], page: Page
) -> tuple[Candidate, ...]:
    """A second sentence of what changed, while both stay short.

    It has to bring a number or speak of what the headline names: no filler.
    """
    other = (cues.STRONG_WHY, cues.NEXT, cues.FUTURE, cues.OPINION)
    deep = [] if any(c.paper for c in pool) else _technical(pool, page)
    reports = (
        c
        for c in _by_news(pool, page)
        if c not in deep
        and not any(cue.search(c.text) for cue in other)
        and (_counts(c.text) or len(c.words & page.headline) > 2)
    )
    return page.take(reports, 1, words=WORDS[1] - opening[0].length) if opening else ()


def _by_news(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    plain = [c for c in pool if not cues.LEAD_IN.match(c.text) and _tells(c, page)]
    return sorted(
        plain, key=lambda c: -_news_worth(c, page.headline) - _LEADS * (c.item == pool[0].item)
    )


def _tells(candidate: Candidate, page: Page) -> bool:
    """Whether a sentence may tell the event: of a paper, only what it brings, finds or names."""
    text = candidate.text
    if not candidate.paper:
        return not re.match(r"(?:If|When|Once) ", text)
    if cues.FINDING.search(text) or cues.PROPOSAL.search(text):
        return True
    named = any(name in text[:_SUBJECT] for name in page.coined)
    return named and not cues.BACKGROUND.search(text)


def _news_worth(candidate: Candidate, headline: frozenset[str]) -> float:
    """How well a sentence tells the event: on the subject, early, counted, short and plain."""
    text = candidate.text
    early = _READING_ORDER[candidate.place] if candidate.place < len(_READING_ORDER) else 0.0
    worth = 0.5 * min(len(candidate.words & headline), 4) + early
    worth += 0.06 * min(len(candidate.words - headline), 12)
    worth += 0.8 * bool(cues.NEWS.search(text)) + 0.4 * bool(_counts(text))
    worth -= 0.4 * bool(re.search(r"\balso\b", text))
    worth -= 0.5 * bool(cues.OPINION.search(text)) + 0.6 * (candidate.length > _LONG)
    worth -= 0.7 * text.startswith(("“", '"')) + 0.6 * bool(cues.NEXT.search(text))
    if candidate.paper:
        worth += 2.0 * bool(cues.FINDING.search(text)) + 1.2 * bool(cues.PROPOSAL.search(text))
        worth -= early
    return worth


def _reasons(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences that say why, those that say so outright first."""

    def strength(candidate: Candidate) -> float:
        strong = bool(cues.STRONG_WHY.search(candidate.text) or cues.LEAD_IN.match(candidate.text))
        weak = bool(cues.WHY.search(candidate.text)) and bool(candidate.words & page.headline)
        weak = weak and not cues.PROPOSAL.search(candidate.text)
        said = 2.0 * bool(cues.LEAD_IN.match(candidate.text)) + 2.0 * strong + 1.0 * weak
        return said - 0.5 * candidate.text.startswith(("“", '"')) if said else 0.0

    held = [c for c in pool if strength(c) > 0 and not cues.NEXT.search(c.text)]
    held = [c for c in held if not c.paper or _tells(c, page)]
    return sorted(held, key=lambda c: -strength(c))


def _insight(
    pool: Sequence[Candidate], changed: Sequence[Candidate], page: Page
) -> tuple[Sentence, ...]:
    """The best short sentence or whole clause with a number and something the headline names.

    A clause of what changed will do if it is clearly shorter; the sentence itself is not repeated.
    """
    best: tuple[float, str, Candidate] | None = None
    for candidate in pool:
        new = page.is_new(candidate)
        for text in shorter(candidate.text) if "“" not in candidate.text else ():
            part = new or (candidate in changed and text != candidate.text)
            worth = _insight_worth(text, page) if part else 0.0
            if worth > 0 and text not in page.texts and (best is None or worth > best[0]):
                best = (worth, text, candidate)
    if best is None:
        return ()
    _, text, candidate = best
    page.add(candidate, text)
    return (Sentence(text, (candidate.item,)),)


def _insight_worth(text: str, page: Page) -> float:
    """0 if the text is no insight; more for numbers, early ones, and words of the headline."""
    counted = _counts(text)
    shared = content_words(text) & page.headline
    if not counted or numbers_of(text) <= page.counted or _ANONYMOUS.match(text):
        return 0.0
    if not shared or len(text) > INSIGHT_CHARACTERS or len(text.split()) < WORDS[0]:
        return 0.0
    return 1 + 0.5 * min(len(counted), 3) + 0.4 * min(len(shared), 3) - counted[0] / len(text)


def _counts(text: str) -> list[int]:
    """Where the numbers of a text stand that measure something; dates and bare ones do not."""
    text = folded(text)
    dates = [(one.start, one.end) for one in spoken_dates(text)]
    return [
        one.start
        for one in quantities(text)
        if one.unit not in {"", "ordinal"} or one.scaled or one.value >= 10
        if not any(start <= one.start < end for start, end in dates)
        and not (one.unit == "" and 1900 <= one.value <= 2100 and not one.scaled)
    ]


def _facts(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences that state a number or speak of what the headline names; numbers first."""
    held = [c for c in pool if _counts(c.text) or len(c.words & page.headline) > 1]
    held = [c for c in held if not cues.OPINION.search(c.text) and _tells(c, page)]
    return sorted(held, key=lambda c: -len(_counts(c.text)[:2]))


def _dated(pool: Sequence[Candidate], page: Page, story: Story) -> list[DatedSentence]:
    """The dated sentences that are not printed yet."""
    by_text = {c.text: c for c in pool}
    lines = timeline.dated(pool, story.items)
    return [line for line in lines if page.take((by_text[line.text],), 1)][: timeline.MOST]


def _technical(pool: Sequence[Candidate], page: Page) -> list[Candidate]:
    """The sentences with two technical words, or with one and a number; most words first."""

    def words(candidate: Candidate) -> int:
        return len({match[0].lower() for match in cues.TECHNICAL.finditer(candidate.text)})

    held = [c for c in pool if words(c) > 1 or (words(c) and _counts(c.text))]
    held = [c for c in held if _tells(c, page)]
    return sorted(held, key=lambda c: -words(c))


def _said(taken: Iterable[Candidate], worded: Callable[[str], str] = str) -> tuple[Sentence, ...]:
    return tuple(Sentence(worded(c.text), (c.item,)) for c in taken)


def _without_lead_in(text: str) -> str:
    rest = cues.LEAD_IN.sub("", text)
    return rest[:1].upper() + rest[1:]


def _attributed(candidate: Candidate) -> str:
    """The sentence marked as its outlet's claim."""
    if candidate.text.endswith("”") and ": “" in candidate.text:
        return candidate.text
    return f"According to {candidate.outlet}: {candidate.text}"
