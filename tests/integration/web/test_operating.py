"""What machines that watch this one are told, and who is told it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

from digest.errors import StoreError
from digest.pipeline.heartbeat import STALE, Heartbeat
from digest.pipeline.readiness import KEPT_SECONDS, Readiness
from digest.web.operating import probing_app
from tests.builders import make_source
from tests.builders_sending import MemoryProvider, approved, send
from tests.builders_web import leave_path, post_report, report, web_app

TOKEN = "a-token-of-the-tests"


def samples(client, **headers) -> dict[tuple[str, ...], float]:
    """Every sample: its name, then the values of its labels in the order of their names."""
    reply = client.get("/metrics", headers=headers)
    assert reply.status_code == 200, reply.text
    return {
        (sample.name, *(text for _, text in sorted(sample.labels.items()))): sample.value
        for family in prometheus_text(reply.text)
        for sample in family.samples
    }


def test_a_real_parser_reads_the_metrics_in_both_forms(store, client):
    plain = client.get("/metrics")
    assert plain.mimetype == "text/plain"
    names = {family.name for family in prometheus_text(plain.text)}
    open_form = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert open_form.mimetype == "application/openmetrics-text"
    assert {family.name.removesuffix("_total") for family in openmetrics(open_form.text)} >= {
        name.removesuffix("_total") for name in names
    }
    assert "no-store" in plain.headers["Cache-Control"]


def test_the_metrics_tell_what_became_of_an_issue(store, client, settings):
    store.content.add_sources([make_source("Chip Ledger")])
    number = approved(store, settings)
    before = samples(client).get(("recap_mails_total", "sent"), 0)
    provider = MemoryProvider()
    provider.rejects = {"reader0@post.example"}
    send(store, settings, number, provider)
    told = samples(web_app(store, settings, client.application.extensions["digest"].clock)
                   .test_client())  # fmt: skip
    assert told["recap_database_up",] == 1
    assert told["recap_issues", "sent"] == 1
    assert told["recap_issue_deliveries", "5", "sent"] == 2
    assert told["recap_issue_deliveries", "5", "rejected"] == 1
    assert told["recap_issue_mail_fates", "untold", "5"] == 2
    assert told["recap_sources", "unasked"] == 1
    assert told["recap_subscribers", "confirmed"] == 3
    assert told["recap_next_send_timestamp_seconds", "weekly-recap"] > 1_000_000_000
    assert told["recap_mails_total", "sent"] == before + 2


def test_requests_are_timed_by_their_rule_and_never_by_their_path(store, client):
    token = leave_path(type("Person", (), {"id": 7})())
    client.get(token)
    client.get("/nowhere/ada@post.example")
    client.open("/subscribe", method="BREW")
    text = client.get("/metrics").text
    assert 'endpoint="/leave/<token>"' in text
    assert 'endpoint="none"' in text
    assert 'method="other"' in text
    for hidden in (token, "nowhere", "post.example", "BREW"):
        assert hidden not in text


def test_a_report_that_was_read_is_counted_once(store, client, settings, clock):
    from digest.pipeline.webhooks import apply_reports

    before = samples(client).get(("recap_mail_reports_total", "applied"), 0)
    send(store, settings, approved(store, settings), MemoryProvider())
    about = ("email.delivered", "id-reader0@post.example", "reader0@post.example")
    assert post_report(client, report(*about, at=clock().timestamp())) == 204
    post_report(client, report("email.opened", "of nobody", "x@post.example",
                               at=clock().timestamp()))  # fmt: skip
    for _ in range(3):
        apply_reports(store, now=clock())
    assert samples(client)["recap_mail_reports_total", "applied"] == before + 1
    assert ("recap_mail_reports_total", "unknown mail") not in samples(client)


@pytest.mark.parametrize(
    ("headers", "environ"),
    [
        ({"X-Forwarded-For": "127.0.0.1"}, {}),
        ({"Forwarded": "for=127.0.0.1"}, {}),
        ({}, {"REMOTE_ADDR": "10.0.0.7"}),
        ({}, {"REMOTE_ADDR": ""}),
        ({"Host": "recap.example"}, {}),
        ({"Host": "[broken"}, {}),
        ({"Authorization": f"Bearer {TOKEN}"}, {"REMOTE_ADDR": "10.0.0.7"}),
    ],
)
def test_without_a_token_only_this_machine_reads_the_metrics(client, headers, environ):
    reply = client.get("/metrics", headers=headers, environ_overrides=environ)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert "recap_" not in reply.text


def test_with_a_token_whoever_has_it_reads_them_and_nobody_else(store, settings, clock):
    client = web_app(store, replace(settings, metrics_token=TOKEN), clock).test_client()
    far = {"REMOTE_ADDR": "10.0.0.7"}
    for given in ("", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", "Bearer schlüssel"):
        reply = client.get("/metrics", headers={"Authorization": given}, environ_overrides=far)
        assert reply.status_code == 401
    assert client.get("/metrics").status_code == 401
    given = {"Authorization": f"bearer {TOKEN}", "X-Forwarded-For": "10.0.0.7"}
    assert client.get("/metrics", headers=given, environ_overrides=far).status_code == 200


def test_without_a_database_the_metrics_say_so_and_tell_the_rest(client, store, monkeypatch):
    def gone(*_):
        raise StoreError("database `secret-place` cannot be reached")

    monkeypatch.setattr(type(store.census), "count", gone)
    told = samples(client)
    assert told["recap_database_up",] == 0
    assert ("recap_disk_free_bytes",) in told
    assert ("recap_issues", "sent") not in told


def test_a_process_that_lives_says_so_without_a_database(client, store):
    store.close()
    reply = client.get("/healthz")
    assert (reply.status_code, reply.text) == (200, "alive\n")
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_process_that_can_work_is_ready(client):
    reply = client.get("/readyz")
    assert (reply.status_code, reply.text) == (200, "ready\n")


def test_who_is_not_ready_says_why_in_words_without_a_place(store, settings, monkeypatch, caplog):
    def gone(self):
        raise StoreError("database `postgresql://recap@db.intra/x` cannot be reached")

    monkeypatch.setattr(type(store), "check", gone)
    (settings.folder / "schedules.yaml").write_text("nonsense: true\n")
    heart = Heartbeat(iter((0.0, *[STALE + 60] * 9)).__next__)
    reply = probing_app(settings, store, heart=heart).test_client().get("/readyz")
    assert reply.status_code == 503
    assert reply.text.splitlines() == [
        "the database does not answer, or is not of this version",
        "the schedules have not been looked at for 240 s",
    ]
    assert caplog.text.count("not ready") == 2


def test_readiness_is_looked_at_once_in_two_seconds(store, settings, monkeypatch):
    def gone(self):
        raise StoreError("it cannot be reached")

    now = [0.0]
    readiness = Readiness(settings, store, clock=lambda: now[0])
    assert readiness.reasons() == ()
    monkeypatch.setattr(type(store), "check", gone)
    assert readiness.reasons() == ()
    now[0] += KEPT_SECONDS
    assert len(readiness.reasons()) == 1


def test_a_broken_edit_of_the_file_takes_nobody_out_of_service(store, settings):
    (settings.folder / "schedules.yaml").write_text("nonsense: true\n")
    assert Readiness(settings, store).reasons() == ()


def test_while_somebody_looks_the_others_are_told_what_was_seen_last(store, settings):
    readiness = Readiness(settings, store, clock=lambda: 0.0)
    assert readiness.reasons() == ()
    with readiness._looking:
        assert readiness.reasons() == ()


def test_a_process_without_pages_serves_these_three_alone(store, settings):
    client = probing_app(settings, store, heart=Heartbeat()).test_client()
    told = samples(client)
    assert told["recap_scheduler_last_tick_timestamp_seconds",] == 0
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    assert client.get("/subscribe").status_code == 404


def test_every_metric_is_in_the_reference_and_no_other(store, settings, root):
    backups = settings.folder / "backups"
    backups.mkdir()
    (backups / "recap-1.db").touch()
    app = probing_app(settings, store, heart=Heartbeat())
    told = {family.name for family in prometheus_text(app.test_client().get("/metrics").text)}
    ours = {name for name in told if name.startswith("recap_")}
    counters = {f"{name}_total" for name in ours}
    page = (root / "docs" / "reference" / "metrics.md").read_text("utf-8")
    cells = re.findall(r"^\| (`recap_.*?) \|", page, re.MULTILINE)
    named = set(re.findall(r"recap_\w+", " ".join(cells)))
    assert named <= ours | counters
    assert {name.removesuffix("_total") for name in named} == ours
