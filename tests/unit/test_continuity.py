from __future__ import annotations

from dataclasses import replace

import pytest

from digest.continuity import Linked, linked, without_repeats
from digest.model import Issue, LeftOut, Past, Story, Window
from tests.builders import at, make_issue, make_item, make_story, make_theme

OPENED = "Northwind opens the Larkspur data centre in Bergen"
CLOSED = "Regulator closes the Larkspur data centre in Bergen"


def issue_of(*stories: Story, number: int = 3, week: str = "2026-W21", **fields: object) -> Issue:
    return make_issue(make_theme(stories=stories), number=number, week=week, **fields)


def past_of(*titles: str, **fields: object) -> Past:
    """The past of one issue with a story under each title, of 20 May."""
    stories = [story_of(title, published=at("2026-05-20T09:00")) for title in titles]
    return Past((issue_of(*stories, **fields),))


def story_of(title: str, summary: str = "", **fields: object) -> Story:
    return make_story(make_item(title=title, summary=summary, **fields))


def test_a_first_issue_carries_nothing_on():
    assert linked(story_of(OPENED), Past()) == Linked()


def test_a_story_of_something_new_is_linked_to_nothing():
    assert linked(story_of("Senate passes a law on chatbots"), past_of(OPENED)) == Linked()


def test_a_story_that_goes_on_is_an_update_of_the_earlier_one():
    past = past_of(OPENED)
    story = story_of(CLOSED)
    (update,) = linked(story, past).continues
    earlier = past.issues[0].stories[0]
    assert update.text == f"Update of “{OPENED}” in issue 3 (2026-W21)."
    assert (update.items, update.url, update.issue) == (
        (story.lead.id,), earlier.lead.link, 3,
    )  # fmt: skip


def test_the_days_of_what_it_carries_on_make_the_timeline_oldest_first():
    newer = issue_of(story_of(CLOSED, published=at("2026-05-26")), number=4, week="2026-W22")
    past = Past((newer, *past_of(OPENED).issues))
    found = linked(story_of("Court opens the Larkspur data centre in Bergen again"), past)
    assert [(line.date, line.text) for line in found.timeline] == [
        ("2026-05-20", OPENED),
        ("2026-05-26", CLOSED),
    ]
    assert found.related == ()


def test_the_days_are_those_of_the_newsletters_zone():
    late = story_of(OPENED, published=at("2026-05-20T22:30"))
    past = Past((issue_of(late, timezone="Asia/Tokyo"),))
    assert linked(story_of(CLOSED), past).timeline[0].date == "2026-05-21"


def test_what_is_less_alike_is_related_and_no_update():
    past = past_of("Larkspur engineers ask a Bergen court for the pay of three years")
    found = linked(
        story_of("A Larkspur visitor sees more of Bergen than its harbour and the museum of fish"),
        past,
    )
    assert (found.continues, found.timeline) == ((), ())
    assert [line.text for line in found.related] == [past.issues[0].stories[0].title]


def test_an_update_long_after_must_be_the_more_alike():
    soon = linked(story_of(CLOSED, published=at("2026-05-27")), past_of(OPENED))
    late = linked(story_of(CLOSED, published=at("2027-05-27")), past_of(OPENED))
    assert (len(soon.continues), len(late.continues)) == (1, 0)


def test_a_story_of_somebody_else_is_no_update():
    past = past_of("The Larkspur data centre in Bergen goes to Contoso")
    found = linked(story_of("The Larkspur data centre in Bergen goes to Fabrikam"), past)
    assert found.continues == ()
    assert len(found.related) == 1


def test_at_most_three_stories_are_related_newest_first():
    titles = [f"Larkspur engineers in Bergen ask for {what}" for what in
              ("chairs", "lamps", "desks", "tea")]  # fmt: skip
    issues = [
        issue_of(story_of(title, published=at(f"2025-0{number}-01")), number=number)
        for number, title in enumerate(titles, start=1)
    ]
    past = Past(tuple(reversed(issues)))
    found = linked(story_of("Larkspur visitor likes the harbour of Bergen"), past)
    assert [line.issue for line in found.related] == sorted(
        (line.issue for line in found.related), reverse=True
    )
    assert len(found.related) == 3


def test_a_story_with_a_report_of_an_earlier_issue_is_an_update_of_its_story():
    past = past_of("Something in short")
    old = past.issues[0].stories[0].lead
    story = make_story(make_item(title="Elsewhere nobody knew"), old)
    (update,) = linked(story, past).continues
    assert update.text.startswith("Update of “Something in short”")


def test_a_headline_without_end_is_cut():
    past = past_of(OPENED + " and" * 80)
    (update,) = (
        linked(story_of(CLOSED), past).continues
        or linked(replace(past.issues[0].stories[0], id="again"), past).continues
    )
    assert len(update.text) < 260


def test_a_story_whose_every_report_ran_before_is_left_out_with_its_issue():
    past = past_of(OPENED)
    again, fresh = past.issues[0].stories[0], story_of(CLOSED)
    kept, left_out = without_repeats([again, fresh], past)
    assert kept == (fresh,)
    assert left_out == (LeftOut(again.lead.id, OPENED, "already run: in issue 3"),)


def test_a_story_with_one_new_report_is_kept():
    past = past_of(OPENED)
    story = make_story(make_item(title=CLOSED), past.issues[0].stories[0].lead)
    assert without_repeats([story], past) == ((story,), ())


def test_nothing_ran_before_the_first_issue():
    story = story_of(OPENED)
    assert without_repeats([story], Past()) == ((story,), ())


@pytest.mark.parametrize("_", range(2))
def test_two_equal_pasts_say_the_same(_):
    story = make_story(make_item(id="now", title=CLOSED))
    window = Window(at("2026-05-18"), at("2026-05-25"))
    earlier = make_story(make_item(id="then", title=OPENED, published=at("2026-05-20")))
    one, other = (Past((issue_of(earlier, window=window),)) for _ in range(2))
    assert linked(story, one) == linked(story, other) == linked(story, one)
    assert linked(story, one).continues
