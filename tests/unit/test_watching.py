"""The small parts that tell how a process does: its heart, what it is at, values kept a while."""

from __future__ import annotations

import pytest

from digest.errors import ConfigError
from digest.pipeline.heartbeat import STALE, Heartbeat
from digest.pipeline.metrics import KEPT_SECONDS, SHARE, Kept
from digest.pipeline.underway import all_under_way, under_way
from digest.settings.operating import log_form, metrics_token


class Seconds:
    """A clock that moves when it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_heart_that_never_beat_is_fresh_at_first_and_then_stale():
    clock = Seconds()
    heart = Heartbeat(clock)
    assert heart.is_fresh
    clock.now += STALE + 1
    assert not heart.is_fresh
    assert heart.last_at == 0


def test_a_beat_makes_it_fresh_again_and_notes_when():
    clock = Seconds()
    heart = Heartbeat(clock, wall=lambda: 1_800_000_000.0)
    clock.now += STALE + 1
    heart.beat()
    assert heart.is_fresh
    assert heart.last_at == 1_800_000_000.0
    clock.now += 30
    assert heart.age == 30


def test_what_is_under_way_is_told_until_the_last_of_it_is_over():
    with under_way("sending issue 5"), under_way("collecting"):
        with under_way("collecting"):
            pass
        assert all_under_way() == ("collecting", "sending issue 5")
    assert all_under_way() == ()


def test_what_is_quickly_counted_is_kept_for_some_seconds():
    clock, made = Seconds(), []
    kept = Kept(lambda: made.append(1) or len(made), clock)
    assert (kept(), kept()) == (1, 1)
    clock.now += KEPT_SECONDS
    assert kept() == 2


def test_what_takes_long_is_counted_more_seldom():
    clock = Seconds()

    def slow() -> float:
        clock.now += 3
        return clock.now

    kept = Kept(slow, clock)
    first = kept()
    clock.now += 3 / SHARE - 4
    assert kept() == first
    clock.now += 4
    assert kept() != first


def test_the_form_of_the_log_is_one_of_three():
    assert log_form({}) == "plain"
    assert log_form({"RECAP_LOG": "json"}) == "json"
    with pytest.raises(ConfigError, match="xml"):
        log_form({"RECAP_LOG": "xml"})


def test_a_token_for_the_metrics_is_long_and_fits_a_header():
    assert metrics_token({}) == ""
    assert metrics_token({"RECAP_METRICS_TOKEN": "0123456789abcdef"}) == "0123456789abcdef"
    for bad in ("short", "a b c d e f g h i j", "schlüssel-schlüssel"):
        with pytest.raises(ConfigError, match="RECAP_METRICS_TOKEN") as raised:
            metrics_token({"RECAP_METRICS_TOKEN": bad})
        assert bad not in str(raised.value)
