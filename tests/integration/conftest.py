"""Databases for the tests: empty or prepared ones, SQLite and PostgreSQL, fresh for every test."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest

from digest.store import Store, open_store, upgrade
from digest.store.schema import HEAD, VERSION_TABLE, metadata
from tests.postgres_server import running_postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of this test run's own."""
    with running_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def prepared_postgres(postgres_server: str) -> str:
    """The address of a database that has the schema; one for the run, emptied before each use."""
    url = _named(postgres_server, "recap")
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that has the schema, to copy from."""
    path = tmp_path_factory.mktemp("template") / "recap.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that does not exist yet, on each of the two in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'recap.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"empty_{next(_numbers)}"
    yield _named(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[str]:
    """The address of a database with the schema and nothing in it, on each of the two in turn."""
    if database_kind == "sqlite":
        path = tmp_path / "recap.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url: str = request.getfixturevalue("prepared_postgres")
    _empty(url)
    yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open, empty store, on each of the two databases in turn."""
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def guest_folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach and does not own, if we are root."""
    path = Path(tempfile.mkdtemp(prefix="recap-guest-"))
    path.chmod(0o755)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


@pytest.fixture
def as_guest() -> Callable[[], AbstractContextManager[None]]:
    """Give up root's rights for a while, since permissions do not bind root."""

    @contextmanager
    def give_up() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
        try:
            yield
        finally:
            os.seteuid(0)

    return give_up


def _named(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?")


def _empty(url: str) -> None:
    """Back to the state after the migrations; far quicker than a new database."""
    with psycopg.connect(url) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}")
        connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind='S'")
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = %s", [HEAD])
