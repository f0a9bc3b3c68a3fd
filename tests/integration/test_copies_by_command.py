"""`recap backup`, `restore` and `migrate`, typed as an operator would."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from digest.cli import main
from digest.store import open_store
from tests.builders_sending import ROOT, join
from tests.integration.conftest import _named, _numbers

Recap = Callable[..., str]


@pytest.fixture
def recap(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Runs a command in a project with one reader; gives what it printed."""
    shutil.copy(sqlite_template, tmp_path / "recap.db")
    shutil.copy(ROOT / "schedules.yaml", tmp_path)
    with open_store(f"sqlite:///{tmp_path / 'recap.db'}") as store:
        join(store, "ada")
    monkeypatch.chdir(tmp_path)

    def run(*words: str, exit_code: int = 0) -> str:
        done = CliRunner().invoke(main, words)
        assert done.exit_code == exit_code, done.output
        return done.output

    return run


@pytest.fixture
def new_url(postgres_server: str) -> Iterator[str]:
    name = f"by_command_{next(_numbers)}"
    yield _named(postgres_server, name).replace("postgres@", "postgres:secret@")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_a_backup_says_what_is_in_it_and_is_put_back(recap: Recap, tmp_path: Path) -> None:
    told = recap("backup", "--now", "2026-06-01T08:00")
    name = "backups/recap-2026-06-01T080000Z.db"
    assert f"{name}: 0 issues, 1 subscriber, 0 deliveries, 3 rows in all; 0." in told
    held = recap("restore", name, exit_code=1)
    assert "holds something already" in held
    for old in tmp_path.glob("recap.db*"):
        old.unlink()
    assert "is sound" in recap("restore", name, "--dry-run")
    assert not (tmp_path / "recap.db").exists()
    told = recap("restore", name)
    assert "restored" in told
    assert "nothing is sent from it yet" in told
    assert "next: recap adopt" in told
    assert "sends from its database as it is now" in recap("adopt")
    assert "ada@post.example" in recap("subscribers", "list")


def test_older_backups_are_counted_and_removed(recap: Recap) -> None:
    recap("backup", "--now", "2026-06-01T08:00")
    told = recap("backup", "--keep", "1", "--now", "2026-06-02T08:00")
    assert "removed" in told
    assert "recap-2026-06-01T080000Z.db" in told


def test_an_older_backup_is_upgraded_on_the_way(recap: Recap, tmp_path: Path) -> None:
    from digest.store.database import Database
    from digest.store.transfer import prepare

    old = Database(f"sqlite:///{tmp_path / 'old.db'}", enforce_references=False)
    prepare(old, revision="0013", wal=False)
    old.close()
    for path in tmp_path.glob("recap.db*"):
        path.unlink()
    assert "upgraded" in recap("restore", "old.db")


def test_a_move_prints_the_line_for_env_and_no_password(
    recap: Recap, new_url: str, tmp_path: Path
) -> None:
    told = recap("migrate", "--to", new_url, "--dry-run")
    assert "would move  0 issues, 1 subscriber" in told
    assert "which holds nothing yet" in told
    told = recap("migrate", "--to", new_url)
    assert "counts and checksums equal" in told
    assert "with the password in the place of ***" in told
    assert f"RECAP_DATABASE_URL={new_url.replace('secret', '***')}" in told.replace("%2F", "/")
    assert "secret" not in told
    again = recap("migrate", "--to", new_url)
    assert "RECAP_DATABASE_URL=" in again
    assert "is not used any more" in recap("issues", exit_code=1)
    assert "is not used any more" in recap("backup", exit_code=1)
