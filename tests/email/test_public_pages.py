"""The pages that readers see, in a browser: accessible, valid, and nothing that they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from digest.model import Profile
from digest.settings import Listen
from digest.store import open_store
from digest.web.serving import serving
from tests.builders import make_issue, make_theme
from tests.builders_sending import Clock, join
from tests.builders_web import (
    leave_path,
    preferences_path,
    publish,
    story_path,
    theme_path,
    web_app,
    web_settings,
)
from tests.email.looks import SCHEMES
from tests.email.mails import rich_story
from tests.full_issue import full_issue

pytestmark = pytest.mark.ci

RICH = rich_story(1, long=True)
MAIL = "/issues/5"
PAGES = ("/", "/issues/", MAIL, story_path(RICH), theme_path("Infra capex"),
         "/search?q=corvid", "/search?q=nothing", "/subscribe", "/nowhere")  # fmt: skip
OF_BOXES = "form-dup-name"
"""Boxes of one group share a name, so that what is ticked comes as a list; HTML has it so."""


@pytest.fixture(scope="module", params=["en", "ar"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Two issues, served by a newsletter of a language, and the paths to look at."""
    folder: Path = tmp_path_factory.mktemp("pages")
    settings = web_settings(folder)
    brand = replace(settings.brand, language=request.param)
    by_hour = structs.replace(settings.schedule, recipients_local_time=True)  # asks for a zone
    settings = replace(settings, brand=brand, schedules=(by_hour,))
    with open_store(f"sqlite:///{folder / 'recap.db'}", create=True) as store:
        theme = make_theme("Infra capex", [RICH, rich_story(2)], found=7)
        publish(store, settings, make_issue(theme))
        publish(store, settings, replace(full_issue(), number=6, week="2026-W23"))
        (ada,) = join(store, "ada")
        store.audience.choose(ada.id, Profile("Ada", language="ar"))
        with serving(web_app(store, settings, Clock()), Listen(port=0)) as address:
            yield address, (*PAGES, preferences_path(ada), leave_path(ada))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_violation(window, npm_tools, site, scheme):
    axe = (npm_tools / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    address, paths = site
    found = []
    browser = window.page.context.browser
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in paths:
        page.goto(address + path)
        page.evaluate(axe)
        for one in page.evaluate("axe.run(document).then(told => told.violations)"):
            found += [f"{path}: {one['id']}: {node['html'][:150]}" for node in one["nodes"]]
    context.close()
    assert found == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_fits_every_screen_and_breaks_no_rule_of_its_own(window, site, scheme):
    address, paths = site
    context = window.page.context.browser.new_context(color_scheme=scheme)
    page, said, wide = context.new_page(), [], []
    page.on("console", lambda message: said.append(message.text))
    for path in paths:
        for width in (1280, 375, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address + path)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(f"{path} at {width}")
    context.close()
    assert wide == []
    assert [text for text in said if "404" not in text] == []


def test_html_validate_finds_no_error(node, window, site):
    address, paths = site
    found = []
    for path in paths:
        html = window.page.context.request.get(address + path).text()
        told = node("html_validate.mjs", html)
        found += [(path, one) for one in told if one["rule"] != OF_BOXES]
    assert found == []


def test_a_printed_page_has_no_bars_and_no_forms(window, site):
    address, _ = site
    context = window.page.context.browser.new_context()
    page = context.new_page()
    page.emulate_media(media="print")
    for path in ("/", MAIL, story_path(RICH)):
        page.goto(address + path)
        shown = page.locator(".bar:visible, form:visible, .share:visible").count()
        assert shown == 0, path
    context.close()
