"""`recap preview-template`: every kind of mail in the project's design, before anybody gets one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import main

KINDS = (
    "issue", "quiet-issue", "confirmation", "welcome", "draft-ready", "reminder", "announcement",
    "alert", "goodbye",
)  # fmt: skip
BRAND = """
newsletter:
  name: Harbour Recap
  address: 1 Sample Street, 10115 Berlin
  logo: https://harbour.example/logo.png
  colours: {accent: "#0a5c36"}
"""


@pytest.fixture
def project(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shipped = (root / "schedules.yaml").read_text(encoding="utf-8")
    schedules = shipped[shipped.index("schedules:") :]
    (tmp_path / "schedules.yaml").write_text(f"version: 1\n{BRAND}\n{schedules}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def own_template(project: Path, name: str, text: str) -> None:
    (project / "templates" / "email").mkdir(parents=True, exist_ok=True)
    (project / "templates" / "email" / name).write_text(text, encoding="utf-8")


def previewed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["preview-template", *arguments])


def test_every_kind_of_mail_is_written_with_the_brand_and_is_sound(project):
    result = previewed()
    assert result.exit_code == 0, result.output
    for kind in KINDS:
        html = (project / "preview" / f"{kind}.html").read_text(encoding="utf-8")
        assert 'src="https://harbour.example/logo.png"' in html
        assert "#0a5c36" in html
        assert "HARBOUR RECAP" in (project / "preview" / f"{kind}.txt").read_text(encoding="utf-8")
        assert f"preview/{kind}.html preview/{kind}.txt" in result.output
    assert "0 errors, 0 warnings" in result.output


def test_the_same_design_gives_the_same_bytes(project):
    previewed("--out", "one")
    previewed("--out", "two")
    for path in (project / "one").iterdir():
        assert path.read_bytes() == (project / "two" / path.name).read_bytes()


def test_no_mail_holds_anything_that_is_still_to_be_filled_in(project):
    previewed()
    for kind in KINDS:
        assert "@@UNSUBSCRIBE" not in (project / "preview" / f"{kind}.html").read_text("utf-8")


def test_a_template_of_the_project_is_used(project):
    own_template(project, "notice.txt.j2", "Only {{ page.heading }}")
    assert previewed().exit_code == 0
    assert (project / "preview" / "goodbye.txt").read_text() == "Only You have left\n"


def test_a_template_that_fails_is_named_with_its_line(project):
    own_template(project, "_signature.mjml.j2", "\n{{ brand.motto }}")
    result = previewed()
    assert result.exit_code == 1
    assert "template email/_signature.mjml.j2, line 2" in result.output
    assert "motto" in result.output


def test_what_the_lint_finds_is_told_once_with_the_mails_it_is_in(project, root):
    shipped = (root / "templates" / "email" / "_masthead.mjml.j2").read_text(encoding="utf-8")
    own_template(project, "_masthead.mjml.j2", shipped.replace("alt=", "title="))
    result = previewed()
    assert result.exit_code == 1
    assert f"error: {', '.join(KINDS)}: image https://harbour.example/logo.png" in result.output
    assert "1 error, 0 warnings" in result.output


def test_without_a_project_the_shipped_design_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = previewed()
    assert result.exit_code == 0
    assert "as shipped: there is no schedules.yaml" in result.output
    assert "Weekly AI Recap" in (tmp_path / "preview" / "issue.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_an_error_that_names_it(project):
    (project / "taken").write_text("a file")
    result = previewed("--out", "taken")
    assert result.exit_code == 1
    assert "taken cannot be made" in result.output


def test_the_templates_folder_copied_whole_gives_the_shipped_design(project, root):
    previewed("--out", "shipped")
    shutil.copytree(root / "templates", project / "templates")
    previewed("--out", "copied")
    for path in (project / "shipped").iterdir():
        assert path.read_bytes() == (project / "copied" / path.name).read_bytes()
