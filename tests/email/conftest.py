"""Fixtures for the checks of the mail: the mails, and the tools from Debian."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.absent import absent
from tests.email.mails import INVENTED, WEEKS, Mail, mail_of, real_week

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


@pytest.fixture(scope="session")
def command() -> Callable[[str, str], str]:
    """The path of a program by its name and the package to install it from."""

    def find(name: str, package: str) -> str:
        found = shutil.which(name)
        return found or absent(f"needs {name}; on Debian: apt-get install {package}")

    return find
