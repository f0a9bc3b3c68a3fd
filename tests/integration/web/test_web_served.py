"""The pages as readers and machines reach them: real sockets, real processes."""

from __future__ import annotations

import contextlib
import http.client
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from digest.cli.pages import working_beside
from digest.errors import ConfigError, StoreError
from digest.model import SubscriberStatus
from digest.pipeline.errands import run_errands
from digest.pipeline.live import LiveSettings
from digest.settings import Listen, Notify
from digest.store import Store, open_store
from digest.web.app import create_app
from digest.web.serving import serving
from tests.builders_sending import Clock, MemoryProvider, approved, join, send
from tests.builders_web import leave_path, report, web_settings
from tests.standins.resend import webhooks

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def call(address: str, method: str, path: str, body: str | bytes = "", **headers: str):
    """Status, headers and text of one call over a socket of its own."""
    host = urlsplit(address).netloc
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        connection.request(method, path, body, {**FORM, **headers})
        reply = connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read().decode()
    finally:
        connection.close()


@pytest.fixture
def address(store: Store, settings):
    with serving(create_app(settings, store), Listen("127.0.0.1", 0)) as address:
        yield address


def test_a_mail_program_takes_its_reader_off_with_one_post(store, address):
    (ada,) = join(store, "ada")
    status, headers, _ = call(address, "POST", leave_path(ada), ONE_CLICK)
    assert (status, "Set-Cookie" in headers, "Location" in headers) == (200, False, False)
    assert store.audience.by_id(ada.id).status is SubscriberStatus.UNSUBSCRIBED


def test_a_scanner_that_opens_every_link_changes_nothing(store, address):
    (ada,) = join(store, "ada")
    for method in ("GET", "HEAD"):
        status, _, text = call(address, method, leave_path(ada))
        assert status == 200
        assert bool(text) is (method == "GET")
    assert store.audience.by_id(ada.id).status is SubscriberStatus.CONFIRMED


def test_answers_do_not_tell_what_serves_them(address):
    _, headers, _ = call(address, "GET", "/subscribe")
    assert "Server" not in headers


def test_a_large_body_is_refused_with_a_page(address):
    status, _, text = call(address, "POST", "/subscribe", b"email=" + b"x" * 100_000)
    assert status == 413
    assert "That was too much" in text


def test_a_body_without_end_is_not_even_read_and_others_are_served(address):
    with contextlib.suppress(OSError):  # the server may hang up before all of it was sent
        assert call(address, "POST", "/subscribe", b"x" * 2_000_000)[0] == 413
    assert call(address, "GET", "/subscribe")[0] == 200


def test_a_body_in_chunks_is_measured_too(address):
    chunk = f"{2**16:x}\r\n".encode() + b"x" * 2**16 + b"\r\n"
    with socket.create_connection(urlsplit(address).netloc.split(":"), timeout=20) as raw:
        raw.sendall(
            b"POST /subscribe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + chunk + b"0\r\n\r\n"
        )
        assert b" 413 " in raw.recv(4096)


def test_hooks_from_many_threads_are_each_kept_once(store, address):
    now = time.time()
    hooks = [
        report("email.delivered", f"id-{n}", "ada@post.example", at=now, id=f"msg_{n}")
        for n in range(60)
    ]
    with ThreadPoolExecutor(8) as pool:
        halves = [hooks[start::4] for start in range(4)]
        codes = list(
            pool.map(lambda some: webhooks.post(f"{address}/hooks/resend", some, copies=2), halves)
        )
    assert {code for some in codes for code in some} == {204}
    assert store.webhooks.counts() == {"": 60}


def test_who_leaves_while_an_issue_leaves_is_not_in_the_next_batch(store, settings, address):
    number = approved(store, settings, readers=250)
    people = list(store.audience.all())
    provider = MemoryProvider()

    def leave():
        """While the first batch is at the provider: one of it, and one of each still to come."""
        if len(provider.batches) == 1:
            for person in (people[0], people[120], people[249]):
                assert call(address, "POST", leave_path(person), ONE_CLICK)[0] == 200

    provider.before = leave
    counts = send(store, settings, number, provider)
    reached = {to for _, batch in provider.batches for to in batch}
    assert people[0].email in reached
    assert not {people[120].email, people[249].email} & reached
    assert (counts["sent"], counts["skipped"]) == (248, 2)


def test_errands_apply_reports_and_send_notices_as_soon_as_they_are_woken(store, settings):
    stop, wake = threading.Event(), threading.Event()
    provider = MemoryProvider()
    number = approved(store, settings, readers=1)
    send(store, settings, number, provider)
    (reader,) = store.audience.all()
    app = create_app(settings, store, wake=wake.set)
    with ThreadPoolExecutor(1) as pool, serving(app, Listen("127.0.0.1", 0)) as address:
        options = {"clock": store.ledger.clock(), "stop": stop, "wake": wake}
        errands = pool.submit(
            run_errands, store, LiveSettings(settings), lambda: provider, **options
        )
        hook = report("email.delivered", f"id-{reader.email}", reader.email, at=time.time())
        assert webhooks.post(f"{address}/hooks/resend", [hook]) == [204]
        call(address, "POST", leave_path(reader), ONE_CLICK)
        eventually(lambda: store.notices.counts() == {"sent": 1})
        eventually(lambda: store.ledger.deliveries(number)[0].fate == "delivered")
        stop.set()
        wake.set()
        errands.result(10)
    assert provider.mails[-1][0].tags["notice"] == "goodbye"


