from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import InputError, NotEnoughStories
from digest.issue import ALSO, content_hash, draft_issue
from digest.items import RawItem, clean_item
from digest.localisation import Catalog
from digest.model import IssueStatus, Item, Past, PinnedTheme, Week
from digest.plan import Plan, issue_window
from digest.sieve import sift
from tests.builders import NOW, WEEK, WINDOW, at, make_issue, make_item
from tests.messages import Marked

UTC_ZONE = ZoneInfo("UTC")
SAMPLE_WEEK = Week(2026, 19)
SAMPLE_WINDOW = SAMPLE_WEEK.window(UTC_ZONE)
SAMPLE_NOW = datetime(2026, 5, 11, 6, tzinfo=UTC)


@lru_cache
def sample() -> tuple[Item, ...]:
    """The items of the bundled week, each address once."""
    text = (files("digest") / "sample" / "week.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    cleaned = [
        clean_item(RawItem(**record, position=f"line {n}"), now=SAMPLE_NOW)
        for n, record in enumerate(records, start=1)
    ]
    items = {item.url: item for item in cleaned if isinstance(item, Item)}
    return tuple(items.values())


def make_week(count: int = 60) -> list[Item]:
    """The first items of the sample week, moved to nothing else: on topic and in English."""
    plain = [item for item in sample() if item.language == "en" and not item.sponsored]
    kept, _ = sift(plain, sample_plan())
    return list(kept[:count])


def sample_plan(**fields) -> Plan:
    return make_plan(week=SAMPLE_WEEK, window=SAMPLE_WINDOW, **fields)


def one_an_event(count: int) -> list[Item]:
    """Reports of that many different events, out of the joined week."""
    return [story.lead for story in draft_sample().stories[:count]]


@lru_cache
def _drafted(items, fields):
    return draft_issue(items, sample_plan(**dict(fields)), now=NOW).issue


def draft_sample(items=None, **fields):
    return _drafted(tuple(make_week() if items is None else items), tuple(fields.items()))


def make_plan(**fields) -> Plan:
    return Plan(**{"number": 1, "week": WEEK, "window": WINDOW, "follows": False,
                   "timezone": "UTC", **fields})  # fmt: skip


def test_the_first_issue_answers_for_the_whole_iso_week():
    assert issue_window(WEEK, UTC_ZONE, now=NOW, previous=None) == WINDOW


def test_the_window_is_counted_in_the_schedules_zone():
    window = issue_window(WEEK, ZoneInfo("Asia/Tokyo"), now=NOW, previous=None)
    assert window.start == datetime(2026, 5, 24, 15, tzinfo=UTC)


def test_a_draft_made_within_the_week_ends_now():
    friday = at("2026-05-29T14:00")
    window = issue_window(WEEK, UTC_ZONE, now=friday, previous=None)
    assert (window.start, window.end) == (WINDOW.start, friday)


def test_the_next_window_starts_at_the_cut_off_before():
    friday = at("2026-05-22T14:00")
    window = issue_window(WEEK, UTC_ZONE, now=NOW, previous=friday)
    assert (window.start, window.end) == (friday, WINDOW.end)


@pytest.mark.parametrize("now", [at("2026-05-25"), at("2026-05-20")])
def test_a_week_that_has_not_begun_is_refused(now):
    with pytest.raises(InputError, match="2026-W22 has no time left"):
        issue_window(WEEK, UTC_ZONE, now=now, previous=None)


def test_a_window_ends_where_the_next_issue_starts():
    wednesday = at("2026-05-27")
    window = issue_window(WEEK, UTC_ZONE, now=NOW, previous=None, following=wednesday)
    assert (window.start, window.end) == (WINDOW.start, wednesday)


def test_a_week_that_other_issues_answer_for_is_refused():
    start = at("2026-05-22")
    with pytest.raises(InputError, match="no time left"):
        issue_window(WEEK, UTC_ZONE, now=NOW, previous=start, following=start)


def test_a_week_without_a_single_item_makes_nothing():
    with pytest.raises(NotEnoughStories) as caught:
        draft_issue([], make_plan(), now=NOW)
    assert caught.value.problem == "week 2026-W22 holds no story: 0 items"


