"""The desk's lists: what each shows, empty or full, and what can be done there."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import ConfigError, InputError, StoreError
from digest.model import AuditLine, Health, Role, RunReport, Source, SubscriberStatus
from digest.pipeline import accounts, subscribing
from digest.pipeline.approving import approve
from digest.pipeline.subscribing import Checked, Subscription
from digest.store import Visit
from digest.web.desk import rosters
from digest.web.desk.tasks import Tasks
from tests.builders import NOW, make_issue
from tests.builders_desk import PASSWORD, DeskClient, desk_app, signed_in
from tests.builders_sending import MemoryProvider, approved, join, send

FEED = Source("Feed", "https://feeds.example/a.xml")
OTHER = Source("Other", "https://feeds.example/b.xml")


def audit(store):
    return [(line.who, line.what, line.details) for _, line in store.users.audit.lines()]


def visible(reply) -> str:
    """The page's own part, without the frame around it."""
    return reply.text[reply.text.index("<main") :]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("issues", "No issue yet"),
        ("sources", "No source yet"),
        ("audience", "No subscriber yet"),
        ("audience?search=nobody", "Nobody is found"),
        ("audience?status=suppressed", "Nobody is found"),
        ("audience?page=9", "Nobody is found"),
        ("schedule", "Nothing has run by itself yet"),
        ("audit", "Nobody has done anything yet"),
        ("audit?before=1", "Nothing older"),
    ],
)
def test_a_list_with_nothing_in_it_says_what_to_do(desk, path, said):
    reply = desk.get(f"/desk/{path}")
    assert reply.status_code == 200
    assert said in reply.text


def test_the_desk_begins_with_the_latest_issue_or_with_the_list_while_there_is_none(store, desk):
    for path in ("/desk", "/desk/"):
        assert desk.get(path).headers["Location"] == "/desk/issues"
    store.content.save_issue(make_issue())
    assert desk.get("/desk").headers["Location"] == "/desk/issues/5"
    assert 'href="/desk/issues/5"' in desk.get("/desk/issues").text


def test_issues_are_listed_with_status_dates_and_counts(store, settings, desk):
    store.content.save_issue(make_issue())
    approve(store, settings, 5, now=NOW, without_test=True)
    reply = desk.get("/desk/issues")
    for text in ("approved", "2026-W22", "Mon 01 Jun 2026, 06:00", "revision 1"):
        assert text in reply.text
    store.approvals.hold(5, "a <mistake>", NOW)
    reply = desk.get("/desk/issues")
    assert "a &lt;mistake&gt;" in reply.text


def test_an_issue_that_left_is_listed_with_what_became_of_its_mails(store, settings, desk):
    send(store, settings, approved(store, settings), MemoryProvider())
    assert "3 sent" in desk.get("/desk/issues").text


def test_issues_are_listed_a_page_at_a_time(store, desk, monkeypatch):
    for number in (4, 5, 6):
        store.content.save_issue(replace(make_issue(number=number), week=f"2026-W{number + 17}"))
    monkeypatch.setattr("digest.web.desk.issues.LINES", 2)
    first, second = (visible(desk.get(f"/desk/issues?page={n}")) for n in (1, 2))
    assert "2026-W23" in first
    assert "2026-W21" not in first
    assert "2026-W21" in second
    assert "Nothing older" in desk.get("/desk/issues?page=3").text


def test_sources_are_listed_worst_first_with_what_they_gave_and_what_was_chosen(store, desk):
    store.content.add_sources([FEED, OTHER, Source("Muted", "https://m.example", muted=True)])
    good = Health(tried_at=NOW, good_at=NOW, new_at=NOW, items_seen=40, last_count=8, undated=8)
    bad = Health(tried_at=NOW, failures=3, error="it answered 503")
    store.visits.save([Visit("Feed", good, None), Visit("Other", bad, None)])
    page = visible(desk.get("/desk/sources"))
    assert page.index("Other") < page.index("Feed") < page.index("Muted")
    for text in ("it answered 503", "no dates", ">40<", "failing", "1 good, 1 failing"):
        assert text in page


