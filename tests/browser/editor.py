"""An editor at the page of the week: says what to do, the browser does it as a person would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from digest.model import Story
from tests.browser.house import House


@dataclass
class Editor:
    """Somebody who is signed in, in one window.

    Attributes:
        script: the browser runs the desk's script.
    """

    house: House
    page: Page
    script: bool = True

    def open(self, path: str = "") -> None:
        """Go to a page of the issue; `""` is the week."""
        self.page.goto(self.house.home + path)

    def taken(self, act: Callable[[], object]) -> None:
        """Do something on the page, and wait until the draft has another revision because of it."""
        seen = self.page.locator("main input[name=revision]").first
        before = seen.input_value()
        act()
        expect(self.page.locator("main input[name=revision]").first).not_to_have_value(before)

    def press(self, label: str) -> None:
        """Press the one button of this name, which makes a move."""
        self.taken(self.button(label).click)

    def button(self, label: str) -> Locator:
        """The button of exactly this name in the content."""
        return self.page.locator("main").get_by_role("button", name=label, exact=True)

    def choose(self, *stories: Story) -> None:
        """Tick the boxes of stories."""
        for story in stories:
            self.page.get_by_label(f"Choose: {story.title}", exact=True).check()

    def fold_out(self, label: str) -> None:
        """Show what can be done with a theme."""
        self.page.locator("summary", has_text=label).click()

    def within(self, label: str) -> Locator:
        """The part of the page about a theme."""
        return self.page.get_by_role("region", name=label, exact=True)

    def layout(self) -> dict[str, list[str]]:
        """The themes as they are kept, each with the titles of its stories; `""` the short ones."""
        issue = self.house.issue
        told = {theme.label: [story.title for story in theme.stories] for theme in issue.themes}
        return told | {"": [story.title for story in issue.also]}

    def shown(self) -> dict[str, list[str]]:
        """The same as the page shows it."""
        parts = self.page.locator("section.theme")
        return {
            part.locator("h2").inner_text(): part.locator(".headline").all_inner_texts()
            for part in parts.all()
        }
