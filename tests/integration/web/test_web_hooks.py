"""Reports of Resend: checked, kept once, applied in any order, on both databases."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from digest.delivery import Outcome
from digest.errors import OutcomeUnknownError, StateError
from digest.model import ConsentKind, DeliveryState, IssueStatus
from digest.pipeline.reconciling import Decision, reconcile
from digest.pipeline.webhooks import apply_reports
from digest.store import Store, schema
from tests.builders import NOW
from tests.builders_sending import Clock, MemoryProvider, approved, send
from tests.builders_web import HOOK_SECRET, everything, post_report, report, web_app, web_settings
from tests.standins.resend import webhooks

AT = NOW.timestamp()
READER = "reader0@post.example"
MAIL = f"id-{READER}"


@pytest.fixture
def number(store, tmp_path):
    """An issue that three readers got."""
    settings = web_settings(tmp_path)
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    return number


def fates(store: Store, number: int) -> list[str]:
    return [delivery.fate for delivery in store.ledger.deliveries(number)]


def apply(store: Store, after: timedelta = timedelta()) -> Counter[str]:
    return apply_reports(store, now=NOW + after)


def test_a_report_is_written_down_and_answered_before_it_is_read(store, client):
    hook = webhooks.signed({"type": "email.sent"}, at=AT)  # signed, and no event at all
    assert post_report(client, hook) == 204
    (row,) = everything(store)["webhook_event"]
    assert row[3].encode() == hook.body
    assert apply(store) == {"unreadable": 1}
    assert store.webhooks.counts() == {"unreadable": 1}


def test_a_report_says_what_became_of_a_mail(store, client, number):
    assert post_report(client, report("email.delivered", MAIL, READER, at=AT)) == 204
    assert apply(store) == {"applied": 1}
    assert fates(store, number) == ["delivered", "", ""]
    assert apply(store) == {}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"{}"),
        ({"svix-id": "m", "svix-timestamp": str(int(AT)), "svix-signature": "v1,AAAA"}, b"{}"),
        ({"svix-id": "m", "svix-timestamp": "x", "svix-signature": "v1,"}, b"\xff\x00"),
    ],
)
def test_what_is_not_signed_is_refused_and_leaves_no_trace(store, client, headers, body):
    before = everything(store)
    assert client.post("/hooks/resend", data=body, headers=headers).status_code == 400
    assert everything(store) == before


def test_one_changed_byte_is_refused(client):
    hook = report("email.delivered", MAIL, READER, at=AT)
    changed = webhooks.Hook(hook.headers, hook.body.replace(b"delivered", b"deliverex"))
    assert post_report(client, changed) == 400


def test_a_report_of_another_time_is_refused(client, clock):
    hook = report("email.delivered", MAIL, READER, at=AT)
    clock.sleep(301)
    assert post_report(client, hook) == 400


def test_without_a_secret_nothing_is_believed(store, tmp_path, clock):
    settings = web_settings(tmp_path, RESEND_WEBHOOK_SECRET="")
    client = web_app(store, settings, clock).test_client()
    assert post_report(client, report("email.delivered", MAIL, READER, at=AT)) == 400


def test_both_secrets_are_believed_while_one_replaces_the_other(store, tmp_path, clock):
    settings = web_settings(
        tmp_path, RESEND_WEBHOOK_SECRET=f"{webhooks.OTHER_SECRET},{HOOK_SECRET}"
    )
    client = web_app(store, settings, clock).test_client()
    for secret in (HOOK_SECRET, webhooks.OTHER_SECRET):
        assert post_report(client, webhooks.signed({}, [secret], at=AT)) == 204


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 400), (256 * 1024 + 1, 413)])
def test_a_report_has_at_most_256_kb(client, size, status):
    assert client.post("/hooks/resend", data=b"x" * size).status_code == status


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("email.bounced", {"bounce": {"type": "Permanent", "message": "no such user"}}),
        ("email.complained", {}),
        ("email.suppressed", {}),
        ("suppression.added", {}),
    ],
)
def test_an_address_that_is_dead_or_annoyed_is_suppressed_at_once(
    store, client, number, kind, data
):
    post_report(client, report(kind, MAIL, READER, at=AT, **data))
    apply(store)
    assert store.audience.suppressed([READER, "reader1@post.example"]) == {READER}
    history = store.audience.history(store.audience.by_email(READER).id)
    assert history[-1].kind is ConsentKind.SUPPRESSED


def test_a_bounce_for_a_passing_reason_suppresses_after_three_issues_in_a_row(
    store, client, tmp_path, clock
):
    settings = web_settings(tmp_path)
    for number in (5, 6, 7):
        approved(store, settings, readers=1, number=number, week=f"2026-W{number + 17}")
        send(store, settings, number, _named(MemoryProvider(), number))
        soft = {"bounce": {"type": "Transient", "message": "mailbox full"}}
        post_report(client, report("email.bounced", f"{number}-{READER}", READER, at=AT, **soft))
        apply(store)
        assert bool(store.audience.suppressed([READER])) is (number == 7)


def _named(provider: MemoryProvider, number: int) -> MemoryProvider:
    provider.send = lambda key, mails, *, at: tuple(  # type: ignore[method-assign]
        Outcome(DeliveryState.SENT, provider_id=f"{number}-{mail.to}") for mail in mails
    )
    return provider


def test_a_passing_bounce_of_an_unknown_mail_suppresses_nobody(store, client):
    soft = {"bounce": {"type": "Transient", "message": "mailbox full"}}
    post_report(client, report("email.bounced", "nobody's", READER, at=AT, **soft))
    apply(store)
    assert store.audience.suppressions() == ()


def test_a_suppression_that_the_provider_lifts_stays_ours(store, client, number):
    store.audience.suppress(READER, "complained", NOW)
    post_report(client, report("suppression.removed", "", READER, at=AT))
    assert apply(store) == {"noted": 1}
    assert store.audience.suppressed([READER])


def test_a_report_that_comes_before_the_answer_of_the_provider_waits_for_it(
    store, client, tmp_path
):
    post_report(client, report("email.delivered", MAIL, READER, at=AT))
    assert apply(store) == {"unknown mail": 1}
    settings = web_settings(tmp_path)
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    apply(store, timedelta(minutes=1))
    assert fates(store, number) == ["delivered", "", ""]


def test_a_report_of_an_unknown_mail_is_kept_and_counted_after_a_day(store, client):
    post_report(client, report("email.delivered", "nobody's", READER, at=AT))
    apply(store)
    assert store.webhooks.counts() == {"": 1}
    apply(store, timedelta(hours=24))
    assert store.webhooks.counts() == {"unknown mail": 1}
    assert apply(store, timedelta(hours=25)) == {}


@pytest.fixture
def parked(store, tmp_path):
    """An issue of two readers of which nobody knows whether it left, and the mails of it."""
    provider = MemoryProvider(OutcomeUnknownError("lost"))
    provider.honours_keys = False
    settings = web_settings(tmp_path)
    number = approved(store, settings, readers=2)
    send(store, settings, number, provider)
    return number, provider.mails[0]


def told_of(mail, kind: str = "email.sent", **data):
    about = {"tags": dict(mail.tags), **data}
    return report(kind, f"resend-{mail.to}", mail.to, at=AT, **about)


def states(store: Store, number: int) -> list[str]:
    return [delivery.state.value for delivery in store.ledger.deliveries(number)]


@pytest.mark.parametrize("kind", ["email.sent", "email.delivered", "email.bounced"])
def test_a_mail_of_unknown_outcome_was_sent_if_a_report_is_of_it(store, client, parked, kind):
    number, (first, second) = parked
    assert states(store, number) == ["unknown", "unknown"]
    post_report(client, told_of(first, kind))
    assert apply(store) == {"applied": 1}
    assert states(store, number) == ["sent", "unknown"]
    assert fates(store, number) == [kind.removeprefix("email."), ""]
    assert len(store.ledger.waiting(number)) == 1
    post_report(client, told_of(second, kind))
    apply(store)
    assert states(store, number) == ["sent", "sent"]
    assert store.ledger.waiting(number) == ()
    assert store.content.issue(number).status is IssueStatus.SENT


def test_copies_of_such_a_report_change_nothing(store, client, parked):
    _, (first, _) = parked
    post_report(client, told_of(first))
    apply(store)
    before = everything(store)["delivery"]
    post_report(client, told_of(first))
    assert apply(store) == {"applied": 1}
    assert everything(store)["delivery"] == before


def test_what_a_person_has_decided_is_not_taken_back_by_a_report(store, client, parked):
    number, (first, _) = parked
    reconcile(store, number, Decision.SKIP, now=NOW)
    post_report(client, told_of(first))
    assert apply(store) == {"unknown mail": 1}
    assert states(store, number) == ["skipped", "skipped"]


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"issue": "5"},
        {"issue": "5", "reader": "1-ffffffffffff"},  # another newsletter on this account
        {"issue": "5", "reader": "one"},
        {"issue": "5", "reader": "99-ffffffffffff"},
        {"issue": "5", "reader": "9999999999"},
        {"issue": "5\u0660", "reader": "1"},
    ],
)
def test_a_report_that_does_not_name_our_reader_settles_nothing(store, client, parked, tags):
    number, (first, _) = parked
    post_report(client, told_of(first, tags=tags))
    assert apply(store) == {"unknown mail": 1}
    assert states(store, number) == ["unknown", "unknown"]


def test_a_look_at_fresh_reports_leaves_older_ones_for_later(store, client, number):
    post_report(client, report("email.delivered", MAIL, READER, at=AT))
    later = NOW + timedelta(minutes=3)
    assert apply_reports(store, now=later, fresh_only=True) == {}
    assert apply_reports(store, now=later) == {"applied": 1}


def test_an_address_that_is_none_is_passed_over(store, client, caplog):
    post_report(client, report("email.complained", MAIL, "not an address", at=AT))
    assert apply(store) == {"unknown mail": 1}
    assert "no address" in caplog.text
    assert store.audience.suppressions() == ()


def test_reports_by_the_hundred_are_read_page_by_page(store, client, number):
    for n in range(1201):
        store.webhooks.keep(f"m{n:05}", "{}", NOW)
    assert apply(store) == {"unreadable": 1201}


def test_several_processes_that_apply_the_same_reports_end_in_the_same(store, tmp_path):
    number = approved(store, web_settings(tmp_path), readers=200)
    send(store, web_settings(tmp_path), number, MemoryProvider())
    for n, person in enumerate(store.audience.all()):
        for kind in ("email.delivered", "email.sent", "email.complained")[: 2 + (n % 50 == 0)]:
            body = report(kind, f"id-{person.email}", person.email, at=AT + n).body
            store.webhooks.keep(f"{kind}-{n * 7919 % 200}", body.decode(), NOW)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: apply(store), range(4)))
    assert max(count["applied"] for count in counts) > 0
    assert store.webhooks.counts() == {"applied": 404}
    assert store.ledger.fates(number) == {"delivered": 196, "complained": 4}
    assert len(store.audience.suppressions()) == 4


def test_bounces_reported_while_an_issue_leaves_stop_it_in_time(store, tmp_path):
    number = approved(store, web_settings(tmp_path), readers=300)
    provider, clock = MemoryProvider(), Clock()

    def report_bounces():
        """Of all batches but the present one, half a minute later."""
        for _, people in provider.batches[:-1]:
            for to in people:
                store.webhooks.keep(f"m-{to}", _bounce(to), NOW)
        clock.sleep(31)

    provider.before = report_bounces
    with pytest.raises(StateError, match="bounced"):
        send(store, web_settings(tmp_path), number, provider, clock)
    assert store.ledger.counts(number)["planned"] == 100


def _bounce(to: str) -> str:
    body = report("email.bounced", f"id-{to}", to, at=AT, bounce={"type": "Permanent"}).body
    return body.decode()


KINDS = (
    "email.sent", "email.delivery_delayed", "email.delivered", "email.suppressed", "email.failed",
    "email.bounced", "email.complained", "suppression.added", "email.opened",
)  # fmt: skip


@rules(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(-9, 9), st.integers(1, 3)),
        max_size=12,
    ),
    chance=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(0, 30), max_size=3),
)
def test_copies_and_another_order_end_in_the_same(store, client, number, told, chance, cuts):
    hooks = [
        report(kind, f"id-reader{n}@post.example", f"reader{n}@post.example", at=AT + at,
               id=f"msg_{place}", bounce={"type": "Permanent", "message": ""})
        for place, (kind, n, at, _) in enumerate(told)
    ]  # fmt: skip
    _forget(store)
    for hook in hooks:
        assert post_report(client, _at_now(hook)) == 204
    apply(store)
    first = _ends(store, number)
    _forget(store)
    copies = [hook for hook, one in zip(hooks, told, strict=True) for _ in range(one[3])]
    chance.shuffle(copies)
    for place, hook in enumerate(copies):
        assert post_report(client, _at_now(hook)) == 204
        if place in cuts:
            apply(store)
    apply(store)
    apply(store, timedelta(hours=25))
    assert _ends(store, number) == first


def _at_now(hook: webhooks.Hook) -> webhooks.Hook:
    return webhooks.signed(json.loads(hook.body), at=AT, id=hook.headers["svix-id"])


def _ends(store: Store, number: int) -> object:
    table = schema.delivery
    with store.audience._database.read() as connection:
        rows = connection.execute(
            sa.select(table.c.subscriber, table.c.fate, table.c.fate_at).order_by(
                table.c.subscriber
            )
        ).all()
    return [tuple(row) for row in rows], [one.email for one in store.audience.suppressions()]


def _forget(store: Store) -> None:
    """As if no report had come."""
    with store.audience._database.write() as connection:
        connection.execute(sa.delete(schema.webhook_event))
        connection.execute(sa.delete(schema.suppression))
        connection.execute(sa.update(schema.delivery).values(fate="", fate_at=None))
