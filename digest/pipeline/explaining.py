"""Why a report is where it is: joined to what, in which theme, at which rank, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from digest.errors import InputError
from digest.model import Issue, LeftOut, Reference, Story, Theme

if TYPE_CHECKING:
    from digest.store import Store

SHOWN = 6
"""Terms that are named of a pair or a theme, the weightiest first."""
_NEVER_JOINED = ("sponsored", "from an archive", "too old")
_SHORTEST = 3
"""Characters of a headline by which a story may be asked for."""


def explain(store: Store, number: int, wanted: str) -> dict[str, Any]:
    """Everything that put a story where it stands, or the rule that left an item out.

    Args:
        wanted: the id of a story or an item, a rank from 1 up, or a part of a headline.

    Returns:
        JSON-ready: `{kind: "left out", item, title, rule}`, or `{kind: "story", id, title, rank,
        stories, score, theme, joined, signals, continues, related}`.

    Raises:
        InputError: there is no such issue, nothing in it fits, or several stories do.
    """
    issue = store.content.issue(number)
    found = _found(issue, wanted.strip())
    if isinstance(found, LeftOut):
        return {"kind": "left out", "item": found.item, "title": found.title, "rule": found.rule}
    ranked = _ranked(issue)
    theme = next((theme for theme in issue.themes if found in theme.stories), None)
    return {
        "kind": "story",
        "id": found.id,
        "title": found.title,
        "rank": ranked.index(found) + 1,
        "stories": len(ranked),
        "score": found.score,
        "theme": _theme(theme, found, issue) if theme else None,
        "joined": _joined(store, issue, found),
        "signals": _signals(found),
        "continues": _references(found.brief.continues),
        "related": _references(found.brief.related),
    }


def _ranked(issue: Issue) -> list[Story]:
    return sorted(issue.stories, key=lambda story: (-story.score, story.id))


def _found(issue: Issue, wanted: str) -> Story | LeftOut:
    """What is asked for: by id, then by rank, then by words of a headline, printed ones first."""
    ranked = _ranked(issue)
    for story in ranked:
        if wanted == story.id or any(wanted == item.id for item in story.items):
            return story
    for line in issue.left_out:
        if wanted == line.item:
            return line
    if wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(ranked):
        return ranked[int(wanted) - 1]
    words = wanted.casefold()
    stories = [story for story in ranked if _named(story, words)]
    lines = [line for line in issue.left_out if words in line.title.casefold()]
    if len(words) < _SHORTEST or not (stories or lines):
        raise InputError(
            f"issue {issue.number} holds nothing called `{wanted}`",
            hint=f"give a rank, an id or a part of a headline; `recap scores {issue.number}`"
            " lists the stories",
        )
    either: Sequence[Story | LeftOut] = stories or lines
    exact = [one for one in either if one.title.casefold() == words]
    if len(either) == 1 or exact:
        return (exact or either)[0]
    titles = "; ".join(f"“{one.title}”" for one in either[:SHOWN])
    raise InputError(
        f"`{wanted}` fits {len(either)} headlines of issue {issue.number}: {titles}",
        hint="give more of the headline, or the id",
    )


def _named(story: Story, words: str) -> bool:
    titles = (story.title, *(item.title for item in story.items))
    return any(words in title.casefold() for title in titles)


def _theme(theme: Theme, story: Story, issue: Issue) -> dict[str, Any]:
    """The words that tie a story to its theme: held by the other stories there, by few elsewhere.

    `here` and `elsewhere` count the other stories of the theme and of the rest of the issue.
    """
    inside = [_words(other) for other in theme.stories if other is not story]
    within = {id(other) for other in theme.stories}
    outside = [_words(other) for other in issue.stories if id(other) not in within]
    rows = []
    for term in sorted(_words(story)):
        here, elsewhere = (sum(term in words for words in part) for part in (inside, outside))
        worth = here / max(1, len(inside)) - elsewhere / max(1, len(outside))
        if here and worth > 0:
            rows.append((-worth, {"term": term, "here": here, "elsewhere": elsewhere}))
    rows.sort(key=lambda row: (row[0], row[1]["term"]))
    return {
        "label": theme.label,
        "trend": theme.trend,
        "others": len(inside),
        "shared": [row for _, row in rows[:SHOWN]],
    }


def _words(story: Story) -> frozenset[str]:
    from digest.recall import vocabulary

    return frozenset(vocabulary(story.items).counts)


def _joined(store: Store, issue: Issue, story: Story) -> list[dict[str, Any]]:
    """The pairs of reports of a story, as the joiner saw them when the issue was drafted."""
    if len(story.items) < 2:
        return []
    from digest.stories import why_joined

    looked_at = {item.id for one in issue.stories for item in one.items}
    looked_at |= {x.item for x in issue.left_out if not x.rule.startswith(_NEVER_JOINED)}
    stored = store.content.items(before=issue.window.end)
    items = sorted((item for item in stored if item.id in looked_at), key=lambda item: item.id)
    vocabulary = store.content.past(issue.window.start).vocabulary
    return [
        {
            "reports": [
                {"id": item.id, "source": item.source, "title": item.title}
                for item in (link.one, link.other)
            ],
            "likeness": link.likeness,
            "terms": [{"term": term, "weight": weight} for term, weight in link.terms[:SHOWN]],
        }
        for link in why_joined(story, items, vocabulary=vocabulary)
    ]


def _signals(story: Story) -> list[dict[str, Any]]:
    """The points of each signal with what it measures, the most points first."""
    from digest.signals import SIGNALS

    rows = [
        {
            "name": signal.name,
            "measures": _first_line(SIGNALS[signal.name].__doc__) if signal.name in SIGNALS else "",
            "value": signal.value,
            "weight": signal.weight,
            "points": signal.points,
        }
        for signal in story.signals
    ]
    return sorted(rows, key=lambda row: (-row["points"], row["name"]))


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def _references(lines: Sequence[Reference]) -> list[dict[str, Any]]:
    return [{"text": line.text, "url": line.url, "issue": line.issue} for line in lines]
