from __future__ import annotations

from datetime import timedelta

import pytest

from digest.authority import Lessons
from digest.model import Past, Vocabulary
from digest.signals import SIGNALS, Field, field_of
from tests.builders import WINDOW, at, make_issue, make_item, make_story, make_theme

NEUTRAL_WITHOUT_EVIDENCE = (
    "speed", "authority", "entities", "kind", "amount", "centrality", "burst", "novelty",
    "popularity",
)  # fmt: skip


def field(**fields) -> Field:
    return Field(start=WINDOW.start, now=WINDOW.end, focus=("AI",), **fields)


def value(name: str, story, known: Field | None = None) -> float:
    return SIGNALS[name](story, known or field())


def among(stories, past: Past | None = None) -> Field:
    return field_of(stories, WINDOW.start, WINDOW.end, past=past or Past())


def at_hosts(*hosts: str, **fields):
    items = [make_item(**fields) for _ in hosts]
    return make_story(
        *[
            make_item(id=item.id, url=f"https://{host}.example/{item.id}", **fields)
            for host, item in zip(hosts, items, strict=True)
        ]
    )


def titled(title: str, **fields):
    return make_story(make_item(title=title, **fields))


@pytest.mark.parametrize("name", NEUTRAL_WITHOUT_EVIDENCE)
def test_a_signal_with_nothing_to_go_by_is_a_half(name):
    story = titled("Corvid and the weather")
    assert value(name, story, among([story])) == 0.5


@pytest.mark.parametrize(
    ("hosts", "expected"), [(["a"], 0.0), (["a", "b"], 0.5), (["a", "b", "a"], 0.5)]
)
def test_coverage_counts_independent_outlets(hosts, expected):
    assert value("coverage", at_hosts(*hosts)) == expected


def test_two_feeds_that_link_one_site_are_one_outlet():
    url = "https://corvid.example/"
    story = make_story(
        make_item(source="Corvid News", url=f"{url}1"), make_item(source="Board", url=f"{url}2")
    )
    assert value("coverage", story) == 0.0


def followed(*hours: float, start: str = "2026-05-26T08:00"):
    times = [at(start) + timedelta(hours=after) for after in hours]
    return make_story(
        *[make_item(url=f"https://site-{n}.example/", published=t) for n, t in enumerate(times)]
    )


@pytest.mark.parametrize(
    ("hours", "expected"),
    [([0], 0.5), ([0, 0], 1.0), ([0, 24], 0.5), ([48, 0], 0.25), ([0, 0, 24, 99], 0.75)],
)
def test_speed_halves_with_each_day_until_the_second_and_the_third_outlet(hours, expected):
    assert value("speed", followed(*hours)) == pytest.approx(expected)


def test_midnight_is_a_date_without_a_time_of_day():
    assert value("speed", followed(0, 23, start="2026-05-26")) == 1.0
    assert value("speed", followed(0, 48, start="2026-05-26")) == 0.5


def test_the_first_report_of_an_outlet_makes_its_speed():
    start = at("2026-05-26T08:00")
    times = [("one", 0), ("two", 0), ("two", 90), ("one", 70)]
    story = make_story(
        *[
            make_item(
                url=f"https://{host}.example/{hours}", published=start + timedelta(hours=hours)
            )
            for host, hours in times
        ]
    )
    assert value("speed", story) == 1.0


def test_authority_is_that_of_the_best_reporter():
    lessons = Lessons(sources={"Led": 1.0, "Dropped": -1.0})
    story = make_story(make_item(source="Dropped"), make_item(source="Led"))
    alone = make_story(make_item(source="Dropped"))
    assert value("authority", story, field(lessons=lessons)) > 0.9
    assert value("authority", alone, field(lessons=lessons)) < 0.1


def test_entities_is_what_past_picks_say_of_the_headline():
    led, dropped = titled("Corvid opens"), titled("Guide to sites")
    lessons = Lessons(words={"corvid": 1.0, "guide": -1.0})
    known = field(lessons=lessons, words=among([led, dropped]).words)
    assert value("entities", led, known) > 0.5 > value("entities", dropped, known)


def test_kind_is_the_mean_over_the_reports_of_an_event():
    chip, rain = make_item(title="Corvid unveils a chip"), make_item(title="Corvid and the rain")
    guide = make_item(title="How to cool it")
    assert value("kind", make_story(chip, rain)) == pytest.approx(0.7)
    assert value("kind", make_story(chip, rain, guide)) == pytest.approx(0.7)
    assert value("kind", make_story(guide)) == 0.0


