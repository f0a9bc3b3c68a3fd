"""Every moment at which a sender may die, with every answer: nobody twice, nobody forgotten."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

import digest
from digest.attempts import WINDOW
from digest.delivery import Limits
from digest.errors import (
    BatchRefusedError,
    ContradictionError,
    InputError,
    NotAcceptedError,
    OutcomeUnknownError,
    ProviderRefusedError,
    StateError,
    StoreError,
)
from digest.model import IssueStatus
from digest.pipeline import approving, highwater, reconciling
from digest.pipeline.highwater import HighWater
from digest.pipeline.reconciling import Decision
from digest.providers.outbox import OutboxProvider
from digest.providers.resend import ResendProvider
from digest.settings import Settings
from digest.store import Store, open_store, schema
from digest.store.installation import Installation
from digest.store.ledger import Ledger
from tests.builders import NOW, make_issue
from tests.builders_sending import (
    Clock,
    MemoryProvider,
    approved,
    send,
    settings_in,
)
from tests.standins import resend as standin
from tests.standins.resend.account import DAY

HOUR = timedelta(hours=1)


class Died(BaseException):
    """The sender ends here, as if it had been killed."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, RECAP_SECRET_KEY="secret")


@pytest.fixture
def server() -> Iterator[standin.StandIn]:
    with standin.running() as state:
        yield state


def resend_of(server: standin.StandIn, monkeypatch: pytest.MonkeyPatch) -> ResendProvider:
    """Resend's stand-in, in batches of two, without its pauses, given up on after half a second."""
    monkeypatch.setattr("digest.providers.resend_http.TIMEOUT", (0.5, 0.5))
    provider = ResendProvider(standin.KEY, server.url, sleep=lambda _: None)
    monkeypatch.setattr(ResendProvider, "limits", Limits(mails=2))
    return provider


def die_once(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, *, after: bool) -> None:
    """Let the sender die the first time that it gets there."""
    real, deaths = getattr(owner, name), itertools.count()

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        if not after and next(deaths) == 0:
            raise Died
        found = real(*args, **kwargs)
        if after and next(deaths) == 0:
            raise Died
        return found

    monkeypatch.setattr(owner, name, stand_in)


POINTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "before the claim is committed": lambda patch: patch.setattr(
        "digest.store.claiming.freeze", _dying_in("digest.store.claiming.freeze")
    ),
    "after the claim is committed": lambda patch: die_once(patch, HighWater, "reach", after=True),
    "before the call": lambda patch: die_once(patch, ResendProvider, "send", after=False),
    "after the call": lambda patch: die_once(patch, ResendProvider, "send", after=True),
    "before the finish is committed": lambda patch: patch.setattr(
        "digest.store.settling.write_results", _dying_in("digest.store.settling.write_results")
    ),
    "after the finish is committed": lambda patch: die_once(patch, Ledger, "finish", after=True),
}
ANSWERS = [None, "accept, then 500"]
MORE_ANSWERS = [
    "429", "500", "503", "409", "502", "hang up", "accept, then hang", "accept, then hang up",
    "a mail at fault", "one mail rejected", "two answers too few",
]  # fmt: skip


def _dying_in(place: str) -> Callable[..., Any]:
    """The real step, after which the sender dies the first time, before anything is committed."""
    module, _, name = place.rpartition(".")
    real, deaths = getattr(__import__(module, fromlist=[name]), name), itertools.count()

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        if next(deaths) == 0:
            raise Died
        return found

    return stand_in


