"""Whole databases copied between SQLite and PostgreSQL: every row, in every direction."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from digest.errors import StoreError
from digest.model import DeliveryState
from digest.store import open_store, schema, transfer, upgrade
from digest.store.copying import OF_THE_PLACE, Sum, differing, sums, tables_of
from digest.store.database import Database
from digest.store.transfer import check_arrived, fill, prepare, rows_in
from tests.builders import NOW
from tests.builders_copies import fill_every_table
from tests.builders_sending import MemoryProvider, approved, join, send, settings_in
from tests.integration.conftest import _numbers


def nobody(what: str, rows: int) -> None:
    """Is told of each step."""


@pytest.fixture
def filled(database_url: str) -> Iterator[Database]:
    """A database with rows in every table."""
    database = Database(database_url)
    fill_every_table(database)
    yield database
    database.close()


@pytest.fixture
def target(empty_url: str, tmp_path: Path) -> Iterator[Database]:
    """A prepared, empty database."""
    url = empty_url.replace("recap.db", "target.db")
    database = Database(url, enforce_references=False)
    prepare(database)
    yield database
    database.close()


@pytest.fixture
def sqlite_filled(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The same, on SQLite."""
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'filled.db')}")
    fill_every_table(database)
    yield database
    database.close()


def copy_into(target: Database, source: Database, language: str = "en") -> transfer.Contents:
    with source.snapshot() as old, target.write() as new:
        held = fill(old, new, language=language, on_step=nobody)
        check_arrived(held, new, target.place, nobody)
        return held


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows as SQLAlchemy reads them, without what is of the place."""
    with database.read() as connection:
        return {
            table.name: sorted(
                (
                    tuple(connection_row)
                    for connection_row in connection.execute(
                        sa.select(*(c for c in table.c if (table.name, c.name) not in OF_THE_PLACE))
                    )
                ),
                key=repr,
            )
            for table in schema.metadata.sorted_tables
        }


def test_every_row_of_every_table_arrives_as_it_was(filled: Database, target: Database) -> None:
    held = copy_into(target, filled)
    assert everything(target) == everything(filled)
    assert held.revision == schema.HEAD
    assert held.count("subscriber") == 5
    assert held.count("no such table") == 0
    assert held.rows == sum(one.rows for one in held.tables.values())
    with target.read() as connection:
        assert sums(connection, tables_of(connection)) == held.tables


def test_every_copied_table_has_rows_in_the_test(filled: Database) -> None:
    with filled.read() as connection:
        found = sums(connection, tables_of(connection))
    assert set(found) == set(schema.metadata.tables)
    assert all(one.rows for one in found.values())


def test_the_next_row_is_numbered_after_those_that_were_copied(
    sqlite_filled: Database, target: Database
) -> None:
    copy_into(target, sqlite_filled)
    url = target.url.render_as_string(hide_password=False)
    with open_store(url) as store:
        (person,) = join(store, "later")
    assert person.id == 6


def test_a_value_that_differs_changes_the_sum_of_its_table_only(filled: Database) -> None:
    with filled.read() as connection:
        before = sums(connection, tables_of(connection))
    with filled.write() as connection:
        change = sa.update(schema.subscriber).where(schema.subscriber.c.id == 3)
        connection.execute(change.values(name="another"))
    with filled.read() as connection:
        assert differing(before, sums(connection, tables_of(connection))) == ("subscriber",)


def test_what_does_not_arrive_is_not_kept(
    sqlite_filled: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(*args: object) -> dict[str, Sum]:
        found = sums(*args)  # type: ignore[arg-type]
        return {**found, "suppression": Sum(4, "")}

    monkeypatch.setattr(transfer, "sums", lossy)
    with pytest.raises(StoreError, match="suppression did not arrive"):
        copy_into(target, sqlite_filled)
    assert rows_in(target) == {}


def test_a_database_that_is_not_there_has_no_rows(empty_url: str) -> None:
    database = Database(empty_url)
    assert rows_in(database) == {}
    database.close()


def test_the_archive_is_found_by_its_words_after_a_copy(
    database_url: str, target: Database, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path)
    with open_store(database_url) as store:
        send(store, settings, approved(store, settings), MemoryProvider())
        title = store.archive.all_stories()[0].title
        copy_into(target, store._database)
    words = title.split()[:2]
    with open_store(target.url.render_as_string(hide_password=False)) as store:
        count, found = store.archive.search(words, language="en", start=0, limit=9)
        assert count >= 1
        assert title in [story.title for story in found]
        assert store.ledger.counts(5)[DeliveryState.SENT] == 3


def test_a_database_of_another_version_is_copied_with_the_tables_it_has(
    empty_url: str, tmp_path: Path
) -> None:
    source = Database(empty_url, enforce_references=False)
    prepare(source, revision="0008", wal=False)
    people = schema.subscriber.to_metadata(sa.MetaData())
    values = {"email": "a\tb", "email_key": "k", "status": "confirmed", "asked_at": NOW}
    with source.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO installation (id, made_at) VALUES ('x', '2026-06-01')"
        )
        connection.execute(sa.insert(people).values(values))
    target = Database(f"sqlite:///{tmp_path / 'old.db'}", enforce_references=False)
    prepare(target, revision="0008", wal=False)
    held = copy_into(target, source)
    assert "archived_issue" not in held.tables
    assert held.count("subscriber") == 1
    upgrade(target.url.render_as_string())
    with open_store(target.url.render_as_string()) as store:
        assert store.audience.by_email("a\tb") is None
    for database in (source, target):
        database.close()


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr("digest.store.copying._ROWS", 2)


def test_the_size_of_the_pieces_changes_nothing(
    filled: Database, in_pieces: Callable[[], None]
) -> None:
    with filled.read() as connection:
        whole = sums(connection, tables_of(connection))
        in_pieces()
        assert sums(connection, tables_of(connection)) == whole


def test_a_table_that_cannot_be_read_is_named_with_its_database(
    filled: Database, target: Database
) -> None:
    with filled.write() as connection:
        connection.exec_driver_sql("ALTER TABLE suppression RENAME TO elsewhere")
    try:
        with pytest.raises(StoreError, match=r"table suppression of .* cannot be read: "):
            copy_into(target, filled)
    finally:
        with filled.write() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO suppression")
    assert rows_in(target) == {}


def test_a_text_that_postgresql_cannot_hold_is_told(
    postgres_server: str, sqlite_template: Path
) -> None:
    url = postgres_server.replace("/postgres?", f"/nul_{next(_numbers)}?")
    source, target = Database(f"sqlite:///{sqlite_template}"), Database(url)
    prepare(target)
    values = {"email_key": "a", "email": "a\0b", "reason": "", "at": NOW}
    with source.write() as connection:
        connection.execute(sa.insert(schema.suppression).values(values))
        with target.write() as new, pytest.raises(StoreError) as caught:
            fill(connection, new, language="", on_step=nobody)
        connection.execute(sa.delete(schema.suppression))
    assert "table suppression of `nul_" in str(caught.value)
    for database in (source, target):
        database.close()