def test_a_post_is_no_outlet():
    report = make_item(url="https://fen.example/chip")
    post, other = (make_item(url=f"https://dev.to/{name}") for name in ("one", "two"))
    assert value("coverage", make_story(report, post)) == 0.0
    assert value("coverage", make_story(post, other)) == 0.0


def test_amount_is_the_largest_sum_in_any_headline():
    story = make_story(make_item(title="Corvid raises $10M"), make_item(title="Corvid: $10B"))
    assert value("amount", story) == 1.0
    assert value("amount", titled("Corvid raises $10M")) == 0.0


def test_centrality_is_high_for_a_headline_like_many_and_nothing_for_one_like_none():
    alike = [titled(f"Corvid opens campus {name}") for name in ("north", "south", "west")]
    apart, half = titled("Pepper saddle"), titled("Norvane opens")
    known = among([*alike, apart, half])
    assert value("centrality", alike[0], known) >= 0.5 > value("centrality", half, known)
    assert value("centrality", apart, known) == 0.0


def test_a_word_that_many_stories_have_and_earlier_weeks_had_not_bursts():
    stories = [titled(f"Kestrel {name}", summary="") for name in ("one", "two", "six", "ten")]
    past = Past(vocabulary=Vocabulary(1000, {"corvid": 500}))
    assert value("burst", stories[0], among(stories, past)) > 0.9


def test_a_word_as_frequent_as_ever_does_not_burst_and_one_of_a_single_story_says_nothing():
    stories = [titled(f"Corvid {name}", summary="") for name in ("north", "south", "west")]
    past = Past(vocabulary=Vocabulary(998, {"corvid": 999}))
    assert value("burst", stories[0], among(stories, past)) == pytest.approx(0.5, abs=0.01)
    alone = titled("Walnut", summary="")
    assert value("burst", alone, among([*stories, alone], past)) == 0.5


def run_before(*stories) -> Past:
    return Past((make_issue(make_theme(stories=stories)),))


def test_a_story_whose_reports_were_all_printed_is_not_novel():
    story = titled("Corvid opens")
    assert value("novelty", story, among([story], run_before(story))) == 0.0


def test_a_headline_printed_before_is_not_novel_at_another_address():
    again = titled("Corvid opens a campus in the north")
    known = among([again], run_before(titled("Corvid opens a campus in the north")))
    assert value("novelty", again, known) == pytest.approx(0.0, abs=1e-6)


def test_a_story_that_shares_little_with_earlier_ones_is_novel():
    story = titled("Corvid buys a dairy farm in the south")
    known = among([story], run_before(titled("Corvid opens a campus in the north")))
    assert value("novelty", story, known) == 1.0


def test_votes_count_on_a_log_scale_against_the_median_of_the_week():
    stories = [titled("Corvid", points=points) for points in (0, 100, 10_000)]
    none = titled("Norvane")
    known = among([*stories, none])
    values = [value("popularity", story, known) for story in (*stories, none)]
    assert values == [0.0, 0.5, pytest.approx(2 / 3, abs=0.01), 0.5]


def test_the_most_votes_of_any_report_count():
    story = make_story(make_item(points=7), make_item(points=100), make_item())
    known = among([story, titled("Corvid", points=100)])
    assert value("popularity", story, known) == 0.5


def test_relevance_counts_a_word_in_the_headline_double():
    stories = (
        titled("AI grows", summary=""),
        titled("It grows", summary="All of AI grows."),
        titled("It grows", summary="All of it grows."),
    )
    values = [value("relevance", story) for story in stories]
    assert values == [pytest.approx(0.51), pytest.approx(0.3), 0.0]


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2026-05-25", 0.0), ("2026-05-28T12:00", 0.5), ("2026-05-20", 0.0), ("2026-06-09", 1.0)],
)
def test_recency_falls_in_a_straight_line_and_stays_within_bounds(published, expected):
    story = make_story(make_item(published=at(published)))
    assert value("recency", story) == expected


def test_recency_is_full_where_the_week_has_no_length():
    empty = Field(start=WINDOW.start, now=WINDOW.start)
    assert value("recency", make_story(), empty) == 1.0


def test_a_week_without_stories_has_a_field():
    past = run_before(titled("Corvid"))
    assert among([], past).likeness == {}
