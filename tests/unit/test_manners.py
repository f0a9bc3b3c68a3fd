"""How a project presents itself to publishers."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.pipeline.collecting import manners_of
from digest.settings import load_settings


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Path:
    text = (root / "schedules.yaml").read_text(encoding="utf-8")
    (tmp_path / "schedules.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_its_pages_are_its_contact(folder: Path) -> None:
    environ = {"RECAP_BASE_URL": "https://recap.lab.test", "RECAP_SECRET_KEY": "x" * 40}
    assert manners_of(load_settings(folder, environ)).contact == "https://recap.lab.test"


def test_without_pages_its_sender_is_unless_that_is_an_example(folder: Path) -> None:
    assert manners_of(load_settings(folder, {})).contact == ""
    path = folder / "schedules.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = ["  sender: Ada <ada@lab.test>" if "sender:" in line else line for line in lines]
    path.write_text("\n".join(changed), encoding="utf-8")
    assert manners_of(load_settings(folder, {})).contact == "mailto:ada@lab.test"


def test_private_hosts_are_asked_where_the_setting_names_them(folder: Path) -> None:
    environ = {"RECAP_ALLOWED_HOSTS": " Wiki.Intra.test, 10.0.0.7 ,::1,"}
    allowed = manners_of(load_settings(folder, environ)).allowed
    assert allowed == {"wiki.intra.test", "10.0.0.7", "::1"}