def test_a_source_that_brings_nothing_for_long_is_called_silent(store, desk):
    store.content.add_sources([FEED])
    long_ago = NOW - timedelta(days=40)
    health = Health(tried_at=NOW, good_at=NOW, new_at=long_ago, items_seen=4, last_count=4)
    store.visits.save([Visit("Feed", health, None)])
    assert "1 silent" in desk.get("/desk/sources").text


def test_an_address_that_no_browser_opens_is_no_link(store, desk):
    store.content.add_sources([Source("File", "javascript:alert(1)", kind="jsonl")])
    assert 'href="javascript' not in desk.get("/desk/sources").text


def test_a_source_is_muted_and_heard_again(store, desk):
    store.content.add_sources([FEED])
    desk.post("/desk/sources/mute", {"name": "Feed", "muted": "yes"})
    assert store.content.sources()[0].muted
    assert "is not collected from any more" in desk.get("/desk/sources").text
    desk.post("/desk/sources/mute", {"name": "Feed", "muted": "no"})
    assert not store.content.sources()[0].muted
    assert audit(store)[:2] == [("ada", "source unmuted", "Feed"), ("ada", "source muted", "Feed")]


def test_a_source_is_added_by_its_address(store, desk, monkeypatch):
    def subscribe(store, settings, address, *, now, name):
        assert address == "https://feeds.example/a.xml"
        store.content.add_sources([FEED])
        return Subscription(FEED, RunReport("collect", NOW, {"new": 2}), ())

    monkeypatch.setattr(subscribing, "subscribe", subscribe)
    reply = desk.post("/desk/sources", {"address": " https://feeds.example/a.xml "})
    assert reply.status_code == 303
    assert "Feed is added, with 2 new items" in desk.get("/desk/sources").text
    assert audit(store)[0] == ("ada", "source added", "Feed: https://feeds.example/a.xml")


def test_an_address_without_a_feed_is_said_so_and_kept(desk, monkeypatch):
    def subscribe(*_, **__):
        raise InputError("no feed was found there", hint="name the feed itself")

    monkeypatch.setattr(subscribing, "subscribe", subscribe)
    reply = desk.post("/desk/sources", {"address": "https://nothing.example"})
    assert reply.status_code == 400
    assert "no feed was found there" in reply.text
    assert 'value="https://nothing.example"' in reply.text


def test_one_source_is_asked_now(store, desk, monkeypatch):
    store.content.add_sources([FEED])

    def check(store, settings, *, now, only, on_checked):
        on_checked(Checked(FEED, 0, "it answered 404") if only else Checked(FEED, 3, ""))

    monkeypatch.setattr(subscribing, "check", check)
    desk.post("/desk/sources/check", {"name": "Feed"})
    assert "failed: it answered 404" in desk.get("/desk/sources").text


def test_all_sources_are_asked_while_the_page_tells_how_far(store, desk, monkeypatch):
    store.content.add_sources([FEED, OTHER])
    go_on, asked = threading.Event(), threading.Event()

    def check(store, settings, *, now, only, on_checked):
        on_checked(Checked(FEED, 3, ""))
        asked.set()
        assert go_on.wait(20)
        on_checked(Checked(OTHER, 3, ""))

    monkeypatch.setattr(subscribing, "check", check)
    desk.post("/desk/sources/check")
    assert asked.wait(20)
    assert "1 of 2 have answered" in desk.get("/desk/sources").text
    again = desk.post("/desk/sources/check")
    assert again.status_code == 409
    assert "is under way" in again.text
    go_on.set()
    wait_for(lambda: "have answered" not in desk.get("/desk/sources").text)


