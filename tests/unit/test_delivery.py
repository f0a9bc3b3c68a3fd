from __future__ import annotations

import pytest

from digest.delivery import Limits, check_sendable, message_id
from digest.errors import StateError
from digest.model import IssueStatus
from tests.builders import make_issue


@pytest.mark.parametrize("status", [IssueStatus.APPROVED, IssueStatus.SENDING])
def test_an_approved_issue_may_leave(status):
    assert check_sendable(make_issue(status=status)) is None


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (IssueStatus.DRAFT, "recap show 1"),
        (IssueStatus.SENT, "recap deliveries 1"),
        (IssueStatus.HELD, "recap approve 1"),
        (IssueStatus.SKIPPED, "recap approve 1"),
    ],
)
def test_any_other_issue_stays_and_the_error_says_what_to_do(status, hint):
    with pytest.raises(StateError) as caught:
        check_sendable(make_issue(number=1, status=status))
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
