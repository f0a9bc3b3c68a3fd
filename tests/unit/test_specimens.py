"""The made-up mails hold all that may come, and only invented names."""

from __future__ import annotations

import re
from dataclasses import asdict, fields

import pytest

from digest.issue import content_hash
from digest.layout import lay_out
from digest.links import page_links
from digest.model import Brand, Brief
from digest.specimen_notices import specimen_notices
from digest.specimens import WEEK, quiet_issue, worst_issue

NOTICES = specimen_notices(Brand(), base_url="https://recap.example")


def page_of(issue):
    return lay_out(issue, Brand(), links=page_links(issue, Brand(), ""))


def briefs() -> list[Brief]:
    return [story.brief for story in worst_issue().stories]


def test_every_block_of_the_mail_stands_in_the_worst_issue():
    page = page_of(worst_issue())
    for block in ("lead", "points", "themes", "depth", "actions", "numbers", "bars", "also",
                  "sources", "writers", "intro"):  # fmt: skip
        assert getattr(page, block), block
    assert (len(page.stories), len(page.actions), page.quiet) == (40, 3, False)
    assert all(bar.before for bar in page.bars)


def test_a_table_of_five_columns_and_a_long_timeline_stand_in_depth():
    depth = page_of(worst_issue()).depth
    assert {len(row) for row in depth.table} == {5}
    assert len(depth.timeline) > 10
    assert depth.dive
    assert depth.ahead


@pytest.mark.parametrize("part", sorted({field.name for field in fields(Brief)} - {
    "insight", "freshness", "credit",  # printed as a part of the others, or not at all
}))  # fmt: skip
def test_every_part_of_a_brief_stands_in_the_worst_issue(part):
    assert any(getattr(brief, part) for brief in briefs())


def test_stories_are_late_undated_told_by_many_and_without_a_sentence():
    stories = page_of(worst_issue()).stories
    assert any(story.late for story in stories)
    assert any(story.day.startswith("seen ") for story in stories)
    assert any(story.more for story in stories)
    assert any(story.earlier for story in stories)
    assert any(story.related for story in stories)
    assert any(not story.changed and not story.matters for story in stories)


@pytest.mark.parametrize(
    "sign", ["ميزانية", "ה", "半導体", "\u200d", "\u0301", "{{", "{%", "<script>", "\u202e"]
)
def test_every_hard_kind_of_text_is_a_headline(sign):
    assert any(sign in story.title for story in worst_issue().stories)


def test_a_quiet_issue_has_two_stories_and_little_to_say():
    page = page_of(quiet_issue())
    assert page.quiet
    assert len(page.stories) == 2
    assert page.depth is None


@pytest.mark.parametrize("issue", [worst_issue, quiet_issue])
def test_an_issue_is_the_same_every_time_and_all_of_its_week(issue):
    assert content_hash(issue()) == content_hash(issue())
    times = [item.time for story in issue().stories for item in story.items]
    assert all(issue().window.start <= time < issue().window.end for time in times)
    assert issue().week == str(WEEK)


def test_there_is_one_notice_of_each_kind():
    kinds = [notice.kind for notice in NOTICES]
    assert kinds == [
        "confirmation", "welcome", "draft-ready", "reminder", "announcement", "alert", "goodbye",
    ]  # fmt: skip


def test_every_address_is_made_up():
    texts = str([asdict(worst_issue()), asdict(quiet_issue()), *map(str, NOTICES)])
    hosts = set(re.findall(r"https?://([^/'\"\s]+)", texts))
    assert hosts
    assert all(host.endswith(".example") for host in hosts)
