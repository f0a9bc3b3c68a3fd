"""A week's items become one draft issue, and every item that is not in it gets a rule."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from digest import articles, briefs, continuity, masthead, ranking, stories, trends
from digest.entities import FOCUS
from digest.errors import NotEnoughStories
from digest.kinds import PLAIN, POSTED
from digest.localisation import ENGLISH, Catalog
from digest.model import Issue, Item, LeftOut, Past, Story, Theme
from digest.plan import Plan
from digest.sections import sections
from digest.sieve import fitting, sift
from digest.wording import plural

ALSO = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """What a machine makes of a week.

    Attributes:
        others: the stories that the issue does not print, best first, those that were never
            ranked last: what `issue.left_out` names is in one of them.
    """

    issue: Issue
    others: tuple[Story, ...]


FIRST = Past()
"""What the first issue is made with."""

Step = Callable[[str], object]
Further = Callable[[Sequence[Story]], Mapping[str, str]]


def nothing_further(_: Sequence[Story]) -> Mapping[str, str]:
    """No article is read: the briefs are written from the summaries."""
    return {}


def draft_issue(
    items: Sequence[Item],
    plan: Plan,
    *,
    now: datetime,
    seed: int = 0,
    past: Past = FIRST,
    on_step: Step = str,
    further: Further = nothing_further,
    words: Catalog = ENGLISH,
) -> Draft:
    """Make the draft: sift, join, rank, group, name and brief.

    Args:
        items: those that entered in the window, in any order; the order changes nothing.
        now: printed as the time of drafting.
        past: what earlier issues left behind; the empty one makes a first issue.
        on_step: told the name of each step as it begins.
        further: asked once for the texts of articles, by the item's id, behind the reports of the
            stories that are printed, which are picked by then; only their briefs are made of them.
        words: the language of what is no report's: the lines on top, standing names, trends.

    Raises:
        NotEnoughStories: no item is left to make a story of; nothing is made.
    """
    on_step("sift")
    kept, left_out = sift(sorted(items, key=lambda item: item.id), plan)
    on_step("join")
    every = stories.join_items(kept, vocabulary=past.vocabulary, seed=seed)
    joined, unfit = fitting(every, plan)
    joined, repeated = continuity.without_repeats(joined, past)
    left_out = (*left_out, *unfit, *repeated)
    joined = ranking.well_led(joined, language=plan.language, focus=plan.focus)
    if not joined:
        raise _no_story(plan, len(items), left_out)
    on_step("rank")
    ranked = _ranked(joined, plan, past)
    on_step("group")
    picked = ranking.spread(ranked)
    themes = sections(picked, plan.max_stories, pins=plan.pins, seed=seed)
    pinned = [pin.name for pin in plan.pins]
    themes = tuple(_in_words(theme, pinned, words) for theme in themes)
    themes = trends.continued(themes, past, week=plan.week, pinned=pinned, words=words)
    on_step("brief")
    placed = {story.id for theme in themes for story in theme.stories}
    also = _also(picked, placed)
    printed = [*(story for theme in themes for story in theme.stories), *_by_score(also)]
    themes, short = _briefed(
        *_read_on(themes, _by_score(also), further(printed)), plan.language, past
    )
    told = placed | {story.id for story in also}
    left_out = (*left_out, *_below(ranked, told))
    issue = _issue(plan, themes, short, left_out, now, words)
    return Draft(issue, _by_score(_others(items, every, ranked, told)))


def _others(
    items: Sequence[Item], joined: Sequence[Story], ranked: Sequence[Story], printed: Set[str]
) -> list[Story]:
    """The stories that are not printed: of items that were sifted out, never ranked, or ranked."""
    judged = {story.id for story in ranked}
    within = {item.id for story in joined for item in story.items}
    alone = [Story(item.id, (item,)) for item in items if item.id not in within]
    unranked = [story for story in joined if story.id not in judged]
    return [*alone, *unranked, *(story for story in ranked if story.id not in printed)]


def _no_story(plan: Plan, items: int, left_out: Sequence[LeftOut]) -> NotEnoughStories:
    rules = Counter(line.rule.partition(":")[0] for line in left_out)
    told = ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items()))
    return NotEnoughStories(
        f"week {plan.week} holds no story: {plural(items, 'item')}"
        + (f", every one left out ({told})" if told else ""),
        hint="collect or import items of that week, then draft again",
    )


def _in_words(theme: Theme, pinned: Sequence[str], words: Catalog) -> Theme:
    """A theme with its standing name in the issue's language; the editor's names stay."""
    return theme if theme.label in pinned else replace(theme, label=words.say(theme.label))


def _ranked(joined: Sequence[Story], plan: Plan, past: Past) -> tuple[Story, ...]:
    """The stories best first, by the plan's weights, the late ones marked."""
    ranked = ranking.rank(
        joined,
        plan.week,
        weights=plan.weights or None,
        now=plan.window.end,
        focus=plan.focus or FOCUS,
        past=past,
    )
    return tuple(_mark_late(story, plan) for story in ranked)


