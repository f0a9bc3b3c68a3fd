"""`python -m tests.browser.looks FOLDER` saves every page as pictures: widths and schemes."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.browser.house import at_home, furnish, opened
from tests.browser.pages import DESK, PUBLIC, addresses, live_in
from tests.email.looks import SCHEMES

WIDTHS = (1280, 375)


def main(folder: Path) -> None:
    """Save the pictures of an installation made for them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        furnished = Path(made) / "furnished"
        furnished.mkdir()
        with at_home(furnished):
            furnish()
        chromium = shutil.which("chromium") or "chromium"
        with opened(Path(made) / "house", chromium, furnished) as house:
            told = live_in(house)
            page = house.signed_in()
            every = addresses(house, DESK, told) | addresses(house, PUBLIC, told)
            for name, address in every.items():
                page.goto(address, wait_until="networkidle")
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    for scheme in SCHEMES:
                        page.emulate_media(color_scheme=scheme)
                        path = folder / f"{name}-{width}-{scheme}.png"
                        page.screenshot(path=path, full_page=True, animations="disabled")
                        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
