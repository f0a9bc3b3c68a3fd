"""What is public of past issues, and the search over them: the same on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from digest.keywords import asked
from digest.model import IssueStatus, Story
from digest.pipeline import approving, archiving
from digest.settings import Settings
from digest.store import Store
from tests.builders import NOW, make_brief, make_issue, make_item, make_story, make_theme
from tests.builders_sending import (
    Clock,
    MemoryProvider,
    approved,
    claimed,
    join,
    send,
    settings_in,
)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return settings_in(tmp_path)


def found(store: Store, question: str, language: str = "en", **page: int) -> list[str]:
    options = {"start": 0, "limit": 20, **page}
    return [s.title for s in store.archive.search(asked(question), language=language, **options)[1]]


def approve(store: Store, settings: Settings, *stories: Story, **fields: Any) -> int:
    """The number of an approved issue of these stories, in one theme, with a reader."""
    theme = make_theme(fields.pop("theme", "Infra capex"), stories)
    issue = make_issue(theme, **fields)
    store.content.save_issue(issue)
    join(store, "reader")
    approving.approve(store, settings, issue.number, now=NOW, without_test=True)
    return issue.number


def publish(store: Store, settings: Settings, *stories: Story, **fields: Any) -> int:
    """The same, sent."""
    number = approve(store, settings, *stories, **fields)
    send(store, settings, number, MemoryProvider())
    return number


def published(store: Store, settings: Settings, *titles: str, **fields: Any) -> int:
    """An issue that was sent, with these headlines and no summaries."""
    stories = [make_story(make_item(title=title, summary=f"{title}.")) for title in titles]
    return publish(store, settings, *stories, **fields)


# Which issues are public


def test_a_draft_or_an_approved_issue_is_not_public(store, settings):
    number = approved(store, settings)
    archiving.publish(store, settings, number)
    assert store.archive.issues() == ()
    assert store.archive.issue(number) is None
    assert store.archive.stories(number) == ()
    assert store.archive.all_stories() == ()
    assert found(store, "data centre") == []


def test_an_issue_is_public_from_before_its_first_mail_on(store, settings):
    number = approved(store, settings)
    seen: list[int] = []
    provider = MemoryProvider()
    provider.before = lambda: seen.extend(one.number for one in store.archive.issues())
    send(store, settings, number, provider)
    assert seen == [number]
    (issue,) = store.archive.issues()
    mail = store.approvals.frozen(number).mail
    assert (issue.subject, issue.preheader) == (mail.subject, mail.preheader)
    assert issue.stories == len(store.archive.stories(number))


def test_an_issue_that_was_stopped_half_way_stays_readable(store, settings):
    number = approved(store, settings)
    archiving.publish(store, settings, number)
    store.content.set_status(number, IssueStatus.SENDING, expected=(IssueStatus.APPROVED,), at=NOW)
    store.ledger.plan(number, at=NOW)
    store.approvals.hold(number, "a fault", NOW)
    assert store.archive.issue(number) is None  # nothing left: it may still be edited
    store.approvals.resume(number, NOW)
    store.content.set_status(number, IssueStatus.SENDING, expected=(IssueStatus.APPROVED,), at=NOW)
    claimed(store, issue=number)
    store.approvals.hold(number, "a fault", NOW)
    assert store.archive.issue(number) is not None


def test_publishing_again_changes_nothing(store, settings):
    number = published(store, settings, "Northwind builds")
    before = store.archive.issues(), store.archive.stories(number), found(store, "northwind")
    archiving.publish(store, settings, number)
    assert archiving.publish_all(store, settings) == 1
    assert before == (
        store.archive.issues(), store.archive.stories(number), found(store, "northwind")
    )  # fmt: skip


def test_issues_that_an_older_version_sent_are_written_down_by_an_upgrade(store, settings):
    number = approved(store, settings)
    store.content.save_issue(make_issue(number=6, week="2026-W23", status=IssueStatus.SENT))
    store.content.set_status(number, IssueStatus.SENT, expected=(IssueStatus.APPROVED,), at=NOW)
    assert store.archive.issues() == ()
    assert archiving.publish_all(store, settings) == 1  # the other has no mail to show
    assert [issue.number for issue in store.archive.issues()] == [number]


def test_an_issue_that_was_edited_after_a_hold_is_shown_as_it_was_sent(store, settings):
    number = approved(store, settings)
    archiving.publish(store, settings, number)
    store.approvals.hold(number, "a fault", NOW)
    story = make_story(make_item(title="Quite another story"))
    edited = make_issue(make_theme("Chips", [story]), number=number, revision=2)
    store.content.save_issue(edited)
    approving.approve(store, settings, number, now=NOW, without_test=True)
    send(store, settings, number, MemoryProvider(), Clock())
    assert [one.title for one in store.archive.stories(number)] == ["Quite another story"]
    assert found(store, "northwind") == []


def test_a_theme_is_followed_over_the_weeks_by_its_name(store, settings):
    published(store, settings, "First", theme="Custom Silicon")
    published(store, settings, "Second", "Third", number=6, week="2026-W23", theme="Custom silicon")
    (key,) = {story.theme_key for story in store.archive.all_stories()}
    assert [story.title for story in store.archive.theme(key)] == ["Second", "Third", "First"]
    assert store.archive.theme("") == ()


# Search


def test_a_headline_counts_more_than_the_text(store, settings):
    in_text = make_story(make_item(title="Quarterly numbers", summary="Tern sells wafers."))
    in_title = make_story(make_item(title="Tern opens a fab", summary="It is in Ohio."))
    publish(store, settings, in_text, in_title)
    assert found(store, "tern") == ["Tern opens a fab", "Quarterly numbers"]


def test_every_word_has_to_be_there_in_any_case_form_and_order(store, settings):
    published(store, settings, "Northwind builds data centres", "Northwind sues")
    assert found(store, "CENTRE northwind") == ["Northwind builds data centres"]
    assert found(store, "Northwind volcano") == []


@pytest.mark.parametrize("question", ["GPT-5", "gpt 5", "(gpt) + 5", '"GPT-5"'])
def test_signs_between_words_do_not_matter(store, settings, question):
    published(store, settings, "GPT-5 ships", "GPT-4 is retired")
    assert found(store, question) == ["GPT-5 ships"]


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Café Léon trains models", "cafe leon"),
        ("تطلق كورفيد شريحة جديدة", "شريحة كورفيد"),
        ("東京のAI企業", "東京"),
        ("Яндекс открыл центр", "яндекс"),
    ],
)
def test_words_of_any_script_are_found(store, settings, title, question):
    published(store, settings, title, "Another story")
    assert found(store, question) == [title]


def test_stems_of_a_language_without_rules_stay_whole_on_postgresql(store, settings):
    published(store, settings, "Northwind baut Rechenzentren")
    assert found(store, "rechenzentren", language="de") == ["Northwind baut Rechenzentren"]


HOSTILE = (
    "'", '"', '""', "'; DROP TABLE issue; --", "northwind AND", "NOT", "NEAR(a b)", "a* OR b*",
    "title_words:northwind", "^northwind", "northwind -x", "a & b | !c", "a <-> b", ":*", "\\",
    "\0northwind", "%_", "{northwind}", "(", "x" * 10_000, "a " * 5_000, "\ud800", "\u202e",
    "the of and", "ﷺ", "🤖", "", "   ",
)  # fmt: skip


def test_a_hostile_question_finds_little_and_breaks_nothing(store, settings):
    published(store, settings, "Northwind builds")
    for question in HOSTILE:
        total, stories = store.archive.search(asked(question), language="en", start=0, limit=20)
        assert total == len(stories) <= 1, question
    assert found(store, "northwind") == ["Northwind builds"]


def test_pages_of_results_follow_each_other(store, settings):
    titles = [f"Northwind plant {number}" for number in range(7)]
    published(store, settings, *titles)
    pages = [found(store, "northwind", start=start, limit=3) for start in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert sorted(title for page in pages for title in page) == titles
    total, _ = store.archive.search(("northwind",), language="en", start=6, limit=3)
    assert total == 7


def test_a_text_of_a_megabyte_is_indexed(store, settings):
    item = make_item(title="Long", summary="wordy " * 200_000 + "x" * 100_000)
    brief = make_brief(item, what_changed="It is long.")
    number = approve(store, settings, make_story(item, brief=brief))
    archiving.publish(store, settings, number)
    store.content.set_status(number, IssueStatus.SENT, expected=(IssueStatus.APPROVED,), at=NOW)
    assert found(store, "wordy") == ["Long"]