def _mark_late(story: Story, plan: Plan) -> Story:
    late = plan.follows and any(item.time < plan.window.start for item in story.items)
    return replace(story, late=late)


def _briefed(
    themes: Sequence[Theme], also: Sequence[Story], language: str, past: Past
) -> tuple[tuple[Theme, ...], tuple[Story, ...]]:
    """The stories with their briefs, written in print order: no sentence is printed twice."""
    printed: set[str] = set()

    def with_brief(story: Story) -> Story:
        brief = briefs.brief(story, language=language, past=past, printed=printed)
        printed.update(brief.texts)
        return replace(story, brief=brief)

    done = [replace(t, stories=tuple(with_brief(story) for story in t.stories)) for t in themes]
    return tuple(done), tuple(with_brief(story) for story in also)


def _read_on(
    themes: Sequence[Theme], also: Sequence[Story], texts: Mapping[str, str]
) -> tuple[tuple[Theme, ...], tuple[Story, ...]]:
    """The same stories with the texts of articles in their reports."""

    def each(several: Iterable[Story]) -> tuple[Story, ...]:
        return tuple(articles.read_on(story, texts) for story in several)

    return tuple(replace(theme, stories=each(theme.stories)) for theme in themes), each(also)


def _by_score(several: Iterable[Story]) -> tuple[Story, ...]:
    return tuple(sorted(several, key=lambda story: (-story.score, story.id)))


def _also(picked: Sequence[Story], placed: Set[str]) -> list[Story]:
    """The short ones: the next best that can stand alone; all kinds where there is no theme."""
    short = [story for story in picked if story.id not in placed]
    return (list(filter(_announces, short)) if placed else short)[:ALSO]


def _announces(story: Story) -> bool:
    """Whether a story is more than a guide, a listing, a paper or a post: it can stand alone."""
    return next((s.value for s in story.signals if s.name == "kind"), PLAIN) > POSTED


def _below(ranked: Sequence[Story], printed: set[str]) -> list[LeftOut]:
    left_out = []
    for place, story in enumerate(ranked, start=1):
        rule = f"below the cut: rank {place} of {len(ranked)} stories"
        if not _announces(story):
            rule += "; guides, listings, papers and posts stand in themes only"
        elif place <= len(printed):
            rule = (
                f"no room: rank {place} of {len(ranked)} stories, but no theme has a place for it"
            )
        if story.id not in printed:
            left_out += [LeftOut(item.id, item.title, rule) for item in story.items]
    return left_out


def _issue(
    plan: Plan,
    themes: tuple[Theme, ...],
    also: tuple[Story, ...],
    left_out: tuple[LeftOut, ...],
    now: datetime,
    words: Catalog,
) -> Issue:
    issue = Issue(
        number=plan.number,
        week=str(plan.week),
        window=plan.window,
        timezone=plan.timezone,
        title=f"{plan.name}, {plan.week}",
        subject="",
        preheader="",
        intro=(),
        themes=themes,
        also=also,
        left_out=tuple(sorted(left_out, key=lambda line: (line.rule, line.title, line.item))),
        drafted_at=now,
        revision=plan.revision,
    )
    return masthead.topped(issue, plan.name, plan.language, words)


def content_hash(issue: Issue) -> str:
    """SHA-256 of what an approval freezes: everything but where the issue stands."""
    frozen = replace(issue, status=type(issue.status).DRAFT)
    return hashlib.sha256(msgspec.json.encode(frozen, order="deterministic")).hexdigest()
