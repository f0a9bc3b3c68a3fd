"""Fixtures for the checks of the mail: the mails, a browser, and the tools from npm and Debian."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.absent import absent
from tests.email.mails import INVENTED, WEEKS, Mail, mail_of, real_week

if TYPE_CHECKING:
    from tests.email.looks import Window

TOOLS = Path(__file__).with_name("tools")
REAL = [pytest.param(week, marks=[pytest.mark.ci, pytest.mark.shared]) for week in WEEKS]


@pytest.fixture(scope="session")
def made() -> dict[str, Mail]:
    """The mails by name that were made so far: pytest sets up `mail` anew for each module."""
    return {}


@pytest.fixture(scope="session", params=[*INVENTED, *REAL])
def mail(
    request: pytest.FixtureRequest, made: dict[str, Mail], tmp_path_factory: pytest.TempPathFactory
) -> Mail:
    """Each mail in turn: the invented ones, in CI the real weeks too."""
    name: str = request.param
    if name not in made:
        if name in INVENTED:
            issue = INVENTED[name]()
        else:
            shared = request.getfixturevalue("shared")
            issue = real_week(name, shared, tmp_path_factory.mktemp(name))
        made[name] = mail_of(issue)
    return made[name]


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


@pytest.fixture(scope="session")
def command() -> Callable[[str, str], str]:
    """The path of a program by its name and the package to install it from."""

    def find(name: str, package: str) -> str:
        found = shutil.which(name)
        return found or absent(f"needs {name}; on Debian: apt-get install {package}")

    return find