@settings(deadline=None)
@given(
    cutoffs=st.lists(st.integers(1, 7 * 24 - 1), min_size=3, max_size=8),
    published=st.integers(0, 9 * 7 * 24),
    delay=st.integers(0, 400),
)
def test_over_many_weeks_every_item_is_in_exactly_one_window(cutoffs, published, delay):
    """Drafts at any hour of their week; an item seen any time after it was published."""
    start = Week(2026, 10).window(UTC_ZONE).start
    item = make_item(
        published=start + timedelta(hours=published),
        first_seen=start + timedelta(hours=published + delay),
    )
    windows = []
    previous = None
    for number, hours in enumerate(cutoffs):
        week = Week(2026, 10 + number)
        now = week.window(UTC_ZONE).start + timedelta(hours=hours)
        window = issue_window(week, UTC_ZONE, now=now, previous=previous)
        windows.append(window)
        previous = window.end
    hits = [
        window for window in windows if window.start <= max(item.time, item.first_seen) < window.end
    ]
    assert len(hits) == (max(item.time, item.first_seen) < windows[-1].end)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"sponsored": True}, "sponsored"),
        ({"published": at("2026-05-24T23:59")}, "too old: published 2026-05-24"),
        ({"published": None, "first_seen": at("2026-04-29")}, "too old: first seen 2026-04-29"),
    ],
)
def test_an_item_that_a_rule_keeps_out_is_listed_with_it(fields, rule):
    item = make_item(**{"title": "An AI chip ships", **fields})
    kept, left_out = sift([item], make_plan())
    assert kept == ()
    assert [(line.item, line.rule.startswith(rule)) for line in left_out] == [(item.id, True)]


def test_a_story_without_a_word_of_the_topic_is_left_out_with_that_rule():
    football = make_item(
        id="cup", title="Cup final ends 2:1", summary="A goal.", published=SAMPLE_WINDOW.start
    )
    issue = draft_sample([*make_week(20), football])
    assert [line.rule for line in issue.left_out if line.item == "cup"] == [
        "off topic: too few of its reports hold a focus word of the newsletter, or only in passing"
    ]


def test_a_bare_version_number_is_no_news():
    bare = make_item(id="bare", title="Copilot 2.3.15", published=SAMPLE_WINDOW.start)
    issue = draft_sample([*make_week(20), bare])
    assert [line.rule for line in issue.left_out if line.item == "bare"] == [
        "no news: a bare version number"
    ]


def test_a_post_without_a_theme_is_not_among_the_short_ones():
    post = make_item(
        id="post",
        url="https://dev.to/post",
        title="Rhubarb by chatbot",
        summary="",
        published=SAMPLE_WINDOW.start,
    )
    issue = draft_sample([*make_week(20), post])
    (line,) = [line for line in issue.left_out if line.item == "post"]
    assert line.rule.endswith("; guides, listings, papers and posts stand in themes only")


def test_the_newsletters_own_focus_replaces_the_shipped_one():
    tomato = make_item(title="Tomato prices rise", summary="", published=SAMPLE_WINDOW.start)
    issue = draft_sample([*make_week(5), tomato], focus=("tomato",))
    assert [story.title for story in issue.stories] == ["Tomato prices rise"]


def test_a_report_found_after_the_cut_off_is_in_the_next_issue_and_marked():
    late = make_item(
        title="Senate passes the AI disclosure law",
        summary="The vote came on Sunday night, hours after the last issue was made.",
        published=SAMPLE_WINDOW.start - timedelta(hours=3),
        first_seen=SAMPLE_WINDOW.start + timedelta(hours=1),
    )
    issue = draft_sample([*make_week(20), late], follows=True)
    marked = [story for story in issue.stories if story.late]
    assert [story.lead.id for story in marked] == [late.id]


def test_an_archive_found_now_is_not_news():
    old = make_item(title="An AI chip ships", published=WINDOW.start - timedelta(days=8))
    _, left_out = sift([old], make_plan(follows=True))
    assert left_out[0].rule.startswith("too old")


def test_a_full_week_has_four_to_nine_themes_of_two_to_six_stories():
    issue = draft_sample()
    assert 4 <= len(issue.themes) <= 9
    assert all(2 <= len(theme.stories) <= 6 for theme in issue.themes)
    assert all(theme.label and theme.terms for theme in issue.themes)


def test_stories_stand_best_first_within_a_theme_and_below():
    issue = draft_sample()
    for stories in (*(theme.stories for theme in issue.themes), issue.also):
        scores = [story.score for story in stories]
        assert scores == sorted(scores, reverse=True)


def test_every_item_is_printed_once_or_left_out_once():
    items = sample()
    issue = draft_sample(items)
    printed = [item.id for story in issue.stories for item in story.items]
    told = sorted([*printed, *(line.item for line in issue.left_out)])
    assert told == sorted(item.id for item in items)


@pytest.mark.parametrize("most", [1, 2, 3, 5, 8, 12])
def test_themes_hold_no_more_stories_than_the_setting_allows(most):
    issue = draft_sample(max_stories=most)
    assert sum(len(theme.stories) for theme in issue.themes) <= most
    assert len(issue.also) <= ALSO
    assert all(len(theme.stories) >= 2 for theme in issue.themes)


