"""What the program has is documented, and what the documents promise is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest

from digest import errors
from digest.cli import main
from digest.model import COLOURS
from digest.ranking import SIGNALS, WEIGHTS
from digest.settings.parts import parts_in
from digest.settings.schedules import PROVIDERS, ScheduleFile
from digest.sources import KINDS
from digest.sources.opml import ATTRIBUTES

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    found = []
    for name, command in main.commands.items():
        below = command.commands if isinstance(command, click.Group) else {}
        found += [f"{name} {sub}" for sub in below] or [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_reference(command):
    if command.startswith("edit "):
        assert f"`{command.removeprefix('edit ')}" in read("docs/reference/moves.md")
    else:
        assert f"`recap {command}" in read("docs/reference/cli.md").replace("`recap\n", "`recap ")


def test_every_command_that_a_document_types_exists():
    known = {command.split()[0] for command in commands()}
    for page in PAGES:
        typed = re.findall(
            r"(?:^|`|&& )recap ([\w-]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert set(typed) <= known, page


@pytest.mark.parametrize(
    "part", dict.fromkeys(parts_in(ScheduleFile)), ids=lambda part: part.__name__
)
def test_every_key_of_schedules_yaml_is_explained(part):
    page = read("docs/reference/schedules.md")
    for key in part.__struct_encode_fields__:
        assert re.search(rf"`(?:\w+\.)?{key}\b", page), key


@pytest.mark.parametrize("name", COLOURS)
def test_every_colour_of_the_mail_is_named(name):
    assert f"`{name}`" in read("docs/reference/schedules.md")


@pytest.mark.parametrize("name", [*KINDS, *ATTRIBUTES.values()])
def test_every_kind_of_source_and_attribute_is_explained(name):
    assert f"`{name}`" in read("docs/reference/sources.md")


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_is_explained(name):
    assert f"`{name}`" in read("docs/reference/schedules.md")


def test_every_variable_that_the_settings_read_is_explained():
    files = sorted((ROOT / "digest" / "settings").glob("*.py"))
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    names = set(re.findall(r'"((?:RECAP|RESEND)_[A-Z_]+)"', source))
    page = read("docs/reference/settings.md")
    assert names
    assert all(f"`{name}`" in page for name in names)


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_is_explained_with_its_points(signal):
    row = re.search(rf"^\| {signal} \|.*\| (\d+) \|$", read("docs/explanation/ranking.md"), re.M)
    assert row, signal
    assert float(row[1]) == WEIGHTS[signal]


def test_every_rule_of_the_lint_is_explained_and_no_other():
    files = sorted((ROOT / "digest" / "lint").glob("*.py"))
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    rules = set(re.findall(r"\b(?:error|warning|say)[(,]\s*\"([a-z-]+)\"", source))
    rows = re.findall(r"^\| (`[a-z-]+`.*?) \|", read("docs/reference/lint.md"), re.MULTILINE)
    assert len(rules) > 40
    assert set(re.findall(r"`([a-z-]+)`", " ".join(rows))) == rules


def test_every_error_is_explained():
    tree = ast.parse(Path(errors.__file__).read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    page = read("docs/reference/errors.md")
    for name in names - {"DigestError", "DeliveryError"}:
        assert f"`{name}`" in page


def test_every_module_has_its_place_in_the_architecture():
    modules = {path.stem for path in (ROOT / "digest").glob("[!_]*.py")}
    packages = {path.parent.name for path in (ROOT / "digest").glob("*/__init__.py")}
    named = set(re.findall(r"`(\w+)/?`", read("docs/explanation/architecture.md")))
    assert modules | packages <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_documents_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for target in targets:
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_the_project_speaks_only_of_itself():
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if parts[0].startswith(".") or "node_modules" in parts:
            continue
        if path.suffix in {".py", ".md", ".yaml", ".j2", ".toml", ".js", ".mjs", ".json"}:
            text = path.read_text(encoding="utf-8")
            assert "/wo" + "rk/" not in text, path
