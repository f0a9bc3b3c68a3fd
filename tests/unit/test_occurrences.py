from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from digest.occurrences import period_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("step", ["draft", "send"])
def test_weekly_steps_happen_once_an_iso_week_of_the_zone(step):
    moment = datetime(2026, 5, 24, 22, 0, tzinfo=UTC)
    assert period_of(step, moment, BERLIN) == "2026-W22"
    assert period_of(step, moment, ZoneInfo("UTC")) == "2026-W21"


def test_collecting_happens_once_an_hour_of_the_day():
    moment = datetime(2026, 5, 25, 6, 40, tzinfo=UTC)
    assert period_of("collect", moment, BERLIN) == "2026-05-25T08"


def test_an_hour_that_the_clocks_repeat_is_one_period():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert period_of("collect", first, BERLIN) == period_of("collect", second, BERLIN)
