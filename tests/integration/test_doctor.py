"""`recap doctor`: a provider, a DNS, pages and databases that are sound, ailing or out of reach."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import dns.exception
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import pytest
from click.testing import CliRunner

from digest.cli import main
from digest.diagnosis import Access, Answer, Finding, Texts, Unseen
from digest.pipeline import examining
from digest.pipeline.examining import examine
from digest.pipeline.upcoming import next_issues
from digest.providers.accounts import ask_provider
from digest.providers.records import DnsResolver
from digest.settings import Listen
from digest.store import open_store
from digest.web.serving import serving
from tests.builders import NOW
from tests.builders_sending import Clock, settings_in
from tests.builders_web import web_app, web_settings
from tests.standins import resend
from tests.standins import smtp as mail_server

DOMAIN = "news.harbour.dev"
ZONE = {
    (f"send.{DOMAIN}", "TXT"): ("v=spf1 include:amazonses.com ~all",),
    (f"send.{DOMAIN}", "MX"): ("10 feedback-smtp.eu-west-1.amazonses.com.",),
    (f"resend._domainkey.{DOMAIN}", "TXT"): ("p=MIGfMA0",),
    (f"_dmarc.{DOMAIN}", "TXT"): ("v=spf1 -all",),  # what a wildcard gives
    ("_dmarc.harbour.dev", "TXT"): ("v=DMARC1; p=none",),
}


class Zone:
    """A DNS of these records; `down` says why it tells of none."""

    def __init__(self, records: dict[tuple[str, str], tuple[str, ...]], down: str = "") -> None:
        self.records, self.down = records, down
        self.asked: list[str] = []

    def ask(self, name: str, kind: str) -> Texts:
        self.asked.append(name)
        return Unseen(self.down) if self.down else self.records.get((name, kind), ())


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path):
    """A project that sends through Resend, without an account yet."""
    text = (root / "schedules.yaml").read_text(encoding="utf-8")
    text = text.replace("provider: outbox", "provider: resend").replace(
        "weekly-ai-recap.example", DOMAIN
    )
    (tmp_path / "schedules.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "recap.db").write_bytes(sqlite_template.read_bytes())
    for name in ("RECAP_BASE_URL", "RESEND_API_KEY", "RESEND_API_URL", "RECAP_SMTP_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RECAP_SECRET_KEY", "k" * 43)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def examined(folder: Path, zone: Zone | None = None) -> dict[str, Finding]:
    findings = examine(
        folder,
        clock=lambda: datetime.now(UTC),
        resolver=zone or Zone(ZONE),
        next_issues=lambda settings: next_issues(settings, NOW),
    )
    return {finding.check: finding for finding in findings}


def asked(folder: Path, ahead: float = 0, **environ: str) -> Answer | Unseen | None:
    provider = "smtp" if "RECAP_SMTP_URL" in environ else "resend"
    settings = replace(settings_in(folder, **environ), provider=provider)
    return ask_provider(settings, lambda: datetime.now(UTC) + timedelta(seconds=ahead))


# the provider


@pytest.mark.parametrize(
    ("key", "access"),
    [
        (resend.SENDING_KEY, Access.SENDING),
        (resend.KEY, Access.FULL),
        ("re_unheard_of_123", Access.REFUSED),
    ],
)
def test_a_key_shows_its_scope_by_what_it_may_not_read(tmp_path, key, access):
    with resend.running() as account:
        answer = asked(tmp_path, RESEND_API_KEY=key, RESEND_API_URL=account.url)
    assert isinstance(answer, Answer)
    assert answer.access is access
    assert not account.accepted
    assert account.calls == {"GET /domains": 1}


def test_a_full_key_tells_which_domains_are_verified(tmp_path):
    with resend.running(domains=[DOMAIN]) as account:
        answer = asked(tmp_path, RESEND_API_KEY=resend.KEY, RESEND_API_URL=account.url)
    assert isinstance(answer, Answer)
    assert answer.domains == {DOMAIN: "verified"}


@pytest.mark.parametrize("ahead", [0, 90, -90])
def test_the_clock_is_compared_with_the_answers_date(tmp_path, ahead):
    with resend.running() as account:
        environ = {"RESEND_API_KEY": resend.SENDING_KEY, "RESEND_API_URL": account.url}
        answer = asked(tmp_path, ahead, **environ)
    assert isinstance(answer, Answer)
    assert answer.ahead == pytest.approx(ahead, abs=5)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_answer_without_a_date_tells_no_time(tmp_path, monkeypatch, date):
    from digest.providers.resend_http import PooledClient

    body = b'{"name": "restricted_api_key", "message": ""}'
    monkeypatch.setattr(PooledClient, "request", lambda *_: (body, 401, {"date": date}))
    answer = asked(tmp_path, RESEND_API_KEY=resend.SENDING_KEY)
    assert answer == Answer(Access.SENDING)


@pytest.mark.parametrize(
    "fault", ["500", "429", "502", "hang up", (200, b"[]"), (200, {"data": [{}]})]
)
def test_a_provider_in_trouble_says_nothing_against_the_key(tmp_path, fault):
    with resend.running(faults=[fault]) as account:
        answer = asked(tmp_path, RESEND_API_KEY=resend.KEY, RESEND_API_URL=account.url)
    assert isinstance(answer, Unseen)


def test_a_provider_out_of_reach_cannot_be_looked_at(tmp_path):
    answer = asked(tmp_path, RESEND_API_KEY=resend.KEY, RESEND_API_URL="http://127.0.0.1:9")
    assert isinstance(answer, Unseen)
    assert resend.KEY not in answer.reason


def test_without_a_key_or_server_nobody_is_asked(tmp_path):
    assert ask_provider(settings_in(tmp_path), lambda: NOW) is None  # the outbox
    assert asked(tmp_path) is None
    assert asked(tmp_path, RECAP_SMTP_URL="") is None


def test_a_mail_server_is_greeted_and_left(tmp_path):
    with mail_server.running() as mailbox:
        url = f"smtp://127.0.0.1:{mailbox.port}?tls=off"
        assert asked(tmp_path, RECAP_SMTP_URL=url) == Answer(Access.SENDING)
        assert mailbox.taken == []


def test_a_mail_server_that_refuses_says_why(tmp_path):
    with mail_server.running() as mailbox:
        answer = asked(tmp_path, RECAP_SMTP_URL=f"smtp://127.0.0.1:{mailbox.port}")
    assert isinstance(answer, Answer)
    assert answer.access is Access.REFUSED
    assert "STARTTLS" in answer.detail


def test_a_mail_server_out_of_reach_cannot_be_looked_at(tmp_path):
    assert isinstance(asked(tmp_path, RECAP_SMTP_URL="smtp://127.0.0.1:9?tls=off"), Unseen)


# the DNS


class Upstream:
    """In dnspython's place: answers by name and kind, or raises."""

    def __init__(self, answers: dict[tuple[str, str], Any]) -> None:
        self.answers, self.calls = answers, 0

    def resolve(self, name: str, kind: str, *, lifetime: float, search: bool) -> Any:
        assert 0 < lifetime <= 5
        assert search is False
        self.calls += 1
        answer = self.answers.get((name, kind), dns.resolver.NXDOMAIN())
        if isinstance(answer, Exception):
            raise answer
        rdtype = dns.rdatatype.from_text(kind)
        return [dns.rdata.from_text(dns.rdataclass.IN, rdtype, text) for text in answer]


