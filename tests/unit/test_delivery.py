from __future__ import annotations

from datetime import timedelta

import pytest

from digest.delivery import Limits, check_sendable, is_in_undo_window, message_id
from digest.errors import StateError
from digest.model import IssueStatus
from tests.builders import NOW


@pytest.mark.parametrize("status", [IssueStatus.APPROVED, IssueStatus.SENDING])
def test_an_approved_issue_may_leave(status):
    assert check_sendable(1, status) is None


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (IssueStatus.DRAFT, "recap show 1"),
        (IssueStatus.SENT, "recap deliveries 1"),
        (IssueStatus.HELD, "recap resume 1"),
        (IssueStatus.SKIPPED, "recap resume 1"),
    ],
)
def test_any_other_issue_stays_and_the_error_says_what_to_do(status, hint):
    with pytest.raises(StateError) as caught:
        check_sendable(1, status)
    assert f"issue 1 is {status.value}" in caught.value.problem
    assert hint in caught.value.hint


def test_a_message_id_is_the_same_for_the_same_batch_and_person_only():
    first = message_id("recap/1/a", "ada@reader.example", "recap.example")
    assert first == message_id("recap/1/a", "ada@reader.example", "recap.example")
    assert first != message_id("recap/1/b", "ada@reader.example", "recap.example")
    assert first.startswith("<")
    assert first.endswith("@recap.example>")


@pytest.mark.parametrize(
    ("largest", "mails"), [(0, 100), (2_000, 100), (50_001, 99), (4_000_000, 1), (9_000_000, 1)]
)
def test_a_batch_closes_at_its_mails_or_its_bytes_and_is_never_empty(largest, mails):
    assert Limits(mails=100, bytes=5_000_000).batch(largest) == mails


def test_the_reason_of_a_hold_is_told():
    with pytest.raises(StateError, match="issue 1 is held and cannot be sent: a slip"):
        check_sendable(1, IssueStatus.HELD, "a slip")


def test_an_approval_can_be_taken_back_until_its_moment_comes():
    assert is_in_undo_window(NOW, NOW - timedelta(seconds=1))
    assert not is_in_undo_window(NOW, NOW)
    assert not is_in_undo_window(None, NOW)
