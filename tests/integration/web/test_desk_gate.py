"""Who comes in at the desk, and who does not: sessions, form tokens, roles, what was typed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.accounts import IDLE
from digest.errors import StoreError
from digest.model import Role
from digest.pipeline import accounts
from digest.tokens import token_key
from digest.web.desk.signing_in import TRIES, WRONG
from digest.web.desk.tokens import form_token
from tests.builders_desk import COOKIE, PASSWORD, desk_app, shown_token, signed_in
from tests.builders_web import everything

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(store, settings, clock):
    accounts.add_user(store, "ada", Role.EDITOR, PASSWORD, now=clock())
    return desk_app(store, settings, clock)


@pytest.fixture
def browser(app):
    """A browser that nobody has signed in with."""
    return app.test_client()


def sign_in(browser, name="ada", password=PASSWORD, **fields):
    token = shown_token(browser.get("/desk/sign-in").text)
    data = {"csrf": token, "name": name, "password": password, **fields}
    return browser.post("/desk/sign-in", data=data)


def cookie(browser) -> str:
    return browser.get_cookie(COOKIE).value


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("desk.")]


def filled(rule) -> str:
    return re.sub(r"<[^>]*>", "1", rule.rule)


def test_every_page_but_the_way_in_asks_to_sign_in(app, browser):
    for rule in rules(app):
        if "GET" in rule.methods and rule.endpoint not in (
            "desk.sign_in", "desk.enter", "desk.style", "desk.script",
        ):  # fmt: skip
            reply = browser.get(filled(rule))
            assert reply.status_code == 401, rule
            assert "<h1>Sign in</h1>" in reply.text


def test_a_sign_in_goes_on_to_the_page_that_was_asked_for(browser):
    shown = browser.get("/desk/audit?issue=5")
    path = re.search(r'name="path" value="(.*?)"', shown.text)[1]
    reply = sign_in(browser, path=path)
    assert (reply.status_code, reply.headers["Location"]) == (303, "/desk/audit?issue=5")
    assert browser.get("/desk/audit").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/desk//evil.example",
        "/desk/\\evil",
        "x",
        "/desk?a=\r\nX: y",
    ],
)
def test_a_sign_in_leads_nowhere_else(browser, path):
    assert sign_in(browser, path=path).headers["Location"] == "/desk"


def test_a_sign_in_gives_a_new_cookie_that_scripts_and_other_sites_do_not_get(browser):
    browser.get("/desk/sign-in")
    before = cookie(browser)
    given = sign_in(browser).headers["Set-Cookie"]
    assert cookie(browser) != before
    assert len(cookie(browser)) >= 43
    for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert part in given
    assert given.startswith("__Host-")


def test_without_https_the_cookie_is_not_secure(store, settings, clock):
    local = replace(settings, base_url="http://127.0.0.1:8080")
    given = desk_app(store, local, clock).test_client().get("/desk/sign-in").headers["Set-Cookie"]
    assert "Secure" not in given
    assert given.startswith("recap_desk_8080=")


def test_a_second_sign_in_ends_the_session_before_it(store, browser, clock):
    sign_in(browser)
    first = cookie(browser)
    sign_in(browser)
    assert cookie(browser) != first
    assert store.users.sessions.find(token_key(first), clock()) is None


def test_a_wrong_name_and_a_wrong_password_get_one_answer(browser):
    wrong, unknown = sign_in(browser, password="not it at all"), sign_in(browser, name="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert WRONG in wrong.text
    hidden = re.compile(r'value="(nobody|ada)"')
    assert hidden.sub("", wrong.text) == hidden.sub("", unknown.text)


def test_an_unknown_name_costs_a_check_of_a_password_too(store, app, browser, monkeypatch):
    checked = []
    monkeypatch.setattr(accounts, "_fits", lambda kept, _: checked.append(kept[:10]) or False)
    sign_in(browser, name="nobody")
    sign_in(browser)
    assert checked == ["$argon2id$"] * 2


def test_many_tries_are_refused_for_a_while_even_the_right_one(store, app, browser, clock):
    for _ in range(TRIES[0]):
        assert sign_in(browser, password="wrong").status_code == 401
    late = sign_in(browser)
    assert late.status_code == 429
    assert "Too many tries" in late.text
    clock.sleep(16 * 60)
    assert sign_in(browser).status_code == 303


def test_one_name_is_not_tried_from_many_addresses(app, browser, monkeypatch):
    addresses = iter(f"198.51.{number}.7" for number in range(100))
    monkeypatch.setattr(accounts, "_fits", lambda *_: False)
    token = shown_token(browser.get("/desk/sign-in").text)
    codes = [
        browser.post(
            "/desk/sign-in",
            data={"csrf": token, "name": "ada", "password": "x"},
            environ_base={"REMOTE_ADDR": next(addresses)},
        ).status_code
        for _ in range(TRIES[2] + 1)
    ]
    assert codes == [401] * TRIES[2] + [429]


@pytest.mark.parametrize("token", ["", "0" * 64, form_token("another cookie"), "é"])
def test_nobody_signs_in_with_a_form_that_is_not_ours(browser, token):
    browser.get("/desk/sign-in")
    data = {"csrf": token, "name": "ada", "password": PASSWORD}
    assert browser.post("/desk/sign-in", data=data).status_code == 403
    assert browser.get("/desk/issues").status_code == 401


def test_nobody_signs_in_without_the_cookie_of_the_form(app, browser):
    token = shown_token(browser.get("/desk/sign-in").text)
    data = {"csrf": token, "name": "ada", "password": PASSWORD}
    assert app.test_client().post("/desk/sign-in", data=data).status_code == 403
    empty = {**data, "csrf": form_token("")}
    assert app.test_client().post("/desk/sign-in", data=empty).status_code == 403


def test_without_the_right_form_token_nothing_that_is_posted_acts(store, desk):
    before = everything(store)
    for rule in rules(desk.client.application):
        if "POST" in rule.methods:
            for token in ("", form_token("another cookie")):
                reply = desk.post(filled(rule), {"csrf": token, "name": "x"})
                assert reply.status_code == 403, rule
    assert everything(store) == before


def test_a_form_from_before_the_sign_in_keeps_what_was_typed(desk):
    reply = desk.post(
        "/desk/sources", {"csrf": "old", "address": "https://feeds.example/<b>"}, headers=SAME
    )
    assert reply.status_code == 403
    assert 'value="https://feeds.example/&lt;b&gt;"' in reply.text
    assert shown_token(reply.text) == form_token(desk.token)


def test_another_sites_form_is_not_shown_to_be_sent_again(desk):
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        reply = desk.post("/desk/sources", {"csrf": "x", "address": "evil"}, headers=headers)
        assert "evil" not in reply.text


@pytest.mark.parametrize("ended", ["revoked", "idle", "disabled", "password"])
def test_what_is_typed_when_the_session_ends_is_sent_after_signing_in(store, browser, clock, ended):
    sign_in(browser)
    token = shown_token(browser.get("/desk/sources").text)
    if ended == "revoked":
        store.users.sessions.end_all("ada")
    elif ended == "idle":
        clock.sleep(IDLE.total_seconds())
    elif ended == "disabled":
        accounts.set_disabled(store, "ada", True, now=clock(), by="ben")
        accounts.set_disabled(store, "ada", False, now=clock(), by="ben")
    else:
        accounts.set_password(store, "ada", PASSWORD, now=clock())
    text = "\nA long brief\nwith <script> & more\n"
    data = {"csrf": token, "address": text, "two": ["a", "b"], "password": "not kept"}
    refused = browser.post("/desk/sources", data=data)
    assert refused.status_code == 401
    assert "not kept" not in refused.text
    assert "<script> &" not in refused.text
    fields = {
        "csrf": shown_token(refused.text), "name": "ada", "password": PASSWORD,
        "action": "/desk/sources", "kept:address": text, "kept:two": ["a", "b"],
    }  # fmt: skip
    for name in ("address", "two"):
        assert f'name="kept:{name}"' in refused.text
    shown = browser.post("/desk/sign-in", data=fields)
    assert shown.status_code == 200
    assert 'action="/desk/sources"' in shown.text
    assert "with &lt;script&gt; &amp; more" in shown.text
    assert shown.text.count('name="two"') == 2
    assert shown_token(shown.text) == form_token(cookie(browser))


def test_a_wrong_password_in_between_keeps_it_too(browser):
    sign_in(browser)
    kept = {"action": "/desk/sources", "kept:address": "https://feeds.example"}
    reply = sign_in(browser, password="wrong", **kept)
    assert 'name="kept:address"' in reply.text
    assert "https://feeds.example" in reply.text


def test_kept_fields_go_to_the_desk_alone(browser):
    kept = {"action": "https://evil.example/", "kept:address": "x"}
    assert sign_in(browser, **kept).status_code == 303


def test_more_fields_than_are_kept_are_said_to_be_cut(desk):
    reply = desk.post(
        "/desk/sources/mute", {"csrf": "old", **{f"f{n}": "x" for n in range(501)}}, headers=SAME
    )
    assert "the first 500 are here" in reply.text


def test_signing_out_ends_the_session_and_takes_the_cookie(store, app, browser, clock):
    sign_in(browser)
    token = cookie(browser)
    reply = browser.post("/desk/sign-out", data={"csrf": form_token(token)})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/desk/sign-in")
    assert store.users.sessions.find(token_key(token), clock()) is None
    assert browser.get_cookie(COOKIE) is None


def test_signing_out_everywhere_ends_all_sessions_of_this_user_alone(store, desk, editor, clock):
    app = desk.client.application
    store.users.sessions.begin(token_key("phone"), "ada", clock())
    desk.post("/desk/sign-out", {"everywhere": "1"})
    assert store.users.sessions.find(token_key("phone"), clock()) is None
    assert editor.get("/desk/issues").status_code == 200
    assert "everywhere" in [line.details for _, line in store.users.audit.lines()]
    assert app is editor.client.application


def test_a_changed_password_ends_the_other_sessions(store, browser, clock):
    sign_in(browser)
    token = form_token(cookie(browser))
    store.users.sessions.begin(token_key("phone"), "ada", clock())
    new = {"new_password": "another plain phrase", "new_password_again": "another plain phrase"}
    for fields in (
        {"old_password": "wrong", **new},
        {"old_password": PASSWORD, **new, "new_password_again": "differs"},
        {"old_password": PASSWORD, "new_password": "short", "new_password_again": "short"},
    ):
        reply = browser.post("/desk/account", data={"csrf": token, **fields})
        assert reply.status_code == 400
        assert 'role="alert"' in reply.text
    assert store.users.sessions.find(token_key("phone"), clock()) is not None
    reply = browser.post("/desk/account", data={"csrf": token, "old_password": PASSWORD, **new})
    assert reply.status_code == 303
    assert store.users.sessions.find(token_key("phone"), clock()) is None
    assert "signed out elsewhere" in browser.get("/desk/account").text


def test_whoever_took_a_session_does_not_guess_the_password_behind_it(desk, monkeypatch):
    monkeypatch.setattr(accounts, "knows_password", lambda *_: False)
    for _ in range(TRIES[2]):
        assert "not your password" in desk.post("/desk/account", {"old_password": "x"}).text
    assert "Too many tries" in desk.post("/desk/account", {"old_password": "x"}).text


def test_an_editor_sees_no_page_of_a_publisher_and_changes_nothing_there(store, desk, editor):
    views = desk.client.application.view_functions
    before = everything(store)
    pages = [
        rule for rule in rules(desk.client.application)
        if getattr(views[rule.endpoint], "for_publishers", False)
    ]  # fmt: skip
    assert len(pages) > 10
    for rule in pages:
        reply = editor.post(filled(rule)) if "POST" in rule.methods else editor.get(filled(rule))
        assert reply.status_code == 403, rule
        assert "Publishers only" in reply.text
    assert everything(store) == before
    assert "/desk/users" not in editor.get("/desk/issues").text
    assert "/desk/users" in desk.get("/desk/issues").text


def test_a_link_shows_a_button_and_lets_in_once(store, settings, clock):
    browser = desk_app(store, settings, clock).test_client()
    accounts.make_link(store, token="link", now=clock())
    before = everything(store)
    shown = browser.get("/desk/enter/link")
    assert everything(store) == before
    data = {"csrf": shown_token(shown.text)}
    assert browser.post("/desk/enter/link", data=data).headers["Location"] == "/desk"
    assert "You came by a link" in browser.get("/desk/account").text
    other = browser.application.test_client()
    data = {"csrf": shown_token(other.get("/desk/enter/link").text)}
    late = other.post("/desk/enter/link", data=data)
    assert late.status_code == 410
    assert "works no more" in late.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_changes_at_the_desk_unless_something_is_posted(store, desk, method):
    before = everything(store)
    for rule in rules(desk.client.application):
        reply = desk.client.open(filled(rule), method=method, data={"csrf": form_token(desk.token)})
        assert reply.status_code < 500, rule
    assert everything(store) == before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_has_the_headers_that_keep_it_safe(desk, method):
    anonymous = desk.client.application.test_client()
    for rule in rules(desk.client.application):
        for who in (desk.client, anonymous):
            reply = who.open(filled(rule), method=method)
            policy = reply.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert "http" not in policy
            assert reply.headers["Referrer-Policy"] == "no-referrer"
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["X-Frame-Options"] == "DENY"
            if reply.mimetype == "text/html" and reply.status_code != 405:
                assert reply.headers["Cache-Control"] == "no-store", rule
                assert "<script>" not in reply.text
                assert " style=" not in reply.text


def test_the_public_pages_allow_no_script_beside_the_desk(desk):
    assert "script" not in desk.get("/subscribe").headers["Content-Security-Policy"]


def test_the_style_and_the_script_are_kept_by_browsers_under_a_name_of_their_content(desk):
    page = desk.get("/desk/issues").text
    for name, kind in (("css", "text/css"), ("js", "text/javascript")):
        path = re.search(rf'"(/desk/desk\.{name}\?v=[0-9a-f]{{16}})"', page)[1]
        reply = desk.client.application.test_client().get(path)
        assert "immutable" in reply.headers["Cache-Control"]
        assert reply.mimetype == kind


def test_a_path_in_front_is_in_every_address(store, settings, clock):
    below = replace(settings, base_url="https://recap.example/weekly")
    desk = signed_in(desk_app(store, below, clock), store, clock)
    page = desk.get("/desk/issues").text
    assert not re.search(r'(href|src|action)="/(?!weekly/)', page)
    assert desk.get("/desk").headers["Location"] == "/weekly/desk/issues"


def test_a_message_is_shown_once_and_believed_from_us_alone(desk):
    desk.post("/desk/sources/mute", {"name": "x"})
    desk.client.set_cookie(f"{COOKIE}_said", "forged", domain="localhost")
    assert "forged" not in desk.get("/desk/issues").text


def test_a_character_that_no_database_takes_is_refused(desk):
    assert desk.get("/desk/audience?search=%00").status_code == 400
    assert desk.post("/desk/sources/mute", {"name": "a\x00b"}).status_code == 400


def test_a_form_that_is_too_large_is_answered_with_a_page(desk):
    reply = desk.post("/desk/sources", {"address": "x" * 5_000_000})
    assert reply.status_code == 413
    assert "too much at once" in reply.text


def test_an_error_of_ours_is_a_page_with_the_hint_and_what_was_typed(desk):
    reply = desk.post("/desk/sources/mute", {"name": "no such <source>", "muted": "yes"})
    assert reply.status_code == 400
    assert "See the names with" in reply.text
    assert 'value="no such &lt;source&gt;"' in reply.text


def test_a_database_that_is_out_of_reach_is_said_so(desk, monkeypatch):
    def away(*_, **__):
        raise StoreError("the database is locked", hint="wait")

    monkeypatch.setattr("digest.store.content.ContentStore.issues", away)
    reply = desk.get("/desk/issues")
    assert reply.status_code == 503
    assert "the database is locked" in reply.text
    monkeypatch.setattr("digest.store.users.Sessions.find", away)
    assert desk.get("/desk/issues").status_code == 503


def test_a_page_that_is_not_there_is_said_so_at_the_desk(desk):
    reply = desk.get("/desk/audience/999")
    assert reply.status_code == 404
    assert "There is no such page" in reply.text


def test_a_session_begun_elsewhere_is_seen_again_within_its_time(desk, clock):
    clock.now += timedelta(hours=11)
    assert desk.get("/desk/issues").status_code == 200
    clock.now += timedelta(hours=11)
    assert desk.get("/desk/issues").status_code == 200