def resolver_of(answers: dict[tuple[str, str], Any]) -> tuple[DnsResolver, Upstream]:
    upstream: Any = Upstream(answers)
    return DnsResolver(upstream), upstream


TOP = {("dev.", "NS"): ["a.nic.dev."]}


def test_records_are_read_as_text():
    resolver, _ = resolver_of(
        {
            ("x.dev", "TXT"): ['"v=spf1 " "-all"', '"a=1"'],
            ("x.dev", "MX"): ["10 mail.x.dev."],
            ("x.dev", "A"): ["192.0.2.1"],
        }
    )
    assert resolver.ask("x.dev", "TXT") == ("a=1", "v=spf1 -all")
    assert resolver.ask("x.dev", "MX") == ("10 mail.x.dev.",)
    assert resolver.ask("x.dev", "A") == ("192.0.2.1",)


def test_a_name_is_missing_if_the_dns_knows_those_above_it():
    resolver, _ = resolver_of(TOP)
    assert resolver.ask("_dmarc.x.dev", "TXT") == ()
    assert resolver.ask("nonsense", "TXT") == ()


def test_a_name_without_such_a_record_has_none():
    resolver, _ = resolver_of({("x.dev", "MX"): dns.resolver.NoAnswer()})
    assert resolver.ask("x.dev", "MX") == ()