def wait_for(done) -> None:
    for _ in range(500):
        if done():
            return
        time.sleep(0.02)
    raise AssertionError("it never came about")


@pytest.fixture
def people(store):
    return join(store, "ada", "ben", "cleo")


def test_people_are_found_by_a_part_of_their_address_in_any_case(store, desk, people):
    page = visible(desk.get("/desk/audience?search=BEN"))
    assert "ben@post.example" in page
    assert "cleo@post.example" not in page


@pytest.mark.parametrize("search", ["%", "_", "'", "\\"])
def test_a_search_knows_no_wildcards(desk, people, search):
    assert "Nobody is found" in desk.get("/desk/audience", query_string={"search": search}).text


def test_people_are_listed_by_status_and_a_page_at_a_time(store, desk, people, monkeypatch):
    store.audience.leave(people[0].id, NOW)
    page = visible(desk.get("/desk/audience?status=unsubscribed"))
    assert "ada@post.example" in page
    assert "ben@post.example" not in page
    monkeypatch.setattr("digest.web.desk.audience.LINES", 2)
    first, second = (visible(desk.get(f"/desk/audience?page={n}")) for n in (1, 2))
    assert "cleo@" in first
    assert "page=2" in first
    assert "ada@" in second
    assert "page=1" in second


def test_a_suppressed_address_that_nobody_has_is_listed_and_lifted(store, desk):
    store.audience.suppress("gone@post.example", "permanent bounce", NOW)
    assert "permanent bounce" in desk.get("/desk/audience?status=suppressed&search=gone").text
    lifting = {"email": "gone@post.example", "reason": "a new server"}
    assert desk.post("/desk/audience/lift", lifting).status_code == 303
    assert store.audience.suppressions() == ()
    assert desk.post("/desk/audience/lift", lifting).status_code == 409


def test_somebody_is_added_by_a_mail_to_confirm(store, settings, clock):
    woken = []
    app = desk_app(store, settings, clock, wake=lambda: woken.append(1))
    desk = signed_in(app, store, clock)
    reply = desk.post("/desk/audience", {"email": "dora@post.example", "name": "Dora"})
    assert reply.status_code == 303
    person = store.audience.by_email("dora@post.example")
    assert person.status is SubscriberStatus.UNCONFIRMED
    assert store.notices.counts() == {"waiting": 1}
    assert woken
    assert audit(store)[0] == ("ada", "person asked to confirm", f"subscriber {person.id}")
    again = desk.post("/desk/audience", {"email": "dora@post.example", "name": "Dora"})
    assert again.status_code == 409
    assert "within the last 24 hours" in again.text
    assert desk.post("/desk/audience", {"email": "dora"}).status_code == 400


def test_a_person_is_shown_with_all_that_is_kept(store, desk, people):
    store.audience.suppress(people[0].email, "complaint", NOW)
    page = desk.get(f"/desk/audience/{people[0].id}").text
    for text in ("ada@post.example", "Suppressed: complaint", "added", "test"):
        assert text in page


def test_an_editor_looks_at_people_and_changes_none(editor, people):
    page = editor.get(f"/desk/audience/{people[0].id}")
    assert page.status_code == 200
    assert "Erase" not in page.text
    assert "Add somebody" not in editor.get("/desk/audience").text


def test_a_person_is_unsubscribed_suppressed_and_lifted_with_a_reason(store, desk, people):
    ada = people[0]
    there = f"/desk/audience/{ada.id}"
    assert desk.post(f"{there}/leave", {"reason": " "}).status_code == 400
    desk.post(f"{there}/leave", {"reason": "wrote to us"})
    assert store.audience.by_id(ada.id).status is SubscriberStatus.UNSUBSCRIBED
    assert store.notices.counts() == {"waiting": 1}
    desk.post(f"{there}/suppress", {"reason": "threatens us"})
    assert store.audience.suppressed([ada.email])
    desk.post("/desk/audience/lift", {"email": ada.email, "reason": "made up"})
    assert not store.audience.suppressed([ada.email])
    assert {(who, details) for who, _, details in audit(store)} == {("ada", "subscriber 1")}
    assert "ada: threatens us" in [event.evidence for event in store.audience.history(ada.id)]


