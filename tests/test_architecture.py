"""The house rules that a machine can check: layers, purity, sizes, names, start-up time."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "digest").rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]
FORBIDDEN = {"utils", "helpers", "common", "manager", "misc", "base", "email", "html", "types"}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def functions(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_imports_point_down_and_the_core_does_no_io():
    result = run(str(Path(sys.executable).with_name("lint-imports")))
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_module_is_short_and_says_its_one_job(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert path.stem not in FORBIDDEN


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_functions_are_short(path):
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions(path)}
    assert {name: size for name, size in long.items() if size > 60} == {}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_nothing_is_swallowed(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    broad = [
        handler.lineno
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"})
        and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    ]
    assert broad == []


def test_help_needs_neither_scikit_learn_nor_pandas():
    code = (
        "import sys; from click.testing import CliRunner; from digest.cli import main;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0;"
        "heavy = {'sklearn', 'pandas', 'scipy', 'numpy', 'sqlalchemy', 'aiohttp', 'trafilatura',"
        " 'protego'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_the_core_opens_no_address():
    """The import contract cannot name a part of a standard package, so this names it."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    core = next(c for c in contracts if c["type"] == "forbidden")["source_modules"]
    for name in core:
        path = ROOT / name.replace(".", "/")
        for module in [*path.glob("*.py"), path.with_suffix(".py")]:
            if module.exists():
                assert "urllib.request" not in module.read_text(encoding="utf-8"), module
