"""Every page for everybody: axe-core, small phones, no complaint in the console, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.house import PASSWORD, House
from tests.browser.pages import DESK, PUBLIC, addresses, live_in
from tests.email.looks import SCHEMES
from tests.email.test_accessibility import violations

pytestmark = pytest.mark.ci

WIDTHS = (1280, 375)
ANSWERS = {"nowhere": "404", "no-page": "404", "sign-in": "401"}
"""Pages that are no success, which the console reports."""

TALLEST = (
    "() => Math.max(0, ...[...document.querySelectorAll('button')].map((b) => b.offsetHeight))"
)
"""The height in px of the tallest button: one that is squeezed has a line for each word."""


@dataclass(frozen=True)
class Tour:
    """Two windows at every page: one that lets the test's own script in, one as readers have it."""

    house: House
    addresses: dict[str, str]
    probed: Page
    plain: Page


@pytest.fixture(scope="module")
def tour(house: House) -> Tour:
    told = live_in(house)
    every = addresses(house, DESK, told) | addresses(house, PUBLIC, told)
    probed = house.signed_in(bypass_csp=True)
    plain = house.signed_in(viewport={"width": 320, "height": 800})
    return Tour(house, every, probed, plain)


@pytest.mark.parametrize("name", [*DESK, *PUBLIC])
def test_axe_finds_no_violation(tour, npm_tools, name):
    page = tour.probed
    page.goto(tour.addresses[name])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert list(violations(page, npm_tools)) == [], (width, scheme)


@pytest.mark.parametrize("name", [*DESK, *PUBLIC])
def test_it_fits_a_small_phone_and_complains_of_nothing(tour, name):
    tour.house.told.clear()
    tour.plain.goto(tour.addresses[name], wait_until="networkidle")
    assert tour.plain.evaluate(TALLEST) <= 3 * 30
    assert tour.plain.evaluate("document.documentElement.scrollWidth") <= 320
    assert [one for one in tour.house.told if ANSWERS.get(name, "never") not in one] == []


@pytest.fixture
def draft(house: House) -> Page:
    """The page of a story, with something half typed in it."""
    page = house.signed_in()
    story = house.store.content.issue(1).themes[1].stories[0]
    page.goto(f"{house.address}/desk/issues/1/stories/{story.id}")
    return page


def test_over_a_lost_connection_what_is_typed_stays_and_the_page_says_so(house, draft):
    draft.context.set_offline(True)
    draft.get_by_label("Headline", exact=True).fill("Typed without a connection")
    expect(draft.locator("#live")).to_contain_text("Not saved: the desk cannot be reached.")
    assert draft.get_by_label("Headline", exact=True).input_value() == "Typed without a connection"
    draft.context.set_offline(False)
    draft.reload()
    expect(draft.locator("#live")).to_contain_text("was put back")
    draft.get_by_role("button", name="Keep this text").click()
    expect(draft.locator("h1")).to_have_text("Typed without a connection")
    draft.context.close()


def test_after_the_session_has_ended_what_is_typed_is_sent_once_signed_in_again(house, draft):
    house.store.users.sessions.end_all("ada")
    draft.get_by_label("Headline", exact=True).fill("Typed after the session")
    expect(draft.locator("main")).to_contain_text("What you typed is kept")
    draft.fill("#name", "ada")
    draft.fill("#password", PASSWORD)
    draft.click("main button")
    expect(draft.locator("main")).to_contain_text("What you typed is still here")
    draft.get_by_role("button", name="Send it again").click()
    expect(draft.locator("h1")).to_have_text("Typed after the session")
    draft.context.close()