def test_a_person_is_erased_after_their_address_was_typed(store, desk, people):
    ada = people[0]
    there = f"/desk/audience/{ada.id}/erase"
    assert "Type their address" in desk.get(there).text
    assert desk.post(there, {"email": "ben@post.example"}).status_code == 400
    assert store.audience.by_id(ada.id) is not None
    assert desk.post(there, {"email": "ADA@post.example"}).status_code == 303
    assert store.audience.by_id(ada.id) is None
    assert desk.get(there).status_code == 404
    assert "ada@" not in str(audit(store))


def send_list(desk, text: str, name: str = "people.csv", **fields):
    file = io.BytesIO(text.encode()), name
    return desk.post(
        "/desk/audience/import", {"file": file, "format": "", "evidence": "at a fair", **fields}
    )


def ready(desk, path: str) -> str:
    wait_for(lambda: "data-refresh" not in desk.get(path).text)
    return visible(desk.get(path))


def test_zones_of_a_list_that_are_none_are_told(store, desk):
    lines = "email,zone\neve@post.example,Mars/Base\n"
    page = ready(desk, send_list(desk, lines).headers["Location"])
    assert "1 line names a zone that is not known, and is read without it: Mars/Base (1)." in page


def test_a_list_is_looked_at_first_and_taken_in_with_a_second_press(store, desk):
    lines = 'email,name\neve@post.example,"=HYPERLINK(1)"\nnot an address,X\n'
    path = send_list(desk, lines, "My people.csv", evidence="at a fair").headers["Location"]
    page = ready(desk, path)
    assert "nothing was changed yet" in page
    assert "no valid address" in page
    assert store.audience.count() == 0
    assert "My-people.csv" in desk.get("/desk/audience/import").text
    assert desk.get(f"{path}/refused.csv").status_code == 404
    assert desk.post(path).status_code == 303
    page = ready(desk, path)
    assert "The list is taken in" in page
    assert store.audience.count() == 1
    assert desk.post(path).status_code == 303
    with desk.get(f"{path}/refused.csv") as refused:
        assert "attachment" in refused.headers["Content-Disposition"]
        assert "no valid address" in refused.text
    assert "=HYPERLINK" not in desk.post("/desk/audience/export").text.replace("'=HYPERLINK", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is empty"), ("a,b\n1,2\n", "email"), ('email,name\n"open,x\n', "quotation mark")],
)
def test_a_file_that_is_no_list_is_said_so(store, desk, text, said):
    page = ready(desk, send_list(desk, text).headers["Location"])
    assert 'role="alert"' in page
    assert said in page
    assert "Nothing was changed" in page


def test_a_form_without_a_file_is_said_so(desk):
    assert "no file was chosen" in desk.post("/desk/audience/import", {"format": ""}).text


def test_a_list_is_not_taken_in_before_it_was_looked_at(store, desk, monkeypatch):
    go_on = threading.Event()
    real = rosters.import_list

    def slow(*args, **options):
        assert go_on.wait(20)
        return real(*args, **options)

    monkeypatch.setattr(rosters, "import_list", slow)
    path = send_list(desk, "email,name\neve@post.example,Eve\n").headers["Location"]
    assert "Looking at the list" in desk.get(path).text
    assert desk.post(path).status_code == 409
    assert send_list(desk, "email\nx@post.example\n").status_code == 409
    go_on.set()
    assert "nothing was changed yet" in ready(desk, path)


