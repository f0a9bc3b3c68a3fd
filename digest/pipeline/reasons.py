"""Why a week looks as it does: map, themes over weeks, what came next, what was left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from digest.errors import InputError
from digest.model import Issue, LeftOut, Past, PinnedTheme, Story

if TYPE_CHECKING:
    from digest.store import Store

EXAMPLES = 3
"""Headlines that are named of each rule."""
NEXT = 20
"""Stories that would have been printed next, and are named."""
FAINT = 220
"""Dots of stories that are not printed, the best: a map of all would show none."""
PAGE = 50
"""Lines of a page of what was left out."""
DOT, FAINT_DOT = 0.018, 0.008
"""The radii of dots in sides of the map."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHORT = "·"
"""The letter of a printed story in no theme."""


def explain_week(
    store: Store, number: int, *, pins: Sequence[PinnedTheme] = (), focus: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything that made an issue what it is, as far as it is no one story's own.

    Args:
        pins: the editor's themes.
        focus: the newsletter's focus words; none takes the shipped ones.

    Returns:
        JSON-ready: `{number, week, revision, stories, weights: {learned, points: {name: points},
        shipped}, themes: [{letter, label, trend, terms, stories, found}], candidates: [{id, title,
        url, rank, score, rule, signals}], left_out: [{rule, count, examples}], trends: {weeks:
        [{issue, week}], most, themes: [{label, trend, sizes, points}]}, map: [{id, title, x, y,
        letter, theme, score, printed}]}`, where x and y lie in [0, 1].

    Raises:
        InputError: there is no such issue.
    """
    from digest.pipeline.candidates import candidates

    issue = store.content.issue(number)
    unprinted = candidates(store, issue, focus=focus)
    return {
        "number": issue.number,
        "week": issue.week,
        "revision": issue.revision,
        "stories": len(issue.stories),
        "weights": _weights(issue),
        "themes": _themes(issue),
        "candidates": told_candidates(issue, unprinted[:NEXT]),
        "left_out": left_out_rules(issue),
        "trends": _trends(issue, store.content.past(issue.window.start)),
        "map": _map(issue, unprinted[:FAINT], pins),
    }


def left_out_rules(issue: Issue) -> list[dict[str, Any]]:
    """The rules that left items out, the busiest first: `[{rule, count, examples: [title]}]`."""
    groups = _by_rule(issue)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        {
            "rule": rule,
            "count": len(lines),
            "examples": [line.title for line in lines[:EXAMPLES]],
        }
        for rule, lines in ordered
    ]


def left_out_page(issue: Issue, rule: str, page: int = 1) -> dict[str, Any]:
    """A page of the items that one rule left out, those of the better stories first.

    Args:
        rule: as `left_out_rules` names it.
        page: from 1.

    Returns:
        JSON-ready: `{rule, count, page, pages, items: [{item, title, rule}]}`.

    Raises:
        InputError: the rule left nothing out, or there is no such page.
    """
    lines = _by_rule(issue).get(rule, [])
    pages = -(-len(lines) // PAGE)
    if not 1 <= page <= pages:
        raise InputError(
            f"issue {issue.number} has no page {page} of what was left out by `{rule}`",
            hint=f"see the rules with `recap why {issue.number}`",
        )
    shown = lines[(page - 1) * PAGE : page * PAGE]
    return {
        "rule": rule,
        "count": len(lines),
        "page": page,
        "pages": pages,
        "items": [{"item": x.item, "title": x.title, "rule": x.rule} for x in shown],
    }


def _by_rule(issue: Issue) -> dict[str, list[LeftOut]]:
    """The lines under the name of their rule, which stands before a colon."""
    from digest.pipeline.candidates import rank_in

    groups = defaultdict(list)
    for line in sorted(issue.left_out, key=lambda x: (rank_in(x.rule), x.rule, x.title, x.item)):
        groups[line.rule.partition(":")[0]].append(line)
    return dict(groups)


def _weights(issue: Issue) -> dict[str, Any]:
    from digest.pipeline.candidates import weights_of
    from digest.ranking import WEIGHTS

    points = weights_of(issue) or WEIGHTS
    return {"learned": points != WEIGHTS, "points": dict(points), "shipped": dict(WEIGHTS)}


def _themes(issue: Issue) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "label": theme.label,
            "trend": theme.trend,
            "terms": list(theme.terms),
            "stories": len(theme.stories),
            "found": theme.size,
        }
        for letter, theme in zip(LETTERS, issue.themes, strict=False)
    ]


def told_candidates(issue: Issue, unprinted: Sequence[Story]) -> list[dict[str, Any]]:
    """Unprinted stories as `[{id, title, url, rank, score, rule, signals: {name: points}}]`."""
    from digest.pipeline.candidates import rank_in

    rules = {line.item: line.rule for line in issue.left_out}
    return [
        {
            "id": story.id,
            "title": story.title,
            "url": story.lead.link,
            "rank": rank_in(rules[story.id]),
            "score": story.score,
            "rule": rules[story.id],
            "signals": {signal.name: signal.points for signal in story.signals},
        }
        for story in unprinted
    ]


def _trends(issue: Issue, past: Past) -> dict[str, Any]:
    from digest.sizes import WEEKS, courses

    found = courses(issue, past)
    most = max((size for course in found for size in course.sizes), default=0)
    shown = [*reversed(past.issues[: WEEKS - 1]), issue]
    return {
        "weeks": [{"issue": one.number, "week": one.week} for one in shown],
        "most": most,
        "themes": [
            {
                "label": course.label,
                "trend": course.trend,
                "sizes": list(course.sizes),
                "points": [list(point) for point in course.points(most)],
            }
            for course in found
        ],
    }


def _map(
    issue: Issue, unprinted: Sequence[Story], pins: Sequence[PinnedTheme]
) -> list[dict[str, Any]]:
    """The dots of the map, those of the printed stories last, so that they lie on top."""
    from digest.projection import projected

    places = {
        story.id: (letter, theme.label)
        for letter, theme in zip(LETTERS, issue.themes, strict=False)
        for story in theme.stories
    }
    stories = [*unprinted, *issue.stories[::-1]]
    radii = [FAINT_DOT] * len(unprinted) + [DOT] * len(issue.stories)
    dots = []
    for at, (story, (x, y)) in enumerate(
        zip(stories, projected(stories, radii, pins=pins).tolist(), strict=True)
    ):
        printed = at >= len(unprinted)
        letter, theme = places.get(story.id, (SHORT if printed else "", ""))
        dots.append(
            {
                "id": story.id,
                "title": story.title,
                "x": x,
                "y": y,
                "letter": letter,
                "theme": theme,
                "score": round(story.score, 1),
                "printed": printed,
            }
        )
    return dots
