"""The installations that a browser looks at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.house import House, at_home, furnish, opened


@pytest.fixture(scope="session")
def furnished(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the sample week drafted; each test gets a copy."""
    folder = tmp_path_factory.mktemp("furnished")
    with at_home(folder):
        furnish()
    return folder


@pytest.fixture(scope="module")
def house(
    chromium: str, furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One of the module, served, with a browser before it."""
    folder = tmp_path_factory.mktemp("house") / "copy"
    with opened(folder, chromium, furnished) as made:
        yield made
