from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.delivery import Outcome
from digest.errors import NotAcceptedError, OutcomeUnknownError, ProviderRefusedError, StateError
from digest.issue import content_hash
from digest.model import DeliveryState, IssueStatus, Window
from digest.pipeline import drafting, sending
from digest.pipeline.audience import add_subscriber
from digest.providers.resend import ResendProvider
from digest.settings import load_settings
from tests.builders import NOW, WINDOW, make_issue, make_item, make_story, make_theme
from tests.standins import resend as standin

ROOT = Path(__file__).resolve().parents[2]


class Provider:
    """Takes batches into memory; raises what it is told to, first first."""

    name = "memory"

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.batches: list[tuple[str, tuple[str, ...]]] = []
        self.rejects: set[str] = set()

    def send(self, key, emails, *, at):
        self.batches.append((key, tuple(mail.to for mail in emails)))
        if self.faults:
            raise self.faults.pop(0)
        return tuple(
            Outcome(DeliveryState.REJECTED, error="no such box")
            if mail.to in self.rejects
            else Outcome(DeliveryState.SENT, provider_id=f"id-{mail.to}")
            for mail in emails
        )


@pytest.fixture
def settings(tmp_path):
    shipped = (ROOT / "schedules.yaml").read_text(encoding="utf-8")
    (tmp_path / "schedules.yaml").write_text(shipped, encoding="utf-8")
    return load_settings(tmp_path, {})


def approved(store, settings, readers: int = 3) -> int:
    issue = make_issue()
    store.content.save_issue(issue)
    for number in range(readers):
        add_subscriber(store, f"reader{number}@x.example", "", now=NOW, evidence="test")
    drafting.approve(store, settings, issue.number, now=NOW)
    return issue.number


def send(store, settings, number, provider, waits=None):
    return sending.send(
        store,
        settings,
        number,
        provider,
        clock=lambda: datetime(2026, 6, 1, 8, tzinfo=UTC),
        sleep=(waits if waits is not None else []).append,
    )


def test_everyone_confirmed_gets_the_issue_once_and_it_is_closed(store, settings):
    number = approved(store, settings)
    provider = Provider()
    counts = send(store, settings, number, provider)
    assert counts["sent"] == 3
    assert Counter(to for _, people in provider.batches for to in people) == {
        f"reader{n}@x.example": 1 for n in range(3)
    }
    assert store.content.issue(number).status is IssueStatus.SENT


def test_a_long_list_leaves_in_batches_of_a_hundred_under_different_keys(store, settings):
    number = approved(store, settings, readers=205)
    provider = Provider()
    send(store, settings, number, provider)
    assert [len(people) for _, people in provider.batches] == [100, 100, 5]
    assert len({key for key, _ in provider.batches}) == 3


def test_a_batch_whose_outcome_is_unknown_is_tried_again_under_its_key(store, settings):
    number = approved(store, settings)
    provider = Provider(OutcomeUnknownError("gone"), OutcomeUnknownError("gone"))
    waits: list[float] = []
    send(store, settings, number, provider, waits)
    assert len(provider.batches) == 3
    assert len(set(provider.batches)) == 1
    assert waits == [1.0, 2.0]


def test_the_wait_is_the_one_the_provider_asked_for(store, settings):
    number = approved(store, settings)
    waits: list[float] = []
    send(store, settings, number, Provider(NotAcceptedError("later", retry_after=7)), waits)
    assert waits == [7]


def test_a_provider_that_stays_away_leaves_the_batch_for_the_next_run(store, settings):
    number = approved(store, settings)
    away = Provider(*[OutcomeUnknownError("gone")] * 9)
    with pytest.raises(OutcomeUnknownError):
        send(store, settings, number, away)
    assert store.content.issue(number).status is IssueStatus.SENDING
    back = Provider()
    send(store, settings, number, back)
    assert back.batches == away.batches[:1]
    assert store.content.issue(number).status is IssueStatus.SENT


def test_a_refusal_for_good_stops_at_once_and_loses_nothing(store, settings):
    number = approved(store, settings)
    provider = Provider(ProviderRefusedError("key revoked"))
    with pytest.raises(ProviderRefusedError):
        send(store, settings, number, provider)
    assert len(provider.batches) == 1
    assert store.ledger.counts(number)["claimed"] == 3
    assert {delivery.attempts for delivery in store.ledger.deliveries(number)} == {1}


