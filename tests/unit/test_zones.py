"""When a time of day comes in each zone, and what zones are called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.zones import (
    checked_zone,
    due_in,
    first_due,
    last_due,
    zone_named,
    zones_of_places,
)

ZONES = sorted(name for name in available_timezones() if zone_named(name))
SECOND = timedelta(seconds=1)


def shown(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def due(zone: str, local: str) -> str:
    return due_in(ZoneInfo(zone), datetime.fromisoformat(local)).strftime("%d %H:%M")


def test_a_time_is_due_when_the_clocks_there_show_it():
    assert due("Asia/Kathmandu", "2026-06-01T08:00") == "01 02:15"
    assert due("Pacific/Kiritimati", "2026-06-01T08:00") == "31 18:00"
    assert due("Pacific/Pago_Pago", "2026-06-01T08:00") == "01 19:00"


def test_a_time_that_the_clocks_jump_over_is_due_as_they_do():
    assert due("Europe/Berlin", "2026-03-29T01:59") == "29 00:59"
    assert due("Europe/Berlin", "2026-03-29T02:30") == "29 01:00"
    assert due("Europe/Berlin", "2026-03-29T03:00") == "29 01:00"
    assert due("Australia/Lord_Howe", "2026-10-04T02:10") == "03 15:30"


def test_a_time_that_comes_twice_is_due_the_first_time():
    assert due("Europe/Berlin", "2026-10-25T02:30") == "25 00:30"
    assert due("Europe/Berlin", "2026-10-25T03:00") == "25 02:00"


def test_in_a_day_that_an_island_left_out_all_is_due_as_it_did():
    assert due("Pacific/Apia", "2011-12-30T08:00") == "30 10:00"


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1994, 1, 1), datetime(2037, 12, 31)),
)
def test_a_mail_is_due_when_the_clocks_first_reach_its_time(zone, local):
    local = local.replace(microsecond=0, fold=0)
    moment = due_in(ZoneInfo(zone), local)
    assert shown(moment - SECOND, zone) < local <= shown(moment, zone)
    assert first_due(local) <= moment <= last_due(local)


@pytest.mark.parametrize("change", ["2026-03-29T01:00", "2026-10-25T01:00"])
def test_around_a_change_of_the_clocks_later_times_are_due_later(change):
    start = datetime.fromisoformat(change)
    moments = [
        due_in(ZoneInfo("Europe/Berlin"), start + timedelta(minutes=10 * step))
        for step in range(24)
    ]
    assert moments == sorted(moments)


def test_between_the_first_and_the_last_moment_a_time_comes_everywhere():
    for local in (datetime(2026, 6, 1, 8), datetime(2026, 12, 31, 23, 59)):
        moments = [due_in(ZoneInfo(zone), local) for zone in ZONES]
        assert first_due(local) == min(moments)
        assert last_due(local) == max(moments)
        assert first_due(local).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" america/new york ", "America/New_York"),
        ("utc", "UTC"),
        ("", ""),
        ("Factory", ""),
        ("localtime", ""),
        ("../etc/passwd", ""),
    ],
)
def test_a_zone_is_known_whatever_its_letters(text, name):
    assert zone_named(text) == name


def test_zones_to_choose_from_are_named_for_places():
    offered = zones_of_places()
    assert {"Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati"} <= set(offered)
    assert not {"UTC", "Etc/GMT+5", "EST5EDT"} & set(offered)
    assert list(offered) == sorted(offered)


def test_a_zone_that_is_none_is_told_with_the_likeliest_name():
    assert (checked_zone(""), checked_zone("europe/paris")) == ("", "Europe/Paris")
    with pytest.raises(InputError, match="no zone `Europe/Berlim`") as caught:
        checked_zone("Europe/Berlim")
    assert "`Europe/Berlin`" in caught.value.hint
    with pytest.raises(InputError) as caught:
        checked_zone("@@@")
    assert "IANA" in caught.value.hint
