"""Every way in which a database cannot be used ends in plain words, on both databases."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import psycopg
import pytest

from digest.errors import ConfigError, StoreError
from digest.model import Source
from digest.store import open_store, upgrade

AsGuest = Callable[[], AbstractContextManager[None]]


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    path.write_text("These are notes, and long enough to be taken for pages of a database. " * 20)
    for attempt in (open_store, upgrade):
        with pytest.raises(StoreError, match="not a database") as caught:
            attempt(f"sqlite:///{path}")
        assert str(path) in caught.value.problem
        assert caught.value.hint


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened for writing") as caught:
        open_store(f"sqlite:///{tmp_path / 'absent' / 'recap.db'}", create=True)
    assert "folder exists" in caught.value.hint


def test_a_read_only_folder_is_told(guest_folder: Path, as_guest: AsGuest) -> None:
    guest_folder.chmod(0o555)
    with as_guest(), pytest.raises(StoreError, match="cannot be opened for writing"):
        open_store(f"sqlite:///{guest_folder / 'recap.db'}", create=True)
    assert list(guest_folder.iterdir()) == []


def test_a_database_in_a_read_only_folder_is_told_and_unchanged(
    guest_folder: Path, as_guest: AsGuest, sqlite_template: Path
) -> None:
    path = guest_folder / "recap.db"
    shutil.copy(sqlite_template, path)
    before = path.read_bytes()
    guest_folder.chmod(0o555)
    with as_guest(), pytest.raises(StoreError, match="cannot be opened for writing"):
        open_store(f"sqlite:///{path}")
    assert list(guest_folder.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_read_only_file_is_told_and_unchanged(
    guest_folder: Path, as_guest: AsGuest, sqlite_template: Path
) -> None:
    path = guest_folder / "recap.db"
    shutil.copy(sqlite_template, path)
    path.chmod(0o444)
    guest_folder.chmod(0o777)
    source = Source("Chip Ledger", "https://chip-ledger.example/feed")
    with (
        as_guest(),
        pytest.raises(StoreError, match="cannot be opened for writing") as caught,
        open_store(f"sqlite:///{path}") as store,
    ):
        store.content.add_sources([source])
    assert str(path) in caught.value.problem
    assert "may write" in caught.value.hint


def test_a_locked_database_is_told(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    shutil.copy(sqlite_template, path)
    with (
        open_store(f"sqlite:///{path}?timeout=0.05") as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another process") as caught:
            store.content.add_sources([Source("Chip Ledger", "https://chip-ledger.example/feed")])
        other.execute("ROLLBACK")
    assert "try again" in caught.value.hint


def test_a_server_out_of_reach_is_told_without_the_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store("postgres://editor:hunter2@127.0.0.1:1/recap")
    assert "hunter2" not in str(caught.value)
    assert "editor:***@127.0.0.1:1/recap" in caught.value.problem
    assert "PostgreSQL is running" in caught.value.hint


def test_a_user_without_rights_is_told(postgres_server: str, prepared_postgres: str) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN")
    server = postgres_server.replace("postgres@", "reader@")
    with pytest.raises(StoreError, match="cannot be written: permission denied"):
        upgrade(server.replace("/postgres?", "/no_such_database?"))
    with pytest.raises(StoreError, match="cannot be written: permission denied"):
        open_store(prepared_postgres.replace("postgres@", "reader@"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("recap.db", "not a database address"),
        ("", "not a database address"),
        ("mysql://editor:hunter2@host/recap", "unknown database `mysql`"),
        ("postgresql://editor:hunter2@host:port/recap", "not a database address"),
        ("sqlite://", "no SQLite file"),
        ("sqlite:///:memory:", "no SQLite file"),
    ],
)
def test_an_unusable_address_is_a_configuration_error(url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        open_store(url)
    assert "hunter2" not in str(caught.value)
    assert "sqlite:///recap.db" in caught.value.hint


def test_postgresql_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match="psycopg is not installed") as caught:
        open_store("postgres://editor:hunter2@host/recap")
    assert "pip install weekly-ai-recap[postgres]" in caught.value.hint
