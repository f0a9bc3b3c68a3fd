"""Brief a story with whole sentences of its own reports; every one names the item it came from.

Nothing is worded anew, so no number or name can appear that is not in the sources. A part that
finds no sentence stays empty. Which words make a sentence fit which part is in `digest.cues`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from digest import bylines, continuity, cues, timeline
from digest.chaff import is_chaff
from digest.clauses import shorter
from digest.comparison import compared
from digest.grounding import ungrounded
from digest.model import Brief, DatedSentence, Item, Past, Sentence, Story
from digest.repeats import REPEATS, Page
from digest.sentences import WORDS, Candidate, candidates, content_words, headline, sentences_of
from digest.worth import (
    by_news,
    counts,
    facts,
    insight_worth,
    looks_ahead,
    news_worth,
    reasons,
    technical,
)

__all__ = ["REPEATS", "brief"]

_ATTRIBUTION = 40
_LONG = 38
_NEARLY = 0.7
_FOLLOW_ON = (9, 60)
"""Fewest words of a sentence that reads on from the first, and most of the two together."""

_TITLE = 1.6
"""What a sentence may be worse by than a title and still be the better insight."""

_CLOSE = 1 / 3
"""Share of the words of two titles that makes them titles of one report of one event."""


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
    found = _pool(story, language)
    pool = [c for c in found if not c.follows and not c.to_reader]
    page = Page(story.title, printed)
    page.subject |= _subject(story)
    opening = _opening(pool, page)
    page.subject |= frozenset().union(*(c.words for c in opening))
    opening += _reading_on(found, opening, page)
    why = page.take(reasons(pool, page), 1, words=_LONG, cut=True)
    insight = _insight(pool, _titles(story, language), opening, page)
    changed = opening + _second(pool, opening, page)
    steps = (c for c in found if not c.follows and cues.NEXT.search(c.text))
    to_do = page.take(steps, 1)
    linked = continuity.linked(story, past)
    ahead = (c for c in pool if looks_ahead(c, page))
    implications = page.take(ahead, 2, words=_ATTRIBUTION)
    deep_dive = page.take(technical(pool, page), 2)
    dated = _dated(pool, page, story) if changed else ()
    takeaways = page.take(facts(pool, page), 3)
    return Brief(
        insight=insight,
        what_changed=_said(changed),
        why_it_matters=_said(why, _without_lead_in),
        what_to_do_next=_said(to_do),
        who_should_care=bylines.roles(story),
        takeaways=_said(takeaways),
        comparison=compared(_statements(story, language)),
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

    Of a report that tells several stories, and of one whose title says another thing than the
    lead's, only sentences that speak of what the headline names.
    """
    subject = content_words(f"{story.title} {story.lead.title}")
    pool: list[Candidate] = []
    for item in story.items:
        mixed = bool(cues.ROUND_UP.search(item.title)) or item.title.count(", ") > 1
        fewest = 2 if mixed else int(not _is_close(item, story))
        pool += [
            c
            for c in candidates(item, language)
            if (len(c.words & subject) >= fewest or c.follows)
            and not ungrounded(Sentence(c.text, (c.item,)), (item,))
        ]
    return pool


def _statements(story: Story, language: str) -> list[str]:
    """The sentences that may state what is compared, whole or not, but for advertising.

    Of a report whose title says another thing, those with two words of the headline.
    """
    headline = content_words(story.title)
    return [
        text
        for item in story.items
        for text in sentences_of(item, language)
        if _is_close(item, story) or len(content_words(text) & headline) > 1
        if re.search(r"\d", text) and not is_chaff(text)
    ]


def _is_close(item: Item, story: Story) -> bool:
    """Whether an item's title says for the most part what the story's headline says."""
    headline, title = content_words(story.title), content_words(item.title)
    shared = len(headline & title)
    return item is story.lead or shared >= max(2, _CLOSE * min(len(headline), len(title)))


