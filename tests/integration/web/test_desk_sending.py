"""Test, approve, hold, send at the desk, and what the audit log says of it."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace

import pytest

from digest.engine.jobs import Jobs
from digest.errors import NotAcceptedError
from digest.model import IssueStatus, Role
from digest.pipeline import draining
from digest.pipeline.audience import erase
from digest.settings.leaving import Review
from digest.store import mail_hash
from digest.web.desk import approval
from tests.builders import NOW, make_issue
from tests.builders_desk import desk_app, signed_in
from tests.builders_sending import MemoryProvider, join
from tests.builders_web import SECRET

WEEK = "/desk/issues/5"
SECONDS = 20
"""A job of these tests ends within one; no assertion measures it."""


@pytest.fixture
def jobs():
    with Jobs() as made:
        yield made


@pytest.fixture
def provider(monkeypatch):
    made = MemoryProvider()
    for module in (approval, draining):
        monkeypatch.setattr(module, "open_provider", lambda settings, **_: made)
    return made


@pytest.fixture
def app(store, settings, clock, jobs, provider):
    store.content.save_issue(make_issue())
    join(store, "ada", "bob", "eve")
    return desk_app(store, settings, clock, jobs=jobs)


@pytest.fixture
def pat(app, store, clock):
    return signed_in(app, store, clock, "pat")


@pytest.fixture
def editor(app, store, clock):
    return signed_in(app, store, clock, "ed", Role.EDITOR)


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the page that asks for the press."""
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {name: found[name] for name in ("seen", "revision", "without_test") if name in found}


def press(desk, act: str):
    """Look at the page that asks for the press, then press."""
    return desk.post(f"{WEEK}/{act}", fields(desk.get(f"{WEEK}/{act}").text))


def done(store) -> list[tuple[str, str]]:
    return [(line.who, line.what) for _, line in reversed(store.users.audit.lines(issue=5))]


def status(store) -> str:
    return store.content.issue_row(5).status.value


def wait_for(jobs: Jobs, number: int = 5) -> None:
    """Until the job that sends the issue has ended by itself."""
    thread = jobs._running.get(f"sending issue {number}")
    if thread is not None:
        thread.join(SECONDS)
        assert not thread.is_alive()


def in_the_end(desk) -> dict[str, object]:
    """The numbers once nothing moves any more; a count is told again for a moment."""
    until = time.monotonic() + SECONDS
    while True:
        told = desk.get(f"{WEEK}/progress.json").json
        if told["over"] or time.monotonic() > until:
            return told
        time.sleep(0.02)


def test_an_issue_that_was_tested_is_approved_by_one_who_saw_its_reach(store, pat):
    assert pat.post(f"{WEEK}/test", {"to": "pat@desk.example"}).status_code == 303
    asked = pat.get(f"{WEEK}/approve").text
    assert "<b>Northwind doubles its data centre budget</b>" in asked
    assert "<b>3</b> subscribers as of now" in asked
    assert "memory: 0.1 MB in 1 batch" in asked
    assert press(pat, "approve").status_code == 303
    assert status(store) == "approved"
    assert not store.approvals.frozen(5).without_test
    assert done(store) == [("pat", "test copy sent"), ("pat", "issue approved")]
    assert "approved Mon 01 Jun 2026, 06:00 by pat" in pat.get(f"{WEEK}/send").text


def test_approving_without_a_test_is_a_press_of_its_own_that_is_written_down(store, pat):
    page = pat.get(f"{WEEK}/send").text
    assert "approve it without a test" in page
    asked = pat.get(f"{WEEK}/approve").text
    assert "Approve without a test: 3 subscribers" in asked
    untold = {name: text for name, text in fields(asked).items() if name != "without_test"}
    assert pat.post(f"{WEEK}/approve", untold).status_code == 409
    assert pat.post(f"{WEEK}/approve", fields(asked)).status_code == 303
    assert store.approvals.frozen(5).without_test
    (line,) = [line for _, line in store.users.audit.lines(issue=5)]
    assert line.details == "revision 1, without a test copy"


def test_test_copies_go_to_several_and_the_addresses_are_there_the_next_time(
    store, pat, editor, provider
):
    pat.post(f"{WEEK}/test", {"to": "pat@desk.example, Lin@desk.example\npat@DESK.example"})
    assert [to for _, (to,) in provider.batches] == ["pat@DESK.example".lower(), "Lin@desk.example"]
    assert ">pat@desk.example Lin@desk.example</textarea>" in pat.get(f"{WEEK}/send").text
    assert ' dir="ltr"></textarea>' in editor.get(f"{WEEK}/send").text


