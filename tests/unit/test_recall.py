from __future__ import annotations

import random

import pytest

from digest.model import Item, Past, Vocabulary
from digest.recall import Archive, Match, vocabulary
from tests.builders import at, make_issue, make_item, make_story, make_theme

OPENED = "Northwind opens the Larkspur data centre in Bergen"
LATER = at("2026-06-03")


def archive_of(*titles: str, summary: str = "") -> Archive:
    """An archive of one issue that printed a story under each title."""
    stories = [make_story(make_item(title=title, summary=summary)) for title in titles]
    return Archive(Past((make_issue(make_theme(stories=stories)),)))


def only(archive: Archive, title: str, summary: str = "", **fields: object) -> Match:
    """The one match of a story under this title."""
    (match,) = archive.matches(story_of(title, summary, **fields))
    return match


def story_of(title: str, summary: str = "", **fields: object):
    fields = {"published": LATER, **fields}
    return make_story(make_item(title=title, summary=summary, **fields))


def test_the_words_of_items_are_counted_once_an_item():
    items = [
        make_item(title="Chips, chips and GPT-5", summary=""),
        make_item(title="A law on chips", summary="The law names chips."),
    ]
    counted = vocabulary(items)
    assert counted.documents == 2
    assert (counted.counts["chip"], counted.counts["law"]) == (2, 1)


def test_the_order_of_items_does_not_change_the_words():
    items = [make_item(title=f"Chip {word} ships") for word in ("alpha", "beta", "gamma")]
    shuffled = random.Random(1).sample(items, k=3)
    assert list(vocabulary(items).counts) == list(vocabulary(shuffled).counts)


def test_a_story_with_a_name_and_a_rare_word_in_common_is_a_match():
    archive = archive_of(OPENED, "Contoso cuts prices")
    match = only(archive, "Regulator closes the Larkspur data centre of Northwind")
    assert match.story.title == OPENED
    assert any(thing.is_name and "larkspur" in thing.terms for thing in match.shared)
    assert match.weeks == pytest.approx(6.6 / 7, abs=0.01)


def test_words_without_a_name_are_no_match():
    archive = archive_of("What makes a benchmark useful to engineers")
    assert archive.matches(story_of("How engineers read a benchmark")) == ()


def test_one_name_alone_is_no_match():
    archive = archive_of("Prices of the Larkspur fall")
    assert archive.matches(story_of("Nobody wants the Larkspur")) == ()


def test_the_parts_of_a_name_count_as_one_thing():
    archive = archive_of("Engineers describe what happened in the Larkspur Valley")
    assert archive.matches(story_of("Nobody still lives near the Larkspur Valley")) == ()
    both = only(archive, "Nobody describes the Larkspur Valley to engineers any longer")
    assert ("larkspur", "valley") in [thing.terms for thing in both.shared]


def test_a_hyphened_name_and_its_parts_are_one_thing():
    archive = archive_of("Engineers describe what the Larkspur-Bergen line costs")
    match = only(archive, "What engineers pay for the Larkspur-Bergen line")
    assert ("bergen", "larkspur", "larkspur-bergen") in [thing.terms for thing in match.shared]


def test_a_word_that_one_report_writes_small_is_no_name():
    archive = archive_of("The new Recall gathers pictures of screens")
    assert archive.matches(story_of("Cars called back: a recall over screens")) == ()


def test_headlines_in_capitals_name_nobody():
    archive = archive_of("Makers Of Robots Gather In Autumn")
    assert archive.matches(story_of("ROBOTS GATHER FOR THE AUTUMN")) == ()


def test_a_word_with_a_capital_inside_is_a_name_in_any_headline():
    archive = archive_of("LarkSpur Cuts Its Workforce")
    assert only(archive, "More On The Workforce Of LarkSpur").likeness > 0


def test_each_headline_naming_somebody_else_is_at_odds():
    archive = archive_of("The Larkspur workforce moves to Contoso")
    match = only(archive, "The Larkspur workforce moves to Fabrikam")
    assert match.at_odds


