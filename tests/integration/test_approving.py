from __future__ import annotations

from dataclasses import replace

import pytest

from digest.errors import DeliveryError, InputError, StateError
from digest.model import IssueStatus
from digest.pipeline import approving
from digest.pipeline.approving import approve, send_test
from digest.pipeline.drafting import render
from digest.store import mail_hash
from tests.builders import NOW, make_issue
from tests.builders_sending import MemoryProvider, join, settings_in


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path, RECAP_SECRET_KEY="secret", RECAP_BASE_URL="https://recap.example")


@pytest.fixture
def drafted(store):
    store.content.save_issue(make_issue())
    return store


def copy_to(store, settings, address: str, provider=None, now=NOW):
    provider = provider or MemoryProvider()
    send_test(store, settings, 5, address, provider, now=now)
    ((mail,),) = provider.mails
    return mail, provider.batches[0][0]


def test_the_copy_is_marked_and_takes_nobody_off_the_list(drafted, settings):
    (ada,) = join(drafted, "ada")
    mail, key = copy_to(drafted, settings, " Ada@POST.example ")
    assert mail.subject.startswith("[Test] ")
    assert mail.to == "Ada@post.example"
    assert mail.tags == {"test": "5"}
    assert key.startswith("recap-test/5/")
    assert "Message-ID" not in mail.headers
    assert f"/leave/{ada.id}." not in mail.html
    assert "ada" in mail.text  # greeted as the reader of that address is


def test_every_copy_has_a_key_of_its_own(drafted, settings):
    _, first = copy_to(drafted, settings, "me@post.example")
    _, second = copy_to(drafted, settings, "me@post.example", now=NOW.replace(second=1))
    assert first != second


def test_a_copy_that_was_rejected_counts_for_nothing(drafted, settings):
    provider = MemoryProvider()
    provider.rejects = {"me@post.example"}
    with pytest.raises(DeliveryError, match="rejected the test copy of issue 5: no such box"):
        copy_to(drafted, settings, "me@post.example", provider)
    with pytest.raises(StateError, match="no test copy of issue 5"):
        approve(drafted, settings, 5, now=NOW)


def test_nothing_goes_to_a_suppressed_address_or_to_none(drafted, settings):
    drafted.audience.suppress("gone@post.example", "bounced", NOW)
    with pytest.raises(StateError, match="suppressed"):
        copy_to(drafted, settings, "gone@post.example")
    with pytest.raises(InputError, match="is not an e-mail address"):
        copy_to(drafted, settings, "nobody")
    with pytest.raises(InputError, match="no issue 7"):
        send_test(drafted, settings, 7, "me@post.example", MemoryProvider(), now=NOW)


def test_a_tested_mail_is_approved_and_that_is_kept(drafted, settings):
    copy_to(drafted, settings, "me@post.example")
    approve(drafted, settings, 5, now=NOW)
    assert not drafted.approvals.frozen(5).without_test


def test_an_untested_one_only_if_asked_for_and_that_is_kept_too(drafted, settings):
    with pytest.raises(StateError) as caught:
        approve(drafted, settings, 5, now=NOW)
    assert "recap test 5" in caught.value.hint
    assert "--without-test" in caught.value.hint
    approve(drafted, settings, 5, now=NOW, without_test=True)
    assert drafted.approvals.frozen(5).without_test


@pytest.mark.parametrize(
    "change",
    [
        lambda settings: replace(settings, brand=replace(settings.brand, name="Renamed")),
        lambda settings: replace(settings, base_url="https://moved.example"),
    ],
    ids=["brand", "base address"],
)
def test_whatever_changes_the_mail_asks_for_another_copy(drafted, settings, change):
    copy_to(drafted, settings, "me@post.example")
    with pytest.raises(StateError, match="no test copy"):
        approve(drafted, change(settings), 5, now=NOW)


def test_an_edit_under_the_same_revision_asks_for_another_copy(drafted, settings):
    copy_to(drafted, settings, "me@post.example")
    drafted.content.save_issue(make_issue(subject="Northwind halves it"))
    with pytest.raises(StateError, match="no test copy"):
        approve(drafted, settings, 5, now=NOW)


def test_an_issue_that_is_approved_already_says_so(drafted, settings):
    approve(drafted, settings, 5, now=NOW, without_test=True)
    with pytest.raises(StateError, match="issue 5 is approved"):
        approve(drafted, settings, 5, now=NOW)


def test_resuming_knows_what_was_reported_by_now(drafted, settings):
    approve(drafted, settings, 5, now=NOW, without_test=True)
    drafted.approvals.hold(5, "bounces", NOW)
    assert approving.resume(drafted, 5, now=NOW) is IssueStatus.APPROVED
    assert drafted.approvals.accepted(5) == (0, 0)


def test_every_step_is_in_the_audit_log_with_who_did_it(drafted, settings):
    copy_to(drafted, settings, "me@post.example")
    approve(drafted, settings, 5, now=NOW, by="pat")
    assert approving.hold(drafted, 5, " a slip ", now=NOW, by="ed") == 0
    approving.resume(drafted, 5, now=NOW, by="pat")
    approving.hold(drafted, 5, "", now=NOW)
    told = [
        (line.who, line.what, line.details)
        for _, line in reversed(drafted.users.audit.lines(issue=5))
    ]
    assert told == [
        ("command line", "test copy sent", "me@post.example"),
        ("pat", "issue approved", "revision 1"),
        ("ed", "issue held", "a slip"),
        ("pat", "issue resumed", "it is approved"),
        ("command line", "issue held", "held by a person"),
    ]


def test_what_was_looked_at_is_approved_and_nothing_else(drafted, settings):
    with pytest.raises(StateError, match="not what you looked at any more"):
        approve(drafted, settings, 5, now=NOW, without_test=True, seen="another")
    seen = mail_hash(render(settings, drafted.content.issue(5)))
    approve(drafted, settings, 5, now=NOW, without_test=True, seen=seen)
    again = approve(drafted, settings, 5, now=NOW.replace(second=9), without_test=True, seen=seen)
    assert again.status == "approved"
    assert drafted.approvals.frozen(5).made_at == NOW


def test_who_skips_an_issue_and_why_is_written_down(drafted):
    approving.skip(drafted, 5, " a quiet week ", now=NOW, by="pat")
    approving.resume(drafted, 5, now=NOW)
    approving.skip(drafted, 5, "", now=NOW)
    told = [
        (line.who, line.what, line.details)
        for _, line in reversed(drafted.users.audit.lines(issue=5))
    ]
    assert told == [
        ("pat", "issue skipped", "a quiet week"),
        ("command line", "issue resumed", "it is draft"),
        ("command line", "issue skipped", "skipped by a person"),
    ]
