"""When a source has fallen silent, and when that is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.model import Health
from digest.sources.silence import failing, is_news, may_be_quiet, note_of, quiet
from tests.builders import NOW

DAY = timedelta(days=1)


def fails(failures: int, hours: float, **fields) -> Health:
    good = NOW - timedelta(hours=hours)
    given = {"tried_at": NOW, "good_at": good, "failures": failures, "error": "status 503"}
    return Health(**given | fields)


@pytest.mark.parametrize(
    "health", [fails(2, 48), fails(3, 23), fails(0, 0), fails(5, 0, good_at=None), Health()]
)
def test_a_source_that_fails_for_less_than_a_day_is_not_silent(health):
    assert failing(health) is None


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (fails(3, 24), "failed 3 times in a row: status 503; last good 2026-05-31 06:00"),
        (fails(6, 0, good_at=None), "failed 6 times in a row: status 503; never good"),
        (Health(muted_because="answered 410 Gone"), "muted: answered 410 Gone"),
    ],
)
def test_one_that_fails_for_a_day_or_is_gone_is(health, told):
    assert failing(health).told == told


def test_a_machine_that_slept_has_not_made_its_sources_fail():
    assert failing(fails(3, 48, tried_at=NOW - timedelta(hours=40))) is None
    assert failing(fails(3, 48, tried_at=None)) is None


def test_one_that_used_to_bring_something_every_week_is_quiet_after_two_weeks():
    health = Health(good_at=NOW, new_at=NOW - 14 * DAY)
    assert may_be_quiet(health, NOW)
    weekly = [health.new_at - timedelta(weeks=week) for week in range(4)]
    assert "nothing new since 2026-05-18" in quiet(health, weekly).told
    assert quiet(health, weekly[:2] * 5) is None
    assert quiet(Health(), weekly) is None


@pytest.mark.parametrize(
    "health",
    [
        Health(good_at=NOW, new_at=NOW - 13 * DAY),
        Health(good_at=NOW - 3 * DAY, new_at=NOW - 20 * DAY),
        Health(good_at=NOW, new_at=NOW - 20 * DAY, failures=1),
        Health(good_at=NOW),
        Health(new_at=NOW - 20 * DAY),
    ],
)
def test_one_that_is_not_asked_fails_or_never_had_anything_is_not_quiet(health):
    assert not may_be_quiet(health, NOW)


def test_a_silence_is_told_once_and_another_one_of_the_same_source_not_at_once():
    first, second = failing(fails(3, 24)), failing(fails(3, 25))
    assert is_news(first, "", NOW)
    noted = note_of(first, NOW)
    assert not is_news(first, noted, NOW + 30 * DAY)
    assert not is_news(second, noted, NOW + 13 * DAY)
    assert is_news(second, noted, NOW + 14 * DAY)