@pytest.mark.parametrize(
    "answer", [*ANSWERS, *(pytest.param(one, marks=pytest.mark.ci) for one in MORE_ANSWERS)]
)
@pytest.mark.parametrize("point", POINTS)
def test_wherever_a_sender_dies_and_whatever_is_answered_each_gets_one(
    store: Store, settings: Settings, server: standin.StandIn, monkeypatch: pytest.MonkeyPatch,
    point: str, answer: str | None,
) -> None:  # fmt: skip
    number = approved(store, settings, readers=5)
    provider = resend_of(server, monkeypatch)
    server.hang = 1.0
    if answer == "a mail at fault":
        server.faults = [(422, {"statusCode": 422, "name": "validation_error", "message": "bad"})]
    elif answer == "two answers too few":
        server.faults = [(200, {"data": []})]
    elif answer == "one mail rejected":
        server.poison = {"reader1@post.example"}
    elif answer:
        server.faults = [answer]
    POINTS[point](monkeypatch)
    clock = Clock()
    for _ in range(4):  # a sender that died is started again
        try:
            send(store, settings, number, provider, clock, patient=True)
            break
        except (Died, StateError):
            clock.sleep(1)
    assert max(server.delivered.values(), default=0) <= 1
    counts = store.ledger.counts(number)
    waiting = counts["unknown"]
    assert counts["planned"] == counts["claimed"] == counts["skipped"] == 0
    assert counts["sent"] + counts["rejected"] + waiting == 5
    if answer == "two answers too few":
        assert waiting in (0, 2)  # the fault may have met the call after which the sender died
    else:
        assert waiting == 0
        assert len(server.delivered) == counts["sent"]
        assert store.content.issue_row(number).status is IssueStatus.SENT


# The table of outcomes


def test_a_batch_is_split_at_a_mail_that_nobody_names(store: Store, settings: Settings) -> None:
    number = approved(store, settings, readers=4)
    provider = MemoryProvider()
    provider.limits = Limits(mails=4)

    def refuse(key: str, emails: Any, *, at: Any) -> Any:
        if any(mail.to == "reader2@post.example" for mail in emails):
            provider.batches.append((key, tuple(mail.to for mail in emails)))
            raise BatchRefusedError("422: a field is wrong")
        return MemoryProvider.send(provider, key, emails, at=at)

    provider.send = refuse  # type: ignore[method-assign]
    counts = send(store, settings, number, provider)
    assert (counts["sent"], counts["rejected"]) == (3, 1)
    assert [len(people) for _, people in provider.batches] == [4, 2, 2, 1, 1]
    assert len({key for key, _ in provider.batches}) == 5


def test_refusals_in_a_row_are_no_mails_fault_and_hold_the_issue(
    store: Store, settings: Settings
) -> None:
    number = approved(store, settings, readers=8)
    provider = MemoryProvider(*[BatchRefusedError("422: from is wrong")] * 99)
    with pytest.raises(BatchRefusedError):
        send(store, settings, number, provider)
    assert store.content.issue_row(number).held_because == "422: from is wrong"
    assert store.ledger.counts(number)["rejected"] == 3


def test_an_answer_that_does_not_fit_waits_for_a_person_and_the_rest_goes_on(
    store: Store, settings: Settings
) -> None:
    number = approved(store, settings, readers=4)
    provider = MemoryProvider(ContradictionError("2 mails, 3 ids"))
    provider.limits = Limits(mails=2)
    counts = send(store, settings, number, provider)
    assert (counts["sent"], counts["unknown"]) == (2, 2)
    assert store.content.issue_row(number).status is IssueStatus.SENDING
    (waiting,) = store.ledger.waiting(number)
    assert (waiting.people, waiting.error) == (2, "2 mails, 3 ids")


def test_a_provider_without_keys_is_never_asked_twice_for_what_it_may_have_sent(
    store: Store, settings: Settings
) -> None:
    number = approved(store, settings, readers=2)
    provider = MemoryProvider(OutcomeUnknownError("no answer"), NotAcceptedError("busy"))
    provider.honours_keys = False
    provider.limits = Limits(mails=1)
    counts = send(store, settings, number, provider)
    assert (counts["unknown"], counts["sent"]) == (1, 1)
    assert Counter(to for _, people in provider.batches for to in people) == {
        "reader0@post.example": 1,
        "reader1@post.example": 2,
    }


