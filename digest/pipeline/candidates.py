"""The stories that an issue could have printed and did not, with the signals they had."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.model import Issue, Story

if TYPE_CHECKING:
    from digest.store import Store

_RANK = re.compile(r": rank (\d+) of \d+ stories")


def candidates(store: Store, issue: Issue, *, focus: Sequence[str] = ()) -> tuple[Story, ...]:
    """The ranked stories that are left out, best first, measured as the draft measured them.

    The reports of one story were left out at one rank. Their signals are measured again beside
    the printed stories, by the same weights.

    Args:
        focus: the newsletter's focus words; none takes `digest.entities.FOCUS`.
    """
    from digest.entities import FOCUS
    from digest.ranking import rank, well_led

    ranks = {line.item: at for line in issue.left_out if (at := rank_in(line.rule))}
    if not ranks:
        return ()
    past = store.content.past(issue.window.start)
    groups = defaultdict(list)
    for item in store.content.items(before=issue.window.end):
        if item.id in ranks:
            groups[ranks[item.id]].append(item)
    unprinted = [
        Story(
            id=min(items, key=lambda item: (item.first_seen, item.id)).id,
            items=tuple(sorted(items, key=lambda item: (item.time, item.id))),
        )
        for items in groups.values()
    ]
    language = issue.stories[0].lead.language if issue.stories else "en"
    led = well_led(unprinted, language=language, focus=focus)
    ranked = rank(
        [*issue.stories, *led],
        issue.week,
        weights=weights_of(issue) or None,
        now=issue.window.end,
        focus=focus or FOCUS,
        past=past,
    )
    printed = {story.id for story in issue.stories}
    return tuple(story for story in ranked if story.id not in printed)


def rank_in(rule: str) -> int:
    """The rank that a rule gives, from 1; 0 for one that left a story out before any ranking."""
    found = _RANK.search(rule)
    return int(found[1]) if found else 0


def weights_of(issue: Issue) -> dict[str, float]:
    """The points of each signal that the stories of an issue were ranked by; none were: empty."""
    ranked = next((story for story in issue.stories if story.signals), None)
    return {signal.name: signal.weight for signal in ranked.signals} if ranked else {}