def test_a_resolver_that_denies_every_name_is_not_believed():
    resolver, upstream = resolver_of({})
    assert isinstance(resolver.ask("x.dev", "TXT"), Unseen)
    assert isinstance(resolver.ask("y.dev", "TXT"), Unseen)
    assert upstream.calls == 3  # the top is asked for once


@pytest.mark.parametrize(
    "failure", [dns.resolver.NoNameservers(), dns.exception.SyntaxError("x"), OSError("no route")]
)
def test_a_failing_dns_says_nothing_of_the_name(failure):
    resolver, _ = resolver_of({**TOP, ("x.dev", "TXT"): failure})
    assert isinstance(resolver.ask("x.dev", "TXT"), Unseen)
    assert resolver.ask("y.dev", "TXT") == ()


def test_a_silent_dns_is_asked_once():
    resolver, upstream = resolver_of({("x.dev", "TXT"): dns.resolver.LifetimeTimeout()})
    assert isinstance(resolver.ask("x.dev", "TXT"), Unseen)
    assert isinstance(resolver.ask("y.dev", "TXT"), Unseen)
    assert upstream.calls == 1


def test_a_machine_without_a_resolver_cannot_look(monkeypatch):
    def none() -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", none)
    assert isinstance(DnsResolver().ask("x.dev", "TXT"), Unseen)


# the whole


def test_a_sound_domain_has_its_policy_above_it(project):
    zone = Zone(ZONE)
    told = examined(project, zone)
    assert {told[name].level for name in ("domain", "spf", "dkim", "dmarc", "bounces")} == {"ok"}
    assert "_dmarc.harbour.dev" in told["dmarc"].message
    assert told["key"].level == "error"
    assert "access" not in told


def test_a_domain_without_records_is_told_what_to_add(project):
    told = examined(project, Zone({}))
    assert {told[name].level for name in ("dkim", "dmarc")} == {"error"}
    assert {told[name].level for name in ("spf", "bounces")} == {"warning"}


def test_offline_nothing_is_called_missing(project, monkeypatch):
    monkeypatch.setenv("RESEND_API_KEY", resend.SENDING_KEY)
    monkeypatch.setenv("RESEND_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RECAP_BASE_URL", "https://recap.harbour.dev:9")
    monkeypatch.setattr(examining, "_ask_leave_page", lambda url: Unseen("no network"))
    told = examined(project, Zone(ZONE, down="no network"))
    looked = ("access", "clock", "verified", "spf", "dkim", "dmarc", "bounces", "base-url",
              "leave-page")  # fmt: skip
    assert {told[name].level for name in looked} == {"unknown"}
    assert {name for name, one in told.items() if one.level == "error"} == {"postal-address"}


def test_a_domain_for_examples_is_not_looked_up(project):
    path = project / "schedules.yaml"
    path.write_text(path.read_text().replace(DOMAIN, "weekly.example"))
    zone = Zone(ZONE)
    told = examined(project, zone)
    assert told["domain"].level == "error"
    assert zone.asked == []


def test_settings_that_cannot_be_used_are_the_only_finding(project):
    (project / ".env").write_text("RECAP_SECRET_KEY=x\n")
    (project / ".env").chmod(0o644)
    (finding,) = examined(project).values()
    assert (finding.group, finding.level) == ("settings", "error")
    assert "chmod 600" in finding.fix


@pytest.mark.parametrize(
    ("host", "records", "level"),
    [
        ("recap.harbour.dev", {("recap.harbour.dev", "A"): ("8.8.8.8",)}, "ok"),
        ("recap.harbour.dev", {("recap.harbour.dev", "AAAA"): ("2606:4700::1",)}, "ok"),
        ("recap.harbour.dev", {("recap.harbour.dev", "A"): ("192.168.1.4",)}, "error"),
        ("recap.harbour.dev", {}, "error"),
        ("10.0.0.7", {}, "error"),
        ("localhost", {}, "error"),
    ],
)
def test_the_pages_have_an_address_of_the_open_web(project, monkeypatch, host, records, level):
    monkeypatch.setattr(examining, "_ask_leave_page", lambda url: Unseen("not asked"))
    monkeypatch.setenv("RECAP_BASE_URL", f"https://{host}")
    assert examined(project, Zone({**ZONE, **records}))["base-url"].level == level


