"""The health of a source in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.model import Health, Source
from digest.sources.condition import in_words
from tests.builders import at

NOW = at("2026-05-25T06:00")
LAB = Source("Lab", "https://lab.example/feed")
WELL = Health(tried_at=NOW, good_at=NOW, new_at=NOW, items_seen=7, last_count=5)


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (None, "never asked"),
        (Health(), "never asked"),
        (WELL, "last good 2026-05-25 06:00; 7 items so far"),
        (replace(WELL, last_count=0, items_seen=0), "; 0 items so far; its feed is empty"),
        (replace(WELL, undated=5), "7 items so far; no dates"),
        (replace(WELL, undated=4), "last good 2026-05-25 06:00; 7 items so far"),
        (replace(WELL, new_at=NOW - timedelta(days=31)), "; silent since 2026-04-24"),
        (
            replace(WELL, moved_to="https://new.example/f", moved_since=NOW),
            "says it has moved to https://new.example/f",
        ),
        (
            replace(WELL, failures=1, error="answered 500", next_at=NOW + timedelta(hours=1)),
            "failed once: answered 500; last good 2026-05-25 06:00; next try 2026-05-25 07:00; 7",
        ),
        (
            replace(WELL, failures=40, error="no", good_at=NOW - timedelta(days=31), next_at=NOW),
            "failed 40 times in a row: no; last good 2026-04-24 06:00; perhaps mute it; 7 items",
        ),
        (Health(tried_at=NOW, failures=2, error="no"), "failed 2 times in a row: no; never good;"),
    ],
)
def test_health_is_told_in_one_line(health: Health | None, words: str) -> None:
    told = in_words(LAB, health, NOW)
    assert words in told
    assert "\n" not in told


def test_what_stands_in_issues_is_told_beside_what_was_brought() -> None:
    assert in_words(LAB, WELL, NOW, used=3).endswith("; 7 items so far, 3 used in issues")


def test_a_muted_source_says_why() -> None:
    muted = replace(LAB, muted=True)
    assert in_words(muted, None, NOW) == "muted"
    assert in_words(muted, WELL, NOW) == "muted"
    gone = replace(WELL, muted_because="answered 410 Gone on 2026-05-25")
    assert in_words(muted, gone, NOW) == "muted: answered 410 Gone on 2026-05-25"