def test_a_person_decides_what_became_of_the_unknown(store: Store, settings: Settings) -> None:
    number = approved(store, settings, readers=3)
    provider = MemoryProvider(*[ContradictionError("unclear")] * 2)
    provider.limits = Limits(mails=1)
    send(store, settings, number, provider)
    first, second = store.ledger.waiting(number)
    assert reconciling.reconcile(store, number, Decision.SENT, batches=[first.number], now=NOW) == 1
    assert reconciling.reconcile(store, number, Decision.RESEND, now=NOW) == 1
    counts = send(store, settings, number, provider)
    assert counts["sent"] == 3
    assert provider.batches[-1][0] == f"{second.key}-2"
    assert store.content.issue_row(number).status is IssueStatus.SENT


def test_the_last_decision_closes_the_issue(store: Store, settings: Settings) -> None:
    number = approved(store, settings, readers=1)
    send(store, settings, number, MemoryProvider(ContradictionError("unclear")))
    (waiting,) = store.ledger.waiting(number)
    with pytest.raises(InputError, match="batch 99 of issue 5 does not wait"):
        reconciling.reconcile(store, number, Decision.SKIP, batches=[99], now=NOW)
    assert reconciling.reconcile(store, number, Decision.SKIP, now=NOW) == 1
    assert store.content.issue_row(number).status is IssueStatus.SENT
    assert "a person decided" in store.ledger.deliveries(number)[0].error
    assert waiting.number not in {one.number for one in store.ledger.waiting(number)}


# Time


def test_an_hours_outage_is_waited_for_with_few_probes(store: Store, settings: Settings) -> None:
    number = approved(store, settings, readers=20)
    clock, calls = Clock(), []
    provider = MemoryProvider()
    provider.limits = Limits(mails=5)

    def away() -> None:
        calls.append(clock.now)
        if clock.now < NOW + HOUR:
            raise OutcomeUnknownError("no answer")

    provider.before = away
    counts = send(store, settings, number, provider, clock, patient=True)
    assert counts["sent"] == 20
    assert sum(call < NOW + HOUR for call in calls) <= 130
    assert clock.now < NOW + HOUR + timedelta(seconds=60)
    assert len({key for key, _ in provider.batches}) == 4
    frozen_meanwhile = {key for (key, _), at in zip(provider.batches, calls, strict=True)
                        if at < NOW + HOUR}  # fmt: skip
    assert len(frozen_meanwhile) <= 4


