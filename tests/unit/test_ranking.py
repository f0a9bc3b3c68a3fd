from __future__ import annotations

import random
from datetime import timedelta

import pytest

from digest.ranking import (
    SIGNALS,
    WEIGHTS,
    Field,
    event,
    rank,
    recency,
    scoreboard,
)
from tests.builders import NOW, WEEK, WINDOW, at, make_item, make_story


def field() -> Field:
    return Field(start=WINDOW.start, now=WINDOW.end, focus=("AI",))


def told_by(*sources: str, **fields):
    return make_story(*[make_item(source=source, **fields) for source in sources])


def test_the_weights_sum_to_a_hundred_and_name_every_signal():
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(SIGNALS)


@pytest.mark.parametrize(
    ("sources", "expected"), [(["A"], 0.0), (["A", "B"], 0.5), (["A", "B", "A"], 0.5)]
)
def test_coverage_counts_independent_sources(sources, expected):
    assert SIGNALS["coverage"](told_by(*sources), field()) == expected


def test_relevance_counts_a_word_in_the_headline_double():
    titled = make_story(*[make_item(title="AI grows", summary="")])
    below = make_story(*[make_item(title="It grows", summary="All of AI grows.")])
    none = make_story(*[make_item(title="It grows", summary="All of it grows.")])
    values = [SIGNALS["relevance"](story, field()) for story in (titled, below, none)]
    assert values == [pytest.approx(0.51), pytest.approx(0.3), 0.0]


def test_substance_counts_distinct_facts_and_is_full_at_eight():
    plain = make_story(*[make_item(title="it grows", summary="so they say")])
    full = make_story(*[make_item(title="Ada Bo Cy", summary="1 2 3 4 5 6 7 8 9")])
    assert SIGNALS["substance"](plain, field()) == 0.0
    assert SIGNALS["substance"](full, field()) == 1.0


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2026-05-25", 0.0), ("2026-05-28T12:00", 0.5), ("2026-05-20", 0.0), ("2026-06-09", 1.0)],
)
def test_recency_falls_in_a_straight_line_and_stays_within_bounds(published, expected):
    assert recency(told_by("A", published=at(published)), field()) == expected


def test_recency_is_full_where_the_week_has_no_length():
    empty = Field(start=WINDOW.start, now=WINDOW.start, focus=())
    assert recency(told_by("A"), empty) == 1.0


def test_the_scoreboard_has_a_row_a_story_and_a_column_a_signal():
    stories = [told_by("A"), told_by("A", "B")]
    board = scoreboard(stories, "2026-W22", now=NOW)
    assert list(board.columns) == [*SIGNALS, "score"]
    assert set(board.index) == {story.id for story in stories}
    assert board[list(SIGNALS)].to_numpy().min() >= 0
    assert board[list(SIGNALS)].to_numpy().max() <= 1
    assert board["score"].is_monotonic_decreasing


def test_weights_given_replace_the_shipped_ones():
    wide, narrow = told_by("A", "B"), told_by("A")
    board = scoreboard([narrow, wide], WEEK, weights={"coverage": 10}, now=NOW)
    assert board["score"].to_dict() == {wide.id: 5.0, narrow.id: 0.0}


def test_each_score_is_the_sum_of_its_points():
    for story in rank([told_by("A"), told_by("A", "B")], WEEK, now=NOW):
        assert story.score == pytest.approx(sum(signal.points for signal in story.signals))
        assert [signal.name for signal in story.signals] == list(SIGNALS)


def test_given_weights_show_in_the_points():
    (story,) = rank([told_by("A", "B")], WEEK, weights={"coverage": 10}, now=NOW)
    assert {signal.name: signal.points for signal in story.signals}["coverage"] == 5.0


def test_the_order_of_the_stories_does_not_change_the_ranks():
    stories = [
        told_by(*["A", "B", "C"][: n % 3 + 1], published=NOW - timedelta(hours=n))
        for n in range(12)
    ]
    shuffled = random.Random(7).sample(stories, k=len(stories))
    assert rank(stories, WEEK, now=NOW) == rank(shuffled, WEEK, now=NOW)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Corvid raises $1B for its second chip", 1.0),
        ("Norvane unveils a campus of one gigawatt", 1.0),
        ("Kestrel 4", 0.5),
        ("How to serve a model on one card", 0.0),
        ("Should the US be scared of open weights?", 0.0),
        ("I built a router for models", 0.0),
        ("Serving models, part 2: why Corvid cuts latency", 0.0),
    ],
)
def test_a_headline_that_says_something_happened_is_an_event(title, expected):
    assert event(make_story(make_item(title=title)), field()) == expected


def test_the_event_signal_is_the_share_over_all_reports():
    story = make_story(make_item(title="Corvid raises $1B"), make_item(title="Why it raised $1B"))
    assert event(story, field()) == 0.5
