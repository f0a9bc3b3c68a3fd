"""What earlier issues say of a story: that it ran already, carries on, or has relatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from digest.clean import shorten
from digest.model import DatedSentence, Issue, LeftOut, Past, Reference, Story
from digest.recall import Archive, Match

LIKE_ENOUGH = 0.34
"""How like an earlier story one must be at once to carry it on …"""
MORE_A_WEEK = 0.02
"""… and how much more with every week between them."""
SOON = 3.0
ALIKE_SOON = ((0.2, 0.45, 0.6), (0.3, 0.6, 0.5), (0.15, 0.4, 0.8))
"""Or, at most so many weeks later: this alike, this share of both headlines held by the other
story, and a name in common of this weight; one of the three is enough."""
SAME_SUBJECT = ((0.3, 0.0), (0.22, 0.4))
"""Likeness, and share of both headlines, that stories of one subject have at the least; one of
the two pairs is enough …"""
TELLING_NAME = 0.7
"""… if a name that they share weighs this, from 0 to 1."""
MOST_RELATED = 3
LONGEST_HEADLINE = 200


@dataclass(frozen=True, slots=True)
class Linked:
    """What earlier issues say of one story; everything is empty where they say nothing.

    Attributes:
        continues: at most one: the story of an earlier issue that this one carries on.
        related: up to three further earlier stories of the same subject, newest first.
        timeline: the days of the stories that this one carries on, with their headlines, oldest
            first.
    """

    continues: tuple[Reference, ...] = ()
    related: tuple[Reference, ...] = ()
    timeline: tuple[DatedSentence, ...] = ()


def linked(story: Story, past: Past) -> Linked:
    """Find what earlier issues say of a story.

    A story carries an earlier one on if a report of it was in that issue, or if both share two
    rare things, one of them a proper name, are the more alike the longer ago it was, and do not
    each name somebody of whom the other does not speak. Related stories share two such things,
    one of them a telling name. A wrong link is worse than none: the bars are high.

    Args:
        story: with its reports; its brief is not looked at.
        past: its issues newest first; the empty past says nothing.
    """
    if not past.issues:
        return Linked()
    archive = archive_of(past)
    again = [found for item in story.items if (found := archive.ran(item))]
    matches = archive.matches(story)
    on = [(match.issue, match.story) for match in matches if _carries_on(match)]
    chain = list({earlier.id: (issue, earlier) for issue, earlier in (*again, *on)}.values())
    seen = {earlier.id for _, earlier in chain}
    near = [match for match in matches if match.story.id not in seen and _has_one_subject(match)]
    near = sorted(near[:MOST_RELATED], key=lambda match: -match.issue.number)
    lines = [_dated(issue, earlier) for issue, earlier in chain[:MOST_RELATED]]
    return Linked(
        continues=tuple(_update(story, issue, earlier) for issue, earlier in chain[:1]),
        related=tuple(_related(match.issue, match.story) for match in near),
        timeline=tuple(sorted(lines, key=lambda line: (line.date, line.text))),
    )


def without_repeats(
    stories: Sequence[Story], past: Past
) -> tuple[tuple[Story, ...], tuple[LeftOut, ...]]:
    """Part the stories that have a report of their own from those that were all in the mail before.

    Returns:
        The stories to go on with, and the reports of the others, each with the issue it was in.
    """
    kept, left_out = [], []
    archive = archive_of(past)
    for story in stories:
        runs = [archive.ran(item) for item in story.items]
        if all(runs):
            left_out += [
                LeftOut(item.id, item.title, f"already run: in issue {run[0].number}")
                for item, run in zip(story.items, runs, strict=True)
                if run
            ]
        else:
            kept.append(story)
    return tuple(kept), tuple(left_out)


def archive_of(past: Past) -> Archive:
    """The archive of a past; asked again for the same one, it is not built again."""
    return _archive(_Same(past))


def _carries_on(match: Match) -> bool:
    soon = match.weeks <= SOON and any(
        match.likeness >= likeness and match.covered >= covered and _name(match) >= name
        for likeness, covered, name in ALIKE_SOON
    )
    return not match.at_odds and (soon or match.likeness >= LIKE_ENOUGH + MORE_A_WEEK * match.weeks)


def _has_one_subject(match: Match) -> bool:
    return _name(match) >= TELLING_NAME and any(
        match.likeness >= likeness and match.covered >= covered
        for likeness, covered in SAME_SUBJECT
    )


def _name(match: Match) -> float:
    """Weight of the most telling name that the two stories share, in [0, 1]."""
    return max(thing.weight for thing in match.shared if thing.is_name)


def _update(story: Story, issue: Issue, earlier: Story) -> Reference:
    text = f"Update of “{_headline(earlier)}” in issue {issue.number} ({issue.week})."
    return Reference(text, (story.lead.id,), earlier.lead.link, issue.number)


def _related(issue: Issue, earlier: Story) -> Reference:
    return Reference(_headline(earlier), (earlier.lead.id,), earlier.lead.link, issue.number)


def _dated(issue: Issue, earlier: Story) -> DatedSentence:
    day = earlier.lead.time.astimezone(ZoneInfo(issue.timezone)).date()
    return DatedSentence(day.isoformat(), _headline(earlier), (earlier.lead.id,))


def _headline(story: Story) -> str:
    return shorten(story.title, LONGEST_HEADLINE)


class _Same:
    """A past that is equal to itself alone: a key that costs nothing to compare."""

    def __init__(self, past: Past) -> None:
        self.past = past

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.past is self.past

    def __hash__(self) -> int:
        return id(self.past)


@lru_cache(maxsize=1)
def _archive(same: _Same) -> Archive:
    return Archive(same.past)
