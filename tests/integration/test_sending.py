from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import NotAcceptedError, OutcomeUnknownError, ProviderRefusedError, StateError
from digest.issue import content_hash
from digest.model import DeliveryState, IssueStatus, Window
from digest.pipeline import approving, drafting
from digest.providers.resend import ResendProvider
from tests.builders import NOW, WINDOW, make_issue, make_item, make_story, make_theme
from tests.builders_sending import Clock, MemoryProvider, approved, join, send, settings_in
from tests.standins import resend as standin


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def test_everyone_confirmed_gets_the_issue_once_and_it_is_closed(store, settings):
    number = approved(store, settings)
    provider = MemoryProvider()
    counts = send(store, settings, number, provider)
    assert counts["sent"] == 3
    assert Counter(to for _, people in provider.batches for to in people) == {
        f"reader{n}@post.example": 1 for n in range(3)
    }
    assert store.content.issue(number).status is IssueStatus.SENT


def test_a_long_list_leaves_in_batches_of_a_hundred_under_different_keys(store, settings):
    number = approved(store, settings, readers=205)
    provider = MemoryProvider()
    send(store, settings, number, provider)
    assert [len(people) for _, people in provider.batches] == [100, 100, 5]
    assert len({key for key, _ in provider.batches}) == 3


def test_a_batch_whose_outcome_is_unknown_is_tried_again_under_its_key(store, settings):
    number = approved(store, settings)
    provider = MemoryProvider(OutcomeUnknownError("gone"), OutcomeUnknownError("gone"))
    clock = Clock()
    send(store, settings, number, provider, clock)
    assert len(provider.batches) == 3
    assert len(set(provider.batches)) == 1
    assert provider.mails[0] == provider.mails[2]
    assert clock.now - NOW == timedelta(seconds=3)


def test_the_wait_is_the_one_the_provider_asked_for(store, settings):
    number = approved(store, settings)
    clock = Clock()
    later = NotAcceptedError("later", retry_after=7)
    send(store, settings, number, MemoryProvider(later), clock)
    assert clock.now - NOW == timedelta(seconds=7)


def test_a_provider_that_stays_away_leaves_the_batch_for_the_next_run(store, settings):
    number = approved(store, settings)
    away = MemoryProvider(*[OutcomeUnknownError("gone")] * 9)
    clock = Clock()
    with pytest.raises(OutcomeUnknownError):
        send(store, settings, number, away, clock)
    assert len(away.batches) == 5
    assert store.content.issue(number).status is IssueStatus.SENDING
    back = MemoryProvider()
    send(store, settings, number, back, clock)
    assert back.batches == away.batches[:1]
    assert store.content.issue(number).status is IssueStatus.SENT


def test_a_refusal_for_good_holds_the_issue_at_once_and_loses_nothing(store, settings):
    number = approved(store, settings)
    provider = MemoryProvider(ProviderRefusedError("key revoked"))
    clock = Clock()
    with pytest.raises(ProviderRefusedError):
        send(store, settings, number, provider, clock)
    assert len(provider.batches) == 1
    assert store.ledger.counts(number)["claimed"] == 3
    row = store.content.issue_row(number)
    assert (row.status, row.held_because) == (IssueStatus.HELD, "key revoked")
    with pytest.raises(StateError, match="issue 5 is held and cannot be sent"):
        send(store, settings, number, provider, clock)
    assert approving.resume(store, number, now=NOW)
    assert send(store, settings, number, provider, clock)["sent"] == 3


def test_a_quota_that_comes_back_says_when(store, settings):
    number = approved(store, settings)
    refusal = ProviderRefusedError("quota", retry_after=3600)
    with pytest.raises(ProviderRefusedError):
        send(store, settings, number, MemoryProvider(refusal))
    assert "from 2026-06-01 07:00 UTC on" in store.content.issue_row(number).held_because


def test_an_address_that_is_rejected_does_not_keep_the_issue_open(store, settings):
    number = approved(store, settings)
    provider = MemoryProvider()
    provider.rejects = {"reader1@post.example"}
    counts = send(store, settings, number, provider)
    assert (counts["sent"], counts["rejected"]) == (2, 1)
    assert store.content.issue(number).status is IssueStatus.SENT


def test_whoever_left_or_is_suppressed_gets_nothing(store, settings):
    number = approved(store, settings)
    store.audience.leave("reader0@post.example", NOW)
    store.audience.suppress("reader1@post.example", "bounced", NOW)
    provider = MemoryProvider()
    send(store, settings, number, provider)
    assert [people for _, people in provider.batches] == [("reader2@post.example",)]


@pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.HELD, IssueStatus.SENT])
def test_an_issue_that_is_not_approved_reaches_nobody(store, settings, status):
    issue = make_issue(status=status)
    store.content.save_issue(issue, content_sha256=content_hash(issue))
    join(store, "ada")
    provider = MemoryProvider()
    with pytest.raises(StateError):
        send(store, settings, issue.number, provider)
    assert provider.batches == []


def test_an_issue_without_an_approved_mail_does_not_leave(store, settings):
    issue = make_issue(status=IssueStatus.APPROVED)
    store.content.save_issue(issue, content_sha256=content_hash(issue))
    provider = MemoryProvider()
    with pytest.raises(StateError, match="issue 5 has no approved mail") as caught:
        send(store, settings, issue.number, provider)
    assert "recap hold 5" in caught.value.hint
    assert provider.batches == []


def test_an_issue_with_an_error_is_not_approved(store, settings):
    store.content.save_issue(make_issue(subject=""))
    with pytest.raises(StateError) as caught:
        approving.approve(store, settings, 5, now=NOW, without_test=True)
    assert caught.value.problem == "issue 5 has 1 error: subject: the subject is empty"
    assert "recap lint 5" in caught.value.hint
    assert store.content.issue(5).status is IssueStatus.DRAFT


def test_a_refused_approval_names_three_errors_and_counts_the_rest(store, settings):
    item = make_item("same", source=" ")
    stories = [make_story(item), make_story(item), make_story(make_item(link="ftp://a.example"))]
    store.content.save_issue(make_issue(make_theme(stories=stories), subject=""))
    with pytest.raises(StateError) as caught:
        approving.approve(store, settings, 5, now=NOW, without_test=True)
    told = caught.value.problem.removeprefix("issue 5 has 5 errors: ").split("; ")
    assert [line.partition(" ")[0] for line in told] == ["subject:", "story", "story", "and"]
    assert told[-1] == "and 2 more"


def test_a_provider_that_sends_needs_a_postal_address(store, settings):
    store.content.save_issue(make_issue())
    sends = replace(settings, provider="resend")
    with pytest.raises(StateError, match="footer: no postal address"):
        approving.approve(store, sends, 5, now=NOW, without_test=True)
    signed = replace(sends, brand=replace(settings.brand, address="1 Sample Street, Berlin"))
    issue = approving.approve(store, signed, 5, now=NOW, without_test=True)
    assert issue.status is IssueStatus.APPROVED


def test_what_became_an_error_after_approval_stops_the_mail_before_it_starts(store, settings):
    number = approved(store, settings)
    sends = replace(settings, provider="resend")
    provider = MemoryProvider()
    with pytest.raises(StateError, match="footer: no postal address"):
        send(store, sends, number, provider)
    assert provider.batches == []
    assert store.content.issue(number).status is IssueStatus.APPROVED


def test_a_mail_that_is_under_way_is_not_stopped_by_it(store, settings):
    number = approved(store, settings)
    with pytest.raises(ProviderRefusedError):
        send(store, settings, number, MemoryProvider(ProviderRefusedError("refused")))
    approving.resume(store, number, now=NOW)
    counts = send(store, replace(settings, provider="resend"), number, MemoryProvider())
    assert counts[DeliveryState.SENT] == 3


def test_a_story_that_an_approved_issue_has_had_is_told_when_it_comes_again(store, settings):
    old, new = make_item(), make_item()
    week = timedelta(weeks=1)
    window = Window(WINDOW.start - week, WINDOW.start)
    earlier = make_issue(
        make_theme(stories=[make_story(old)]), number=4, week="2026-W21", window=window,
        status=IssueStatus.SENT,
    )  # fmt: skip
    store.content.save_issue(earlier)
    issue = make_issue(make_theme(stories=[make_story(old), make_story(new)]))
    ran = [one for one in drafting.lint(store, settings, issue) if one.rule == "story-ran"]
    assert [one.place for one in ran] == [f"story {old.id} “{old.title}”"]
    assert "in issue 4 already" in ran[0].message


def test_the_whole_way_through_resend_delivers_each_mail_once(store, settings):
    number = approved(store, settings, readers=120)
    with standin.running() as server:
        server.faults = ["accept, then 500", None, "hang up"]
        provider = ResendProvider(standin.KEY, server.url)
        counts = send(store, settings, number, provider)
    assert counts["sent"] == 120
    assert len(server.delivered) == 120
    assert set(server.delivered.values()) == {1}


def test_an_issue_without_a_reader_is_not_closed_as_sent(store, settings):
    number = approved(store, settings, readers=0)
    with pytest.raises(StateError, match="nobody to go to"):
        send(store, settings, number, MemoryProvider())
    assert store.content.issue(number).status is IssueStatus.APPROVED
