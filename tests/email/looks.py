"""Look at a mail in Chromium; `python -m tests.email.looks FOLDER` saves pictures of the invented.

A look opens no address: whatever a mail would fetch is refused and listed.
"""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.email.mails import INVENTED, mail_of

WIDTHS = (640, 375, 320)
SCHEMES = ("light", "dark")
_TEXTS = Path(__file__).with_name("texts_seen.js").read_text(encoding="utf-8")
_HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(e => Number(e.tagName[1]))"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a mail showed.

    Attributes:
        width: how wide the page is, in px; more than the window where it can be scrolled.
        texts: every visible text with colour, ground, contrast, size and edges: texts_seen.js.
        words: the visible words in reading order.
        headings: the levels of the headings in reading order.
        fetched: the addresses that the mail asked for; each was refused.
        picture: the whole mail as a PNG.
    """

    width: int
    texts: tuple[dict[str, Any], ...]
    words: tuple[str, ...]
    headings: tuple[int, ...]
    fetched: tuple[str, ...]
    picture: bytes


class Window:
    """One browser window, which remembers what it has looked at.

    Attributes:
        page: Playwright's page, with the mail that was opened last.
    """

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page()
        self.page.route("**/*", self._refuse)
        self._fetched: list[str] = []
        self._seen: dict[tuple[str, int, str], Seen] = {}

    def _refuse(self, route: Any) -> None:
        self._fetched.append(route.request.url)
        route.abort()

    def open(self, html: str, *, width: int = 640, scheme: str = "light") -> Any:
        """Show a mail at `width` px to a reader of a light or dark scheme; returns the page."""
        self._fetched.clear()
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_content(html)
        return self.page

    def texts(self) -> tuple[dict[str, Any], ...]:
        """The visible texts of the mail that is open: see `Seen.texts`."""
        return tuple(self.page.evaluate(_TEXTS))

    def see(self, html: str, *, width: int = 640, scheme: str = "light") -> Seen:
        """Look at a mail as `open` shows it."""
        key = (html, width, scheme)
        if key not in self._seen:
            page = self.open(html, width=width, scheme=scheme)
            self._seen[key] = Seen(
                width=page.evaluate("document.documentElement.scrollWidth"),
                texts=self.texts(),
                words=tuple(page.evaluate("document.body.innerText").split()),
                headings=tuple(page.evaluate(_HEADINGS)),
                picture=page.screenshot(full_page=True, animations="disabled"),
                fetched=tuple(self._fetched),
            )
        return self._seen[key]


@contextmanager
def open_window(chromium: str) -> Iterator[Window]:
    """A window of the Chromium at that path."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield Window(browser)
        browser.close()


def main(folder: Path) -> None:
    """Save a picture of each invented mail at each width in each scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_window(shutil.which("chromium") or "chromium") as window:
        for (name, issue), width, scheme in itertools.product(INVENTED.items(), WIDTHS, SCHEMES):
            path = folder / f"{name.replace(' ', '-')}-{width}-{scheme}.png"
            seen = window.see(mail_of(issue()).html, width=width, scheme=scheme)
            path.write_bytes(seen.picture)
            print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