def test_what_is_below_the_cut_says_its_rank():
    issue = draft_sample(sample(), max_stories=4)
    ranks = [line.rule for line in issue.left_out if line.rule.startswith("below the cut")]
    assert len(ranks) > 10
    assert all(re.fullmatch(r"below the cut: rank \d+ of \d+ stories", rule) for rule in ranks)


def test_a_quiet_week_makes_a_short_issue_that_says_so():
    issue = draft_sample(one_an_event(3))
    assert len(issue.stories) == 3
    assert issue.intro[0].startswith("A quiet week: only 3 stories")


def test_a_week_of_one_story_has_no_theme_and_still_is_an_issue():
    issue = draft_sample(make_week(1))
    assert issue.themes == ()
    assert len(issue.also) == 1


def test_an_empty_week_makes_nothing():
    with pytest.raises(
        NotEnoughStories,
        match=r"2026-W22 holds no story: 1 item, every one left out \(1 sponsored\)",
    ):
        draft_issue([make_item(sponsored=True)], make_plan(), now=NOW)


def test_a_story_told_only_in_another_language_is_left_out_with_that_rule():
    foreign = make_item(
        id="zh",
        title="新的人工智能芯片发布",
        summary="",
        language="zh",
        published=SAMPLE_WINDOW.start,
    )
    issue = draft_sample([*make_week(20), foreign])
    assert [line.rule for line in issue.left_out if line.item == "zh"] == [
        "in another language: zh, and joined to no story in en"
    ]


def test_everything_left_out_is_in_a_story_that_is_not_printed():
    foreign = make_item("zh", "開源模型本週登場", summary="工程師說明了細節", language="zh")
    items = [*make_week(20), foreign, make_item("ad", sponsored=True)]
    draft = draft_issue(items, sample_plan(max_stories=4), now=NOW)
    others = [item.id for story in draft.others for item in story.items]
    assert sorted(others) == sorted(line.item for line in draft.issue.left_out)
    scores = [story.score for story in draft.others]
    assert scores == sorted(scores, reverse=True)


def test_the_order_of_the_items_does_not_change_the_issue():
    items = sample()
    shuffled = random.Random(7).sample(items, k=len(items))
    assert draft_sample(items) == draft_sample(shuffled)


def test_a_story_that_an_earlier_issue_printed_is_not_printed_again():
    earlier = replace(draft_sample(max_stories=4), status=IssueStatus.SENT)
    issue = draft_issue(make_week(), sample_plan(number=2), now=NOW, past=Past((earlier,))).issue
    ran = {item.id for story in earlier.stories for item in story.items}
    assert ran.isdisjoint(item.id for story in issue.stories for item in story.items)
    rules = {line.item: line.rule for line in issue.left_out}
    assert {rules[item] for item in ran} == {"already run: in issue 1"}


def test_a_week_that_ran_already_makes_nothing():
    items = make_week(9)
    past = Past((draft_sample(items),))
    with pytest.raises(NotEnoughStories, match=r"9 items, every one left out \(9 already run"):
        draft_issue(items, sample_plan(number=2), now=NOW, past=past)


def test_a_theme_that_the_editor_pinned_is_printed_under_its_name():
    pin = PinnedTheme("Silicon of one's own", ("accelerator", "chip", "silicon"))
    issue = draft_sample(pins=(pin,))
    assert pin.name in [theme.label for theme in issue.themes]


def test_a_standing_theme_is_named_in_the_issues_language_a_pinned_one_as_the_editor_wrote_it():
    pin = PinnedTheme("Silicon of one's own", ("accelerator", "chip", "silicon"))
    words = Catalog("en", Marked())
    issue = draft_issue(make_week(), sample_plan(pins=(pin,)), now=NOW, words=words).issue
    names = [theme.label for theme in issue.themes if theme.label != pin.name]
    assert len(names) == len(issue.themes) - 1
    assert all(name.startswith("⟦") for name in names)


def test_no_sentence_is_printed_in_two_briefs():
    issue = draft_sample(sample())
    said = [
        line.text
        for story in issue.stories
        for part in (story.brief.what_changed, story.brief.why_it_matters, story.brief.takeaways)
        for line in part
    ]
    assert len(said) == len(set(said))


def test_each_step_is_told_as_it_begins():
    told: list[str] = []
    draft_issue(make_week(9), sample_plan(), now=NOW, on_step=told.append)
    assert told == ["sift", "join", "rank", "group", "brief"]


def test_approval_freezes_the_content_and_not_where_the_issue_stands():
    issue = make_issue()
    assert content_hash(issue) == content_hash(replace(issue, status=IssueStatus.SENT))
    assert content_hash(issue) != content_hash(replace(issue, subject="Another"))