def test_two_versions_of_one_product_are_at_odds():
    archive = archive_of("The Larkspur 4 codes in Bergen")
    assert only(archive, "The Larkspur 5 codes in Bergen").at_odds


def test_a_report_of_the_same_thing_is_not_at_odds():
    assert not only(archive_of(OPENED), OPENED).at_odds


def test_the_nearest_reports_of_two_stories_are_compared():
    reports = (make_item(title="Something else entirely", summary=""), make_item(title=OPENED))
    archive = Archive(Past((make_issue(make_theme(stories=[make_story(*reports)])),)))
    near = make_story(make_item(title="Northwind and Larkspur in short"), make_item(title=OPENED))
    (match,) = archive.matches(near)
    assert match.likeness == pytest.approx(1.0)
    assert match.covered == pytest.approx(1.0)


def test_the_best_match_comes_first_and_of_two_alike_that_of_the_newer_issue():
    issues = [
        make_issue(make_theme(stories=[make_story(make_item(title=OPENED))]), number=number)
        for number in (3, 2)
    ]
    far = make_issue(
        make_theme(stories=[story_of("Northwind sells Larkspur to a neighbour in the north")]),
        number=1,
    )
    matches = Archive(Past((*issues, far))).matches(story_of(OPENED))
    assert [match.issue.number for match in matches] == [3, 2, 1]


def test_a_report_older_than_the_earlier_one_is_no_weeks_later():
    assert only(archive_of(OPENED), OPENED, published=at("2026-05-20")).weeks == 0


def test_words_common_in_earlier_weeks_tell_nothing():
    issue = make_issue(make_theme(stories=[make_story(make_item(title=OPENED, summary=""))]))
    counts = dict.fromkeys(vocabulary([make_item(title=OPENED, summary="")]).counts, 90)
    archive = Archive(Past((issue,), Vocabulary(100, counts)))
    assert archive.matches(story_of(OPENED)) == ()


@pytest.mark.parametrize(
    ("again", "found"),
    [
        ({"url": "https://chip-ledger.example/a"}, True),
        ({"link": "https://chip-ledger.example/a"}, True),
        ({"title": OPENED, "summary": "It is the first of its kind in the north."}, True),
        ({"title": OPENED.upper(), "summary": ""}, True),
        (
            {"title": OPENED, "summary": "Another text of a column that has one name for ever."},
            False,
        ),
        ({"title": "Northwind in short", "summary": ""}, False),
    ],
)
def test_a_report_ran_before_at_its_address_or_in_the_same_words(again, found):
    printed = make_item(
        url="https://chip-ledger.example/a",
        title=OPENED,
        summary="It is the first of its kind in the north.",
    )
    short = make_item(title="Northwind in short", summary="")
    issue = make_issue(make_theme(stories=[make_story(printed), make_story(short)]))
    ran = Archive(Past((issue,))).ran(make_item(**again))
    assert (ran is not None) == found
    if ran:
        assert (ran[0].number, ran[1].lead) == (issue.number, printed)


def test_a_report_printed_twice_ran_last_in_the_newer_issue():
    item = make_item(title=OPENED)
    issues = [make_issue(make_theme(stories=[make_story(item)]), number=n) for n in (7, 3)]
    ran = Archive(Past(tuple(issues))).ran(item)
    assert ran is not None
    assert ran[0].number == 7


def test_an_empty_past_holds_nothing():
    archive = Archive(Past())
    assert (archive.matches(story_of(OPENED)), archive.ran(make_item())) == ((), None)


def test_a_text_in_another_script_is_no_obstacle():
    archive = archive_of("新的人工智能芯片发布", "Larkspur芯片发布")
    assert isinstance(archive.matches(story_of("新的人工智能芯片发布")), tuple)


def test_an_empty_title_is_no_obstacle():
    nothing: Item = make_item(title="!", summary="")
    assert (
        Archive(Past((make_issue(make_theme(stories=[make_story(nothing)])),))).matches(
            make_story(nothing)
        )
        == ()
    )
