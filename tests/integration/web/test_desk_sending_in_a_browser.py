"""The desk's preview and progress in Chromium: what the frame can do, and how dark it is."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from digest.engine.jobs import Jobs
from digest.model import DeliveryState
from digest.pipeline import approving, dispatching, draining
from digest.settings import Listen
from digest.settings.leaving import Review
from digest.store import open_store, upgrade
from digest.tokens import token_key
from digest.web.app import create_app
from digest.web.desk import approval
from digest.web.desk.tokens import Cookie
from digest.web.serving import serving
from tests.builders import NOW, make_issue, make_item, make_story, make_theme
from tests.builders_sending import MemoryProvider, join, send, settings_in
from tests.email.test_accessibility import violations

pytestmark = pytest.mark.ci

HOSTILE = "<script>parent.document.title='taken'</script><img src=x onerror=alert(1)>"
SECONDS = 20


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def settings(tmp_path):
    settings = settings_in(tmp_path, RECAP_SECRET_KEY="a secret of the tests")
    brand = replace(settings.brand, address="1 Quay Street, Port Example")
    return replace(settings, brand=brand, review=Review(undo_minutes=0))


@pytest.fixture
def store(tmp_path):
    url = f"sqlite:///{tmp_path / 'recap.db'}"
    upgrade(url)
    with open_store(url) as opened:
        item = make_item(title=f"Northwind {HOSTILE}")
        opened.content.save_issue(make_issue(make_theme("Infra capex", [make_story(item)])))
        join(opened, "ada", "bob", "eve")
        yield opened


@pytest.fixture
def address(store, settings):
    from digest.model import Role

    with Jobs() as jobs:
        app = create_app(settings, store, desk=True, jobs=jobs)
        now = store.ledger.clock()()
        store.users.add("pat", Role.PUBLISHER, "a hash that no password has", now)
        store.users.sessions.begin(token_key("cookie-of-pat"), "pat", now)
        with serving(app, Listen("127.0.0.1", 0)) as served:
            yield served


def opened(browser, address, settings, path: str, **options):
    context = browser.new_context(**options)
    name = Cookie(settings)._name
    context.add_cookies([{"name": name, "value": "cookie-of-pat", "url": address}])
    page = context.new_page()
    page.set_default_timeout(1000 * SECONDS)
    page.goto(f"{address}/desk/issues/5{path}", wait_until="networkidle")
    return page


def frame_of(page):
    (frame,) = page.frames[1:]
    return frame


PAGES = (
    "/preview", "/preview?view=dark", "/preview?view=source", "/preview?view=headers&address=a",
    "/check", "/send", "/approve",
)  # fmt: skip
AFTER = ("/send", "/send-now", "/deliveries", "/preview?view=phone")


@pytest.fixture
def at_each_step(store, settings):
    """Bring the issue on, to look at pages of every step: approved, in sending, held, sent."""

    def approved() -> None:
        approving.approve(store, settings, 5, now=NOW, without_test=True)

    def stopped() -> None:
        send(store, settings, 5, provider, stop=lambda: len(provider.batches) == 1)

    def held() -> None:
        approving.hold(store, 5, "a wrong number in the lead", now=NOW)

    def sent() -> None:
        approving.resume(store, 5, now=NOW)
        send(store, settings, 5, provider)

    provider = MemoryProvider()
    provider.rejects = {"bob@post.example"}
    join(store, *(f"reader{number}" for number in range(150)))
    return {"approved": approved, "sending": stopped, "held": held, "sent": sent}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_no_violation_at_any_step(
    browser, address, settings, at_each_step, npm_tools, scheme, width
):
    page = opened(
        browser, address, settings, "/preview",
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True,
    )  # fmt: skip

    def look(paths: tuple[str, ...]) -> None:
        for path in paths:
            page.goto(f"{address}/desk/issues/5{path}")
            assert list(violations(page, npm_tools)) == [], path

    look(PAGES)
    for go_on in at_each_step.values():
        go_on()
        look(AFTER)
    page.context.close()


def test_nothing_is_past_the_edge_of_a_small_phone(browser, address, settings, at_each_step):
    page = opened(browser, address, settings, "/preview", viewport={"width": 320, "height": 800})

    def look(paths: tuple[str, ...]) -> None:
        for path in paths:
            page.goto(f"{address}/desk/issues/5{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path

    look(PAGES)
    for go_on in at_each_step.values():
        go_on()
        look(AFTER)
    page.context.close()


def test_a_script_in_a_headline_does_not_run_and_the_frame_reaches_nothing(
    browser, address, settings
):
    page = opened(browser, address, settings, "/preview")
    title = page.title()
    sandbox = page.locator("iframe.mail").get_attribute("sandbox")
    assert sandbox == ""
    assert "Northwind <script>" in page.frame_locator("iframe.mail").locator("body").inner_text()
    assert page.title() == title != "taken"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert not any(url.endswith("/x") for url in asked)
    page.context.close()


def test_a_script_put_into_the_document_itself_does_not_run_either(
    browser, address, settings, store
):
    """Even a template of a project that holds a script: the frame and the policy stop it."""
    (settings.folder / "templates" / "email").mkdir(parents=True)
    page = opened(browser, address, settings, "/preview")
    html = frame_of(page).content()
    script = "<script>document.body.id='ran'</script>"

    def with_script(route):
        answer = route.fetch()
        body = answer.text().replace("</body>", f"{script}</body>")
        route.fulfill(response=answer, body=body)

    page.route("**/preview/mail?*", with_script)
    page.reload(wait_until="networkidle")
    assert script in frame_of(page).content()
    assert page.frame_locator("iframe.mail").locator("#ran").count() == 0
    assert "Northwind" in html
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_is_dark_and_desktop_is_light_whatever_the_editor_prefers(
    browser, address, settings, scheme
):
    def painted(view: str) -> tuple[str, str]:
        page = opened(browser, address, settings, f"/preview?view={view}", color_scheme=scheme)
        handle = page.locator("iframe.mail").element_handle()
        ground, ink = _colours(handle.content_frame())
        page.context.close()
        return ground, ink

    assert painted("desktop") == ("rgb(243, 241, 236)", "rgb(28, 27, 26)")
    assert painted("dark") == ("rgb(18, 17, 16)", "rgb(236, 232, 225)")


def _colours(frame) -> tuple[str, str]:
    """Ground and ink as the frame paints them; the browser is asked, no script of the mail."""
    return tuple(
        frame.evaluate(
            "() => [getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('h1')).color]"
        )
    )


def test_the_frame_is_as_wide_as_a_phone_and_pictures_are_off(browser, address, settings):
    page = opened(browser, address, settings, "/preview?view=phone")
    frame = page.locator("iframe.mail").element_handle().content_frame()
    assert frame.evaluate("innerWidth") == 375
    assert frame.evaluate("document.documentElement.scrollWidth") == 375
    page.goto(f"{address}/desk/issues/5/preview?view=no-pictures", wait_until="networkidle")
    frame = page.locator("iframe.mail").element_handle().content_frame()
    assert frame.evaluate("[...document.images].every((one) => !one.src)")
    page.context.close()


def test_numbers_move_by_themselves_while_mails_leave(
    browser, address, settings, store, monkeypatch
):
    provider = MemoryProvider()
    go_on = threading.Event()
    provider.before = lambda: go_on.wait(SECONDS)
    for module in (approval, draining):
        monkeypatch.setattr(module, "open_provider", lambda settings, **_: provider)
    approving.approve(store, settings, 5, now=NOW, without_test=True)
    page = opened(browser, address, settings, "/send-now")
    page.get_by_role("button", name="Send: 3 subscribers").click()
    shown = page.locator("[data-show=sent]")
    shown.wait_for()
    assert shown.inner_text() == "0"
    page.get_by_label("Why it is held").fill("half a thought")
    go_on.set()
    page.get_by_role("link", name="What became of the mails").wait_for()
    assert shown.inner_text() == "3"
    assert store.ledger.counts(5)[DeliveryState.SENT] == 3
    page.context.close()


def test_without_a_script_the_same_is_done_by_presses(
    browser, address, settings, store, monkeypatch
):
    provider = MemoryProvider()
    for module in (approval, draining):
        monkeypatch.setattr(module, "open_provider", lambda settings, **_: provider)
    page = opened(browser, address, settings, "/send", java_script_enabled=False)
    page.get_by_label("Addresses, up to 10").fill("pat@desk.example")
    page.get_by_role("button", name="Send a test copy").click()
    page.get_by_role("link", name="Approve…").click()
    page.get_by_role("button", name="Approve: 3 subscribers").click()
    page.get_by_role("link", name="Send now…").click()
    page.get_by_role("button", name="Send: 3 subscribers").click()
    for _ in range(SECONDS * 4):
        if page.get_by_role("link", name="What became of the mails").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    assert re.search("done, 3 mails sent", page.locator("main").inner_text())
    assert len(provider.batches) == 2
    assert dispatching.MOST_TESTS == 10
    page.context.close()
