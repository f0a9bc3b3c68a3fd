"""What the store does with issues and run reports, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from digest.errors import DigestError, InputError, StateError, StoreError
from digest.model import (
    Comparison,
    DatedSentence,
    IssueStatus,
    LeftOut,
    ReportLine,
    RunReport,
    Window,
)
from digest.store import Store
from digest.store.database import Database
from tests.builders import NOW, at, make_brief, make_issue, make_item, make_story, make_theme

END = at("2026-07-01")
SHA = "f" * 64


def weeks_later(number: int, weeks: int) -> dict[str, object]:
    """The fields of an issue some weeks after the first one of these tests."""
    start = at("2026-05-25") + timedelta(weeks=weeks)
    return {
        "number": number,
        "week": f"2026-W{22 + weeks}",
        "window": Window(start, start + timedelta(weeks=1)),
    }


def damage(url: str, table: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(sa.text(f"UPDATE {table} SET document = '{{\"number\":'"))
    database.close()


def test_an_issue_comes_back_equal(store: Store) -> None:
    item = make_item(title='Quotes " and \\ and 日本', remarks=("repaired",))
    brief = make_brief(
        item,
        comparison=Comparison(("Name", "Price"), (("Northwind", "$1"), ("Contoso", "$2"))),
        timeline=(DatedSentence("2026-05-27", "It opened.", (item.id,)),),
    )
    story = make_story(item, make_item(published=None), brief=brief, late=True, score=100.0)
    issue = make_issue(
        make_theme(stories=[story], trend="up 3"),
        also=(make_story(),),
        left_out=(LeftOut("x", "An advertisement", "sponsored"),),
        revision=4,
    )
    store.content.save_issue(issue)
    assert store.content.issue(issue.number) == issue
    assert store.content.issue_of_week(issue.week) == issue


def test_a_draft_is_replaced_by_its_next_revision(store: Store) -> None:
    issue = make_issue()
    store.content.save_issue(issue)
    changed = replace(issue, revision=2, title="Another", week="2026-W23")
    store.content.save_issue(changed)
    assert store.content.issue(issue.number) == changed
    assert store.content.issue_of_week(issue.week) is None


def test_a_later_revision_is_not_overwritten(store: Store) -> None:
    store.content.save_issue(make_issue(revision=3))
    with pytest.raises(StateError, match="has revision 3 by now; revision 2 was not stored"):
        store.content.save_issue(make_issue(revision=2))
    assert store.content.issue(5).revision == 3


def test_an_approved_issue_is_frozen(store: Store) -> None:
    issue = make_issue()
    store.content.save_issue(replace(issue, status=IssueStatus.APPROVED), content_sha256=SHA)
    with pytest.raises(StateError, match="issue 5 is approved; only a draft can be changed"):
        store.content.save_issue(replace(issue, revision=2))
    assert store.content.issue_row(5).content_sha256 == SHA


def test_a_week_has_one_issue(store: Store) -> None:
    store.content.save_issue(make_issue(number=1))
    with pytest.raises(StoreError, match="week 2026-W22 already has issue 1; issue 2 was not"):
        store.content.save_issue(make_issue(number=2))
    assert [row.number for row in store.content.issues()] == [1]


def test_an_absent_issue_says_where_the_issues_are(store: Store) -> None:
    for ask in (store.content.issue, store.content.issue_row):
        with pytest.raises(InputError, match="no issue 7") as caught:
            ask(7)
        assert "recap issues" in caught.value.hint
    assert store.content.issue_of_week("2026-W22") is None


def test_a_number_beyond_any_database_is_told(store: Store) -> None:
    with pytest.raises(DigestError):
        store.content.issue(10**30)


def test_numbers_go_on_from_the_last(store: Store) -> None:
    assert store.content.next_number() == 1
    store.content.save_issue(make_issue(number=41))
    assert store.content.next_number() == 42


def test_the_list_of_issues_is_light(store: Store) -> None:
    store.content.save_issue(make_issue(**weeks_later(2, 1)))
    store.content.save_issue(make_issue(number=1, also=(make_story(),)))
    rows = store.content.issues()
    assert [(row.number, row.week, row.stories) for row in rows] == [
        (1, "2026-W22", 5),
        (2, "2026-W23", 4),
    ]
    assert rows[0].status is IssueStatus.DRAFT
    assert rows[0].drafted_at == NOW
    assert rows[0].drafted_at.tzinfo is UTC
    assert (rows[0].approved_at, rows[0].content_sha256) == (None, "")


def test_the_status_moves_only_from_where_it_is_expected(store: Store) -> None:
    issue = make_issue()
    store.content.save_issue(issue)
    allowed = (IssueStatus.APPROVED, IssueStatus.SENDING)
    with pytest.raises(StateError, match="issue 5 is draft; only one that is approved or sending"):
        store.content.set_status(5, IssueStatus.SENT, expected=allowed, at=NOW)
    moved = store.content.set_status(
        5, IssueStatus.APPROVED, expected=(IssueStatus.DRAFT,), at=NOW, content_sha256=SHA
    )
    assert moved == replace(issue, status=IssueStatus.APPROVED)
    assert store.content.issue(5) == moved
    row = store.content.issue_row(5)
    assert (row.approved_at, row.content_sha256) == (NOW, SHA)


def test_what_was_changed_since_it_was_read_is_not_approved(store: Store) -> None:
    store.content.save_issue(make_issue(revision=3))
    draft = (IssueStatus.DRAFT,)
    with pytest.raises(StateError, match="changed meanwhile, to revision 3"):
        store.content.set_status(5, IssueStatus.APPROVED, expected=draft, at=NOW, revision=2)
    assert store.content.issue(5).status is IssueStatus.DRAFT
    store.content.set_status(5, IssueStatus.APPROVED, expected=draft, at=NOW, revision=3)
    assert store.content.issue(5).status is IssueStatus.APPROVED


def test_going_back_to_draft_takes_the_approval_away(store: Store) -> None:
    store.content.save_issue(make_issue())
    draft, approved = IssueStatus.DRAFT, IssueStatus.APPROVED
    store.content.set_status(5, approved, expected=(draft,), at=NOW)
    store.content.set_status(5, draft, expected=(approved,), at=NOW)
    assert store.content.issue_row(5).approved_at is None
    store.content.save_issue(make_issue(revision=2))


def test_the_status_of_an_absent_issue_cannot_be_set(store: Store) -> None:
    with pytest.raises(InputError, match="no issue 7"):
        store.content.set_status(7, IssueStatus.HELD, expected=(IssueStatus.DRAFT,), at=NOW)


def test_the_cutoff_is_the_last_one_that_counts(store: Store) -> None:
    cutoff = store.content.cutoff_before
    assert cutoff(END) is None
    for number, weeks in ((1, 0), (2, 1), (3, 2)):
        store.content.save_issue(make_issue(**weeks_later(number, weeks)))
    store.content.set_status(3, IssueStatus.SKIPPED, expected=(IssueStatus.DRAFT,), at=NOW)
    assert cutoff(END) == at("2026-06-08")
    assert cutoff(END, excluding=2) == at("2026-06-01")
    assert cutoff(at("2026-06-08")) == at("2026-06-08")
    assert cutoff(at("2026-06-07T23:59")) == at("2026-06-01")
    assert cutoff(at("2026-05-01")) is None


def test_a_damaged_issue_is_told(store: Store, database_url: str) -> None:
    store.content.save_issue(make_issue())
    damage(database_url, "issue")
    with pytest.raises(StoreError, match=r"issue 5 in .* is damaged") as caught:
        store.content.issue(5)
    assert "backup" in caught.value.hint
    assert len(store.content.issues()) == 1


def test_reports_come_back_newest_first(store: Store) -> None:
    reports = [
        RunReport("collect", NOW + timedelta(hours=hour), {"new": hour, "known": 0})
        for hour in range(3)
    ]
    refused = RunReport(
        "import", NOW, {"refused": 1}, (ReportLine("line 7", "no address", "refused"),)
    )
    for report in (*reports, refused):
        store.content.save_report(report)
    assert store.content.reports("collect", 2) == (reports[2], reports[1])
    assert store.content.reports("import", 9) == (refused,)
    assert store.content.reports("draft", 9) == ()