def test_a_subscriber_is_named_by_number_in_the_audit_log_and_forgotten_once_erased(store, pat):
    ada = store.audience.by_email("ada@post.example")
    pat.post(f"{WEEK}/test", {"to": "ada@post.example pat@desk.example"})
    details = [line.details for _, line in store.users.audit.lines(issue=5)]
    assert details == ["pat@desk.example", f"subscriber {ada.id}"]
    assert ">ada@post.example pat@desk.example</textarea>" in pat.get(f"{WEEK}/send").text
    erase(store, "ada@post.example", secret=SECRET, now=NOW, evidence="asked")
    assert ">pat@desk.example</textarea>" in pat.get(f"{WEEK}/send").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no address is given"),
        ("nobody", "is not an e-mail address"),
        (" ".join(f"a{number}@desk.example" for number in range(11)), "more than 10"),
    ],
)
def test_addresses_that_are_none_are_shown_again(store, editor, provider, typed, said):
    answer = editor.post(f"{WEEK}/test", {"to": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f">{typed}</textarea>" in answer.text
    assert provider.batches == []


def test_each_address_is_told_why_it_got_no_copy(store, editor, provider):
    store.audience.suppress("gone@desk.example", "bounced", NOW)
    provider.rejects = {"no@desk.example"}
    provider.faults = [None, None, NotAcceptedError("the provider is busy")]
    typed = "gone@desk.example yes@desk.example no@desk.example busy@desk.example last@desk.example"
    answer = editor.post(f"{WEEK}/test", {"to": typed})
    told = dict(re.findall(r"<li><b>([^<]+)</b>: ([^<]+)</li>", answer.text))
    assert answer.status_code == 422
    assert "suppressed" in told["gone@desk.example"]
    assert told["yes@desk.example"] == "on its way"
    assert "no such box" in told["no@desk.example"]
    assert told["busy@desk.example"] == "the provider is busy"
    assert told["last@desk.example"] == "not tried, after that"
    assert [what for _, what in done(store)].count("test copy not sent") == 3


def test_an_edit_since_the_page_was_shown_is_no_approval(store, pat):
    asked = fields(pat.get(f"{WEEK}/approve").text)
    store.content.save_issue(make_issue(subject="Northwind halves it", revision=2))
    answer = pat.post(f"{WEEK}/approve", asked)
    assert answer.status_code == 409
    assert "not what you looked at any more: the draft (now revision 2)" in answer.text
    assert f'<a href="{WEEK}/history/2">at revision 2</a>' in answer.text
    assert status(store) == "draft"


def test_an_approval_that_saw_nothing_is_none(store, pat):
    assert pat.post(f"{WEEK}/approve", {"without_test": "yes"}).status_code == 409
    assert status(store) == "draft"


def test_approving_twice_is_approving_once(store, pat, clock):
    asked = fields(pat.get(f"{WEEK}/approve").text)
    assert pat.post(f"{WEEK}/approve", asked).status_code == 303
    frozen = store.approvals.frozen(5)
    clock.sleep(60)
    assert pat.post(f"{WEEK}/approve", asked).status_code == 303
    assert store.approvals.frozen(5) == frozen
    assert done(store) == [("pat", "issue approved")]


def test_of_two_approvals_at_once_one_is_written_down(store, app, pat, settings, clock):
    asked = fields(pat.get(f"{WEEK}/approve").text)
    codes: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: codes.append(pat.post(f"{WEEK}/approve", asked).status_code)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 4
    assert done(store) == [("pat", "issue approved")]


def test_an_issue_with_an_error_says_so_instead_of_asking(store, pat, clock):
    store.content.save_issue(make_issue(subject=""))
    assert "once nothing is left to mend" in pat.get(f"{WEEK}/send").text
    answer = pat.get(f"{WEEK}/approve")
    assert answer.status_code == 409
    assert "the subject is empty" in answer.text


def test_an_editor_tests_and_holds_and_lets_nothing_leave(store, pat, editor, provider):
    assert editor.post(f"{WEEK}/test", {"to": "ed@desk.example"}).status_code == 303
    assert "A publisher approves it." in editor.get(f"{WEEK}/send").text
    for act in ("approve", "send-now", "resume"):
        assert editor.get(f"{WEEK}/{act}").status_code == 403
        assert editor.post(f"{WEEK}/{act}", {"seen": "x"}).status_code == 403
    press(pat, "approve")
    assert "Send now" not in editor.get(f"{WEEK}/send").text
    assert editor.post(f"{WEEK}/hold", {"because": "a wrong number"}).status_code == 303
    assert status(store) == "held"
    assert ("ed", "issue held") in done(store)


def test_a_held_issue_goes_on_as_it_was_approved(store, pat, clock):
    press(pat, "approve")
    pat.post(f"{WEEK}/hold", {"because": "to look again"})
    page = pat.get(f"{WEEK}/send").text
    assert "to look again; nothing sent before" in page
    assert "edit it" in page
    assert "<b>3</b> subscribers" in pat.get(f"{WEEK}/resume").text
    assert press(pat, "resume").status_code == 303
    assert status(store) == "approved"
    assert done(store)[-1] == ("pat", "issue resumed")


def test_a_held_draft_is_edited_tested_and_approved_like_any_other(store, pat, editor):
    editor.post(f"{WEEK}/hold", {"because": "wait for the figures"})
    page = pat.get(f"{WEEK}/send").text
    assert "wait for the figures" in page
    assert "Leave it to the schedule again" in page
    assert pat.post(f"{WEEK}/test", {"to": "pat@desk.example"}).status_code == 303
    moved = pat.post(f"{WEEK}/words", {"revision": "1", "subject": "Another"})
    assert moved.status_code == 303
    assert store.content.issue_row(5).status is IssueStatus.HELD
    form = fields(pat.get(f"{WEEK}/approve").text)
    assert pat.post(f"{WEEK}/approve", form).status_code == 303
    assert store.content.issue_row(5).status is IssueStatus.APPROVED


def test_a_held_draft_is_left_to_its_schedule_again(store, pat, editor):
    editor.post(f"{WEEK}/hold")
    assert editor.post(f"{WEEK}/resume").status_code == 403
    for _ in range(2):
        assert pat.post(f"{WEEK}/resume").status_code == 303
    assert store.content.issue_row(5).status is IssueStatus.DRAFT


def test_a_skipped_issue_says_how_it_becomes_a_draft_again(store, pat):
    store.approvals.skip(5, "a quiet week", NOW)
    assert "a quiet week" in pat.get(f"{WEEK}/send").text
    assert "recap resume 5" in pat.get(f"{WEEK}/send").text
    assert "can be read here, not edited" in pat.get(WEEK).text


def test_an_edit_after_an_approval_needs_another(store, pat):
    press(pat, "approve")
    pat.post(f"{WEEK}/hold")
    store.content.save_issue(make_issue(subject="Northwind halves it", revision=2))
    assert status(store) == "draft"
    page = pat.get(f"{WEEK}/send").text
    assert "<b>No test copy</b>" in page
    assert "Approved before by pat (revision 1, without a test copy)" in page
    press(pat, "approve")
    assert store.approvals.frozen(5).revision == 2


def test_for_ten_minutes_after_a_press_nothing_leaves(store, settings, clock, jobs, provider):
    settings = replace(settings, review=Review())
    store.content.save_issue(make_issue())
    join(store, "ada")
    store.ledger.clock = lambda: clock  # type: ignore[method-assign]
    pat = signed_in(desk_app(store, settings, clock, jobs=jobs), store, clock, "pat")
    assert "not before Mon 01 Jun 2026, 06:10" in pat.get(f"{WEEK}/approve").text
    press(pat, "approve")
    press(pat, "send-now")
    page = pat.get(f"{WEEK}/send").text
    assert "Nothing leaves before <b>Mon 01 Jun 2026, 06:10" in page
    assert "it leaves by itself once the time to take it back is over" in page
    pat.post(f"{WEEK}/hold")
    wait_for(jobs)
    assert provider.batches == []
    assert "nothing sent before" in pat.get(f"{WEEK}/send").text


def test_the_desk_sends_behind_the_page_and_tells_how_far_it_is(store, pat, jobs, provider):
    press(pat, "approve")
    begun, go_on = threading.Event(), threading.Event()
    provider.before = lambda: (begun.set(), go_on.wait(SECONDS))
    assert press(pat, "send-now").status_code == 303
    assert begun.wait(SECONDS)
    told = pat.get(f"{WEEK}/progress.json").json
    assert (told["status"], told["sent"], told["left"], told["over"]) == ("sending", 0, 3, False)
    assert f'data-progress="{WEEK}/progress.json"' in pat.get(f"{WEEK}/send").text
    twice = press(pat, "send-now")
    assert twice.status_code == 303
    assert "This server is sending it already." in pat.get(f"{WEEK}/send").text
    go_on.set()
    wait_for(jobs)
    told = in_the_end(pat)
    assert (told["status"], told["sent"], told["left"], told["over"]) == ("sent", 3, 0, True)
    assert told["said"] == "done, 3 mails sent"
    assert len(provider.batches) == 1
    assert done(store)[-1] == ("pat", "sending begun")


def test_pressing_twice_is_pressing_once(store, pat, jobs, provider):
    press(pat, "approve")
    for _ in range(2):
        assert pat.post(f"{WEEK}/hold").status_code == 303
    asked = fields(pat.get(f"{WEEK}/resume").text)
    for _ in range(2):
        assert pat.post(f"{WEEK}/resume", asked).status_code == 303
    for _ in range(2):
        assert pat.post(f"{WEEK}/send-now", asked).status_code == 303
        wait_for(jobs)
    assert status(store) == "sent"
    assert [what for _, what in done(store)] == [
        "issue approved", "issue held", "issue resumed", "sending begun"
    ]  # fmt: skip
    assert len(provider.batches) == 1


def test_a_press_on_a_page_of_another_approval_sends_nothing(store, pat, jobs, provider):
    press(pat, "approve")
    asked = fields(pat.get(f"{WEEK}/send-now").text)
    pat.post(f"{WEEK}/hold")
    store.content.save_issue(make_issue(subject="Northwind halves it", revision=2))
    press(pat, "approve")
    answer = pat.post(f"{WEEK}/send-now", asked)
    assert answer.status_code == 409
    assert "revision 2 is approved now" in answer.text
    assert not jobs.is_running("sending issue 5")
    assert provider.batches == []


def test_what_ended_a_job_is_told_on_the_page(store, pat, jobs, provider):
    press(pat, "approve")
    provider.faults = [NotAcceptedError("the provider is busy", retry_after=0)] * 9
    press(pat, "send-now")
    wait_for(jobs)
    page = pat.get(f"{WEEK}/send").text
    assert "the provider is busy" in page
    assert "Go on sending from here" in page
    assert pat.get(f"{WEEK}/progress.json").json["over"] is False


def test_a_server_that_stops_in_mid_send_leaves_the_rest_to_another(
    store, settings, clock, provider
):
    store.content.save_issue(make_issue())
    join(store, *(f"reader{number}" for number in range(250)))
    begun, go_on = threading.Event(), threading.Event()
    provider.before = lambda: (begun.set(), go_on.wait(SECONDS))
    with Jobs() as jobs:
        pat = signed_in(desk_app(store, settings, clock, jobs=jobs), store, clock, "pat")
        press(pat, "approve")
        press(pat, "send-now")
        assert begun.wait(SECONDS)
        jobs._over.set()
        go_on.set()
    assert store.ledger.counts(5) == {
        "planned": 150, "claimed": 0, "unknown": 0, "sent": 100, "rejected": 0, "skipped": 0
    }  # fmt: skip
    assert status(store) == "sending"
    with Jobs() as jobs:
        lin = signed_in(desk_app(store, settings, clock, jobs=jobs), store, clock, "lin")
        assert "this server is not at it" in lin.get(f"{WEEK}/send").text
        press(lin, "send-now")
        wait_for(jobs)
    assert status(store) == "sent"
    written = [to for _, addresses in provider.batches for to in addresses]
    assert len(written) == len(set(written)) == 250


def test_a_hold_in_mid_send_stops_it_and_it_goes_on(store, settings, clock, jobs, provider):
    store.content.save_issue(make_issue())
    join(store, *(f"reader{number}" for number in range(250)))
    pat = signed_in(desk_app(store, settings, clock, jobs=jobs), store, clock, "pat")
    press(pat, "approve")
    held = []

    def hold_once() -> None:
        if not held:
            held.append(pat.post(f"{WEEK}/hold", {"because": "a wrong number"}).status_code)

    provider.before = hold_once
    press(pat, "send-now")
    wait_for(jobs)
    assert held == [303]
    assert store.ledger.counts(5)["sent"] == 100
    page = pat.get(f"{WEEK}/send").text
    assert "a wrong number; 100 mails sent before" in page
    assert "edit it" not in page
    press(pat, "resume")
    wait_for(jobs)
    assert status(store) == "sent"


def test_the_test_copy_is_of_drafts_alone(store, pat, provider):
    press(pat, "approve")
    assert pat.post(f"{WEEK}/test", {"to": "pat@desk.example"}).status_code == 409
    assert provider.batches == []
    assert mail_hash(store.approvals.frozen(5).mail) == store.approvals.frozen(5).sha256
    assert store.content.issue_row(5).status is IssueStatus.APPROVED
