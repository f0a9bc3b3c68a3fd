"""Every route, those added later too: wrong methods, roles and tokens change nothing anywhere."""

from __future__ import annotations

import re

import pytest

from tests.abuse.target import STRANGER, UNLINKED, Target

pytestmark = pytest.mark.usefixtures("quiet")

A_RULE = 2
"""Paths of a rule that are enough."""

LOOKS = ("GET", "HEAD", "OPTIONS")
METHODS = (*LOOKS, "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "BREW")
WITHOUT_COOKIE = ("/leave/", "/confirm/", "/subscribe", "/hooks/", "/preferences/", "/review/")
"""What must work without a session: mail programs, readers and providers call it."""

PUBLISHERS_WORDS = re.compile(r"/(approve|send-now|resume|users|export|import|erase)\b")
"""In the path of an act that only a publisher may do."""

LONG_FIELDS = ("name", "brief", "intro", "headline", "label", "what_changed", "kept")


def routes(target: Target):
    """Each rule with its view, the methods of all rules at its path, and a path or some."""
    together: dict[str, set[str]] = {}
    for rule in target.app.url_map.iter_rules():
        together.setdefault(rule.rule, set()).update(rule.methods)
    for rule in target.app.url_map.iter_rules():
        view = target.app.view_functions[rule.endpoint]
        for path in target.paths(rule.rule)[:A_RULE]:
            yield rule, view, together[rule.rule], path


def posts(target: Target, below: str = "/"):
    """Every route that takes a POST: view, path, and a form for it if a page shows one."""
    forms = {form.path: form for form in target.found.all_forms()}
    for rule, view, _, path in routes(target):
        if "POST" in rule.methods and path.startswith(below):
            form = forms.get(path)
            yield view, path, dict(form.fields) if form else {"name": "x"}


def test_every_page_is_linked_to(target):
    """What no link leads to, nobody finds; what a script asks for stands in an attribute."""
    rules = {rule.rule for rule in target.app.url_map.iter_rules()}
    assert rules - set(target.found.paths) - set(UNLINKED) == set()


def test_no_link_or_form_leads_nowhere(target):
    assert target.found.missing == []


def test_a_wrong_method_is_refused_with_those_that_are_right(target):
    for _, _, allowed, path in routes(target):
        for method in set(METHODS) - allowed:
            with target.unchanged((method, path)):
                reply = target.call(method, path, "ada", form={})
            assert reply.status_code == 405, (method, path)
            told = {name.strip() for name in reply.headers["Allow"].split(",")}
            assert told == allowed, (method, path)


@pytest.mark.parametrize("who", [STRANGER, "ed", "ada"])
def test_a_look_changes_nothing(target, who):
    for rule, _, _, path in routes(target):
        for method in set(LOOKS) & rule.methods:
            with target.unchanged((method, path)):
                reply = target.call(method, path, who)
            assert method != "HEAD" or reply.data == b"", (method, path)
            if method == "GET":
                with target.unchanged(("GET", path, "with a body")):
                    target.call("GET", path, who, form={"csrf": "x", "move": "drop 1"})


def test_head_is_get_without_a_body(target):
    for rule, _, _, path in routes(target):
        if "GET" in rule.methods:
            look, head = (target.call(method, path, "ada") for method in ("GET", "HEAD"))
            assert head.status_code == look.status_code, path
            assert head.mimetype == look.mimetype, path


@pytest.mark.parametrize("given", [{}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é\u202e"}])
def test_a_form_without_its_token_is_refused(target, given):
    for _, path, fields in posts(target, "/desk"):
        for who in ("ada", STRANGER):
            with target.unchanged((path, given)):
                reply = target.call("POST", path, who, form={**fields, **given}, token=False)
            view_is_open = who == "ada" or path.startswith(("/desk/sign-in", "/desk/enter"))
            assert reply.status_code == (403 if view_is_open else 401), (path, who)


def test_the_token_of_another_session_is_refused(target):
    from digest.web.desk.tokens import form_token
    from tests.abuse.seeded import cookie_of

    other = form_token(cookie_of("ed"))
    for _, path, fields in posts(target, "/desk"):
        with target.unchanged(path):
            reply = target.call("POST", path, "ada", form={**fields, "csrf": other}, token=False)
        assert reply.status_code == 403, path


def test_without_a_session_there_is_only_the_way_in(target):
    for rule, view, _, path in routes(target):
        if not path.startswith("/desk") or getattr(view, "for_strangers", False):
            continue
        for method in rule.methods - {"OPTIONS"}:
            with target.unchanged((method, path)):
                reply = target.call(method, path, STRANGER, form={} if method == "POST" else None)
            assert reply.status_code == 401, (method, path)
            assert method == "HEAD" or 'name="password"' in reply.text


def test_only_the_way_in_and_the_looks_of_pages_are_for_strangers(target):
    for rule, view, _, _ in routes(target):
        if getattr(view, "for_strangers", False):
            assert re.fullmatch(r"/desk/(sign-in|enter/<link>|[\w.-]+\.(css|js|svg))", rule.rule)


def test_an_editor_does_no_act_of_a_publisher(target):
    for rule, view, _, path in routes(target):
        if not getattr(view, "for_publishers", False):
            continue
        for method in rule.methods - {"OPTIONS"}:
            with target.unchanged((method, path)):
                reply = target.call(method, path, "ed", form={} if method == "POST" else None)
            assert reply.status_code == 403, (method, path)


def test_what_reaches_readers_or_users_is_for_publishers(target):
    for rule, view, _, _ in routes(target):
        if rule.rule.startswith("/desk") and "POST" in rule.methods:
            wanted = bool(PUBLISHERS_WORDS.search(rule.rule))
            assert getattr(view, "for_publishers", False) or not wanted, rule.rule


def test_readers_need_no_cookie_and_get_none(target):
    for _, path, fields in posts(target):
        if path.startswith("/desk"):
            continue
        assert path.startswith(WITHOUT_COOKIE), path
        reply = target.call("POST", path, form=fields, token=False, headers={"Cookie": ""})
        target.put_back()
        assert reply.status_code != 403, path


def test_a_body_without_end_is_refused(target):
    for view, path, _ in posts(target):
        if path.startswith(("/leave/", "/confirm/", "/review/")):
            continue  # who leaves is let go, whatever stands in the body: it is not read
        most = max(getattr(view, "most_bytes", 0), 5 * 1024 * 1024)
        with target.unchanged(path):
            reply = target.call(
                "POST", path, "ada", data=b"", environ={"CONTENT_LENGTH": str(most + 1)},
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip
        assert reply.status_code in (400, 404, 413), (path, reply.status_code)


@pytest.mark.parametrize("at_once", [True, pytest.param(False, marks=pytest.mark.ci)])
def test_a_megabyte_in_a_field_is_taken_or_refused_in_words(target, at_once):
    text = "long words " * 95_000
    for _, path, fields in posts(target):
        names = [name for name in fields if name in LONG_FIELDS] or [*fields][:1]
        for name in names if at_once else fields:
            reply = target.call("POST", path, "ada", form={**fields, name: text})
            target.check_refusal(reply, f"{path} {name}")
            assert len(reply.data) < 4_000_000


def test_pages_that_nobody_has_are_told_kindly_and_safely(target):
    for path in ("/nowhere", "/desk/nowhere", "//evil.example/", "/..", "/.env", "/%00"):
        reply = target.call("GET", path, "ada")
        assert reply.status_code == 404, path
        assert "<h1>" in reply.text
        assert path not in reply.text
