from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.model import Item, Past, Signal, Story, Vocabulary
from digest.ranking import SIGNALS, SPREAD, WEIGHTS, rank, scoreboard, signals_of, spread, well_led
from tests.builders import NOW, WEEK, make_issue, make_item, make_story, make_theme


def told_by(*sources: str, **fields):
    """A story with a report of each of the sources, each at a site of its own."""
    made = [make_item(source=source, **fields) for source in sources]
    return make_story(
        *[replace(item, url=f"https://{item.source.lower()}.example/{item.id}") for item in made]
    )


def test_the_weights_sum_to_a_hundred_and_name_every_signal():
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(SIGNALS)


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


def test_no_story_gives_an_empty_board_and_no_order():
    assert scoreboard([], WEEK, now=NOW).empty
    assert rank([], WEEK, now=NOW) == ()
    assert spread([]) == ()


def test_what_past_issues_picked_moves_a_story_up():
    led = make_theme(stories=[told_by("Led") for _ in range(9)])
    past = Past((make_issue(led),), collected={"Led": 9, "Other": 90})
    other, known = told_by("Other", title="Corvid A"), told_by("Led", title="Corvid B")
    assert rank([other, known], WEEK, now=NOW)[0].id == other.id
    assert rank([other, known], WEEK, now=NOW, past=past)[0].id == known.id


def test_a_past_keeps_every_signal_in_bounds_and_the_order_of_the_stories_out_of_the_ranks():
    stories = [told_by("A", title=f"Corvid opens site {n % 5}", points=n) for n in range(12)]
    issue = make_issue(make_theme(stories=stories[:4]), also=tuple(stories[4:6]))
    past = Past((issue,), Vocabulary(40, {"corvid": 3}), {"A": 9})
    board = scoreboard(stories, WEEK, now=NOW, past=past)
    assert board[list(SIGNALS)].to_numpy().min() >= 0
    assert board[list(SIGNALS)].to_numpy().max() <= 1
    shuffled = random.Random(7).sample(stories, k=len(stories))
    ranked = rank(stories, WEEK, now=NOW, past=past)
    assert ranked == rank(shuffled, WEEK, now=NOW, past=past)


def scored(*titles_and_scores):
    return [
        make_story(make_item(title=title), score=float(score)) for title, score in titles_and_scores
    ]


def test_spread_moves_a_third_story_about_one_company_below_a_slightly_weaker_other_one():
    ranked = scored(
        ("Corvid opens a lab", 60),
        ("Corvid opens a campus", 59),
        ("Corvid opens a school", 58),
        ("Norvane tapes out", 56),
    )
    order = spread(ranked)
    assert order[0] is ranked[0]
    assert order[1] is ranked[3]
    assert sorted(order, key=lambda story: -story.score) == ranked


def test_spread_leaves_a_far_better_story_in_front_however_alike():
    ranked = scored(("Corvid opens a lab", 90), ("Corvid opens a lab again", 70), ("Norvane", 40))
    assert list(spread(ranked)) == ranked


def test_spread_keeps_the_order_of_stories_that_share_nothing():
    ranked = scored(("Corvid opens", 60), ("Norvane closes", 60), ("Kestrel waits", 50))
    assert list(spread(ranked)) == ranked


def test_spread_looks_back_ten_stories_only():
    words = "harbour canal violin meadow copper lantern orchard glacier pepper saddle".split()
    ranked = scored(("Corvid opens", 90), *((w, 80) for w in words), ("Corvid opens", 50))
    ranked += scored(("walnut", 49))
    assert list(spread(ranked)) == ranked


def test_stories_far_down_keep_their_places():
    ranked = scored(*((f"Corvid {n}", 100 - n / 10) for n in range(SPREAD + 3)))
    assert list(spread(ranked)[SPREAD:]) == ranked[SPREAD:]


def led_by(*items: Item, **how: object) -> str:
    (story,) = well_led([Story("s", items)], **how)
    assert set(story.items) == set(items)
    return story.title


EVENT = make_item(title="Corvid unveils a chip")


@pytest.mark.parametrize(
    "weaker",
    [
        make_item(title="Corvid 推出芯片", language="zh"),
        make_item(title="How to cool the chip of Corvid"),
        make_item(title="Corvid has a chip", url="https://dev.to/chip"),
        make_item(title="Should anybody want this chip?"),
        make_item(title="Corvid by the weir", summary="The council met by the weir. " * 40),
    ],
)
def test_a_weaker_report_does_not_lead_though_it_came_first(weaker):
    assert led_by(weaker, EVENT) == EVENT.title


def test_the_first_of_equals_leads():
    other = make_item(title="Corvid releases its chip")
    assert led_by(EVENT, other) == EVENT.title
    assert led_by(other, EVENT) == other.title


def test_a_column_of_the_week_leads_no_story():
    days = [make_item(title=f"The Morning: {what} wins") for what in ("rain", "wind")]
    stories = [Story("a", (days[0], EVENT)), Story("b", (days[1],))]
    assert [story.title for story in well_led(stories)] == [EVENT.title, days[1].title]


def test_a_story_made_of_others_is_measured_anew_where_its_own_reports_tell():
    ours = make_item("a", source="A", url="https://a.example/1")
    theirs = make_item("b", source="B", url="https://b.example/1")
    signals = [
        tuple(Signal(name, value, WEIGHTS[name], value * WEIGHTS[name]) for name in SIGNALS)
        for value in (0.25, 0.75)
    ]
    parts = [
        make_story(item, signals=told) for item, told in zip((ours, theirs), signals, strict=True)
    ]
    both = make_story(ours, theirs)
    told = signals_of(both, parts, WEEK, weights=WEIGHTS, now=NOW)
    values = {signal.name: signal.value for signal in told}
    assert values["coverage"] == 0.5
    assert {values[name] for name in ("entities", "centrality", "burst", "novelty")} == {0.25}
    assert {values[name] for name in ("authority", "kind", "popularity")} == {0.75}
    assert all(signal.points == round(signal.value * signal.weight, 6) for signal in told)


def test_a_story_of_what_was_never_ranked_is_neutral_where_only_the_week_tells():
    told = signals_of(make_story(), (), str(WEEK), weights={"authority": 10.0}, now=NOW)
    values = {signal.name: (signal.value, signal.weight) for signal in told}
    assert values["authority"] == (0.5, 10.0)
    assert values["centrality"] == (0.5, 0.0)
