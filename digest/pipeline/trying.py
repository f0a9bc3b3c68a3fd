"""Past weeks are drafted again with other settings or weights; nothing is stored, nothing asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import ConfigError, InputError, NotEnoughStories
from digest.model import Issue, Item, Week
from digest.settings import FILE, Settings
from digest.wording import plural

if TYPE_CHECKING:
    from digest.plan import Plan
    from digest.store import Store
    from digest.trials import Trial


@dataclass(frozen=True, slots=True)
class Untried:
    """A week that could not be tried, and why."""

    week: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is left of a week: the machine's draft, what was approved, the reports of then."""

    drafted: Issue | None
    printed: Issue | None
    plan: Plan
    now: datetime
    items: tuple[Item, ...]


class _Lost(Exception):
    """The week cannot be drafted again, for this reason."""


def last_weeks(store: Store, count: int) -> tuple[Week, ...]:
    """The last `count` weeks of which an issue was made, the oldest first."""
    weeks = sorted((row.week for row in store.content.issues()), reverse=True)
    return tuple(Week.parse(week) for week in reversed(weeks[:count]))


def weeks_between(first: Week, last: Week) -> tuple[Week, ...]:
    """Every ISO week from one to another; `InputError` where the first is the later one."""
    days = (last.monday() - first.monday()).days
    if days < 0:
        raise InputError(f"the weeks {first} to {last} go backwards", hint=f"write {last}..{first}")
    mondays = (first.monday() + timedelta(days=at) for at in range(0, days + 1, 7))
    return tuple(Week(*monday.isocalendar()[:2]) for monday in mondays)


def settings_with(settings: Settings, path: Path) -> Settings:
    """The project's settings with the schedules, the newsletter and the issue of another file.

    Raises:
        ConfigError: it cannot be read or used; the message names it.
    """
    from digest.settings.schedules import parse_schedules

    try:
        file = parse_schedules(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", hint=f"name a file written as {FILE} is"
        ) from error
    except ConfigError as error:
        raise ConfigError(error.problem.replace(FILE, str(path), 1), hint=error.hint) from error
    return replace(
        settings,
        schedules=tuple(file.schedules),
        brand=file.newsletter.brand,
        rules=file.issue,
    )


def try_weeks(
    store: Store,
    settings: Settings,
    weeks: Sequence[Week],
    *,
    weights: Mapping[str, float],
    on_week: Callable[[], object] = bool,
) -> tuple[tuple[Trial, ...], tuple[Untried, ...]]:
    """Draft past weeks again as of then, and compare: with the machine's draft, with the printed.

    A week has the reports, the window and the moment of its draft, and the memory of the issues
    before it; no article is read and no model words anything.

    Args:
        settings: those that are tried.
        weights: points of each signal; empty takes the shipped ones.
        on_week: told when a week is done.

    Returns:
        The weeks tried, and those that could not be, with the reason; in the order given.

    Raises:
        StoreError: a stored document is damaged.
    """
    tried, untried = [], []
    for week in weeks:
        try:
            tried.append(_try(store, settings, week, weights))
        except _Lost as lost:
            untried.append(Untried(str(week), str(lost)))
        except (InputError, NotEnoughStories) as error:
            untried.append(Untried(str(week), error.problem))
        on_week()
    return tuple(tried), tuple(untried)


def _try(store: Store, settings: Settings, week: Week, weights: Mapping[str, float]) -> Trial:
    from digest.catalogs import catalog
    from digest.issue import draft_issue
    from digest.pipeline.drafting import own_templates
    from digest.retrial import tried

    kept = _kept(store, settings, week, weights)
    words = catalog(settings.brand.language, own_templates(settings))
    past = store.content.past(kept.plan.window.start)
    now = draft_issue(kept.items, kept.plan, now=kept.now, past=past, words=words).issue
    return tried(str(week), kept.drafted, now, kept.printed)


def _kept(store: Store, settings: Settings, week: Week, weights: Mapping[str, float]) -> _Kept:
    """What a week is drafted again from; `_Lost` where that is not all there any more."""
    from digest.pipeline.planning import planned
    from digest.store.memory import TEACHING

    issue = store.content.issue_of_week(str(week))
    if issue is None:
        return _never_drafted(store, settings, week, weights)
    drafted = store.drafts.base(issue.number, issue.revision) or issue
    follows = _follows(store, drafted, week)
    since = drafted.window.start if follows else None
    stored = store.content.items(before=drafted.window.end, since=since)
    # What was imported later with an early date did not lie before the draft of then.
    known = {item.id for story in drafted.stories for item in story.items}
    known |= {line.item for line in drafted.left_out}
    items = tuple(item for item in stored if item.id in known)
    if gone := len(known) - len(items):
        raise _Lost(f"{gone:,} of its {plural(len(known), 'report')} are not kept any more")
    plan = planned(
        settings, week, drafted.window, number=issue.number, follows=follows, weights=weights
    )
    plan = replace(plan, timezone=drafted.timezone)
    printed = issue if issue.status in TEACHING else None
    return _Kept(drafted, printed, plan, drafted.drafted_at, items)


def _follows(store: Store, drafted: Issue, week: Week) -> bool:
    """Whether an earlier issue ended where this one starts, though it was skipped since."""
    from zoneinfo import ZoneInfo

    start = drafted.window.start
    before = store.content.cutoff_before(start, excluding=drafted.number)
    return before == start or start != week.window(ZoneInfo(drafted.timezone)).start


def _never_drafted(
    store: Store, settings: Settings, week: Week, weights: Mapping[str, float]
) -> _Kept:
    """A week without an issue, at the hour that its draft would have been due."""
    from digest.pipeline.planning import planned
    from digest.plan import issue_window

    zone = settings.schedule.zone
    end = week.window(zone).end
    now = _due(settings, week)
    previous = store.content.cutoff_before(end)
    following = store.content.start_after(end)
    window = issue_window(week, zone, now=now, previous=previous, following=following)
    follows = previous is not None
    items = store.content.items(before=window.end, since=window.start if follows else None)
    if not items:
        raise _Lost("no issue was made of it, and no report of it is kept")
    number = store.content.next_number()
    plan = planned(settings, week, window, number=number, follows=follows, weights=weights)
    return _Kept(None, None, plan, now, items)


def _due(settings: Settings, week: Week) -> datetime:
    """When the first schedule drafts in a week; its end if that schedule drafts never."""
    from digest.pipeline.upcoming import trigger_of

    whole, moment = week.window(settings.schedule.zone), settings.schedule.draft
    due = moment and trigger_of(settings.schedule, moment).get_next_fire_time(None, whole.start)
    return min(due.astimezone(whole.end.tzinfo), whole.end) if due else whole.end
