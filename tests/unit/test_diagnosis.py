"""What is said of the facts that `recap doctor` gathered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.diagnosis import (
    CHECKS,
    Access,
    Answer,
    Facts,
    Ledger,
    Pages,
    Records,
    Served,
    Unseen,
    diagnose,
    dkim_name,
    dmarc_names,
    is_policy,
    return_path,
)

KEY = "re_TestSend_93e1b0c7d5a8"
SENDER = "Recap@News.Harbour.dev"
DOMAIN = "news.harbour.dev"
MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
NO_NET = Unseen("the DNS did not answer")
RECORDS = Records(
    spf=("google-site=1", "v=spf1 include:amazonses.com ~all"),
    bounces=("10 feedback-smtp.eu-west-1.amazonses.com.",),
    dkim=("p=MIGfMA0",),
    dmarc=("v=DMARC1; p=none; rua=mailto:d@harbour.dev",),
    dmarc_at="_dmarc.harbour.dev",
)
PAGES = Pages("https://recap.harbour.dev", (), 1, Served(404, ours=True))
GOOD = Facts(
    provider="resend",
    key=KEY,
    answer=Answer(Access.SENDING, ahead=0.4),
    sender=SENDER,
    reply_to="Ada <ada@harbour.dev>",
    postal_address="1 Sample Street",
    records=RECORDS,
    pages=PAGES,
    webhook_secrets=1,
    secret_keys=("k" * 43,),
    ledger=Ledger("recap.db"),
    folder="recap",
    free=10**12,
    next_issues={"weekly": MONDAY},
)
SMTP = replace(
    GOOD,
    provider="smtp",
    server="mail.harbour.dev:587",
    records=replace(RECORDS, spf=("v=spf1 mx -all",), bounces=("10 mail.harbour.dev.",), dkim=None),
)
OUTBOX = replace(
    GOOD, provider="outbox", key="", answer=None, records=None, outbox="",
    sender="recap@weekly.example",
)  # fmt: skip


def found(facts: Facts, check: str) -> tuple[str, str]:
    """The level and the sentence of one check; a fix stands where, and only where, one is due."""
    finding = next(finding for finding in diagnose(facts) if finding.check == check)
    assert bool(finding.fix) == (finding.level != "ok")
    return finding.level, finding.message


def levels(facts: Facts) -> dict[str, str]:
    return {finding.check: finding.level for finding in diagnose(facts)}


def resend(**answer: object) -> Facts:
    return replace(GOOD, answer=replace(Answer(Access.FULL), **answer))


def records(facts: Facts = GOOD, **changed: object) -> Facts:
    assert facts.records is not None
    return replace(facts, records=replace(facts.records, **changed))


def pages(**changed: object) -> Facts:
    return replace(GOOD, pages=replace(PAGES, **changed))


def test_a_sound_installation_leaves_nothing_to_do_but_what_a_sending_key_may_not_ask():
    assert {check for check, level in levels(GOOD).items() if level != "ok"} == {"verified"}


def test_the_outbox_is_asked_for_no_account_and_no_records():
    told = levels(replace(OUTBOX, pages=None))
    assert not {"access", "clock", "verified", "spf", "dkim", "dmarc", "bounces"} & told.keys()
    assert set(told.values()) == {"ok", "warning"}


def test_findings_come_in_the_order_of_the_checks():
    order = [check for _, check, _ in CHECKS]
    told = [finding.check for finding in diagnose(GOOD)]
    assert told == [check for check in order if check in told]


def test_no_secret_is_shown():
    shown = repr(diagnose(GOOD)) + repr(GOOD)
    assert KEY not in shown
    assert "k" * 43 not in shown


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (replace(GOOD, key=""), "error"),
        (replace(GOOD, key="sk-123456789"), "error"),
        (replace(GOOD, key="re_kurz"), "error"),
        (replace(GOOD, key=f"{KEY}\n"), "error"),
        (replace(SMTP, server=""), "error"),
        (SMTP, "ok"),
        (OUTBOX, "ok"),
    ],
)
def test_the_key_or_server_is_there_and_looks_like_one(facts, level):
    assert found(facts, "key")[0] == level


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        (Answer(Access.SENDING), "ok"),
        (Answer(Access.FULL), "warning"),
        (Answer(Access.REFUSED, "API key is invalid"), "error"),
        (Unseen("no network"), "unknown"),
    ],
)
@pytest.mark.parametrize("facts", [GOOD, SMTP], ids=["resend", "smtp"])
def test_what_a_key_or_login_may_do(facts, answer, level):
    assert found(replace(facts, answer=answer), "access")[0] == level


@pytest.mark.parametrize(
    ("ahead", "level"),
    [(5.0, "ok"), (-5.0, "ok"), (5.1, "warning"), (-60.0, "warning"), (60.1, "error"),
     (-86400.0, "error"), (None, "unknown")],
)  # fmt: skip
def test_the_clock_is_judged_by_the_providers(ahead, level):
    assert found(resend(ahead=ahead), "clock")[0] == level


def test_the_clock_says_which_way_it_is_off():
    assert "9 s ahead of" in found(resend(ahead=9.0), "clock")[1]
    assert "90 s behind" in found(resend(ahead=-90.0), "clock")[1]


def test_without_an_answer_nothing_is_said_of_the_clock():
    assert found(replace(GOOD, answer=Unseen("no network")), "clock")[0] == "unknown"
    assert "clock" not in levels(replace(GOOD, answer=None))


@pytest.mark.parametrize(
    ("sender", "invented"),
    [("a@weekly.example", True), ("a@x.test", True), ("a@EXAMPLE", True),
     ("a@localhost", True), ("a@m.example.com", True), ("a@example.dev", False), (SENDER, False)],
)  # fmt: skip
def test_a_domain_for_examples_cannot_send(sender, invented):
    facts = replace(GOOD, sender=sender)
    assert found(facts, "domain")[0] == ("error" if invented else "ok")
    assert ("verified" in levels(facts)) is not invented


@pytest.mark.parametrize(
    ("domains", "level"),
    [
        ({DOMAIN: "verified"}, "ok"),
        ({DOMAIN: "pending"}, "error"),
        ({DOMAIN: "partially_verified"}, "warning"),
        ({DOMAIN: "temporary_failure"}, "warning"),
        ({"harbour.dev": "verified"}, "error"),
        (None, "unknown"),
    ],
)
def test_the_domain_is_verified_under_exactly_its_name(domains, level):
    assert found(resend(domains=domains), "verified")[0] == level


def test_a_domain_on_a_page_that_was_not_read_is_not_missing():
    assert found(resend(domains={}, all_domains=False), "verified")[0] == "unknown"


def test_a_refused_key_cannot_ask_for_domains():
    assert "refused" in found(resend(access=Access.REFUSED), "verified")[1]
    assert found(replace(GOOD, answer=Unseen("no network")), "verified")[0] == "unknown"


def test_resend_sends_bounces_back_to_a_name_of_its_own():
    assert return_path("resend", DOMAIN) == f"send.{DOMAIN}"
    assert return_path("smtp", DOMAIN) == DOMAIN
    assert dkim_name("resend", DOMAIN) == f"resend._domainkey.{DOMAIN}"
    assert dkim_name("smtp", DOMAIN) == ""


def test_a_policy_is_looked_for_at_the_domain_and_above_it():
    assert dmarc_names("a.b.dev") == ("_dmarc.a.b.dev", "_dmarc.b.dev")
    assert dmarc_names("b.dev") == ("_dmarc.b.dev",)
    assert dmarc_names("dev") == ("_dmarc.dev",)


def test_other_texts_under_a_policys_name_are_none():
    assert is_policy(("v=DMARC1; p=none",))
    assert not is_policy(("v=spf1 -all",))
    assert not is_policy(())
    assert not is_policy(NO_NET)


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        (("v=spf1 include:_spf.x.dev INCLUDE:amazonses.com -all",), "ok"),
        ((), "warning"),
        (("v=spf10 all",), "warning"),
        (("v=spf1 include:amazonses.com ~all", "v=spf1 -all"), "error"),
        (("v=spf1 include:amazonses.com +all",), "error"),
        (("v=spf1 all",), "error"),
        (("v=spf1 include:_spf.x.dev ~all",), "error"),
        (NO_NET, "unknown"),
    ],
)
def test_spf_of_resends_return_path(texts, level):
    assert found(records(spf=texts), "spf")[0] == level


@pytest.mark.parametrize(
    ("texts", "level"), [(("v=spf1 mx -all",), "ok"), ((), "error"), (NO_NET, "unknown")]
)
def test_spf_of_an_own_server(texts, level):
    assert found(records(SMTP, spf=texts), "spf")[0] == level


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        (("v=DKIM1; k=rsa; p=MIGfMA0",), "ok"),
        ((), "error"),
        (("v=spf1 -all",), "error"),
        (("v=DKIM1; p=",), "error"),
        (NO_NET, "unknown"),
        (None, "unknown"),
    ],
)
def test_the_dkim_key(texts, level):
    assert found(records(dkim=texts), "dkim")[0] == level


@pytest.mark.parametrize(
    ("texts", "level"),
    [
        (("v=DMARC1;p=reject",), "ok"),
        (("v=spf1 -all", "V=DMARC1 ; P=Quarantine"), "ok"),
        ((), "error"),
        (("v=spf1 -all",), "error"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "error"),
        (("v=DMARC1; p=maybe",), "error"),
        (("v=DMARC1",), "error"),
        (("v=DMARC1; p=none; aspf=s",), "warning"),
        (NO_NET, "unknown"),
    ],
)
def test_the_dmarc_policy(texts, level):
    assert found(records(dmarc=texts), "dmarc")[0] == level


def test_strict_spf_is_no_fault_where_mail_comes_back_to_the_domain_itself():
    assert found(records(SMTP, dmarc=("v=DMARC1; p=none; aspf=s",)), "dmarc")[0] == "ok"


@pytest.mark.parametrize(
    ("texts", "resend_level", "smtp_level"),
    [
        (("10 feedback-smtp.us-east-1.amazonses.com.",), "ok", "ok"),
        ((), "warning", "warning"),
        (("0 .",), "warning", "warning"),
        (("10 feedback-smtp.us-east-1.amazonses.com.", "20 mx.x.dev."), "error", "ok"),
        (NO_NET, "unknown", "unknown"),
    ],
)
def test_the_way_back_for_bounces(texts, resend_level, smtp_level):
    assert found(records(bounces=texts), "bounces")[0] == resend_level
    assert found(records(SMTP, bounces=texts), "bounces")[0] == smtp_level


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (replace(GOOD, pages=None), "warning"),
        (pages(url="http://recap.harbour.dev"), "error"),
        (pages(forbidden=NO_NET), "unknown"),
        (pages(found=0), "error"),
        (pages(forbidden=("a private address",)), "error"),
        (replace(OUTBOX, pages=replace(PAGES, url="http://127.0.0.1:8080")), "warning"),
    ],
)
def test_the_base_url(facts, level):
    assert found(facts, "base-url")[0] == level


@pytest.mark.parametrize(
    ("leave", "level"),
    [
        (Served(404, ours=True), "ok"),
        (Served(308, ours=False), "error"),
        (Served(502, ours=False), "error"),
        (Served(404, ours=False), "error"),
        (Served(200, ours=False), "error"),
        (Unseen("it cannot be reached from here"), "unknown"),
    ],
)
def test_the_leave_page(leave, level):
    assert found(pages(leave=leave), "leave-page")[0] == level


def test_a_page_that_nobody_is_sent_to_yet_is_a_warning():
    facts = replace(OUTBOX, pages=replace(PAGES, leave=Served(502, ours=False)))
    assert found(facts, "leave-page")[0] == "warning"


def test_reports_need_a_secret_where_resend_can_call():
    assert found(replace(GOOD, webhook_secrets=0), "webhook-secret")[0] == "warning"
    assert "webhook-secret" not in levels(replace(GOOD, webhook_secrets=0, pages=None))
    assert "webhook-secret" not in levels(SMTP)


@pytest.mark.parametrize(
    ("keys", "level"),
    [(("k" * 32,), "ok"), (("k" * 31,), "error"), (("",), "error"), (("k" * 40, "old"), "ok")],
)
def test_the_secret_key_is_long_enough(keys, level):
    assert found(replace(GOOD, secret_keys=keys), "secret-key")[0] == level


def test_where_the_secrets_come_from():
    assert "only you" in found(GOOD, "env-file")[1]
    assert "environment" in found(replace(GOOD, env_file=False), "env-file")[1]


def test_a_database_that_cannot_be_used_says_why_and_nothing_more():
    facts = replace(GOOD, ledger=Ledger(refusal="it is locked", remedy="wait"))
    assert found(facts, "database") == ("error", "it is locked")
    assert "durability" not in levels(facts)
    assert found(replace(GOOD, ledger=Ledger(refusal="it is odd")), "database")[0] == "error"


@pytest.mark.parametrize(
    ("ledger", "level"),
    [
        (Ledger("x"), "ok"),
        (Ledger("x", slow=("journal_mode=delete",)), "warning"),
        (Ledger("x", unsafe=("fsync=off",), slow=("journal_mode=delete",)), "error"),
    ],
)
def test_what_is_committed_outlives_a_power_cut(ledger, level):
    assert found(replace(GOOD, ledger=ledger), "durability")[0] == level


@pytest.mark.parametrize(
    ("free", "level"),
    [(500_000_000, "ok"), (499_999_999, "warning"), (100_000_000, "warning"),
     (99_999_999, "error"), (Unseen("no such folder"), "unknown")],
)  # fmt: skip
def test_room_on_the_disk(free, level):
    assert found(replace(GOOD, free=free), "disk")[0] == level


def test_the_outbox_can_be_written():
    assert found(OUTBOX, "outbox")[0] == "ok"
    assert found(replace(OUTBOX, outbox="Permission denied"), "outbox")[0] == "error"


def test_the_law_wants_a_postal_address_in_what_is_sent():
    assert found(replace(GOOD, postal_address=" "), "postal-address")[0] == "error"
    assert found(replace(OUTBOX, postal_address=""), "postal-address")[0] == "warning"


@pytest.mark.parametrize(
    ("reply_to", "level"), [("", "ok"), ("Ada <ada@x.dev>", "ok"), ("Ada", "error")]
)
def test_answers_reach_somebody(reply_to, level):
    assert found(replace(GOOD, reply_to=reply_to), "reply-to")[0] == level


def test_the_first_of_the_next_issues_is_named():
    later = MONDAY.replace(day=3)
    facts = replace(GOOD, next_issues={"monthly": later, "weekly": MONDAY})
    assert "Mon 2026-06-01 08:00 UTC (weekly)" in found(facts, "schedule")[1]


def test_a_file_in_which_nothing_sends_is_worth_a_warning():
    level, text = found(replace(GOOD, next_issues={}), "schedule")
    assert (level, text) == ("warning", "no issue leaves by itself: no schedule has `send`")