def test_after_a_day_the_provider_has_forgotten_the_key_and_nothing_goes_again(
    store: Store, settings: Settings, server: standin.StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(store, settings, readers=2)
    provider = resend_of(server, monkeypatch)
    server.faults = ["accept, then 500"]
    clock = Clock()
    send(store, settings, number, provider, clock, stop=lambda: bool(server.delivered))
    assert store.ledger.counts(number)["claimed"] == 2
    server.advance(DAY + 1)
    clock.now += timedelta(days=1, seconds=1)
    counts = send(store, settings, number, provider, clock)
    assert (counts["unknown"], server.summary()["extra"]) == (2, 0)
    (waiting,) = store.ledger.waiting(number)
    assert waiting.state == "unknown"


def test_within_the_window_the_key_is_used_again(
    store: Store, settings: Settings, server: standin.StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(store, settings, readers=2)
    provider = resend_of(server, monkeypatch)
    server.faults = ["accept, then 500"]
    clock = Clock()
    send(store, settings, number, provider, clock, stop=lambda: bool(server.delivered))
    server.advance((WINDOW - HOUR).total_seconds())
    clock.now += WINDOW - HOUR
    counts = send(store, settings, number, provider, clock)
    assert (counts["sent"], server.replays, server.summary()["extra"]) == (2, 1, 0)


# The same bytes


def _new_template(store: Store, settings: Settings) -> Settings:
    own = settings.folder / "templates" / "email"
    own.mkdir(parents=True)
    (own / "_footer.mjml.j2").write_text("<mj-section></mj-section>")
    return settings


def _rotated(store: Store, settings: Settings) -> Settings:
    return replace(settings, secret_key="another", base_url="https://moved.example")


def _new_brand(store: Store, settings: Settings) -> Settings:
    return replace(settings, brand=replace(settings.brand, name="Renamed", address="1 New Street"))


def _edited_row(store: Store, settings: Settings) -> Settings:
    with store._database.write() as connection:
        document = make_issue(subject="Tampered with").subject
        change = sa.update(schema.issue).values(title=document, content_sha256="0" * 64)
        connection.execute(change)
    return settings


def _moved_reader(store: Store, settings: Settings) -> Settings:
    with store._database.write() as connection:
        connection.execute(
            sa.update(schema.subscriber).values(name="Renamed", email="new@x.example")
        )
    return settings


def _new_program(store: Store, settings: Settings) -> Settings:
    digest.__version__ += ".1"
    return settings


CHANGES = [_new_template, _rotated, _new_brand, _edited_row, _moved_reader, _new_program]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_changes_between_two_attempts_the_bytes_are_the_same(
    store: Store, settings: Settings, server: standin.StandIn, monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Store, Settings], Settings],
) -> None:  # fmt: skip
    monkeypatch.setattr(digest, "__version__", digest.__version__)
    settings = replace(settings, base_url="https://recap.example")
    number = approved(store, settings, readers=2)
    provider = resend_of(server, monkeypatch)
    server.faults = ["accept, then 500"]
    clock = Clock()
    send(store, settings, number, provider, clock, stop=lambda: bool(server.delivered))
    settings = change(store, settings)
    counts = send(store, settings, number, provider, clock)
    assert counts["sent"] == 2
    first, second = server.requests
    assert first == second
    assert (server.replays, server.summary()["extra"]) == (1, 0)


# Holding, leaving, looking after the name


def test_whoever_leaves_during_the_send_is_not_in_the_next_claim(
    store: Store, settings: Settings
) -> None:
    number = approved(store, settings, readers=4)
    provider = MemoryProvider()
    provider.limits = Limits(mails=1)

    def leave() -> None:
        if len(provider.batches) == 1:
            store.audience.leave("reader1@post.example", NOW)
        if len(provider.batches) == 2:
            store.audience.suppress("reader3@post.example", "bounced", NOW)

    provider.before = leave
    counts = send(store, settings, number, provider)
    assert (counts["sent"], counts["skipped"]) == (2, 2)
    assert [people for _, people in provider.batches] == [
        ("reader0@post.example",),
        ("reader2@post.example",),
    ]


def test_a_hold_stops_it_after_the_batch_under_way_and_resuming_goes_on(
    store: Store, settings: Settings
) -> None:
    number = approved(store, settings, readers=3)
    provider = MemoryProvider()
    provider.limits = Limits(mails=1)
    provider.before = lambda: (
        len(provider.batches) == 1 and store.approvals.hold(number, "a wrong number", NOW)
    )
    with pytest.raises(StateError, match="issue 5 is held and cannot be sent: a wrong number"):
        send(store, settings, number, provider)
    assert store.ledger.counts(number)["sent"] == 1
    assert approving.resume(store, number, now=NOW)
    provider.before = bool
    assert send(store, settings, number, provider)["sent"] == 3


def test_asked_to_stop_it_settles_what_is_under_way(store: Store, settings: Settings) -> None:
    number = approved(store, settings, readers=3)
    provider = MemoryProvider()
    provider.limits = Limits(mails=1)
    counts = send(store, settings, number, provider, stop=lambda: len(provider.batches) >= 1)
    assert (counts["sent"], counts["planned"], counts["claimed"]) == (1, 2, 0)
    assert send(store, settings, number, provider)["sent"] == 3


