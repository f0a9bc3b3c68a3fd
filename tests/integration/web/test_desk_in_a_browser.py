"""The desk in Chromium: the script, without it, by keyboard, over a lost connection; axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digest.model import AuditLine, Health, Role, Source
from digest.pipeline import accounts
from digest.pipeline.approving import approve
from digest.settings import Listen
from digest.store import Store, Visit, open_store
from digest.tokens import token_key
from digest.web.app import create_app
from digest.web.serving import serving
from tests.builders import NOW, make_issue
from tests.builders_desk import PASSWORD
from tests.builders_sending import join
from tests.builders_web import web_settings
from tests.email.looks import SCHEMES
from tests.email.test_accessibility import violations

pytestmark = pytest.mark.ci

COOKIE = "recap_desk_8080"
TOKEN = "the-cookie-of-ada"
PAGES = (
    "issues", "sources", "audience", "audience?status=suppressed", "audience/2",
    "audience/2/erase", "audience/import", "schedule", "users", "audit", "account",
    "audience/999", "enter/nothing",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A desk that is served, the store behind it, and a browser."""

    address: str
    store: Store
    browser: Any

    def open(self, path: str = "sources", *, signed_in: bool = True, **options: Any) -> Any:
        """A page in a window of its own."""
        context = self.browser.new_context(**options)
        if signed_in:
            sessions = self.store.users.sessions
            sessions.end(token_key(TOKEN))
            sessions.begin(token_key(TOKEN), "ada", datetime.now(UTC))
            context.add_cookies([{"name": COOKIE, "value": TOKEN, "url": self.address}])
        page = context.new_page()
        page.goto(f"{self.address}/desk/{path}")
        return page


@pytest.fixture(scope="module")
def place(chromium, tmp_path_factory) -> Iterator[Place]:
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("desk")
    settings = replace(web_settings(folder), base_url="http://127.0.0.1:8080")
    with open_store(settings.database_url, create=True) as store:
        fill(store, settings)
        app = create_app(settings, store, desk=True)
        with serving(app, Listen("127.0.0.1", 0)) as address, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield Place(address, store, browser)
            browser.close()


def fill(store: Store, settings) -> None:
    """Something on every page."""
    join(store, "ada", "ben", "cleo")
    store.audience.suppress("ben@post.example", "permanent bounce", NOW)
    store.audience.suppress("gone@post.example", "imported", NOW)
    names = ("A source with a long name of its own", "Failing", "Other")
    store.content.add_sources([
        Source(name, f"https://feeds.example/{number}/{'a-long-path/' * 8}")
        for number, name in enumerate(names)
    ])  # fmt: skip
    good = Health(tried_at=NOW, good_at=NOW, new_at=NOW, items_seen=120, last_count=20)
    bad = Health(tried_at=NOW, failures=7, error="it answered 503", next_at=NOW + timedelta(1))
    store.visits.save([Visit(names[0], good, None), Visit(names[1], bad, None)])
    store.content.save_issue(make_issue())
    approve(store, settings, 5, now=NOW, without_test=True)
    for name, role in (("ada", Role.PUBLISHER), ("ben", Role.EDITOR)):
        accounts.add_user(store, name, role, PASSWORD, now=NOW)
    store.users.audit.note(AuditLine(NOW, "ada", "approved", 5, "sha256 " + "ab" * 32))
    store.ledger.occurrences.begin("weekly/collect", "2026-W22", NOW)
    store.ledger.occurrences.done("weekly/collect", "2026-W22", "failed: no network", NOW)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("path", [*PAGES, "sign-in"])
def test_axe_finds_no_violation(place, npm_tools, path, width, scheme):
    viewport = {"width": width, "height": 900}
    page = place.open(path, viewport=viewport, color_scheme=scheme, bypass_csp=True)
    assert list(violations(page, npm_tools)) == []
    page.context.close()


