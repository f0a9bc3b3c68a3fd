"""Fixtures that every kind of test uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.absent import absent

if TYPE_CHECKING:
    from tests.email.looks import Window

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tests" / "email" / "tools"


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
    absent("needs Chromium to look at mails and pages; on Debian: apt-get install chromium")


@pytest.fixture(scope="module")
def window(chromium: str) -> Iterator[Window]:
    """A browser window; of a module, since the browser keeps an event loop running."""
    from tests.email.looks import open_window

    with open_window(chromium) as opened:
        yield opened


@pytest.fixture(scope="session")
def npm_tools() -> Path:
    """The folder of the tools from npm, installed."""
    if not shutil.which("node"):
        absent("needs Node 20.19 or newer")
    if not (TOOLS / "node_modules").is_dir():
        absent(f"needs its tools from npm: npm ci --prefix {TOOLS}")
    return TOOLS


@pytest.fixture(scope="session")
def node(npm_tools: Path) -> Callable[..., Any]:
    """Runs a script of the tools folder on a text and reads the JSON that it prints."""

    def run(script: str, given: str, *words: str) -> Any:
        done = subprocess.run(
            ["node", script, *words],
            input=given, capture_output=True, text=True, timeout=120, cwd=npm_tools,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return run
