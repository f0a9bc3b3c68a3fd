"""Fixtures that every kind of test uses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.absent import absent

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The research data beside the checkout; a plain skip where it is absent, a failure in CI."""
    path = Path(os.environ.get("RECAP_SHARED", ROOT.parent / "shared"))
    if path.is_dir():
        return path
    absent(f"needs the research data at {path}, which is not on this machine")


@pytest.fixture(scope="session")
def chromium() -> str:
    """A Chromium to look with; a plain skip where there is none, a failure in CI."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    absent("needs Chromium to look at the mail; on Debian: apt-get install chromium")
