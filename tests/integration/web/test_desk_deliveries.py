"""The deliveries of an issue at the desk, and the check before them."""

from __future__ import annotations

import csv
import io
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.engine.inline import Inline
from digest.engine.jobs import Jobs
from digest.lint import LinkAnswer
from digest.model import DeliveryState, Role
from digest.pipeline import dispatching, links, sending
from tests.builders import NOW, make_issue
from tests.builders_desk import desk_app, signed_in
from tests.builders_sending import MemoryProvider, approved, join, send
from tests.builders_web import post_report, report

WEEK = "/desk/issues/5"
SECONDS = 20


@pytest.fixture
def jobs():
    with Jobs() as made:
        yield made


@pytest.fixture
def desk(store, settings, clock, jobs):
    return signed_in(desk_app(store, settings, clock, jobs=jobs), store, clock)


@pytest.fixture
def sent(store, settings):
    provider = MemoryProvider()
    provider.rejects = {"reader1@post.example"}
    send(store, settings, approved(store, settings, readers=4), provider)


def numbers(page: str) -> dict[str, str]:
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return {name: " ".join(re.sub("<.*?>", " ", value).split()) for name, value in found}


def test_the_report_counts_every_fate(store, desk, sent, clock):
    for kind, reader in (("email.delivered", 0), ("email.complained", 2)):
        address = f"reader{reader}@post.example"
        hook = report(kind, f"id-{address}", address, at=NOW.timestamp())
        assert post_report(desk.client, hook) == 204
    from digest.pipeline.webhooks import apply_reports

    apply_reports(store, now=clock())
    store.audience.leave("reader3@post.example", NOW + timedelta(days=1))
    page = desk.get(f"{WEEK}/deliveries").text
    told = numbers(page)
    assert told["Owed to"] == "4"
    assert told["Sent"] == "3"
    assert told["of these delivered"] == "1"
    assert told["of these complained"] == "1"
    assert told["of these nothing told yet"] == "1"
    assert told["Left since they got it"] == "1"
    assert told["Failed"] == "1 1: no such box"
    assert told["Still to leave"] == "0"
    assert "Opens and clicks are not measured" in page


def test_rows_are_searched_by_address_and_state(desk, sent):
    page = desk.get(f"{WEEK}/deliveries?address=reader1").text
    assert "reader1@post.example" in page
    assert "reader2@post.example" not in page
    page = desk.get(f"{WEEK}/deliveries?state=sent").text
    assert "reader1@post.example" not in page
    assert "No row is like that." in desk.get(f"{WEEK}/deliveries?address=zoe").text
    for query in ("state=lost", "after=x", "after=99999999999999999999"):
        assert desk.get(f"{WEEK}/deliveries?{query}").status_code == 404


def test_a_page_of_rows_leads_to_the_next(desk, store, settings):
    send(store, settings, approved(store, settings, readers=60), MemoryProvider())
    page = desk.get(f"{WEEK}/deliveries").text
    assert page.count("@post.example</th>") == 50
    (more,) = re.findall(r'href="(\?[^"]*after=\d+)"', page)
    after = desk.get(f"{WEEK}/deliveries{more.replace('&amp;', '&')}").text
    assert after.count("@post.example</th>") == 10
    assert "after=" not in after


def test_all_rows_are_a_table_without_formulas_for_publishers(store, desk, settings, app_editor):
    provider = MemoryProvider()
    number = approved(store, settings, readers=1)
    join(store, "=cmd")
    provider.rejects = {"=cmd@post.example"}
    send(store, settings, number, provider)
    assert app_editor.post(f"{WEEK}/deliveries").status_code == 403
    assert "as CSV" not in app_editor.get(f"{WEEK}/deliveries").text
    answer = desk.post(f"{WEEK}/deliveries")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="deliveries-of-issue-5.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["email"] for row in rows] == ["reader0@post.example", "'=cmd@post.example"]
    assert [row["state"] for row in rows] == ["sent", "rejected"]
    (line,) = store.users.audit.lines(issue=5, most=1)
    assert line[1].what == "deliveries given out"


@pytest.fixture
def app_editor(store, settings, clock):
    return signed_in(desk_app(store, settings, clock), store, clock, "ed", Role.EDITOR)


def test_an_issue_that_was_not_sent_says_so(desk, store):
    store.content.save_issue(make_issue())
    assert "not sent to anyone yet" in desk.get(f"{WEEK}/deliveries").text
    assert desk.get("/desk/issues/9/deliveries").status_code == 400


