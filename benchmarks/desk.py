"""Measure the desk's page of a 60-story week in Chromium; prints JSON.

Run from the checkout: `python benchmarks/desk.py`. Bytes are those of all answers to a first visit;
ready is when the script has run; a move is from the click to the page that shows it. The baseline
is the same press without the script. Times count on an idle core: see `load`.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser.budgets import large_week, measured
from tests.browser.house import at_home, furnish, opened

NUMBER = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        furnished = Path(made) / "furnished"
        furnished.mkdir()
        with at_home(furnished):
            furnish()
        chromium = shutil.which("chromium") or "chromium"
        with opened(Path(made) / "house", chromium, furnished) as house:
            issue = house.store.content.issue(1)
            house.store.content.save_issue(large_week(issue, NUMBER))
            print(json.dumps(measured(house, NUMBER).told(), indent=2))


if __name__ == "__main__":
    main()
