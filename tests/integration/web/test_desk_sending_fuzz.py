"""Whatever is sent to the pages of an issue's way out: no fault of ours, and no change."""

from __future__ import annotations

import itertools

import pytest

from digest.engine.jobs import Jobs
from digest.model import Role
from digest.pipeline import links
from tests.builders import make_issue
from tests.builders_desk import COOKIE, desk_app, signed_in
from tests.builders_sending import MemoryProvider, approved, send
from tests.builders_web import everything

GETS = (
    "preview", "preview/mail", "preview/source", "check", "send", "approve", "send-now", "resume",
    "progress.json", "deliveries",
)  # fmt: skip
POSTS = ("check/links", "test", "approve", "hold", "send-now", "resume", "deliveries")
FOR_PUBLISHERS = ("approve", "send-now", "resume", "deliveries")
HOSTILE = (
    "", "0", "-1", "9" * 400, "\x00", "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7 * 7 }}",
    "../../etc/passwd", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "ﷺ" * 300,
    "a@b.example\r\nBcc: c@d.example", "%", "_", "é" * 3000,
)  # fmt: skip
QUERIES = {
    "preview": ("reader", "view", "address"),
    "preview/mail": ("view",),
    "deliveries": ("address", "state", "after"),
}
FIELDS = ("to", "seen", "revision", "because", "without_test")


@pytest.fixture(params=["draft", "approved", "held", "sent"])
def issue(request, store, settings):
    """Issue 5 as it stands at each step."""
    if request.param == "draft":
        store.content.save_issue(make_issue())
        return
    approved(store, settings)
    if request.param == "held":
        store.approvals.hold(5, "to look again", make_issue().drafted_at)
    if request.param == "sent":
        send(store, settings, 5, MemoryProvider())


@pytest.fixture
def app(issue, store, settings, clock, monkeypatch):
    monkeypatch.setattr(links, "ask", lambda *_, **__: {})
    with Jobs() as jobs:
        yield desk_app(store, settings, clock, jobs=jobs)


@pytest.fixture
def pat(app, store, clock):
    return signed_in(app, store, clock, "pat")


def path(page: str, number: object = 5) -> str:
    return f"/desk/issues/{number}/{page}"


def test_a_look_changes_nothing(store, pat):
    before = everything(store)
    for page in GETS:
        assert pat.get(path(page)).status_code in (200, 409), page
        assert pat.client.head(path(page)).status_code in (200, 409), page
    assert everything(store) == before


def test_another_method_is_refused(store, pat):
    before = everything(store)
    for page, method in itertools.product({*GETS, *POSTS}, ("PUT", "DELETE", "PATCH", "TRACE")):
        answer = pat.client.open(path(page), method=method)
        assert answer.status_code in (403, 405), (page, method)
    for page in set(GETS) - set(POSTS):
        assert pat.post(path(page)).status_code == 405, page
    for page in set(POSTS) - set(GETS):
        assert pat.get(path(page)).status_code == 405, page
    assert everything(store) == before


def test_without_the_token_of_the_form_nothing_is_done(store, pat):
    before = everything(store)
    for page in POSTS:
        for token in ({}, {"csrf": "0" * 64}):
            assert pat.client.post(path(page), data=token).status_code == 403, page
    assert everything(store) == before


def test_an_editor_lets_nothing_leave(app, store, clock):
    editor = signed_in(app, store, clock, "ed", Role.EDITOR)
    before = everything(store)
    for page in FOR_PUBLISHERS:
        assert editor.post(path(page), {"seen": "x", "without_test": "yes"}).status_code == 403
    for page in ("approve", "send-now", "resume"):
        assert editor.get(path(page)).status_code == 403
    assert everything(store) == before


def test_a_stranger_gets_nothing(app, store):
    before = everything(store)
    browser = app.test_client()
    browser.set_cookie(COOKIE, "made up", domain="localhost")
    for page in GETS:
        assert browser.get(path(page)).status_code == 401, page
    for page in POSTS:
        assert browser.post(path(page), data={"csrf": "x"}).status_code == 401, page
    assert everything(store) == before


def test_hostile_words_in_an_address_meet_a_page(pat):
    for page, text in itertools.product(QUERIES, HOSTILE):
        for key in QUERIES[page]:
            answer = pat.get(path(page), query_string={key: text})
            assert answer.status_code < 500, (page, key, text)
            assert "<script>alert" not in answer.text
    for page, number in itertools.product(GETS, ("0", "-1", "x", "9" * 30, "1.5", "999999999")):
        assert pat.get(path(page, number)).status_code in (400, 404, 409), (page, number)


@pytest.mark.parametrize("page", ["test", "approve", "hold", "send-now", "resume"])
def test_hostile_words_in_a_form_let_nothing_leave(store, pat, page):
    left = store.ledger.counts(5)
    for text in HOSTILE:
        answer = pat.post(path(page), dict.fromkeys(FIELDS, text))
        assert answer.status_code < 500, text
        assert "<script>alert" not in answer.text
    assert store.ledger.counts(5) == left
    assert not any("\r" in line.details for _, line in store.users.audit.lines(issue=5))


def test_a_form_of_a_megabyte_is_refused_or_cut(store, pat):
    for page in POSTS:
        answer = pat.post(path(page), {"because": "x" * 1_000_000, "to": "x" * 1_000_000})
        assert answer.status_code < 500, page
    assert len(store.content.issue_row(5).held_because) <= 500