def test_an_address_in_use_is_an_error_in_plain_words(store, settings, address):
    port = int(address.rpartition(":")[2])
    app = create_app(settings, store)
    with (
        pytest.raises(ConfigError, match="cannot be listened on"),
        serving(app, Listen("127.0.0.1", port)),
    ):
        pass


def test_recap_run_serves_the_pages_and_stops_cleanly(tmp_path):
    folder = tmp_path / "recap"
    python = [sys.executable, "-m", "digest"]
    environ = {name: text for name, text in os.environ.items() if not name.startswith("RECAP_")}
    subprocess.run([*python, "init", str(folder)], check=True, capture_output=True, env=environ)
    environ |= {"RECAP_BASE_URL": "http://127.0.0.1:1", "RECAP_LISTEN": "127.0.0.1:0"}
    environ |= {"PYTHONUNBUFFERED": "1"}
    run = subprocess.Popen(
        [*python, "run"], cwd=folder, env=environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        said = ""
        while not (found := re.search(r"on (http://127\.0\.0\.1:\d+)", said)):
            line = run.stdout.readline()
            assert line, said
            said += line
        stamp = re.search(r'name="stamp" value="([^"]+)"', call(found[1], "GET", "/subscribe")[2])
        time.sleep(2.1)
        status, _, _ = call(
            found[1], "POST", "/subscribe", f"email=ada@post.example&stamp={stamp[1]}"
        )
        assert status == 200
        eventually(lambda: list(folder.glob("outbox/*.eml")))
        run.send_signal(signal.SIGTERM)
        rest = run.communicate(timeout=30)[0]
    finally:
        run.kill()
    assert run.returncode == 0
    assert "nothing was left half done" in rest
    assert "post.example" not in said + rest
    (mail,) = folder.glob("outbox/*.eml")
    assert "/confirm/" in mail.read_text()
    with open_store(f"sqlite:///{folder / 'recap.db'}") as store:
        assert store.notices.counts() == {"sent": 1}


def eventually(holds, seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_fault_in_the_errands_ends_the_run_and_is_not_swallowed(store, settings, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("a bug")

    stop = threading.Event()
    monkeypatch.setattr("digest.pipeline.errands.run_errands", broken)
    local = replace(settings, listen=Listen("127.0.0.1", 0), database_url=_url(store))
    beside = working_beside(LiveSettings(local), stop, pages=True, desk=False)
    with pytest.raises(ZeroDivisionError), beside:
        assert stop.wait(10)


def test_errands_that_fail_are_tried_again(store, settings, monkeypatch, caplog):
    stop, wake = threading.Event(), threading.Event()
    wake.set()
    tries = []

    def fails(*_, **__):
        tries.append(1)
        wake.set()
        if len(tries) == 2:
            stop.set()
        raise StoreError("the database is locked")

    monkeypatch.setattr("digest.pipeline.errands.apply_reports", fails)
    live = LiveSettings(settings)
    run_errands(store, live, MemoryProvider, clock=Clock(), stop=stop, wake=wake)
    assert len(tries) == 2
    assert caplog.text.count("the database is locked") == 2


def test_errands_tell_the_operators_and_forget_what_is_old(store, settings, caplog):
    number = approved(store, settings)
    send(store, settings, number, MemoryProvider())
    held = approved(store, settings, number=number + 1, week="2026-W23")
    clock, stop, wake = Clock(), threading.Event(), threading.Event()
    clock.sleep(31 * 24 * 3600)
    store.approvals.hold(held, "12 of 140 mails bounced", clock())
    provider = MemoryProvider()
    provider.before = lambda: (stop.set(), wake.set())
    told = replace(settings, notify=Notify(operators=("ops@desk.example",)))
    with caplog.at_level(logging.INFO):
        live = LiveSettings(told)
        run_errands(store, live, lambda: provider, clock=clock, stop=stop, wake=wake)
    assert [mail.to for (mail,) in provider.mails] == ["ops@desk.example"]
    assert "forgotten: the recipients of 1 batches, the text of 0 reports" in caplog.text


def test_a_report_that_cannot_be_written_down_is_not_answered_as_taken(
    store, settings, monkeypatch
):
    """Resend brings it again; of those written at that moment, none is answered as taken."""
    client = create_app(settings, store).test_client()
    hook = report("email.delivered", "id-1", "ada@post.example", at=time.time())

    def full():
        raise StoreError("the disk is full")

    monkeypatch.setattr(store.webhooks._database, "write", full)
    reply = client.post("/hooks/resend", data=hook.body, headers=hook.headers)
    assert reply.status_code == 503


def _url(store: Store) -> str:
    return store.audience._database.url.render_as_string(hide_password=False)


def test_an_edit_of_the_schedules_holds_for_the_pages_while_they_are_served(tmp_path):
    settings = web_settings(tmp_path)
    local = replace(settings, base_url="", listen=Listen("127.0.0.1", 0))
    path = tmp_path / "schedules.yaml"
    text = path.read_text(encoding="utf-8")
    open_store(local.database_url, create=True).close()
    live, stop = LiveSettings(local), threading.Event()
    with working_beside(live, stop, pages=True, desk=False) as address:
        assert "Weekly AI Recap" in call(address, "GET", "/subscribe")[2]
        path.write_text(text.replace("name: Weekly AI", "name: Monthly AI"), encoding="utf-8")
        eventually(lambda: "Monthly AI Recap" in call(address, "GET", "/subscribe")[2])
        path.write_text("version: 1\n", encoding="utf-8")
        eventually(lambda: live.problem)
        assert "Monthly AI Recap" in call(address, "GET", "/subscribe")[2]
