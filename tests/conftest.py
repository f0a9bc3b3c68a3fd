"""Fixtures that every kind of test uses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
    message = f"needs the research data at {path}, which is not on this machine"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
