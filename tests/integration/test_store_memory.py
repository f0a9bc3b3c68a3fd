"""What the store remembers for the next draft, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.errors import StateError, StoreError
from digest.model import Issue, IssueStatus, Past, Vocabulary, Window
from digest.store import Store
from digest.store.database import Database
from tests.builders import NOW, at, make_brief, make_issue, make_item, make_story, make_theme

START = at("2026-03-02")
AFTER = at("2026-12-01")


def issue_of_week(number: int, status: IssueStatus = IssueStatus.SENT) -> Issue:
    """Issue `number`, of the week that starts so many weeks after the first of these tests."""
    start = START + timedelta(weeks=number)
    window = Window(start, start + timedelta(weeks=1))
    return make_issue(number=number, week=f"2026-W{9 + number}", window=window, status=status)


def change(url: str, statement: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(sa.text(statement))
    database.close()


def test_the_first_week_has_no_past(store: Store) -> None:
    assert store.content.past(AFTER) == Past()


def test_the_last_issues_come_newest_first(store: Store) -> None:
    issues = [issue_of_week(number) for number in (2, 1, 4, 3)]
    for issue in issues:
        store.content.save_issue(issue)
    found = store.content.past(AFTER, limit=3).issues
    assert [issue.number for issue in found] == [4, 3, 2]
    assert found[0] == issues[2]


def test_an_issue_that_ends_where_the_window_starts_is_past_and_a_later_one_is_not(
    store: Store,
) -> None:
    store.content.save_issue(issue_of_week(1))
    store.content.save_issue(issue_of_week(2))
    found = store.content.past(issue_of_week(2).window.start).issues
    assert [issue.number for issue in found] == [1]


@pytest.mark.parametrize("status", list(IssueStatus))
def test_only_what_a_person_has_approved_and_not_held_teaches(
    store: Store, status: IssueStatus
) -> None:
    store.content.save_issue(issue_of_week(1, status))
    teaches = status in (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.SENT)
    assert [issue.status for issue in store.content.past(AFTER).issues] == [status] * teaches


@pytest.mark.parametrize("status", list(IssueStatus))
def test_what_was_printed_is_told_by_address_with_the_last_issue(
    store: Store, status: IssueStatus
) -> None:
    again = make_item(link="https://chip-ledger.example/open")
    first, second = (
        replace(issue_of_week(number, status), themes=(make_theme(stories=[make_story(item)]),))
        for number, item in ((1, make_item()), (2, again))
    )
    first = replace(first, also=(make_story(again),))
    store.content.save_issue(first)
    store.content.save_issue(second)
    lead = first.themes[0].stories[0].lead
    teaches = status in (IssueStatus.APPROVED, IssueStatus.SENDING, IssueStatus.SENT)
    expected = {again.url: 2, again.link: 2, lead.url: 1}
    assert store.content.printed(AFTER) == (expected if teaches else {})
    assert store.content.printed(second.window.start).get(again.link) == (1 if teaches else None)


def test_the_words_of_the_last_weeks_are_added_up(store: Store) -> None:
    for number, counts in enumerate([{"chip": 9}, {"chip": 2, "law": 1}, {"chip": 1}], start=1):
        store.content.save_issue(issue_of_week(number), vocabulary=Vocabulary(10, counts))
    past = store.content.past(AFTER, limit=2)
    assert past.vocabulary == Vocabulary(20, {"chip": 3, "law": 1})
    assert store.content.past(issue_of_week(1).window.start).vocabulary == Vocabulary()


def test_a_draft_teaches_its_words_alone_and_a_skipped_issue_nothing(store: Store) -> None:
    drafted = issue_of_week(1, IssueStatus.DRAFT)
    store.content.save_issue(drafted, vocabulary=Vocabulary(3, {"chip": 2}))
    skipped = issue_of_week(2, IssueStatus.SKIPPED)
    store.content.save_issue(skipped, vocabulary=Vocabulary(3, {"law": 2}))
    assert store.content.past(AFTER) == Past(vocabulary=Vocabulary(3, {"chip": 2}))


def test_a_redraft_replaces_the_words_and_an_edit_keeps_them(store: Store) -> None:
    issue = issue_of_week(1, IssueStatus.DRAFT)
    store.content.save_issue(issue, vocabulary=Vocabulary(2, {"chip": 2}))
    store.content.save_issue(issue, vocabulary=Vocabulary(3, {"law": 1}))
    store.content.save_issue(issue)
    assert store.content.past(AFTER).vocabulary == Vocabulary(3, {"law": 1})


def test_the_words_of_a_draft_that_was_not_stored_are_not_kept(store: Store) -> None:
    store.content.save_issue(issue_of_week(1), vocabulary=Vocabulary(2, {"chip": 2}))
    with pytest.raises(StateError):
        store.content.save_issue(issue_of_week(1), vocabulary=Vocabulary(9, {"law": 9}))
    assert store.content.past(AFTER).vocabulary == Vocabulary(2, {"chip": 2})


def test_what_was_collected_is_counted_in_the_windows_of_the_issues_that_teach(
    store: Store,
) -> None:
    store.content.save_issue(issue_of_week(1))
    store.content.save_issue(issue_of_week(2, IssueStatus.DRAFT))
    inside, end = issue_of_week(1).window.start, issue_of_week(1).window.end
    times = {"Chip Ledger": [inside, end - timedelta(seconds=1), end], "Model Post": [inside]}
    store.content.add_items(
        [
            make_item(source=source, published=time, first_seen=time)
            for source, moments in times.items()
            for time in moments
        ]
    )
    assert store.content.past(AFTER).collected == {"Chip Ledger": 2, "Model Post": 1}


def test_damaged_words_are_told_with_their_issue(store: Store, database_url: str) -> None:
    store.content.save_issue(issue_of_week(1), vocabulary=Vocabulary(2, {"chip": 2}))
    change(database_url, "UPDATE vocabulary SET counts = '{\"chip\":'")
    with pytest.raises(StoreError, match=r"vocabulary of issue 1 in .* is damaged"):
        store.content.past(AFTER)


def test_what_a_model_has_worded_comes_back_equal(store: Store) -> None:
    brief = make_brief(make_item(title="日本 and “quotes”"))
    assert store.content.written("key") is None
    store.content.save_written("key", "some-model", brief, NOW)
    assert store.content.written("key") == brief
    assert store.content.written("another") is None


def test_another_wording_replaces_what_was_kept_under_its_key(store: Store) -> None:
    first, second = make_brief(make_item(id="one")), make_brief(make_item(id="two"))
    store.content.save_written("key", "some-model", first, NOW)
    store.content.save_written("key", "some-model", second, NOW)
    assert store.content.written("key") == second


def test_a_wording_that_cannot_be_read_is_made_again(store: Store, database_url: str) -> None:
    store.content.save_written("key", "some-model", make_brief(make_item()), NOW)
    change(database_url, "UPDATE written SET document = '[]'")
    assert store.content.written("key") is None


def test_items_are_counted_by_source_once_and_only_in_issues_that_were_approved(
    store: Store,
) -> None:
    first, second = (make_item(name, source="Lab") for name in ("a", "b"))
    wire = make_item("c", source="Wire")
    printed = {
        "themes": (make_theme(stories=[make_story(first, wire)]),),
        "also": (make_story(second),),
    }
    assert store.content.items_used() == {}
    store.content.save_issue(replace(issue_of_week(1), **printed))
    store.content.save_issue(replace(issue_of_week(2), themes=(), also=(make_story(first),)))
    unread = make_story(make_item("d", source="Wire"))
    store.content.save_issue(replace(issue_of_week(3, IssueStatus.DRAFT), also=(unread,)))
    assert store.content.items_used() == {"Lab": 2, "Wire": 1}