def test_the_web_is_asked_on_a_press_alone_and_behind_the_page(store, desk, jobs, monkeypatch):
    store.content.save_issue(make_issue())
    asked, go_on = threading.Event(), threading.Event()

    def ask(store, settings, urls, *, now, on_done):
        on_done(urls[0])
        asked.set()
        go_on.wait(SECONDS)
        return {urls[0]: LinkAnswer(404, urls[0], "answered 404")}

    monkeypatch.setattr(links, "ask", ask)
    assert "was not asked" in desk.get(f"{WEEK}/check").text
    assert not asked.is_set()
    assert desk.post(f"{WEEK}/check/links").status_code == 303
    assert asked.wait(SECONDS)
    assert re.search(r"1 of \d+ have answered", desk.get(f"{WEEK}/check").text)
    assert desk.post(f"{WEEK}/check/links").status_code == 303
    assert "is being asked already" in desk.get(f"{WEEK}/check").text
    go_on.set()
    thread = jobs._running.get("links of issue 5")
    if thread:
        thread.join(SECONDS)
    page = desk.get(f"{WEEK}/check").text
    assert "<code>link-dead</code>" in page
    assert "The web was asked Mon 01 Jun 2026, 06:00" in page
    assert [line.what for _, line in store.users.audit.lines(issue=5)] == ["links asked for"]


def test_why_the_web_could_not_be_asked_is_told(store, desk, jobs):
    store.content.save_issue(make_issue())
    with store.visits.collecting():
        desk.post(f"{WEEK}/check/links")
        thread = jobs._running.get("links of issue 5")
        if thread:
            thread.join(SECONDS)
    assert 'role="alert"' in desk.get(f"{WEEK}/check").text


def test_asking_the_web_ends_with_the_server(store, settings, clock, monkeypatch):
    store.content.save_issue(make_issue())
    begun = threading.Event()

    def ask(store, settings, urls, *, now, on_done):
        begun.set()
        for _ in range(10_000):
            on_done(urls[0])
            threading.Event().wait(0.002)

    monkeypatch.setattr(links, "ask", ask)
    with Jobs() as jobs:
        desk = signed_in(desk_app(store, settings, clock, jobs=jobs), store, clock)
        desk.post(f"{WEEK}/check/links")
        assert begun.wait(SECONDS)
    assert "the server was stopped meanwhile" in desk.get(f"{WEEK}/check").text


def test_many_who_look_share_one_count(store, settings, desk, monkeypatch):
    counted = []

    def slow(*args, **options):
        counted.append(1)
        threading.Event().wait(0.2)
        return progress(*args, **options)

    approved(store, settings)
    progress = dispatching.progress
    monkeypatch.setattr(dispatching, "progress", slow)
    for _ in range(3):
        assert desk.get(f"{WEEK}/progress.json").json["status"] == "approved"
    assert counted == [1]


def test_progress_has_the_speed_of_the_last_minute(store, settings, jobs):
    number = approved(store, settings, readers=250)
    provider, dispatcher = MemoryProvider(), Inline(jobs, lambda issue, slot, stop: None)

    def stop() -> bool:
        return len(provider.batches) == 2

    send(store, settings, number, provider, stop=stop)
    now = dispatching.progress(dispatcher, store, number, now=NOW + timedelta(seconds=20))
    assert now.tally.states[DeliveryState.SENT] == 200
    assert (now.rate, now.seconds) == (10.0, 5.0)
    assert dispatching.speed_in_words(now) == "10 a second, 5 s left"
    assert not now.is_over
    later = dispatching.progress(dispatcher, store, number, now=NOW + timedelta(minutes=5))
    assert (later.rate, later.seconds) == (0.0, None)
    assert dispatching.speed_in_words(later) == ""
    slow = replace(now, rate=0.2, seconds=250.0)
    assert dispatching.speed_in_words(slow) == "less than one a second, 4 min left"


def test_what_waits_for_its_reader_s_hour_is_told(store, settings, desk, clock):
    number = approved(store, settings, readers=0)
    join(store, "ada", zone="Asia/Tokyo")
    join(store, "kai", zone="Pacific/Honolulu")
    at_three = NOW.replace(day=2, hour=3).strftime("%Y-%m-%dT%H:%M")
    sending.begin(store, settings, number, now=clock(), by="schedule", leave_local=at_three)
    page = desk.get(f"{WEEK}/deliveries").text
    assert "2, the first from" in numbers(page)["of these wait for their reader’s hour"]
    assert "due Tue 02 Jun 2026, 13:00" in page  # in Hawaii, as it is told in UTC
    rows = list(csv.DictReader(io.StringIO(desk.post(f"{WEEK}/deliveries").text)))
    assert rows[1]["due_at"] == "2026-06-02T13:00:00+00:00"
    told = desk.get(f"{WEEK}/progress.json").json
    assert told["waiting"] == told["left"] == 2
    assert "2 mails wait for their hour" in told["said"]
    assert "of these at their own hour" in numbers(desk.get(f"{WEEK}/send-now").text)