def _titles(story: Story, language: str) -> list[Candidate]:
    """The titles of further reports of the event that are sentences, as candidates."""
    further = [item for item in story.items if item is not story.lead and _is_close(item, story)]
    found = [headline(item, language) for item in further]
    return [
        c
        for c, item in zip(found, further, strict=True)
        if c is not None and not ungrounded(Sentence(c.text, (c.item,)), (item,))
    ]


def _subject(story: Story) -> frozenset[str]:
    """The words of the headline and of the titles that say the same."""
    return content_words(" ".join(item.title for item in story.items if _is_close(item, story)))


def _opening(pool: Sequence[Candidate], page: Page) -> tuple[Candidate, ...]:
    """The sentence that best tells the event.

    If it would make the best insight too, it is left for that, where another tells the event
    nearly as well.
    """
    new = [c for c in by_news(pool, page) if page.is_new(c)]
    worth = [insight_worth(c.text, page) for c in new]
    if new and worth[0] and worth[0] == max(worth):
        best = news_worth(new[0], page.headline)
        near = [c for c in new[1:] if news_worth(c, page.headline) >= _NEARLY * best]
        new = near or new
    return page.take(new, 1)


def _reading_on(
    found: Sequence[Candidate], opening: Sequence[Candidate], page: Page
) -> tuple[Candidate, ...]:
    """The sentence that reads on from the first, "That is …", if it says enough to be printed.

    It stands right after the first in its report, as it will on the page, so what it refers to is
    there.
    """
    if not opening:
        return ()
    first, (fewest, most) = opening[0], _FOLLOW_ON
    following = (
        c
        for c in found
        if c.follows
        and (c.item, c.place) == (first.item, first.place + 1)
        and (first.whole or content_words(" ".join(c.text.split()[:2])) & first.words)
        and c.length >= fewest
        and (counts(c.text) or cues.WHY.search(c.text) or len(c.words & page.subject) > 1)
        and not (cues.OPINION.search(c.text) or c.to_reader)
    )
    return page.take(following, 1, words=most - first.length)


def _second(
    pool: Sequence[Candidate], opening: Sequence[Candidate], page: Page
) -> tuple[Candidate, ...]:
    """A second sentence of what changed, while both stay short.

    It has to bring a number or speak of what the headline names: no filler.
    """
    if len(opening) != 1:
        return ()
    other = (cues.STRONG_WHY, cues.NEXT, cues.FUTURE, cues.OPINION)
    deep = [] if any(c.paper for c in pool) else technical(pool, page)
    reports = (
        c
        for c in by_news(pool, page)
        if c not in deep
        and not any(cue.search(c.text) for cue in other)
        and (counts(c.text) or len(c.words & page.headline) > 2)
    )
    return page.take(reports, 1, words=WORDS[1] - opening[0].length)


def _insight(
    pool: Sequence[Candidate],
    titles: Sequence[Candidate],
    changed: Sequence[Candidate],
    page: Page,
) -> tuple[Sentence, ...]:
    """The best short sentence, clause or title with a number and something the headline names.

    A clause of what changed will do if it is clearly shorter; the sentence itself is not repeated.
    """
    best: tuple[float, str, Candidate] | None = None
    for candidate in (*pool, *titles):
        if candidate.old or (candidate.paper and not cues.FINDING.search(candidate.text)):
            continue
        new = page.is_new(candidate)
        for text in shorter(candidate.text) if "“" not in candidate.text else ():
            part = new or (candidate in changed and text != candidate.text)
            worth = insight_worth(text, page) if part else 0.0
            worth -= _TITLE * (candidate in titles) if worth else 0.0
            if worth > 0 and text not in page.texts and (best is None or worth > best[0]):
                best = (worth, text, candidate)
    if best is None:
        return ()
    _, text, candidate = best
    page.add(candidate, text)
    return (Sentence(text, (candidate.item,)),)


def _dated(pool: Sequence[Candidate], page: Page, story: Story) -> tuple[DatedSentence, ...]:
    """The dated sentences that are not printed yet."""
    by_text = {c.text: c for c in pool}
    lines = timeline.dated(pool, story.items)
    return tuple(one for one in lines if page.take((by_text[one.text],), 1))[: timeline.MOST]


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
