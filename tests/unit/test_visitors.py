from __future__ import annotations

import ipaddress
from datetime import timedelta

import pytest

from digest.web.visitors import Throttle, caller_address, places_of
from tests.builders import NOW

HOUR = timedelta(hours=1)
PROXIES = [ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("10.0.0.0/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # nobody we trust says so
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["192.0.2.1, 203.0.113.9"], "203.0.113.9"),  # the first is made up
        ("127.0.0.1", ["192.0.2.1, 203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9, nonsense"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_where_a_call_came_from(peer, forwarded, caller):
    assert caller_address(peer, forwarded, PROXIES) == caller


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("203.0.113.9", ("203.0.113.9", "203.0.113.0/24")),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("::ffff:203.0.113.9", ("::ffff:203.0.113.9", "203.0.113.0/24")),
        ("", ("",)),
    ],
)
def test_what_a_caller_is_counted_by(address, places):
    assert places_of(address) == places


def test_who_is_over_the_limit_waits_until_the_first_call_is_old():
    throttle = Throttle([2, 3], HOUR)
    minute = timedelta(minutes=1)
    assert [throttle.lets(["a", "n"], NOW + n * minute) for n in range(3)] == [True, True, False]
    assert throttle.lets(["b", "n"], NOW)
    assert not throttle.lets(["c", "n"], NOW)
    assert throttle.lets(["a", "n"], NOW + HOUR)


def test_a_refused_call_does_not_count():
    throttle = Throttle([1], HOUR)
    assert throttle.lets(["a"], NOW)
    assert not throttle.lets(["a"], NOW + HOUR / 2)
    assert throttle.lets(["a"], NOW + HOUR)


def test_callers_without_number_take_no_memory_without_end(monkeypatch):
    monkeypatch.setattr("digest.web.visitors._MOST_KEPT", 10)
    throttle = Throttle([1], HOUR)
    for number in range(100):
        throttle.lets([str(number)], NOW)
    assert len(throttle._calls) == 10
