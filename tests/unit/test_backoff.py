"""How long is waited, after failures and when told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from digest.sources.backoff import LONGEST, delay_after, http_date, is_over, retry_after

NOW = datetime(2026, 5, 25, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_waits_double_from_an_hour_and_end_below_a_day() -> None:
    hours = [delay_after(failures, 0.5) / HOUR for failures in range(1, 9)]
    assert hours == pytest.approx([1, 2, 4, 8, 16, 21.6, 21.6, 21.6])


@pytest.mark.parametrize("failures", [1, 5, 10_000])
def test_chance_moves_a_wait_by_a_tenth_and_never_over_a_day(failures: int) -> None:
    least, middle, most = (delay_after(failures, chance) for chance in (0, 0.5, 0.999999))
    assert least / middle == pytest.approx(0.9)
    assert most / middle == pytest.approx(1.1)
    assert most <= LONGEST


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("Mon, 25 May 2026 08:00:00 GMT", 7200),
        ("Monday, 25-May-26 08:00:00 GMT", 7200),
        ("Mon, 25 May 2026 08:00:00", 7200),
        ("Mon, 25 May 2026 10:00:00 +0200", 7200),
        ("999999", 86_400),
        ("Mon, 25 May 2027 08:00:00 GMT", 86_400),
        ("", None),
        ("0", None),
        ("-3", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("Sun, 24 May 2026 08:00:00 GMT", None),
        ("Mon, 31 Feb 2026 08:00:00 GMT", None),
        ("Mon, 25 May 9999999 08:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str, seconds: int | None) -> None:
    wait = retry_after(header, NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_a_date_at_the_edge_of_time_is_none() -> None:
    assert http_date("Fri, 31 Dec 9999 23:59:59 -1400") is None


@pytest.mark.parametrize(
    ("until", "over"),
    [
        (None, True),
        (NOW, True),
        (NOW + timedelta(seconds=1), False),
        (NOW + LONGEST + HOUR, False),
        (NOW + LONGEST + HOUR + timedelta(seconds=1), True),
    ],
)
def test_a_wait_is_over_in_time_and_when_the_clock_was_set_back(
    until: datetime | None, over: bool
) -> None:
    assert is_over(until, NOW) is over
