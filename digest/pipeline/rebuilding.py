"""A build of the machine's is stored with the editor's moves made on it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digest.errors import InputError
from digest.model import Issue, ReportLine, Story, Vocabulary
from digest.settings import Settings

if TYPE_CHECKING:
    from digest.differences import Difference
    from digest.history import History
    from digest.localisation import Catalog
    from digest.moves import Edited
    from digest.store import Store

MOST_TRIES = 5
"""Times that editors may be faster than the storing of a build."""


@dataclass(frozen=True, slots=True)
class Build:
    """What the machine made of a week: the draft, the stories it does not print, the words."""

    issue: Issue
    others: tuple[Story, ...]
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored of a build.

    Attributes:
        issue: with the moves.
        lines: "edit" for a move that does not hold any more, "changed" for what an editor sees.
        counts: the moves and those that do not hold; empty where none was made.
    """

    issue: Issue
    lines: tuple[ReportLine, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def keep(
    store: Store,
    settings: Settings,
    build: Build,
    words: Catalog,
    *,
    now: datetime,
    check: Callable[[Issue], object],
) -> Kept:
    """Store a build and the issue that the moves make of it, as the next revision.

    A move that an editor makes meanwhile is not lost: it is made again too.

    Args:
        check: refuses an issue that cannot be printed, before anything is stored.

    Raises:
        StateError: the issue may not be drafted again, or editors were faster each time.
        StoreError: another issue has that week.
    """
    from digest.history import History
    from digest.pipeline.replaying import replay
    from digest.store import Overtaken

    number = build.issue.number
    for left in reversed(range(MOST_TRIES)):
        before = _stored(store, number)
        base = replace(build.issue, revision=before.revision + 1 if before else 1)
        history = History(store.drafts.steps(number))
        edited = replay(settings, base, build.others, history.moves, words)
        check(edited.issue)
        try:
            store.drafts.begin(
                base, build.others, edited.issue, at=now, vocabulary=build.vocabulary
            )
        except Overtaken:
            if not left:
                raise
        else:
            break
    return _kept(before, edited, history)


def _stored(store: Store, number: int) -> Issue | None:
    try:
        return store.content.issue(number)
    except InputError:
        return None


def _kept(before: Issue | None, edited: Edited, history: History) -> Kept:
    from digest.differences import differences

    if before is None:
        return Kept(edited.issue)
    lines = [*_failed(before, edited, history), *map(_line, differences(before, edited.issue))]
    failed = len({note.move for note in edited.notes if note.failed})
    counts = {"moves": len(history.moves), "moves not made": failed} if history.moves else {}
    return Kept(edited.issue, tuple(lines), counts)


def _failed(before: Issue, edited: Edited, history: History) -> list[ReportLine]:
    from digest.telling import titles_of, told

    titles = titles_of((before, edited.issue))
    return [
        ReportLine(told(history.moves[note.move], titles), note.text, "edit")
        for note in edited.notes
    ]


def _line(difference: Difference) -> ReportLine:
    return ReportLine("since the last revision", difference.text, "changed")