def test_a_list_for_which_there_is_no_space_is_said_so(desk, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("werkzeug.datastructures.FileStorage.save", full)
    reply = send_list(desk, "email,name\neve@post.example,Eve\n")
    assert reply.status_code == 400
    assert "No space left on device" in reply.text


def test_a_list_that_another_took_the_place_of_is_said_to_be_gone(desk):
    first = send_list(desk, "email,name\neve@post.example,Eve\n").headers["Location"]
    ready(desk, first)
    ready(desk, send_list(desk, "email,name\nfay@post.example,Fay\n").headers["Location"])
    for reply in (desk.get(first), desk.post(first), desk.get(f"{first}/refused.csv")):
        assert reply.status_code == 409
        assert "not here any more" in reply.text


def test_work_that_fails_by_a_bug_is_over_and_said_so(caplog):
    tasks: Tasks[int] = Tasks()
    hook, threading.excepthook = threading.excepthook, lambda args: None
    try:
        task = tasks.start("counting", lambda task: 1 // 0)
        wait_for(lambda: task.is_over)
    finally:
        threading.excepthook = hook
    assert "broken off" in task.error.problem


def test_the_whole_list_is_given_out_and_written_down(store, desk, people):
    reply = desk.post("/desk/audience/export")
    assert reply.text.count("@post.example") == 3
    assert "attachment" in reply.headers["Content-Disposition"]
    assert audit(store)[0][:2] == ("ada", "list given out")


def test_a_list_that_cannot_be_read_to_its_end_is_broken_off(desk, monkeypatch):
    def broken(store, file):
        file.write("email\n")
        raise StoreError("the database is gone")

    monkeypatch.setattr(rosters, "export_list", broken)
    with pytest.raises(StoreError):
        desk.post("/desk/audience/export", buffered=True)


def test_a_download_that_is_given_up_ends_the_writing(store, people):
    before = set(threading.enumerate())
    lines = rosters._exported(store)
    next(lines)
    (writing,) = set(threading.enumerate()) - before
    lines.close()
    writing.join(10)
    assert not writing.is_alive()


def test_the_schedule_tells_what_each_run_will_do(store, settings, desk, people):
    store.content.add_sources([FEED])
    page = visible(desk.get("/desk/schedule"))
    assert "asks 1 source for what is new" in page
    assert "builds the first draft of 2026-W23" in page
    assert "sends the issue of 2026-W22 to 3 subscribers if it is approved by then" in page
    assert "More than 6h after the hour of a send the issue is held for a person." in page
    store.content.save_issue(make_issue())
    approve(store, settings, 5, now=NOW, without_test=True)
    assert (
        "sends issue 5 (2026-W22), which is approved, to 3 subscribers"
        in desk.get("/desk/schedule").text
    )
    store.approvals.hold(5, "a mistake", NOW)
    assert "issue 5 (2026-W22) is held: a mistake" in desk.get("/desk/schedule").text


def test_the_schedule_tells_of_the_draft_that_is_there(store, desk):
    store.content.save_issue(replace(make_issue(), week="2026-W23"))
    assert (
        "builds issue 5 (2026-W23) again, and keeps every move" in desk.get("/desk/schedule").text
    )


def test_the_schedule_tells_what_the_last_runs_did(store, desk):
    taken = store.ledger.occurrences
    for step, outcome in (("weekly/collect", "3 new items"), ("weekly/send", "failed: no key")):
        taken.begin(step, "2026-W22", NOW)
        taken.done(step, "2026-W22", outcome, NOW)
    taken.begin("weekly/draft", "2026-W22", NOW)
    page = visible(desk.get("/desk/schedule"))
    for text in ("3 new items", "failed: no key", "not heard of since"):
        assert text in page


def test_a_user_is_added_given_a_role_and_kept_out(store, desk):
    new = {"name": "Ben", "new_password": PASSWORD, "role": "editor"}
    assert desk.post("/desk/users", new).status_code == 303
    desk.post("/desk/users/role", {"name": "ben", "role": "publisher"})
    desk.post("/desk/users/disable", {"name": "ben", "off": "yes"})
    ben = store.users.all()[1]
    assert (ben.role, ben.disabled_at is not None) == (Role.PUBLISHER, True)
    desk.post("/desk/users/disable", {"name": "ben", "off": "no"})
    assert store.users.all()[1].disabled_at is None
    assert [what for _, what, _ in audit(store)] == [
        "user enabled", "user disabled", "role changed", "user added",
    ]  # fmt: skip
    assert PASSWORD not in desk.get("/desk/audit").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "b c"}, "no name for a user"),
        ({"name": "ada"}, "already"),
        ({"new_password": "short"}, "needs 12 or more"),
        ({"role": "root"}, "no role was chosen"),
    ],
)
def test_a_user_who_cannot_be_added_is_said_so_and_the_name_stays(desk, fields, said):
    typed = {"name": "ben", "new_password": PASSWORD, "role": "editor", **fields}
    reply = desk.post("/desk/users", typed)
    assert reply.status_code == 400
    assert said in reply.text
    assert f'value="{typed["name"]}"' in reply.text


