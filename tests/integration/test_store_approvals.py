"""What was approved is kept whole, and who stopped an issue; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from digest.errors import InputError, StateError, StoreError
from digest.history import Step
from digest.model import Block, IssueStatus, Window
from digest.model.moves import WordIssue
from digest.store import Store, schema
from tests.builders import NOW, make_email, make_issue
from tests.builders_sending import ISSUE, claimed, join

LATER = NOW + timedelta(minutes=10)
MAIL = make_email(
    to="",
    headers={"List-ID": "<x.example>", "A": "b"},
    tags={"issue": "5"},
    blocks=(Block("Infra capex", (3, 9), (0, 4)),),
    greeting=Block("", (0, 1), (0, 1)),
)


@pytest.fixture
def drafted(store: Store) -> Store:
    store.content.save_issue(make_issue(number=ISSUE))
    return store


def approve(store: Store, **fields: object) -> None:
    issue = store.content.issue(ISSUE)
    options = {"at": NOW, "send_after": LATER, "without_test": True, **fields}
    store.approvals.approve(issue, MAIL, **options)  # type: ignore[arg-type]


def test_the_mail_comes_back_as_it_was(drafted: Store) -> None:
    approve(drafted)
    frozen = drafted.approvals.frozen(ISSUE)
    assert frozen.mail == MAIL
    assert (frozen.revision, frozen.made_at, frozen.without_test) == (1, NOW, True)
    row = drafted.content.issue_row(ISSUE)
    assert (row.status, row.approved_at, row.send_after) == (IssueStatus.APPROVED, NOW, LATER)
    assert row.content_sha256


def test_only_a_draft_as_it_was_read_is_approved(drafted: Store) -> None:
    read = drafted.content.issue(ISSUE)
    drafted.content.save_issue(replace(read, revision=2))
    options = {"at": NOW, "send_after": NOW, "without_test": False}
    with pytest.raises(StateError, match="changed meanwhile, to revision 2"):
        drafted.approvals.approve(read, MAIL, **options)  # type: ignore[arg-type]
    approve(drafted)
    with pytest.raises(StateError, match="issue 5 is approved; only one that is a draft"):
        approve(drafted)
    with pytest.raises(InputError, match="no issue 7"):
        drafted.approvals.approve(replace(read, number=7), MAIL, **options)  # type: ignore[arg-type]


def test_a_mail_that_is_not_what_was_stored_is_told(drafted: Store) -> None:
    with pytest.raises(StateError, match="no approved mail"):
        drafted.approvals.frozen(ISSUE)
    with pytest.raises(InputError, match="no issue 7"):
        drafted.approvals.frozen(7)
    approve(drafted)
    with drafted._database.write() as connection:
        connection.execute(sa.update(schema.frozen).values(document="{}"))
    with pytest.raises(StoreError, match="is not what was stored"):
        drafted.approvals.frozen(ISSUE)


def test_a_test_copy_counts_for_exactly_the_mail_it_was_of(drafted: Store) -> None:
    assert not drafted.approvals.is_tested(ISSUE, MAIL)
    drafted.approvals.tested(ISSUE, MAIL)
    assert drafted.approvals.is_tested(ISSUE, MAIL)
    assert not drafted.approvals.is_tested(ISSUE, replace(MAIL, subject="Another"))
    assert not drafted.approvals.is_tested(7, MAIL)


def test_held_before_its_first_claim_it_can_be_replaced_and_approved_again(drafted: Store) -> None:
    approve(drafted)
    drafted.approvals.hold(ISSUE, "a slip", NOW)
    assert drafted.content.issue_row(ISSUE).held_because == "a slip"
    draft = replace(drafted.content.issue(ISSUE), revision=2, status=IssueStatus.DRAFT)
    drafted.content.save_issue(draft)
    approve(drafted)
    assert drafted.approvals.frozen(ISSUE).revision == 2


def test_once_something_was_claimed_it_cannot(drafted: Store) -> None:
    join(drafted, "ada")
    approve(drafted)
    drafted.ledger.plan(ISSUE, at=LATER)
    claimed(drafted, at=LATER)
    drafted.approvals.hold(ISSUE, "a slip", LATER)
    draft = replace(drafted.content.issue(ISSUE), revision=2, status=IssueStatus.DRAFT)
    with pytest.raises(StateError, match="issue 5 is held; only a draft"):
        drafted.content.save_issue(draft)
    with pytest.raises(StateError, match="issue 5 is held"):
        approve(drafted)
    assert drafted.approvals.resume(ISSUE, LATER, accepted=(4, 1)) is IssueStatus.SENDING
    assert drafted.content.issue_row(ISSUE).status is IssueStatus.SENDING
    assert drafted.approvals.accepted(ISSUE) == (4, 1)


def test_resumed_before_its_first_claim_it_is_approved_as_before(drafted: Store) -> None:
    approve(drafted)
    drafted.approvals.hold(ISSUE, "a slip", NOW)
    assert drafted.approvals.resume(ISSUE, NOW) is IssueStatus.APPROVED
    row = drafted.content.issue_row(ISSUE)
    assert (row.status, row.approved_at, row.held_because) == (IssueStatus.APPROVED, NOW, "")


def test_a_draft_that_is_held_stays_held_over_edits_and_drafts_until_somebody_lets_it_go(
    drafted: Store,
) -> None:
    drafted.approvals.hold(ISSUE, "wait for the figures", NOW)
    drafted.drafts.adopt(ISSUE)
    edited = replace(drafted.content.issue(ISSUE), subject="Another")
    drafted.drafts.append(Step(2, LATER, "ada", "do", WordIssue("subject", ("Another",))), edited)
    drafted.content.save_issue(make_issue(number=ISSUE, revision=3))
    row = drafted.content.issue_row(ISSUE)
    assert (row.status, row.held_because, row.revision) == (
        IssueStatus.HELD, "wait for the figures", 3,
    )  # fmt: skip
    assert drafted.approvals.resume(ISSUE, LATER) is IssueStatus.DRAFT
    drafted.approvals.hold(ISSUE, "again", LATER)
    approve(drafted)
    assert drafted.content.issue_row(ISSUE).held_because == ""


def test_what_was_approved_once_is_not_resumed_after_it_was_edited_and_held(drafted: Store) -> None:
    approve(drafted)
    drafted.approvals.hold(ISSUE, "a slip", NOW)
    drafted.content.save_issue(make_issue(number=ISSUE, revision=2))
    assert drafted.content.issue_row(ISSUE).status is IssueStatus.DRAFT
    assert drafted.approvals.has_frozen(ISSUE)
    drafted.approvals.hold(ISSUE, "not yet", LATER)
    assert not drafted.approvals.has_frozen(ISSUE)
    assert drafted.approvals.resume(ISSUE, LATER) is IssueStatus.DRAFT


def test_a_skipped_issue_is_nobodys_until_it_is_a_draft_again(drafted: Store) -> None:
    approve(drafted)
    drafted.approvals.skip(ISSUE, "a quiet week", NOW)
    row = drafted.content.issue_row(ISSUE)
    assert (row.status, row.held_because, row.approved_at, row.send_after) == (
        IssueStatus.SKIPPED, "a quiet week", None, None,
    )  # fmt: skip
    with pytest.raises(StateError, match="issue 5 is skipped; only one that is a draft"):
        approve(drafted)
    with pytest.raises(StateError, match="issue 5 is skipped; only one that is a draft, approved"):
        drafted.approvals.skip(ISSUE, "again", NOW)
    assert drafted.approvals.resume(ISSUE, LATER) is IssueStatus.DRAFT
    assert drafted.content.issue_row(ISSUE).held_because == ""


def test_a_skipped_issue_whose_reports_another_one_has_stays_skipped(drafted: Store) -> None:
    drafted.approvals.skip(ISSUE, "a quiet week", NOW)
    window = drafted.content.issue(ISSUE).window
    later = Window(window.start, window.end + timedelta(days=7))
    drafted.content.save_issue(make_issue(number=6, week="2026-W23", window=later))
    with pytest.raises(StateError, match="issue 6 has taken in its reports"):
        drafted.approvals.resume(ISSUE, LATER)


def test_what_mails_have_left_of_is_not_skipped(drafted: Store) -> None:
    join(drafted, "ada")
    approve(drafted)
    drafted.ledger.plan(ISSUE, at=LATER)
    claimed(drafted, at=LATER)
    drafted.approvals.hold(ISSUE, "a slip", LATER)
    with pytest.raises(StateError, match="of which nothing was claimed, can be skipped"):
        drafted.approvals.skip(ISSUE, "late", LATER)


def test_what_stands_elsewhere_stays_where_it_is(drafted: Store) -> None:
    with pytest.raises(StateError, match="only one that is held or skipped can be resumed"):
        drafted.approvals.resume(ISSUE, NOW)
    drafted.approvals.hold(ISSUE, "a slip", NOW)
    with pytest.raises(StateError, match="only one that is a draft, approved or sending can be"):
        drafted.approvals.hold(ISSUE, "a slip", NOW)
    with pytest.raises(InputError, match="no issue 7"):
        drafted.approvals.hold(7, "a slip", NOW)
