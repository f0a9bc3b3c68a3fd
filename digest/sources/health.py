"""What an answer changes in what is known of its source; pure, so that every rule can be tested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from digest.model import NO_VALIDATORS, Health
from digest.sources.backoff import LONGEST, delay_after, is_over
from digest.sources.fetched import Fetched

MOVE_TIMES = 3
MOVE_SPAN = timedelta(days=3)
"""A source moves when it has said so this often, over this long, and was a feed of ours there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the items of one answer; counts are 0 or more.

    Attributes:
        read: items in the feed, refused ones included.
        new: stored now.
        known: stored before.
        undated: items without a usable date.
        problem: why the answer is no feed, in words; "" if it is one, or nothing is newer.
    """

    read: int = 0
    new: int = 0
    known: int = 0
    undated: int = 0
    problem: str = ""


def is_due(health: Health | None, now: datetime) -> bool:
    """Whether a source may be asked; one that was never asked may."""
    return health is None or is_over(health.next_at, now)


def turn(health: Health | None) -> float:
    """What to sort the sources of one host by: longest not asked first, in seconds."""
    return health.tried_at.timestamp() if health and health.tried_at else 0.0


def after(
    health: Health, fetched: Fetched, outcome: Outcome, *, now: datetime, chance: float
) -> Health:
    """The health of a source after it was asked and its items were stored.

    Args:
        health: as it was before.
        fetched: not held.
        outcome: what its body gave.
        now: when it answered.
        chance: in [0, 1), for the spread of the next try.
    """
    if outcome.problem:
        return _failed(health, fetched, outcome.problem, now=now, chance=chance)
    good = replace(health, tried_at=now, good_at=now, next_at=None, failures=0, error="")
    good = _moving(good, fetched, outcome, now)
    if fetched.unchanged:
        return replace(good, validators=fetched.validators)
    return replace(
        good,
        validators=fetched.validators,
        new_at=now if outcome.new else health.new_at,
        items_seen=health.items_seen + outcome.new,
        last_count=outcome.read,
        undated=outcome.undated,
    )


def _failed(
    health: Health, fetched: Fetched, problem: str, *, now: datetime, chance: float
) -> Health:
    failures = health.failures + 1
    next_at = now + delay_after(failures, chance)
    if fetched.pause is not None:
        next_at = max(next_at, fetched.pause.until)
    gone = fetched.status == HTTPStatus.GONE
    return replace(
        health,
        # Some servers garble nothing but their conditional answers.
        validators=NO_VALIDATORS if fetched.garbled else health.validators,
        tried_at=now,
        next_at=min(next_at, now + LONGEST),
        failures=failures,
        error=problem,
        muted_because=f"answered 410 Gone on {now:%Y-%m-%d}" if gone else health.muted_because,
    )


def _moving(health: Health, fetched: Fetched, outcome: Outcome, now: datetime) -> Health:
    """Count how often a source has said that it moved to the same place.

    Only a feed that had an item of ours when it first said so can be the source, since anybody
    may buy a domain that has lapsed; any other place is remembered without a beginning.
    """
    if fetched.moved_to and fetched.moved_to == health.moved_to:
        return replace(health, moved_times=health.moved_times + 1)
    since = now if fetched.moved_to and outcome.known else None
    return replace(health, moved_to=fetched.moved_to, moved_since=since, moved_times=1)


def may_move(health: Health, now: datetime) -> bool:
    """Whether a source has said often and long enough where it is now."""
    since = health.moved_since
    return since is not None and health.moved_times >= MOVE_TIMES and now - since >= MOVE_SPAN


def moved(health: Health) -> Health:
    """The health of a source that has got its new address."""
    return replace(health, moved_to="", moved_since=None, moved_times=0)