def test_the_last_publisher_stays_one(store, desk, editor):
    for path, fields in (("role", {"role": "editor"}), ("disable", {"off": "yes"})):
        reply = desk.post(f"/desk/users/{path}", {"name": "ada", **fields})
        assert reply.status_code == 409
        assert "the only publisher" in reply.text
    desk.post("/desk/users/role", {"name": "ben", "role": "publisher"})
    assert desk.post("/desk/users/role", {"name": "ada", "role": "editor"}).status_code == 303
    assert desk.post("/desk/users/role", {"name": "no one", "role": "editor"}).status_code == 403


def test_a_user_who_is_gone_is_said_to_be(desk):
    reply = desk.post("/desk/users/disable", {"name": "nobody", "off": "yes"})
    assert reply.status_code == 400
    assert "no user `nobody`" in reply.text


def test_the_operator_of_the_machine_adds_the_first_user_and_has_to_sign_in_then(
    store, settings, clock
):
    client = desk_app(store, settings, clock).test_client()
    accounts.make_link(store, token="link", now=clock())
    accounts.follow_link(store, "link", token="a-cookie", now=clock())
    desk = DeskClient(client, "a-cookie")
    assert "Nobody has a password yet" in desk.get("/desk/users").text
    new = {"name": "ben", "new_password": PASSWORD, "role": "publisher"}
    assert desk.post("/desk/users", new).status_code == 303
    assert desk.get("/desk/users").status_code == 401


def test_the_audit_log_is_paged_and_told_by_issue(store, desk, monkeypatch):
    for number in range(5):
        store.users.audit.note(AuditLine(NOW, "ada", f"did {number}", number % 2 + 1))
    monkeypatch.setattr("digest.web.desk.audit.LINES", 3)
    page = visible(desk.get("/desk/audit"))
    assert "did 4" in page
    assert "did 1" not in page
    assert "before=3" in page
    assert "did 1" in desk.get("/desk/audit?before=3").text
    of_one = visible(desk.get("/desk/audit?issue=1"))
    assert "did 2" in of_one
    assert "did 3" not in of_one
    assert desk.get("/desk/audit?issue=99999999999999999999&before=x").status_code == 200


def test_a_broken_file_is_told_on_every_page_of_the_desk(store, settings, clock):
    broken = [ConfigError("schedules.yaml, line 8: `CET` is no place", hint="write <one>")]
    app = desk_app(store, settings, clock, broken=lambda: broken[0])
    desk = signed_in(app, store, clock)
    page = desk.get("/desk/audit").text
    assert "line 8: `CET` is no place" in page
    assert "write &lt;one&gt;" in page
    assert "line 8" not in app.test_client().get("/desk/sign-in").text
    broken[0] = None
    assert "line 8" not in desk.get("/desk/audit").text
