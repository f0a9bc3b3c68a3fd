"""What the program ships is found from a wheel, an editable install and the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from digest.shipped import shipped

pytestmark = pytest.mark.ci


def run(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, root)
    (built,) = folder.glob("*.whl")
    return built


def environment(folder: Path, *install: str | Path) -> Path:
    """A virtual environment that sees the dependencies of this one, but not this checkout."""
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin" / "python"
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    theirs = run(python, "-c", "import site; print(site.getsitepackages()[0])").strip()
    run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", *install)
    # After the install, so that an editable install of this checkout is not among what is seen.
    names = [name for name in Path(ours).iterdir() if "weekly_ai_recap" not in name.name]
    for name in names:
        target = Path(theirs) / name.name
        if not target.exists():
            target.symlink_to(name)
    return folder / "bin"


def test_the_wheel_carries_templates_schedules_sample_and_migrations(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "digest/_shipped/schedules.yaml",
        "digest/_shipped/schedules.schema.json",
        "digest/_shipped/templates/email/issue.mjml.j2",
        "digest/_shipped/templates/email/issue.txt.j2",
        "digest/sample/week.jsonl",
        "digest/sample/subscribers.csv",
        "digest/sources/default.opml",
        "digest/py.typed",
    } <= names
    assert any(name.startswith("digest/store/migrations/versions/") for name in names)
    assert not any(name.startswith(("tests/", "docs/", "benchmarks/")) for name in names)


def test_a_wheel_runs_the_demo_far_from_the_checkout(wheel: Path, tmp_path: Path):
    commands = environment(tmp_path / "env", wheel)
    told = run(commands / "recap", "demo", cwd=tmp_path)
    assert "3 mails into the outbox" in told
    assert (tmp_path / "recap-demo" / "issue.html").stat().st_size > 20_000
    where = run(
        commands / "python", "-c",
        "from digest.shipped import shipped; print(shipped('templates'))", cwd=tmp_path,
    )  # fmt: skip
    assert "_shipped" in where


def test_an_editable_install_uses_the_checkouts_own_templates(root: Path, tmp_path: Path):
    commands = environment(tmp_path / "env", "hatchling", "editables")
    run(commands / "python", "-m", "pip", "install", "-q", "--no-deps",
        "--no-build-isolation", "-e", root)  # fmt: skip
    where = run(
        commands / "python", "-c",
        "from digest.shipped import shipped; print(shipped('templates'))", cwd=tmp_path,
    )  # fmt: skip
    assert where.strip() == str(root / "templates")


def test_the_checkout_finds_its_own_files(root: Path):
    assert shipped("templates") == root / "templates"
    assert shipped("schedules.yaml") == root / "schedules.yaml"
