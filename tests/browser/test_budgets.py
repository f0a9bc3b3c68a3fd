"""The page of a 60-story week costs no more than it may: bytes are held to, times are printed."""

from __future__ import annotations

import json

import pytest

from tests.browser.budgets import MOST_BYTES, MOVES, STORIES, large_week, measured

pytestmark = pytest.mark.ci


def test_the_page_of_a_large_week_is_small_and_its_times_are_told(house, capsys):
    house.store.content.save_issue(large_week(house.store.content.issue(1), 3))
    assert len(house.store.content.issue(3).stories) == STORIES
    costs = measured(house, 3)
    with capsys.disabled():
        print(json.dumps(costs.told()))
    assert 0 < costs.bytes <= MOST_BYTES
    assert len(costs.moves_ms) == MOVES
