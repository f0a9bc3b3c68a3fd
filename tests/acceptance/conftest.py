"""A project to type commands in, as a user would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import main


class Terminal:
    """Runs `recap` in one folder and keeps what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, exit_code: int = 0) -> Result:
        """Run one command; its exit code must be the one expected, and no traceback shows."""
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == exit_code, f"{words}: {result.output}"
        assert "Traceback" not in result.output
        if result.exception is not None:
            assert isinstance(result.exception, SystemExit), result.exception
        return result


@pytest.fixture
def recap(tmp_path, monkeypatch) -> Terminal:
    """A terminal in an empty folder, with nothing in the environment."""
    for name in os.environ:
        if name.startswith(("RECAP_", "RESEND_")) and name != "RECAP_SHARED":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


@pytest.fixture
def project(recap) -> Terminal:
    """The same, in a fresh project."""
    recap("init")
    return recap
