"""Everybody can use the pages: axe-core's WCAG 2.1 A and AA, valid HTML, contrast, 320 px."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.model import Profile
from digest.pipeline.notices import ask_to_confirm
from digest.settings import Notify, Settings
from digest.store import Store, open_store
from digest.tokens import confirmation_token, key_id
from digest.web.app import site_of
from tests.builders import NOW, make_issue
from tests.builders_sending import Clock, join
from tests.builders_web import (
    SECRET,
    fill_in,
    leave_path,
    preferences_path,
    review_paths,
    web_app,
    web_settings,
)
from tests.email.looks import SCHEMES
from tests.email.test_accessibility import pale, violations

pytestmark = pytest.mark.ci

EDITOR = "ed@desk.example"
FRESH = "f" * 32
PAGES: dict[str, Callable[[FlaskClient, Store], object]] = {
    "subscribe": lambda client, _: client.get("/subscribe"),
    "subscribe, no address": lambda client, _: fill_in(client, Clock(), "nobody"),
    "subscribe, done": lambda client, _: fill_in(client, Clock(), "cy@post.example"),
    "confirm": lambda client, _: client.get(confirm_path()),
    "confirm, done": lambda client, _: client.post(confirm_path()),
    "leave": lambda client, store: client.get(leave_path(store.audience.by_id(1))),
    "leave, done": lambda client, store: client.post(leave_path(store.audience.by_id(1))),
    "preferences": lambda client, store: client.get(preferences_path(store.audience.by_id(1))),
    "preferences, done": lambda client, store: client.post(
        preferences_path(store.audience.by_id(1)), data={"name": "Ada"}
    ),
    "review": lambda client, store: client.get(review_path(client, store)),
    "review, done": lambda client, store: client.post(review_path(client, store)),
    "no such page": lambda client, _: client.get("/nowhere"),
    "no such reader": lambda client, _: client.get("/leave/nobody"),
    "too large": lambda client, _: client.post("/subscribe", data={"email": "x" * 20_000}),
}


def confirm_path() -> str:
    return "/confirm/" + confirmation_token(f"{key_id(SECRET)}.{FRESH}", SECRET)


def review_path(client: FlaskClient, store: Store) -> str:
    """The page to approve issue 5 on."""
    settings = site_of(client.application).settings
    return review_paths(settings, store.content.issue(5), EDITOR, now=NOW)[1]


@pytest.fixture(scope="module", params=["en", "ar"])
def shown(request: pytest.FixtureRequest, tmp_path_factory) -> dict[str, str]:
    """The pages by name, as a browser gets them, with the style in place of the link to it."""
    folder: Path = tmp_path_factory.mktemp("pages")
    plain: Settings = web_settings(folder)
    settings = replace(plain, brand=replace(plain.brand, language=request.param, address="1 Row"))
    settings = replace(settings, notify=Notify(editors=(EDITOR,)))
    found = {}
    with open_store(settings.database_url, create=True) as store:
        join(store, "ada")
        store.content.save_issue(make_issue(title="One week"))
        ask_to_confirm(
            store, settings, "ben@post.example", Profile(), fresh=FRESH, now=NOW, evidence=""
        )
        client = web_app(store, settings, Clock()).test_client()
        style = f"<style>{client.get('/style.css').text}</style>"
        for name, ask in PAGES.items():
            found[name] = ask(client, store).text.replace(
                '<link rel="stylesheet" href="/style.css">', style
            )
            assert style in found[name]
    return found


@pytest.mark.parametrize("width", [640, 320])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(window, npm_tools, shown, name, scheme, width):
    page = window.open(shown[name], width=width, scheme=scheme)
    assert list(violations(page, npm_tools)) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_every_text_stands_out_and_nothing_is_past_the_edge(window, shown, name, scheme):
    seen = window.see(shown[name], width=320, scheme=scheme)
    assert seen.width <= 320
    assert pale(seen.texts) == []
    assert seen.headings[:1] == (1,)


@pytest.mark.parametrize("name", PAGES)
def test_html_validate_finds_no_error(node, shown, name):
    assert node("html_validate.mjs", shown[name], "page") == []
