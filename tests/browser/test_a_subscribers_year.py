"""A subscriber's year in a browser: in by two steps, themes, a pause, the archive, and out."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from digest.model import Issue, SubscriberStatus
from tests.browser.house import House
from tests.builders import make_issue, make_item, make_story, make_theme

pytestmark = pytest.mark.ci

READER = "cleo@post.example"
LATER = {2: "2026-W20", 3: "2026-W21"}


def mails_of_reader(house: House) -> list[EmailMessage]:
    return [mail for mail in house.mails() if mail["To"] == READER]


def a_later(number: int) -> Issue:
    """The issue of a week after the sample's, about two things."""
    stories = [make_story(make_item(f"i{number}{n}", f"Report {number}{n}")) for n in range(4)]
    themes = make_theme("Custom Silicon", stories[:2]), make_theme("Open Models", stories[2:])
    return make_issue(*themes, number=number, week=LATER[number], subject=f"Week {number}")


def status(house: House) -> SubscriberStatus | None:
    found = house.store.audience.by_email(READER)
    return found.status if found else None


def subscribe(house: House, page: Page) -> None:
    page.goto(house.address)
    expect(page.get_by_role("heading", name="Subscribe")).to_be_visible()
    page.fill("#email", READER)
    page.wait_for_timeout(2_100)  # a person takes a moment, and the form asks for one
    page.locator("main form button").first.click()
    expect(page.locator("h1")).not_to_have_text("Subscribe")
    assert READER not in page.locator("main").inner_text()


def confirm(house: House, page: Page) -> None:
    """The link shows a button, as often as it is opened; the press is what counts."""
    mail = house.awaited(lambda: mails_of_reader(house))[0]
    (link,) = set(house.links(mail, "/confirm/"))
    for _ in range(2):
        page.goto(link)
    assert status(house) is SubscriberStatus.UNCONFIRMED
    page.get_by_role("button").click()
    expect(page.locator("main button")).to_have_count(0)
    assert status(house) is SubscriberStatus.CONFIRMED


def choose(house: House, page: Page) -> None:
    """By the link in an issue: themes on top, and Arabic."""
    issue = house.awaited(lambda: [m for m in mails_of_reader(house) if "List-Unsubscribe" in m])[
        -1
    ]
    page.goto(house.links(issue, "/preferences/")[0])
    page.get_by_label("Custom Silicon").check()
    page.locator("#language").select_option("ar")
    page.locator("main button").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_label("Custom Silicon")).to_be_checked()
    reader = house.store.audience.by_email(READER)
    assert (reader.language, reader.themes) == ("ar", ("Custom Silicon",))


def pause(house: House, page: Page, weeks: str) -> None:
    page.locator("#pause").select_option(weeks)
    page.locator("main button").click()
    expect(page.locator("main .done")).to_be_visible()


def read(house: House, page: Page) -> None:
    """From the list of issues to an issue, to a story, and to it again by searching."""
    page.goto(f"{house.address}/issues/")
    page.locator("main a").last.click()
    expect(page.locator("body")).to_contain_text("Custom Silicon", ignore_case=True)
    story = house.store.content.issue(1).themes[0].stories[0]
    page.goto(f"{house.address}/search")
    page.locator("#q").fill(" ".join(story.title.split()[:4]))
    page.locator("main button").click()
    page.locator("main ol.stories a").first.click()
    expect(page.locator("h1")).to_have_text(story.title)
    expect(page.get_by_role("heading", name="TL;DR")).to_be_visible()


def leave(house: House, page: Page) -> None:
    """The link in the mail shows a button; opening it changes nothing."""
    issue = [mail for mail in mails_of_reader(house) if "List-Unsubscribe" in mail][-1]
    for _ in range(2):
        page.goto(house.links(issue, "/leave/")[0])
    assert status(house) is SubscriberStatus.CONFIRMED
    page.locator("main button").click()
    expect(page.locator("main form")).to_have_count(0)
    assert status(house) is SubscriberStatus.UNSUBSCRIBED


def test_a_subscribers_year(house):
    page = house.context().new_page()
    subscribe(house, page)
    confirm(house, page)
    house.publish(1)
    choose(house, page)
    pause(house, page, "4")
    house.publish(2, a_later(2))
    assert "Week 2" not in [mail["Subject"] for mail in mails_of_reader(house)]
    pause(house, page, "0")
    house.publish(3, a_later(3))
    assert "Week 3" in [mail["Subject"] for mail in mails_of_reader(house)]
    read(house, page)
    leave(house, page)
    assert house.told == []
