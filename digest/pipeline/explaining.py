"""Why a report is where it is: joined to what, in which theme, at which rank, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from digest.errors import InputError
from digest.model import Issue, LeftOut, PinnedTheme, Reference, Story, Theme

if TYPE_CHECKING:
    from digest.store import Store
    from digest.subjects import Subject

SHOWN = 6
"""Terms that are named of a pair or a theme, the weightiest first."""
OTHERS = 5
"""Stories that are named as what would have stood in the place of one."""
_NEVER_JOINED = ("sponsored", "from an archive", "too old")
_SHORTEST = 3
"""Characters of a headline by which a story may be asked for."""


def explain(
    store: Store,
    number: int,
    wanted: str,
    *,
    pins: Sequence[PinnedTheme] = (),
    focus: Sequence[str] = (),
) -> dict[str, Any]:
    """Everything that put a story where it stands, or the rule that left an item out.

    Args:
        wanted: the id of a story or an item, a rank from 1 up, or a part of a headline.
        pins: the editor's themes.
        focus: the newsletter's focus words; none takes the shipped ones.

    Returns:
        JSON-ready: `{kind: "left out", item, title, rule, score, signals}`, the score null and
        no signals if it was left out before any ranking; or `{kind: "story", id, title, rank,
        stories, score, theme, nearest, joined, signals, candidates, continues, related}`;
        `nearest` is what a story in no theme is about, `candidates` what would have stood in its
        place, as `digest.pipeline.reasons` tells it.

    Raises:
        InputError: there is no such issue, nothing in it fits, or several stories do.
    """
    issue = store.content.issue(number)
    from digest.pipeline.candidates import candidates
    from digest.pipeline.reasons import told_candidates

    found = find(issue, wanted.strip())
    unprinted = candidates(store, issue, focus=focus)
    if isinstance(found, LeftOut):
        return _left_out(found, unprinted)
    ranked = _ranked(issue)
    theme = next((theme for theme in issue.themes if found in theme.stories), None)
    return {
        "kind": "story",
        "id": found.id,
        "title": found.title,
        "rank": ranked.index(found) + 1,
        "stories": len(ranked),
        "score": found.score,
        "theme": _theme(theme, found, issue, pins) if theme else None,
        "nearest": None if theme else _nearest(found),
        "joined": _joined(store, issue, found),
        "signals": _signals(found),
        "candidates": told_candidates(issue, unprinted[:OTHERS]),
        "continues": _references(found.brief.continues),
        "related": _references(found.brief.related),
    }


def _left_out(line: LeftOut, unprinted: Sequence[Story]) -> dict[str, Any]:
    held = [story for story in unprinted if any(item.id == line.item for item in story.items)]
    return {
        "kind": "left out",
        "item": line.item,
        "title": line.title,
        "rule": line.rule,
        "score": held[0].score if held else None,
        "signals": _signals(held[0]) if held else [],
    }


def _ranked(issue: Issue) -> list[Story]:
    return sorted(issue.stories, key=lambda story: (-story.score, story.id))


def find(issue: Issue, wanted: str) -> Story | LeftOut:
    """What is asked for: by id, then by rank, then by words of a headline, printed ones first.

    Raises:
        InputError: nothing fits, or several do.
    """
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


def _theme(theme: Theme, story: Story, issue: Issue, pins: Sequence[PinnedTheme]) -> dict[str, Any]:
    """What puts a story into its theme: the cues of its subject, and the words it shares there.

    A cue in the printed headline counts 1, in another 0.5, in a summary 0.3; a hint 0.4 of that.
    `here` and `elsewhere` count the other stories of the theme and of the rest of the issue.
    """
    inside = [_words(other) for other in theme.stories if other is not story]
    within = {id(other) for other in theme.stories}
    outside = [_words(other) for other in issue.stories if id(other) not in within]
    rows = []
    for term in sorted(_words(story)):
        here, elsewhere = (sum(term in words for words in part) for part in (inside, outside))
        worth = here / max(1, len(inside)) - elsewhere / max(1, len(outside))
        if worth > 0 and 2 * here > len(inside):
            rows.append((-worth, {"term": term, "here": here, "elsewhere": elsewhere}))
    rows.sort(key=lambda row: (row[0], row[1]["term"]))
    return {
        "label": theme.label,
        "trend": theme.trend,
        "terms": list(theme.terms),
        "others": len(inside),
        "cues": _cues(story, _subjects(theme, pins)),
        "shared": [row for _, row in rows[:SHOWN]],
    }


def _subjects(theme: Theme, pins: Sequence[PinnedTheme]) -> list[Subject]:
    """The pinned or standing subjects that a theme is about: it remembers their names."""
    from digest.subjects import SUBJECTS, Subject

    names = {name.casefold() for name in (theme.label, *theme.terms)}
    pinned = [Subject(pin.name, ",".join(pin.words)) for pin in pins]
    return [one for one in (*pinned, *SUBJECTS) if one.name.casefold() in names]


def _cues(story: Story, subjects: Sequence[Subject]) -> list[dict[str, Any]]:
    from digest.strengths import cues_held

    held = {cue: worth for subject in subjects for cue, worth in cues_held(story, subject)}
    best = sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
    return [{"cue": _plain(cue), "counts": worth} for cue, worth in best]


def _plain(cue: str) -> str:
    """A cue without the parts of its hyphened words, which are terms as well."""
    words = cue.split()
    whole = [set(word.split("-")) for word in words if "-" in word]
    return " ".join(word for word in words if not any(word in parts for parts in whole))


def _nearest(story: Story) -> dict[str, Any] | None:
    """The standing subject that a story without a theme shows most, and by which cues."""
    from digest.strengths import strengths
    from digest.subjects import SUBJECTS

    (shown,) = strengths([story], SUBJECTS)
    best = int(shown.argmax())
    if not shown[best]:
        return None
    subject = SUBJECTS[best]
    return {
        "subject": subject.name,
        "strength": round(float(shown[best]), 2),
        "cues": _cues(story, [subject]),
    }


def _words(story: Story) -> frozenset[str]:
    """The words of a story that may be shown: no pieces of a text without spaces."""
    from digest.recall import vocabulary
    from digest.vectors import unspaced

    return frozenset(term for term in vocabulary(story.items).counts if not unspaced(term))


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
    from digest.kinds import kind_name
    from digest.ranking import WEIGHTS
    from digest.signals import SIGNALS

    told = {name: _first_line(signal.__doc__) for name, signal in SIGNALS.items()}
    told["kind"] += f" Here: {kind_name(story.title)}."
    rows = [
        {
            "name": signal.name,
            "measures": told.get(signal.name, ""),
            "value": signal.value,
            "weight": signal.weight,
            "shipped": WEIGHTS.get(signal.name, 0.0),
            "points": signal.points,
        }
        for signal in story.signals
    ]
    return sorted(rows, key=lambda row: (-row["points"], row["name"]))


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def _references(lines: Sequence[Reference]) -> list[dict[str, Any]]:
    return [{"text": line.text, "url": line.url, "issue": line.issue} for line in lines]
