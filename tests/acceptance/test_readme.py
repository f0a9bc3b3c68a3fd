"""The README's two commands, typed into a fresh copy with nothing but Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.ci


def commands(root: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
    return [block.strip() for block in blocks]


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """The files of the checkout that git knows, and no environment of ours."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        target = tmp_path / "copy" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target)
    return tmp_path / "copy"


def type_in(folder: Path, command: str, **environment: str) -> str:
    outside = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH", "CI")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**outside, **environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_the_first_command_sets_up_and_leaves_an_issue(root: Path, copy: Path):
    told = type_in(copy, commands(root)[0])
    assert "3 mails into the outbox" in told
    assert (copy / "recap-demo" / "issue.html").stat().st_size > 20_000
    assert len(list((copy / "recap-demo" / "outbox").glob("*.eml"))) == 3


def test_the_second_command_sets_up_and_finds_the_tests(root: Path, copy: Path):
    # The tests themselves are what is running here; a second time would show nothing new.
    told = type_in(copy, commands(root)[1], PYTEST_ADDOPTS="--collect-only -q")
    collected = re.search(r"(\d+)(?:/\d+)? tests collected", told)
    assert collected
    assert int(collected[1]) > 1000


def test_the_checks_are_those_that_continuous_integration_runs(root: Path):
    script = (root / ".ci" / "run").read_text("utf-8")
    for check in commands(root)[3].split(" && "):
        assert check in script