@pytest.mark.parametrize("unseen", ["A", "AAAA"])
def test_one_kind_of_address_is_enough(project, unseen):
    class Half(Zone):
        def ask(self, name: str, kind: str) -> Texts:
            return Unseen("SERVFAIL") if kind == unseen else ("8.8.8.8",)

    assert examining._addresses(Half({}), "recap.harbour.dev") == ("8.8.8.8",)


def test_our_own_leave_page_is_known_by_its_answer(project):
    with open_store(f"sqlite:///{project / 'recap.db'}") as store:
        app = web_app(store, web_settings(project), Clock())
        with serving(app, Listen(port=0)) as address:
            served = examining._ask_leave_page(address)
    assert served == examining.Served(404, ours=True)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<h1>Parked</h1>"),
        (404, b"Gone"),
        (404, b"{}"),
        (404, b"[1]"),
        (502, b"Bad gateway"),
        (301, b""),
    ],
)
def test_other_pages_are_not_ours(status, body):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            self.send_header("Location", "https://elsewhere.example/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        served = examining._ask_leave_page(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert served == examining.Served(status, ours=False)


def test_pages_out_of_reach_cannot_be_looked_at():
    assert isinstance(examining._ask_leave_page("http://127.0.0.1:9"), Unseen)


def test_each_database_is_written_and_says_what_would_lose_a_commit(store, database_url):
    sound = store.soundness.look()
    switched_off = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")  # of the tests
    assert sound.unsafe == (() if database_url.startswith("sqlite") else switched_off)
    assert (sound.slow, sound.refusal) == ((), "")


def test_a_journal_without_wal_is_slow_and_one_in_memory_unsafe(project):
    with sqlite3.connect(project / "recap.db") as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()
    told = examined(project)["durability"]
    assert told.level == "warning"
    assert "journal_mode=delete" in told.message


def test_settings_of_sqlite_that_lose_commits_are_named(project):
    with open_store(f"sqlite:///{project / 'recap.db'}") as store:
        answers = {"PRAGMA synchronous": 1, "PRAGMA journal_mode": "off"}
        asked_of: Any = SimpleNamespace(
            exec_driver_sql=lambda text: SimpleNamespace(scalar_one=lambda: answers[text])
        )
        unsafe, slow = store.soundness._sqlite(asked_of)
    assert (unsafe, slow) == (("synchronous=1", "journal_mode=off"), ())


def test_a_database_that_is_not_there_is_an_error_with_its_remedy(project):
    (project / "recap.db").unlink()
    told = examined(project)["database"]
    assert told.level == "error"
    assert "recap init" in told.fix
    assert not (project / "recap.db").exists()


def test_a_folder_that_is_gone_tells_no_room(tmp_path):
    assert isinstance(examining._free(tmp_path / "gone"), Unseen)


def test_an_outbox_of_somebody_else_cannot_be_written(guest_folder, as_guest):
    (guest_folder / "outbox").mkdir()
    (guest_folder / "outbox").chmod(0o555)
    assert examining._unwritable(guest_folder) == ""
    with as_guest():
        assert examining._unwritable(guest_folder / "outbox") == "Permission denied"


# the command


def test_the_command_groups_its_findings_and_fails_on_errors(project, monkeypatch):
    monkeypatch.setattr("digest.providers.records.DnsResolver", lambda: Zone(ZONE))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "provider\n  error   RESEND_API_KEY is empty" in result.output
    assert "          fix: make a key with `Sending access`" in result.output
    assert "checked     2 errors, 1 warning, 0 could not be looked at" in result.output


def test_the_command_prints_json_and_no_secret(project, monkeypatch):
    monkeypatch.setattr("digest.providers.records.DnsResolver", lambda: Zone(ZONE))
    path = project / "schedules.yaml"
    text = path.read_text().replace('address: "" ', 'address: "1 Sample Street" ')
    path.write_text(text)
    with resend.running() as account:
        monkeypatch.setenv("RESEND_API_KEY", resend.SENDING_KEY)
        monkeypatch.setenv("RESEND_API_URL", account.url)
        result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == 0, result.output
    findings = json.loads(result.stdout)
    assert [sorted(one) for one in findings] == [
        ["check", "fix", "group", "level", "message"] for _ in findings
    ]
    assert resend.SENDING_KEY not in result.output
    assert "k" * 43 not in result.output
