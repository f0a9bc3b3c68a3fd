from __future__ import annotations

import pytest

from digest.authority import COMPETED, HALF_LIFE, NO_PAST, Lessons, learn, outlet
from digest.issue import draft_issue
from digest.model import LeftOut, Past
from digest.plan import Plan
from tests.builders import NOW, WEEK, WINDOW, make_issue, make_item, make_story, make_theme


def item(title: str = "", host: str = "chip-ledger.example", source: str = "Chip Ledger"):
    made = make_item(title=title, source=source)
    return make_item(id=made.id, title=made.title, source=source, url=f"https://{host}/{made.id}")


def stories(count: int, **fields):
    return [make_story(item(**fields)) for _ in range(count)]


def past(led, also=(), left_out=(), collected=None, before=0):
    """The past of one issue with `before` empty ones after it."""
    issue = make_issue(make_theme(stories=led), also=tuple(also), left_out=tuple(left_out))
    empty = make_issue(make_theme(stories=[make_story()]))
    return Past(issues=(*[empty] * before, issue), collected=collected or {})


def test_without_a_past_nothing_is_learned_and_everything_is_average():
    lessons = learn(NO_PAST)
    assert lessons == Lessons()
    assert lessons.of_item(item()) == 0.5
    assert lessons.of_words(["corvid", "open"]) == 0.5


def test_a_headline_without_a_term_is_average():
    assert Lessons(words={"corvid": 1.0}).of_words([]) == 0.5


def test_the_outlet_is_the_host_of_the_address():
    assert outlet(item(host="norvane.example")) == "norvane.example"


def test_a_source_that_is_printed_more_often_than_the_mean_is_above_it():
    led = [*stories(6, source="Often"), *stories(1, source="Rarely")]
    lessons = learn(past(led, collected={"Often": 10, "Rarely": 10, "Never": 80}))
    often, rarely, never, unknown = (
        lessons.of_item(item(source=name)) for name in ("Often", "Rarely", "Never", "Unknown")
    )
    assert often > rarely > unknown == 0.5 > never


def test_a_lift_is_the_smoothed_rate_over_the_mean_rate():
    lessons = learn(past(stories(10, source="Often"), collected={"Often": 10, "Never": 90}))
    # Ten of ten, drawn towards the mean of one in ten by forty: (10 + 4) / (10 + 40) / 0.1.
    assert lessons.sources["Often"] == pytest.approx(1.0296, abs=1e-4)


def test_an_outlet_that_leads_is_above_one_that_is_only_mentioned():
    lessons = learn(past(stories(5, host="lead.example"), stories(5, host="also.example")))
    lead, also = (lessons.of_item(item(host=h)) for h in ("lead.example", "also.example"))
    assert lead > 0.5 > also


def test_a_word_of_led_headlines_lifts_and_one_of_headlines_left_out_lowers():
    led = stories(8, title="Corvid opens")
    also = stories(8, title="Norvane opens")
    left_out = [LeftOut(str(n), "Kestrel opens", f"{COMPETED}: rank {n} of 30") for n in range(8)]
    lessons = learn(past(led, also, left_out))
    led_with, mentioned, dropped = (
        lessons.of_words([word]) for word in ("corvid", "norvane", "kestrel")
    )
    assert led_with > mentioned > dropped
    assert led_with > 0.5 > dropped


def test_what_was_left_out_before_ranking_teaches_nothing():
    line = LeftOut("1", "Kestrel opens", "too old: published 2020-01-01, before 2026-05-25")
    assert "kestrel" not in learn(past(stories(2, title="Corvid"), left_out=[line])).words


def test_the_rule_of_a_draft_for_what_was_ranked_out_is_the_one_that_is_learned_from():
    plan = Plan(1, WEEK, WINDOW, follows=False, timezone="UTC", max_stories=2)
    words = "harbour canal violin meadow copper lantern orchard glacier pepper saddle".split()
    items = [
        make_item(title=f"AI {a}{b} {b}{a}", summary=f"All about {a}{b}.")
        for a in words
        for b in words[:3]
    ]
    rules = [line.rule for line in draft_issue(items, plan, now=NOW).issue.left_out]
    assert any(rule.startswith(COMPETED) for rule in rules)


def test_an_older_pick_teaches_less():
    led, also = stories(5, host="lead.example"), stories(5, host="also.example")
    fresh = learn(past(led, also)).outlets["lead.example"]
    faded = learn(past(led, also, before=HALF_LIFE)).outlets["lead.example"]
    assert fresh > faded > 0


def test_where_nothing_was_collected_or_all_was_led_with_there_is_no_lesson():
    lessons = learn(past(stories(3, source="Often")))
    assert lessons.sources == {}
    assert set(lessons.outlets.values()) == {0.0}


def test_an_item_printed_from_a_source_that_was_not_counted_stays_within_bounds():
    lessons = learn(past(stories(3, source="Renamed"), collected={"Other": 10}))
    assert 0.0 < lessons.of_item(item(source="Renamed")) < 1.0