@pytest.mark.parametrize(
    ("people", "fate", "count", "told"),
    [(120, "bounced", 12, "12 of 140 mails bounced"), (1000, "complained", 3, "called it spam")],
)
def test_an_issue_that_costs_the_senders_name_pauses_until_a_person_has_looked(
    store: Store, settings: Settings, people: int, fate: str, count: int, told: str
) -> None:
    number = approved(store, settings, readers=0)
    rows = [
        {"email": f"r{n}@post.example", "email_key": f"r{n}@post.example", "status": "confirmed",
         "name": "", "asked_at": NOW, "evidence": ""}
        for n in range(people + 200)
    ]  # fmt: skip
    with store._database.write() as connection:
        connection.execute(sa.insert(schema.subscriber), rows)
    clock = Clock()
    provider = MemoryProvider()
    provider.limits = Limits(mails=20)

    def report() -> None:
        if len(provider.batches) == people // 20 + 1:
            with store._database.write() as connection:
                table = schema.delivery
                worst = sa.select(table.c.subscriber).where(table.c.state == "sent").limit(count)
                connection.execute(
                    sa.update(table).where(table.c.subscriber.in_(worst)).values(fate=fate)
                )
            clock.now += timedelta(minutes=1)

    provider.before = report
    with pytest.raises(StateError, match=told):
        send(store, settings, number, provider, clock)
    row = store.content.issue_row(number)
    assert row.status is IssueStatus.HELD
    assert told in row.held_because
    approving.resume(store, number, now=NOW)
    clock.now += timedelta(minutes=1)
    assert send(store, settings, number, provider, clock)["sent"] == people + 200


# Disk and copies


