"""A database moved to PostgreSQL in mid-issue: everything arrives, and the old one stops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from digest.delivery import Limits
from digest.errors import ConfigError, StateError, StoreError
from digest.model import IssueStatus, RunReport
from digest.pipeline import highwater, moving
from digest.settings import Settings
from digest.store import moving as store_moving
from digest.store import open_store, schema, upgrade
from digest.store.database import Database
from digest.store.transfer import prepare
from tests.builders import NOW
from tests.builders_copies import fill_every_table
from tests.builders_sending import MemoryProvider, approved, join, send, settings_in
from tests.integration.conftest import _named, _numbers


def nobody(what: str, rows: int) -> None:
    """Is told of each step."""


@pytest.fixture
def new_url(postgres_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database that is not there yet."""
    name = f"moved_{next(_numbers)}"
    yield _named(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project on SQLite."""
    upgrade(f"sqlite:///{tmp_path / 'recap.db'}")
    return settings_in(tmp_path)


def half_sent(settings: Settings) -> tuple[int, MemoryProvider]:
    """An issue of which two of five mails have left, each in a batch of its own."""
    provider = MemoryProvider()
    provider.limits = Limits(mails=1)
    with open_store(settings.database_url) as store:
        number = approved(store, settings, readers=5)
        send(store, settings, number, provider, stop=lambda: len(provider.batches) >= 2)
    return number, provider


def move(settings: Settings, url: str, dry_run: bool = False) -> moving.Moved:
    return moving.move(settings, url, dry_run=dry_run, on_step=nobody)


def moved(settings: Settings, url: str) -> Settings:
    """The project after its .env was changed."""
    move(settings, url)
    return settings_in(settings.folder, RECAP_DATABASE_URL=url)


def test_an_issue_in_sending_goes_on_where_it_was(settings: Settings, new_url: str) -> None:
    number, provider = half_sent(settings)
    now = moved(settings, new_url)
    with open_store(new_url) as store:
        assert store.content.issue_row(number).status is IssueStatus.SENDING
        assert send(store, now, number, provider)["sent"] == 5
    to = [address for _, people in provider.batches for address in people]
    assert sorted(to) == [f"reader{n}@post.example" for n in range(5)]


def test_what_was_approved_is_sent_from_the_new_one_and_not_from_a_copy_of_it(
    settings: Settings, new_url: str, postgres_server: str
) -> None:
    with open_store(settings.database_url) as store:
        number = approved(store, settings)
    now = moved(settings, new_url)
    name = new_url.split("/")[3].partition("?")[0]
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}")
    try:
        with (
            open_store(_named(postgres_server, f"{name}_copy")) as copy,
            pytest.raises(StateError, match="was copied or moved"),
        ):
            send(copy, now, number, MemoryProvider())
    finally:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name}_copy WITH (FORCE)")
    with open_store(new_url) as store:
        assert send(store, now, number, MemoryProvider())["sent"] == 3


def test_every_row_of_every_table_is_moved(settings: Settings, new_url: str) -> None:
    database = Database(settings.database_url)
    fill_every_table(database)
    database.close()
    told: list[tuple[str, int]] = []
    done = moving.move(settings, new_url, dry_run=False, on_step=lambda *step: told.append(step))
    assert done.contents is not None
    for what in ("copied", "compared"):
        assert sum(rows for step, rows in told if step == what) == done.contents.rows


def test_the_old_one_refuses_whatever_comes(settings: Settings, new_url: str) -> None:
    number, _ = half_sent(settings)
    with open_store(settings.database_url) as running:
        move(settings, new_url)
        place = "moved to `postgresql://postgres@"
        with pytest.raises(StateError, match=f"is held .*{place}"):
            send(running, settings, number, MemoryProvider())
        for write in (
            lambda: join(running, "late"),
            lambda: running.audience.leave("reader1@post.example", NOW),
            lambda: running.content.save_report(RunReport("collect", NOW, {})),
        ):
            with pytest.raises(StoreError, match=place) as caught:
                write()
            assert "RECAP_DATABASE_URL" in caught.value.hint
    with pytest.raises(StoreError, match=f"not used any more: .*{place}"):
        open_store(settings.database_url)
    database = Database(settings.database_url)
    with pytest.raises(StoreError, match="moved to"), database.write() as connection:
        connection.execute(sa.delete(schema.delivery))
    database.close()


def test_a_postgresql_database_moves_to_another_and_is_closed_too(
    database_url: str, new_url: str, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, RECAP_DATABASE_URL=database_url)
    number, provider = half_sent(settings)
    with open_store(database_url) as running:
        now = moved(settings, new_url)
        with pytest.raises(StoreError, match=r"nothing is written to .*: this database was moved"):
            join(running, "late")
    with open_store(new_url) as store:
        assert send(store, now, number, provider)["sent"] == 5
    _reopen(database_url)


def _reopen(url: str) -> None:
    """Take the closing back, for the tests that use this database next."""
    if url.startswith("postgresql"):
        with psycopg.connect(url) as connection:
            connection.execute("DROP FUNCTION recap_moved() CASCADE")


def die_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends as it calls something of the mover."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    owner: Any = store_moving.installation if name == "place_of" else store_moving
    monkeypatch.setattr(owner, name, die)


RARELY = pytest.mark.ci


@pytest.mark.parametrize(
    "at",
    [
        pytest.param("prepare", marks=RARELY),
        pytest.param("_empty", marks=RARELY),
        pytest.param("fill", marks=RARELY),
        "_close",
        pytest.param("place_of", marks=RARELY),
    ],
)
def test_a_move_that_broke_off_is_done_by_the_next(
    settings: Settings, new_url: str, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    number, provider = half_sent(settings)
    with monkeypatch.context() as patch:
        die_at(at, patch)
        with pytest.raises(KeyboardInterrupt):
            move(settings, new_url)
    if at == "_close":
        with open_store(new_url) as early:
            with pytest.raises(StateError, match="is being moved here"):
                send(early, settings, number, provider)
            with pytest.raises(StateError, match="is being moved here"):
                highwater.adopt(early, settings.folder, now=NOW)
        with open_store(settings.database_url) as still:  # and the old one is in use meanwhile
            join(still, "late")
    now = moved(settings, new_url)
    with open_store(new_url) as store:
        expected = 6 if at == "_close" else 5
        assert send(store, now, number, provider)["sent"] == expected
    assert len(provider.batches) == expected


def test_a_move_that_is_done_is_done_again_without_harm(settings: Settings, new_url: str) -> None:
    half_sent(settings)
    move(settings, new_url)
    assert move(settings, new_url).contents is None
    with pytest.raises(StoreError, match="moved to"):
        move(settings, new_url.replace("/moved_", "/elsewhere_"))


def test_a_target_that_holds_something_is_refused(settings: Settings, new_url: str) -> None:
    with open_store(new_url, create=True) as other:
        join(other, "ada")
    for dry_run in (True, False):
        with pytest.raises(StoreError, match=r"holds rows already \(1 of consent_event"):
            move(settings, new_url, dry_run)
    with open_store(settings.database_url) as store:
        join(store, "grace")


@pytest.mark.ci
def test_an_older_target_that_holds_something_is_refused(settings: Settings, new_url: str) -> None:
    target = Database(new_url)
    for revision, table in (("0001", "run_report"), ("0008", "run_report")):
        prepare(target, revision=revision)
        with target.write() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO {table} (kind, at, document) VALUES ('a', now(), '')"
            )
        with pytest.raises(StoreError, match="holds rows already"):
            move(settings, new_url)
    target.close()


def test_a_dry_run_tells_how_much_there_is(settings: Settings, new_url: str) -> None:
    half_sent(settings)
    told = move(settings, new_url, dry_run=True)
    assert told.contents is not None
    assert told.contents.count("subscriber") == 5
    with open_store(settings.database_url) as store:
        join(store, "late")
    with pytest.raises(StoreError, match="there is no database"):
        open_store(new_url)


def test_a_sqlite_file_is_no_target(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="is a SQLite file"):
        move(settings, "sqlite:///elsewhere.db")


def test_a_missing_or_older_database_is_not_moved(tmp_path: Path, new_url: str) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(StoreError, match="there is no database"):
        move(settings, new_url)
    old = Database(settings.database_url, enforce_references=False)
    prepare(old, revision="0008")
    with pytest.raises(StoreError, match="older version 0008"):
        move(settings, new_url)
    old.close()
