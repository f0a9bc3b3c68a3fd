"""Hostile calls: no page breaks, no text becomes markup, nothing but its own form acts."""

from __future__ import annotations

import re

import pytest

from digest.model import Source
from digest.web.desk.tokens import form_token
from tests.builders_desk import COOKIE
from tests.builders_sending import join

FIELDS = (
    "name", "email", "reason", "role", "off", "muted", "format", "evidence", "path", "action",
    "kept:name", "everywhere", "old_password", "new_password", "new_password_again", "password",
)  # fmt: skip
TEXTS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "{% raw %}",
    "'; DROP TABLE desk_user; --", "\u202eevil", "a\r\nSet-Cookie: x=y", "\ufffe\uffff", "𝒳" * 3000,
    "=HYPERLINK(1)", "../../etc/passwd", "%00%0a", "-1", "9" * 400, "",
)  # fmt: skip


def rules(app, method: str):
    return [
        rule for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and method in rule.methods
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a page went to the network")

    monkeypatch.setattr("digest.pipeline.subscribing.subscribe", refuse)


@pytest.mark.parametrize("text", TEXTS)
def test_no_hostile_text_breaks_a_page_or_becomes_markup(store, desk, text):
    join(store, "ada")
    store.content.add_sources([Source("Feed", "https://feeds.example")])
    app = desk.client.application
    for rule in rules(app, "POST"):
        if rule.endpoint in ("desk.sign_out", "desk.add_source", "desk.check_sources"):
            continue
        path = re.sub(r"<int.*?>", "1", rule.rule)
        path = re.sub(r"<[^>]*>", "x", path)
        data = dict.fromkeys(FIELDS, text)
        reply = desk.client.post(path, data={**data, "csrf": form_token(desk.token)})
        assert reply.status_code < 500, rule
        if reply.mimetype == "text/html":
            assert "<script>alert" not in reply.text
            assert "onerror=alert(1)>" not in reply.text
        assert "x=y" not in str(reply.headers.getlist("Set-Cookie"))
        assert desk.get("/desk/issues").status_code == 200


@pytest.mark.parametrize("text", TEXTS)
def test_no_hostile_address_breaks_a_page(desk, text):
    for path in ("audience", "audit", "issues"):
        query = dict.fromkeys(("search", "status", "page", "before", "issue"), text)
        reply = desk.get(f"/desk/{path}", query_string=query)
        assert reply.status_code == 200
        assert "<script>alert" not in reply.text
    for path in (f"audience/{text}", f"audience/import/{text}", f"enter/{text}"):
        assert desk.get(f"/desk/{path}").status_code < 500


@pytest.mark.parametrize("text", TEXTS)
def test_a_cookie_that_is_not_ours_opens_nothing(desk, text):
    client = desk.client.application.test_client()
    sent = " ".join(text.encode("ascii", "replace").decode().split())
    reply = client.get("/desk/issues", headers={"Cookie": f"{COOKIE}={sent}"})
    assert reply.status_code == 401


@pytest.mark.parametrize("body", [b"\xff\xfe", b"csrf", b"&&&=", b"csrf=%zz", b"a" * 100_000])
@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded", "multipart/form-data", "application/json",
        "multipart/form-data; boundary=x", "text/plain", "",
    ],
)  # fmt: skip
def test_no_body_in_another_form_acts_or_breaks(desk, body, kind):
    for path in ("/desk/sources/mute", "/desk/sign-in", "/desk/audience/import"):
        assert desk.client.post(path, data=body, content_type=kind).status_code in (400, 403, 413)
