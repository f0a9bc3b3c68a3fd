"""A week drafted with other settings, beside the draft of then and the issue that was printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from digest.differences import Pairs
from digest.model import Issue, LeftOut, Story
from digest.trials import DEPTHS, Found, Lone, Printed, Shift, Size, ThemeChange, Trial
from digest.wording import SHORT

TOP = 10
"""The first so many stories by rank: what a reader meets first."""
PULLS = 3
"""Signals that are named of a story."""
FELT = 0.1
"""Points by which a signal has to count more or less to be named."""


def tried(week: str, then: Issue | None, now: Issue, printed: Issue | None = None) -> Trial:
    """Compare a draft made with other settings with that of then, and with what was printed.

    Args:
        then: what the machine drafted; None if nothing was.
        now: what it drafts with the settings that are tried, of the same items.
        printed: as the editor approved it; None if nobody did.
    """
    drafted = then or replace(now, themes=(), also=(), left_out=())
    pairs = Pairs(drafted, now)
    held = None if printed is None else _items(printed.stories)
    before, after = _weights(drafted), _weights(now)
    # Without signals on one side nothing is known of what another weight does.
    more = {name: points - before[name] for name, points in after.items() if name in before}
    less = {name: -points for name, points in more.items()}
    then_at, now_at = _ranks(drafted), _ranks(now)
    kept = [story for story in now.ranked if story.id in pairs.old]
    still = {pairs.old[story.id].id for story in kept}
    shifts = (
        Shift(story.id, story.title, then_at[pairs.old[story.id].id], now_at[story.id])
        for story in kept
    )
    return Trial(
        week=week,
        number=then.number if then else None,
        before=_size(drafted),
        after=_size(now),
        lead=(_lead(drafted), _lead(now)),
        kept=len(kept),
        top=_top(drafted, now, pairs),
        came=tuple(
            _lone(story, now, drafted, pairs.was, more, held)
            for story in now.ranked
            if story.id not in pairs.old
        ),
        left=tuple(
            _lone(story, drafted, now, pairs.now, less, held)
            for story in drafted.ranked
            if story.id not in still
        ),
        shifts=tuple(
            sorted(
                (one for one in shifts if one.before != one.after),
                key=lambda one: (-abs(one.before - one.after), one.after),
            )
        ),
        themes=_theme_changes(drafted, now, pairs) if then else (),
        printed=_against(printed, drafted, now) if printed and then else None,
    )


def _items(stories: Iterable[Story]) -> set[str]:
    return {item.id for story in stories for item in story.items}


def _size(issue: Issue) -> Size:
    themed = sum(len(theme.stories) for theme in issue.themes)
    return Size(themed, len(issue.also), len(issue.themes), len(issue.left_out))


def _ranks(issue: Issue) -> dict[str, int]:
    return {story.id: rank for rank, story in enumerate(issue.ranked, start=1)}


def _lead(issue: Issue) -> str:
    return issue.ranked[0].title if issue.stories else ""


def _weights(issue: Issue) -> Mapping[str, float]:
    """The points of each signal at full value that its stories were ranked by."""
    signals = next((story.signals for story in issue.stories if story.signals), ())
    return {signal.name: signal.weight for signal in signals}


def _top(drafted: Issue, now: Issue, pairs: Pairs) -> Found:
    first = {story.id for story in drafted.ranked[:TOP]}
    same = sum(
        story.id in pairs.old and pairs.old[story.id].id in first for story in now.ranked[:TOP]
    )
    return Found(len(first), len(first), same)


def _lone(
    story: Story,
    here: Issue,
    there: Issue,
    elsewhere: Mapping[str, Story],
    gained: Mapping[str, float],
    printed: set[str] | None,
) -> Lone:
    """A story of one draft that the other does not print.

    Args:
        elsewhere: the stories of the other, by their items.
        gained: points of each signal by the weights of this draft over those by the other's.
        printed: the items that the editor printed; None where nobody approved.
    """
    theme = next((theme.label for theme in here.themes if story in theme.stories), SHORT)
    return Lone(
        story.id,
        story.title,
        _ranks(here)[story.id],
        theme,
        _rule(story, there.left_out, elsewhere),
        _pulls(story, _means(here), gained),
        None if printed is None else bool(_items([story]) & printed),
    )


def _rule(story: Story, left_out: Sequence[LeftOut], elsewhere: Mapping[str, Story]) -> str:
    """Why a draft does not print a story: it tells it within another, or left its reports out."""
    for item in story.items:
        if item.id in elsewhere:
            return f"told in “{elsewhere[item.id].title}”"
    rules = {line.item: line.rule for line in left_out}
    return next((rules[item.id] for item in story.items if item.id in rules), "")


def _means(issue: Issue) -> dict[str, float]:
    """The mean value of each signal over the stories that were ranked."""
    values: dict[str, list[float]] = {}
    for story in issue.stories:
        for signal in story.signals:
            values.setdefault(signal.name, []).append(signal.value)
    return {name: sum(found) / len(found) for name, found in values.items()}


def _pulls(
    story: Story, means: Mapping[str, float], gained: Mapping[str, float]
) -> tuple[tuple[str, float], ...]:
    """The signals by which a story does better here than there, against the mean story."""
    pulls = [
        (one.name, round((one.value - means[one.name]) * gained.get(one.name, 0.0), 2))
        for one in story.signals
    ]
    felt = [pull for pull in pulls if pull[1] >= FELT]
    return tuple(sorted(felt, key=lambda pull: (-pull[1], pull[0]))[:PULLS])


def _theme_changes(drafted: Issue, now: Issue, pairs: Pairs) -> tuple[ThemeChange, ...]:
    renamed = [
        ThemeChange("renamed", old.label, label)
        for label, old in pairs.themes.items()
        if old.label != label
    ]
    kept = {old.label for old in pairs.themes.values()}
    places = {
        pairs.old[story.id].id: theme.label
        for theme in now.themes
        for story in theme.stories
        if story.id in pairs.old
    }
    gone = []
    for theme in drafted.themes:
        if theme.label in kept:
            continue
        into = Counter(places[story.id] for story in theme.stories if story.id in places)
        label, count = into.most_common(1)[0] if into else ("", 0)
        merged = 2 * count >= len(theme.stories)
        gone.append(
            ThemeChange("merged" if merged else "gone", theme.label, label if merged else "")
        )
    new = [
        ThemeChange("new", "", theme.label)
        for theme in now.themes
        if theme.label not in pairs.themes
    ]
    return (*renamed, *gone, *new)


def _against(printed: Issue, drafted: Issue, now: Issue) -> Printed:
    """How both drafts stand beside what the editor printed."""
    week = _items(drafted.stories) | {line.item for line in drafted.left_out}
    known = [_items([story]) for story in printed.stories if _items([story]) & week]
    back = [items for items in known if not items & _items(drafted.stories)]
    out = _items(printed.stories)
    dropped = [items for s in drafted.stories if not (items := _items([s])) & out]

    def found(stories: Sequence[set[str]], depth: int) -> Found:
        tops = (_items(issue.ranked[: depth or None]) for issue in (drafted, now))
        return Found(len(stories), *(sum(bool(items & top) for items in stories) for top in tops))

    back_found, still = found(back, 0), found(dropped, 0)
    top = _items(printed.ranked[:1])
    leads = (bool(_items(issue.ranked[:1]) & top) for issue in (drafted, now))
    return Printed(
        {depth: found(known, depth) for depth in (*DEPTHS, 0)},
        back_found,
        Found(still.of, still.of - still.drafted, still.of - still.tried),
        Found(1, *leads),
        len(printed.stories) - len(known),
    )