def test_an_address_that_is_rejected_does_not_keep_the_issue_open(store, settings):
    number = approved(store, settings)
    provider = Provider()
    provider.rejects = {"reader1@x.example"}
    counts = send(store, settings, number, provider)
    assert (counts["sent"], counts["rejected"]) == (2, 1)
    assert store.content.issue(number).status is IssueStatus.SENT


def test_whoever_left_or_is_suppressed_gets_nothing(store, settings):
    number = approved(store, settings)
    store.audience.leave("reader0@x.example", NOW)
    store.audience.suppress("reader1@x.example", "bounced", NOW)
    provider = Provider()
    send(store, settings, number, provider)
    assert [people for _, people in provider.batches] == [("reader2@x.example",)]


@pytest.mark.parametrize("status", [IssueStatus.DRAFT, IssueStatus.HELD, IssueStatus.SENT])
def test_an_issue_that_is_not_approved_reaches_nobody(store, settings, status):
    issue = make_issue(status=status)
    store.content.save_issue(issue, content_sha256=content_hash(issue))
    add_subscriber(store, "ada@x.example", "", now=NOW, evidence="test")
    provider = Provider()
    with pytest.raises(StateError):
        send(store, settings, issue.number, provider)
    assert provider.batches == []


def test_an_issue_that_was_changed_after_approval_does_not_leave(store, settings):
    issue = make_issue(status=IssueStatus.APPROVED)
    store.content.save_issue(issue, content_sha256=content_hash(replace(issue, subject="Other")))
    provider = Provider()
    with pytest.raises(StateError, match="is not what was approved"):
        send(store, settings, issue.number, provider)
    assert provider.batches == []


def test_an_issue_with_an_error_is_not_approved(store, settings):
    store.content.save_issue(make_issue(subject=""))
    with pytest.raises(StateError) as caught:
        drafting.approve(store, settings, 5, now=NOW)
    assert caught.value.problem == "issue 5 has 1 error: subject: the subject is empty"
    assert "recap lint 5" in caught.value.hint
    assert store.content.issue(5).status is IssueStatus.DRAFT


def test_a_refused_approval_names_three_errors_and_counts_the_rest(store, settings):
    item = make_item("same", source=" ")
    stories = [make_story(item), make_story(item), make_story(make_item(link="ftp://a.example"))]
    store.content.save_issue(make_issue(make_theme(stories=stories), subject=""))
    with pytest.raises(StateError) as caught:
        drafting.approve(store, settings, 5, now=NOW)
    told = caught.value.problem.removeprefix("issue 5 has 5 errors: ").split("; ")
    assert [line.partition(" ")[0] for line in told] == ["subject:", "story", "story", "and"]
    assert told[-1] == "and 2 more"


def test_a_provider_that_sends_needs_a_postal_address(store, settings):
    store.content.save_issue(make_issue())
    sends = replace(settings, provider="resend")
    with pytest.raises(StateError, match="footer: no postal address"):
        drafting.approve(store, sends, 5, now=NOW)
    signed = replace(sends, brand=replace(settings.brand, address="1 Sample Street, Berlin"))
    assert drafting.approve(store, signed, 5, now=NOW).status is IssueStatus.APPROVED


def test_what_became_an_error_after_approval_stops_the_mail_before_it_starts(store, settings):
    number = approved(store, settings)
    sends = replace(settings, provider="resend")
    provider = Provider()
    with pytest.raises(StateError, match="footer: no postal address"):
        send(store, sends, number, provider)
    assert provider.batches == []
    assert store.content.issue(number).status is IssueStatus.APPROVED


def test_a_mail_that_is_under_way_is_not_stopped_by_it(store, settings):
    number = approved(store, settings)
    with pytest.raises(ProviderRefusedError):
        send(store, settings, number, Provider(ProviderRefusedError("refused")))
    counts = send(store, replace(settings, provider="resend"), number, Provider())
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
        send(store, settings, number, Provider())
    assert store.content.issue(number).status is IssueStatus.APPROVED
