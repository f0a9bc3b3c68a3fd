"""What holds for every page: nothing changes by looking, nothing leaks, failures are kind."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from digest.cli import logs
from digest.errors import StoreError
from digest.model import Profile
from digest.pipeline.approving import approve
from digest.pipeline.notices import ask_to_confirm
from digest.settings import Notify
from digest.settings.web import SERVED
from digest.store import Store
from digest.tokens import confirmation_token, key_id
from tests.builders import NOW, make_issue
from tests.builders_sending import join
from tests.builders_web import (
    SECRET,
    everything,
    fill_in,
    leave_path,
    preferences_path,
    publish,
    review_paths,
    story_path,
    theme_path,
    web_app,
    web_settings,
)

EDITOR = "ed@desk.example"
PERSONAL = ("/confirm/", "/leave/", "/preferences/", "/review/", "/subscribe")


@pytest.fixture
def settings(settings):
    """With somebody whom drafts are sent to."""
    return replace(settings, notify=Notify(editors=(EDITOR,)))


def paths(app, store: Store, settings) -> list[str]:
    """A path for every rule of the application, with tokens that act."""
    (ada,) = join(store, "ada")
    fresh = "f" * 32
    ask_to_confirm(
        store, settings, "ben@post.example", Profile(), fresh=fresh, now=NOW, evidence=""
    )
    issue = make_issue()
    publish(store, settings, issue)
    draft = make_issue(number=6, week="2026-W23")
    store.content.save_issue(draft)
    *_, hold = review_paths(settings, draft, EDITOR, now=NOW)
    number = "<int:number>"
    known = {
        f"/issues/{number}": "/issues/5",
        f"/issues/{number}/<slug>": story_path(issue.stories[0]),
        "/themes/<slug>": theme_path(issue.themes[0].label),
        "/confirm/<token>": "/confirm/" + confirmation_token(f"{key_id(SECRET)}.{fresh}", SECRET),
        "/leave/<token>": leave_path(ada),
        "/preferences/<token>": preferences_path(ada),
        "/review/<token>": hold,
        "/review/<token>/mail": f"{hold}/mail",
    }
    rules = dict.fromkeys(rule.rule for rule in app.url_map.iter_rules())
    return [known.get(rule, rule) for rule in rules]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])
def test_no_route_changes_anything_unless_something_is_posted(store, app, client, settings, method):
    every = paths(app, store, settings)
    before = everything(store)
    for path in every:
        assert "<" not in path
        client.open(path, method=method, data="List-Unsubscribe=One-Click")
        client.open(f"{path}?List-Unsubscribe=One-Click", method=method)
    assert everything(store) == before


def test_the_paths_above_do_act_when_they_are_posted_to(store, app, client, settings):
    acting = re.compile("/(confirm|leave|review)/[^/]+")
    every = [path for path in paths(app, store, settings) if acting.fullmatch(path)]
    for path in every:
        before = everything(store)
        assert client.post(path).status_code == 200
        assert everything(store) != before


def test_every_page_that_a_mail_may_link_to_is_served(app):
    heads = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    assert {"issues" if page == "issue" else page for page in SERVED} <= heads


def test_an_approved_mail_links_to_served_pages_only(store, settings):
    store.content.save_issue(make_issue())
    approve(store, settings, 5, now=NOW, without_test=True)
    mail = store.approvals.frozen(5).mail
    ours = re.findall(rf"{settings.base_url}(/\w+)", mail.html + mail.text)
    assert {"/issues", "/leave", "/preferences"} == set(ours)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_has_the_headers_that_keep_it_safe(store, app, client, settings, method):
    for path in [*paths(app, store, settings), "/nowhere", "/leave/x", "//leave/x"]:
        reply = client.open(path, method=method)
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        framed = path.endswith("/mail") and method == "GET"
        assert f"frame-ancestors '{'self' if framed else 'none'}'" in policy
        assert "script" not in policy
        assert ("unsafe" in policy) is (framed or (path == "/issues/5" and method == "GET"))
        assert ("sandbox" in policy) is framed
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in reply.headers
        assert "Location" not in reply.headers
        assert reply.status_code not in range(300, 400)
        personal = path.startswith(PERSONAL) or reply.status_code >= 400
        if personal and reply.mimetype == "text/html":
            assert reply.headers["Cache-Control"] == "no-store"
        assert (reply.headers["X-Robots-Tag"] == "all") <= (not personal)


def test_a_page_is_one_document_that_says_what_it_is(store, app, client, settings):
    for path in paths(app, store, settings):
        reply = client.get(path)
        if reply.status_code != 200 or not path.startswith(PERSONAL) or path.endswith("/mail"):
            continue
        page = lxml_html.document_fromstring(reply.text)
        assert page.get("lang") == "en"
        assert page.get("dir") == "ltr"
        assert len(page.findall(".//h1")) == len(page.findall(".//main")) == 1
        assert page.findtext(".//h1") in page.findtext(".//title")
        assert page.find(".//meta[@name='viewport']") is not None
        assert not page.findall(".//script")
        assert not page.xpath("//@style | //*[starts-with(name(), 'on')] | //@onclick")
        assert all(not url.startswith("http") for url in page.xpath("//@href | //@src | //@action"))
        for field in page.xpath("//input[@type!='hidden' or not(@type)]"):
            id = field.get("id")
            named = page.xpath(f"//label[@for='{id}']") if id else field.xpath("ancestor::label")
            assert named, path
        assert page.findtext(".//button"), path


def test_a_page_in_arabic_is_turned_and_has_no_english_words(store, tmp_path, clock):
    english = web_settings(tmp_path)
    settings = replace(english, brand=replace(english.brand, language="ar"))
    page = web_app(store, settings, clock).test_client().get("/subscribe").text
    assert 'lang="ar" dir="rtl"' in page
    assert "اشترك" in page
    for english in ("Your mail address", "each story once"):
        assert english not in page


@pytest.mark.parametrize(
    ("path", "method", "data", "status"),
    [
        ("/nowhere", "GET", "", 404),
        ("/subscribe/", "GET", "", 404),
        ("/leave/1.x", "PUT", "", 405),
        ("/hooks/resend", "GET", "", 405),
        ("/subscribe", "POST", "x" * 17_000, 413),
    ],
)
def test_a_call_that_leads_nowhere_is_told_kindly(client, path, method, data, status):
    reply = client.open(path, method=method, data={"email": data} if data else None)
    assert reply.status_code == status
    assert "<h1>" in reply.text
    for word in ("Werkzeug", "Flask", "Traceback", "resend", path):
        assert word not in reply.text
    assert (reply.headers.get("Allow") is not None) is (status == 405)


def test_a_program_is_told_in_json(client):
    reply = client.get("/nowhere", headers={"Accept": "application/json"})
    assert (reply.status_code, reply.json["message"]) == (404, "This page does not exist")


def test_a_fault_of_ours_shows_nothing_and_logs_no_token(store, app, client, settings, monkeypatch):
    stream = io.StringIO()
    handler = logs.handler(stream)
    logging.getLogger().addHandler(handler)
    (ada,) = join(store, "ada")
    path = leave_path(ada)

    def broken(*_, **__):
        raise ZeroDivisionError(f"while {path} of ada@post.example")

    monkeypatch.setattr("digest.pipeline.audience.leave", broken)
    try:
        reply = client.post(path)
    finally:
        logging.getLogger().removeHandler(handler)
    assert reply.status_code == 500
    assert "Zero" not in reply.text
    assert "ZeroDivisionError" in stream.getvalue()
    assert path.rpartition("/")[2] not in stream.getvalue()
    assert "ada@" not in stream.getvalue()


def test_a_database_out_of_reach_is_for_later(store, app, client, settings, monkeypatch):
    (ada,) = join(store, "ada")

    def locked(*_, **__):
        raise StoreError("database `recap.db` is in use by another process")

    monkeypatch.setattr("digest.pipeline.audience.leave", locked)
    reply = client.post(leave_path(ada))
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")
    assert "recap.db" not in reply.text


def test_everything_on_every_page_logs_no_token_or_address(store, app, client, settings, clock):
    stream = io.StringIO()
    handler, root = logs.handler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        every = paths(app, store, settings)
        fill_in(client, clock, "cleo@post.example", name="Cleo")
        for path in every:
            for method in ("GET", "POST"):
                client.open(path, method=method)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    tokens = [path.split("/")[2] for path in every if path.startswith(PERSONAL[:4])]
    assert "webhook" in stream.getvalue()
    for hidden in ("post.example", "Cleo", SECRET, *tokens):
        assert hidden not in stream.getvalue()


def test_templates_of_the_project_come_first(store, tmp_path, clock):
    own = tmp_path / "templates" / "web"
    own.mkdir(parents=True)
    (own / "page.html").write_text("<h1>{{ page.heading }}</h1> ours")
    client = web_app(store, web_settings(tmp_path), clock).test_client()
    assert client.get("/nowhere").text == "<h1>This page does not exist</h1> ours"


def test_the_style_has_the_colours_of_the_mail(client):
    reply = client.get("/style.css")
    assert reply.mimetype == "text/css"
    assert "--accent: #b3261e" in reply.text
    assert "prefers-color-scheme: dark" in reply.text
    assert "url(" not in reply.text


def test_the_icon_has_the_colours_of_the_buttons_and_every_page_names_it(client):
    reply = client.get("/icon.svg")
    assert reply.mimetype == "image/svg+xml"
    assert 'fill="#b3261e"' in reply.text
    assert "max-age" in reply.headers["Cache-Control"]
    assert 'rel="icon" href="/icon.svg"' in client.get("/nowhere").text


def test_behind_a_path_the_links_have_it(store, tmp_path, clock):
    settings = web_settings(tmp_path, RECAP_BASE_URL="https://post.example/recap")
    client = web_app(store, settings, clock).test_client()
    (ada,) = join(store, "ada")
    assert 'href="/recap/style.css"' in client.get("/subscribe").text
    assert 'href="/recap/subscribe"' in client.post(leave_path(ada)).text
