"""Each line of docs/explanation/security.md is held by tests that exist and run."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

PAGE = "docs/explanation/security.md"
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
AREAS = {
    "Webhooks", "Leaving", "Confirming", "Forms that strangers fill in for others",
    "Text that means to be more than text", "Secrets", "The desk",
    "Fetching from addresses that others wrote", "Who must not be written to", "Personal data",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(root) -> str:
    return (root / PAGE).read_text(encoding="utf-8")


def test_every_area_has_a_table(page):
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    assert set(sections) >= AREAS
    for area in AREAS:
        assert "\n| --- |" in sections[area], area


def test_every_line_names_a_test_that_exists(page, root):
    @cache
    def functions(file: str) -> frozenset[str]:
        tree = ast.parse((root / file).read_text(encoding="utf-8"))
        return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))

    for line in page.splitlines():
        if not line.startswith("| ") or line.startswith(("| --- ", "| What ")):
            continue
        named = NODE.findall(line)
        assert named, line
        for file, function in named:
            assert (root / file).is_file(), file
            assert function in functions(file), f"{file}::{function}"