def test_a_database_that_cannot_be_written_sends_nothing_twice(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(store, settings, readers=4)
    provider = MemoryProvider()
    provider.limits = Limits(mails=2)
    full = {"on": False}

    def refuse(*_: Any) -> None:
        if full["on"]:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(store._database.engine, "commit", refuse)
    provider.before = lambda: full.update(on=True)
    clock = Clock()
    with pytest.raises(StoreError):
        send(store, settings, number, provider, clock)
    full["on"] = False
    provider.before = bool
    clock.now += timedelta(seconds=91)  # this very process holds the lease, and goes on living
    assert send(store, settings, number, provider, clock)["sent"] == 4
    assert Counter(to for _, people in provider.batches for to in people) == {
        "reader0@post.example": 2,
        "reader1@post.example": 2,
        "reader2@post.example": 1,
        "reader3@post.example": 1,
    }
    assert provider.batches[0] == provider.batches[1]  # the same key: the provider sent it once


def test_an_outbox_that_is_full_holds_the_issue_and_goes_on(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(store, settings, readers=3)
    outbox = OutboxProvider(settings.folder / "outbox")
    real, calls = os.replace, itertools.count()

    def full(*args: Any) -> None:
        if next(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(*args)

    monkeypatch.setattr("os.replace", full)
    clock = Clock()
    with pytest.raises(ProviderRefusedError, match="No space left"):
        send(store, settings, number, outbox, clock)
    approving.resume(store, number, now=NOW)
    assert send(store, settings, number, outbox, clock)["sent"] == 3
    assert len(list(outbox.folder.glob("*.eml"))) == 3


def sqlite_project(tmp_path: Path, readers: int = 4) -> tuple[Settings, int]:
    """A project with an issue of which the first batch has left."""
    folder = tmp_path / "original"
    folder.mkdir()
    settings = settings_in(folder)
    with open_store(settings.database_url, create=True) as store:
        number = approved(store, settings, readers=readers)
        provider = MemoryProvider()
        provider.limits = Limits(mails=1)
        send(store, settings, number, provider, stop=lambda: len(provider.batches) >= 1)
    return settings, number


def assert_refused(settings: Settings, number: int, match: str) -> None:
    with open_store(settings.database_url) as store:
        with pytest.raises(StateError, match=match) as caught:
            send(store, settings, number, MemoryProvider())
        assert "recap adopt" in caught.value.hint


def test_a_copied_project_does_not_send_by_itself(tmp_path: Path) -> None:
    settings, number = sqlite_project(tmp_path)
    shutil.copytree(settings.folder, tmp_path / "copy")
    assert_refused(settings_in(tmp_path / "copy"), number, "the database was copied or moved")
    with open_store(settings.database_url) as store:
        assert send(store, settings, number, MemoryProvider())["sent"] == 4


def test_a_copied_database_does_not_send_by_itself(tmp_path: Path) -> None:
    settings, number = sqlite_project(tmp_path)
    (tmp_path / "copy").mkdir()
    for name in ("recap.db", "schedules.yaml"):
        shutil.copy(settings.folder / name, tmp_path / "copy")
    assert_refused(settings_in(tmp_path / "copy"), number, "the database was copied or moved")


def test_a_database_put_back_from_a_backup_does_not_send_by_itself(tmp_path: Path) -> None:
    settings, number = sqlite_project(tmp_path)
    database = settings.folder / "recap.db"
    backup = database.read_bytes()
    with open_store(settings.database_url) as store:
        assert send(store, settings, number, MemoryProvider())["sent"] == 4
    database.write_bytes(backup)
    assert_refused(settings, number, "it was put back from a backup")
    with open_store(settings.database_url) as store:
        assert highwater.adopt(store, settings.folder, now=NOW) == (number,)
        with pytest.raises(StateError, match="is held"):
            send(store, settings, number, MemoryProvider())
        approving.resume(store, number, now=NOW)
        assert send(store, settings, number, MemoryProvider())["sent"] == 4


def test_another_database_does_not_send_from_a_folder_that_has_sent(tmp_path: Path) -> None:
    settings, _ = sqlite_project(tmp_path)
    (settings.folder / "recap.db").unlink()
    with open_store(settings.database_url, create=True) as store:
        number = approved(store, settings)
    assert_refused(settings, number, "has sent from another database")


def test_a_renamed_folder_still_sends(tmp_path: Path) -> None:
    settings, number = sqlite_project(tmp_path)
    settings.folder.rename(tmp_path / "renamed")
    moved = settings_in(tmp_path / "renamed")
    with open_store(moved.database_url) as store:
        assert send(store, moved, number, MemoryProvider())["sent"] == 4


def test_a_mark_that_cannot_be_read_is_not_trusted(tmp_path: Path) -> None:
    settings, number = sqlite_project(tmp_path)
    (settings.folder / highwater.FILE).write_text("{")
    assert_refused(settings, number, "has sent from another database")


def test_without_a_mark_nothing_is_sent(store: Store, settings: Settings) -> None:
    number = approved(store, settings)
    (settings.folder / highwater.FILE).mkdir()
    provider = MemoryProvider()
    with pytest.raises(StateError, match="cannot be used: Is a directory"):
        send(store, settings, number, provider)
    assert provider.batches == []


def test_a_sender_that_starts_while_another_claims_is_not_taken_for_a_backup(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = HighWater(store, settings.folder, now=NOW)
    real = Installation.identity

    def identity(self: Installation, at: Any) -> Any:
        found = real(self, at)
        other.reach(found.batches + 1)
        return found

    monkeypatch.setattr(Installation, "identity", identity)
    assert HighWater(store, settings.folder, now=NOW)


def test_a_sender_that_starts_as_the_first_mark_is_made_looks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, number = sqlite_project(tmp_path)
    real, looks = highwater._read, itertools.count()
    monkeypatch.setattr(highwater, "_read", lambda path: real(path) if next(looks) else None)
    with open_store(settings.database_url) as store:
        assert send(store, settings, number, MemoryProvider())["sent"] == 4


def test_the_mark_never_goes_down(store: Store, settings: Settings) -> None:
    mark = HighWater(store, settings.folder, now=NOW)
    other = HighWater(store, settings.folder, now=NOW)
    mark.reach(7)
    other.reach(5)
    assert '"batches":7' in (settings.folder / highwater.FILE).read_text()