@pytest.mark.parametrize("path", [*PAGES, "sign-in"])
def test_nothing_is_past_the_edge_of_a_small_phone(place, path):
    page = place.open(path, viewport={"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_the_page_says_what_was_blocked_or_failed_nowhere(place):
    told: list[str] = []
    page = place.open("schedule")
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for path in ("sources", "audience", "users"):
        page.goto(f"{place.address}/desk/{path}")
    assert told == []
    page.context.close()


def muted(place, name: str = "Other") -> bool:
    return next(one.muted for one in place.store.content.sources() if one.name == name)


def test_a_press_is_taken_without_leaving_the_page_and_the_focus_stays(place):
    page = place.open()
    page.evaluate("window.stayed = true")
    before = muted(place)
    page.locator('[id="mute-Other"] button').focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#live:text-is('Saved')")
    assert muted(place) is not before
    assert page.evaluate("window.stayed")
    assert page.evaluate("document.activeElement.form.id") == "mute-Other"
    assert page.locator("main .said").count() == 1
    page.context.close()


def test_the_same_press_works_without_a_script(place):
    page = place.open(java_script_enabled=False)
    before = muted(place)
    page.locator('[id="mute-Other"] button').click()
    assert muted(place) is not before
    assert page.locator("main .said").count() == 1
    page.context.close()


def test_what_is_typed_elsewhere_survives_the_answer_to_a_press(place):
    page = place.open()
    page.fill("#address", "https://half.exam")
    page.locator('[id="mute-Other"] button').click()
    page.wait_for_selector("#live:text-is('Saved')")
    assert page.input_value("#address") == "https://half.exam"
    page.context.close()


def test_over_a_lost_connection_the_text_stays_even_when_the_page_is_loaded_again(place):
    page = place.open()
    page.fill("#address", "https://feeds.example/unsent")
    page.context.set_offline(True)
    page.click("text=Add it")
    page.wait_for_selector("#live:has-text('Not saved')")
    assert page.input_value("#address") == "https://feeds.example/unsent"
    page.context.set_offline(False)
    page.reload()
    assert page.input_value("#address") == "https://feeds.example/unsent"
    assert "was put back" in page.text_content("#live")
    page.context.close()


def test_who_presses_twice_means_it_once(place):
    page = place.open()
    before = muted(place)
    page.locator('[id="mute-Other"] button').dblclick()
    page.wait_for_selector("#live:text-is('Saved')")
    assert muted(place) is not before
    page.context.close()


def test_an_unsent_text_does_not_hide_what_another_wrote_meanwhile(place):
    page = place.open()
    page.fill("#address", "https://mine.example")
    page.route(
        "**/desk/sources",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace(
                'id="address"', 'id="address" value="https://theirs.example"'
            ),
        ),
    )
    page.reload()
    assert page.input_value("#address") == "https://mine.example"
    assert "it reads now: https://theirs.example" in page.text_content("main .problem")
    page.context.close()


def test_a_text_is_saved_by_itself_while_somebody_types(place):
    page = place.open()
    page.eval_on_selector("#add-source", "form => form.setAttribute('data-autosave', '')")
    page.focus("#address")
    page.keyboard.type("no address at all")
    page.wait_for_selector("main [role=alert]")
    assert page.locator("main input[name=address]").input_value() == "no address at all"
    page.context.close()


@pytest.mark.parametrize(("status", "said"), [(413, "too much at once"), (500, "is broken")])
def test_an_answer_without_the_text_leaves_the_page_with_it(place, status, said):
    page = place.open()
    page.fill("#address", "https://feeds.example/kept")
    page.route("**/desk/sources", lambda route: route.fulfill(status=status, body="<p>no</p>"))
    page.click("text=Add it")
    page.wait_for_selector(f"#live:has-text('{said}')")
    assert page.input_value("#address") == "https://feeds.example/kept"
    page.context.close()


def test_an_error_is_shown_in_place_with_what_was_typed(place):
    page = place.open()
    page.fill("#address", "no address at all")
    page.click("text=Add it")
    page.wait_for_selector("main [role=alert]")
    assert page.locator("text=What you typed is still here").count() == 1
    assert page.locator("main input[name=address]").input_value() == "no address at all"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_who_was_signed_out_in_between_signs_in_and_sends_it_again(place, script):
    page = place.open(java_script_enabled=script)
    typed = f"nothing to find {script}"
    page.fill("#address", typed)
    place.store.users.sessions.end_all("ada")
    page.click("text=Add it")
    page.wait_for_selector("text=What you typed is kept")
    page.fill("#name", "ada")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_selector("text=What you typed is still here")
    assert page.locator("main input[name=address]").input_value() == typed
    page.click("text=Send it again")
    page.wait_for_selector("main [role=alert]")
    page.context.close()


def test_somebody_signs_in_and_goes_about_by_keyboard_alone(place):
    page = place.open("audit", signed_in=False)
    page.focus("#name")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("h1:text-is('Audit log')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_selector("main:focus", state="attached")
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "Schedule":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:text-is('Schedule')")
    page.context.close()
