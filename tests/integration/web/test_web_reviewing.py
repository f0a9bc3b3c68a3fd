"""The pages behind the links of a review mail: what they show, what a press does, who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.model import IssueStatus
from digest.pipeline import approving
from digest.pipeline.reviewing import BY_MAIL
from digest.settings import Notify
from digest.settings.leaving import Review
from digest.tokens import review_token
from tests.builders import NOW, make_issue
from tests.builders_desk import desk_app
from tests.builders_sending import MemoryProvider, join, send
from tests.builders_web import everything, review_paths, web_app, web_settings

ADA = "ada@desk.example"


@pytest.fixture
def settings(tmp_path):
    return replace(web_settings(tmp_path), notify=Notify(editors=(ADA,)), review=Review())


@pytest.fixture
def issue(store):
    issue = make_issue(title="One week")
    store.content.save_issue(issue)
    join(store, "reader1", "reader2")
    return issue


@pytest.fixture
def links(settings, issue):
    """Paths of the pages to open, approve and hold; each works for three days and an hour."""
    names = ("open", "approve", "hold")
    return dict(zip(names, review_paths(settings, issue, ADA, now=NOW), strict=True))


def status(store):
    return store.content.issue_row(5).status


def done(store):
    return [(line.who, line.what) for _, line in store.users.audit.lines(issue=5)]


def test_a_look_shows_the_mail_its_faults_and_its_reach_and_changes_nothing(
    store, client, links, issue
):
    before = everything(store)
    for name, path in links.items():
        page = client.get(path)
        assert page.status_code == 200
        assert issue.subject in page.text
        assert f'src="{path}/mail"' in page.text
        assert page.text.count("<button") == (name != "open")
        assert client.head(path).status_code == 200
    assert "Approve: 2 readers" in client.get(links["approve"]).text
    assert "leaves to 2 readers on Thu, Jun 4, 2026" in client.get(links["approve"]).text
    assert everything(store) == before


def test_the_mail_in_the_frame_is_what_a_reader_gets_and_runs_nothing(client, links, issue):
    framed = client.get(f"{links['open']}/mail")
    assert issue.stories[0].title in framed.text
    assert framed.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_nothing_is_kept_indexed_or_passed_on_of_these_pages(client, links):
    for path in (links["approve"], f"{links['approve']}/mail"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in headers


def test_a_press_approves_what_was_looked_at_and_can_be_taken_back(store, client, links):
    page = client.post(links["approve"])
    assert "Issue 5 is approved" in page.text
    assert "leaves to 2 readers on Thu, Jun 4, 2026" in page.text
    row = store.content.issue_row(5)
    assert row.status is IssueStatus.APPROVED
    assert row.send_after == NOW + timedelta(minutes=10)
    assert links["hold"] in page.text
    assert "Issue 5 is held" in client.post(links["hold"]).text
    assert store.content.issue_row(5).held_because == BY_MAIL
    assert done(store) == [(ADA, "issue held"), (ADA, "issue approved")]


def test_a_press_twice_is_the_same_as_once(store, client, links):
    for _ in range(2):
        assert client.post(links["approve"]).status_code == 200
    assert "approved already" in client.get(links["approve"]).text
    for _ in range(2):
        assert client.post(links["hold"]).status_code == 200
    assert "cannot be held" in client.get(links["hold"]).text
    assert done(store) == [(ADA, "issue held"), (ADA, "issue approved")]


def test_a_held_draft_does_not_leave_and_can_still_be_approved(store, client, links):
    assert "whatever its schedule says" in client.get(links["hold"]).text
    client.post(links["hold"])
    assert status(store) is IssueStatus.HELD
    assert f"It is held: {BY_MAIL}" in client.get(links["approve"]).text
    assert client.post(links["approve"]).status_code == 200
    assert status(store) is IssueStatus.APPROVED


def test_what_was_sent_is_neither_approved_nor_held(store, settings, client, links):
    approving.approve(store, settings, 5, now=NOW - timedelta(hours=1), without_test=True)
    send(store, settings, 5, MemoryProvider())
    assert "on its way" in client.post(links["approve"]).text
    assert client.get(links["hold"]).status_code == 409
    assert client.post(links["hold"]).status_code == 409
    assert status(store) is IssueStatus.SENT


def test_what_was_held_after_mails_had_left_is_not_approved_again(store, settings, client, links):
    approving.approve(store, settings, 5, now=NOW - timedelta(hours=1), without_test=True)
    send(store, settings, 5, MemoryProvider())
    store.content.set_status(5, IssueStatus.HELD, expected=(IssueStatus.SENT,), at=NOW)
    assert "Some of it was sent" in client.get(links["approve"]).text
    assert client.post(links["approve"]).status_code == 409


def test_a_draft_that_was_changed_since_is_not_approved_but_can_be_stopped(
    store, client, links, issue
):
    store.content.save_issue(replace(issue, subject="Another", revision=4))
    for reply in (client.get(links["approve"]), client.post(links["approve"])):
        assert reply.status_code == 409
        assert "it is revision 4 now" in reply.text
        assert "<button" not in reply.text
    assert status(store) is IssueStatus.DRAFT
    assert "changed since" in client.get(links["open"]).text
    assert client.post(links["hold"]).status_code == 200
    assert status(store) is IssueStatus.HELD


def test_a_skipped_issue_is_not_approved(store, client, links):
    approving.skip(store, 5, "a quiet week", now=NOW)
    assert "skipped (a quiet week)" in client.get(links["approve"]).text
    assert client.post(links["approve"]).status_code == 409
    assert client.post(links["hold"]).status_code == 409


def test_what_the_check_finds_fault_with_is_not_approved(store, settings, clock):
    bad = replace(make_issue(title="One week"), subject="")
    store.content.save_issue(bad)
    client = web_app(store, settings, clock).test_client()
    _, approve, _ = review_paths(settings, bad, ADA, now=NOW)
    assert "To mend:" in client.get(approve).text
    assert client.post(approve).status_code == 409
    assert status(store) is IssueStatus.DRAFT


def test_the_hour_of_the_send_may_be_over(store, settings, client, clock, issue, links):
    clock.now = NOW + timedelta(days=3, minutes=5)
    assert "within minutes, since its hour has come" in client.get(links["approve"]).text
    assert "at Thu, Jun 4, 2026, 06:15" in client.post(links["approve"]).text
    client.post(links["hold"])
    assert "once somebody sends it" in client.post(links["approve"]).text


def test_a_link_for_one_thing_does_no_other(store, client, links):
    assert client.post(links["open"]).status_code == 405
    forged = links["open"].replace("/review/open.", "/review/approve.")
    assert client.post(forged).status_code == 404
    for other in ("/leave/", "/preferences/", "/confirm/"):
        token = links["approve"].rpartition("/")[2]
        assert client.post(other + token).status_code == 404
    assert status(store) is IssueStatus.DRAFT


def test_a_link_works_for_a_while_and_for_editors_only(store, settings, client, clock, links):
    others = web_app(store, replace(settings, notify=Notify()), clock).test_client()
    assert "edits no more" in others.post(links["approve"]).text
    clock.now = NOW + timedelta(days=3, hours=1)
    for path in links.values():
        for reply in (client.get(path), client.post(path)):
            assert reply.status_code == 410
            assert "works no more" in reply.text
    assert status(store) is IssueStatus.DRAFT


def test_a_link_of_an_older_key_works_and_one_of_no_key_does_not(store, settings, clock, links):
    newer = replace(settings, secret_key=f"a newer one,{settings.secret_key}")
    other = web_app(store, replace(settings, secret_key="another"), clock).test_client()
    assert other.post(links["approve"]).status_code == 404
    keyless = web_app(store, replace(settings, secret_key=""), clock).test_client()
    assert keyless.post(links["approve"]).status_code == 404
    assert web_app(store, newer, clock).test_client().post(links["approve"]).status_code == 200


def test_who_tries_many_is_refused_for_a_while(client, links):
    for _ in range(120):
        client.get("/review/x")
    assert client.get(links["open"]).status_code == 429


def test_the_desk_is_linked_to_where_it_is_served(store, settings, clock, client, links):
    assert "/desk/" not in client.get(links["open"]).text
    served = desk_app(store, settings, clock).test_client()
    assert 'href="/desk/issues/5/send"' in served.get(links["open"]).text


def test_an_issue_that_is_no_more_has_no_page(settings, client, links):
    from digest.tokens import read_review_token

    ticket = read_review_token(links["open"].rpartition("/")[2], settings.secret_key)
    token = review_token(replace(ticket, issue=77), settings.secret_key)
    assert client.get(f"/review/{token}").status_code == 404
