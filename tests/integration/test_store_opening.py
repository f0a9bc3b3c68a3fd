"""Opening, creating and upgrading a database, and every way in which that can fail."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from digest.errors import StoreError
from digest.model import Source, Vocabulary
from digest.store import migrating, open_store, schema, upgrade
from digest.store.database import Database
from digest.store.schema import HEAD, INDEX, REVISIONS, VERSION_TABLE, metadata
from tests.builders import at, make_issue, make_item


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    database = Database(url)
    try:
        with database.write() as connection:
            yield connection
    finally:
        database.close()


@contextmanager
def of_version(url: str, revision: str) -> Iterator[sa.Connection]:
    """A new database as an older version made it."""
    database = Database(url)
    if not database.is_sqlite:
        migrating.create_database(database)
    database.close()
    config = Config()
    config.set_main_option("script_location", str(migrating.SCRIPTS))
    with connected(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection


def make_first_version(url: str) -> None:
    """A database as version 0001 made it, with one item."""
    with of_version(url, "0001") as connection:
        seen = "'2026-05-27 09:30:00.000000'"
        connection.exec_driver_sql(
            "INSERT INTO item (id, url, url_key, link, title, summary, source, first_seen,"
            " entered_at, language, sponsored, remarks) VALUES ('a', 'u', 'k', 'l',"
            f" 'An AI chip ships', '', 'Chip Ledger', {seen}, {seen}, 'en', false, '[]')"
        )


def set_revision(url: str, revision: str) -> None:
    with connected(url) as connection:
        connection.execute(
            sa.text(f"UPDATE {VERSION_TABLE} SET version_num = :new"), {"new": revision}
        )


def test_upgrade_makes_the_whole_schema_from_nothing(empty_url: str) -> None:
    assert upgrade(empty_url) == REVISIONS
    with connected(empty_url) as connection:
        tables = set(sa.inspect(connection).get_table_names())
    indexed = {name for name in tables if name.startswith(INDEX)}  # with FTS5's own on SQLite
    assert tables - indexed == {*metadata.tables, VERSION_TABLE}
    assert INDEX in indexed


def test_the_migrated_schema_is_the_declared_one(database_url: str) -> None:
    with connected(database_url) as connection:
        options = {
            "version_table": VERSION_TABLE,
            "compare_server_default": True,
            # The index of the archive is another kind of table on each database, and tables of the
            # queue, which other tests leave here, are Procrastinate's own.
            "include_name": lambda name, *_: (
                not str(name).startswith(
                    (INDEX, f"ix_{INDEX}", "procrastinate_", "idx_procrastinate_")
                )
            ),
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_known_revisions_are_those_of_the_migration_files() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating.SCRIPTS))
    script = ScriptDirectory.from_config(config)
    chain = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(chain)) == REVISIONS
    assert script.get_current_head() == HEAD


def test_upgrading_twice_does_nothing_the_second_time(empty_url: str) -> None:
    upgrade(empty_url)
    assert upgrade(empty_url) == ()


def test_upgrade_is_silent(
    empty_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING):
        upgrade(empty_url)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_create_makes_the_database_and_opens_it(empty_url: str) -> None:
    with open_store(empty_url, create=True) as store:
        assert store.content.count_items() == 0


def test_two_stores_may_be_open_at_once(database_url: str) -> None:
    with open_store(database_url) as one, open_store(database_url) as other:
        one.content.add_sources([Source("Chip Ledger", "https://chip-ledger.example/feed")])
        assert [source.name for source in other.content.sources()] == ["Chip Ledger"]


def test_processes_that_create_at_the_same_time_all_succeed(empty_url: str) -> None:
    failures: list[BaseException] = []

    def create() -> None:
        try:
            open_store(empty_url, create=True).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_missing_database_is_told_with_what_makes_it(empty_url: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(empty_url)
    assert "recap init" in caught.value.hint


def test_opening_a_missing_file_does_not_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no database .*recap\.db"):
        open_store(f"sqlite:///{tmp_path / 'recap.db'}")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_holds_no_newsletter(tmp_path: Path) -> None:
    (tmp_path / "recap.db").touch()
    with pytest.raises(StoreError, match="holds no newsletter yet") as caught:
        open_store(f"sqlite:///{tmp_path / 'recap.db'}")
    assert "recap init" in caught.value.hint


def test_a_newer_database_is_refused_naming_both_versions(database_url: str) -> None:
    set_revision(database_url, "0999")
    for attempt in (open_store, upgrade):
        with pytest.raises(StoreError) as caught:
            attempt(database_url)
        assert "0999" in caught.value.problem
        assert HEAD in caught.value.problem
        assert "install the newer" in caught.value.hint


def test_nothing_is_written_to_a_newer_database(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    shutil.copy(sqlite_template, path)
    set_revision(f"sqlite:///{path}", "0999")
    before = path.read_bytes()
    for attempt in (open_store, upgrade):
        with pytest.raises(StoreError):
            attempt(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_older_database_asks_for_the_upgrade(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "REVISIONS", ("0000", *REVISIONS))
    set_revision(database_url, "0000")
    with pytest.raises(StoreError, match="older version 0000") as caught:
        open_store(database_url)
    assert "recap upgrade" in caught.value.hint


def test_a_database_of_the_first_version_is_upgraded_with_what_it_holds(empty_url: str) -> None:
    make_first_version(empty_url)
    assert upgrade(empty_url) == REVISIONS[1:]
    with open_store(empty_url) as store:
        (item,) = store.content.items(before=at("2026-07-01"))
        assert (item.title, item.points) == ("An AI chip ships", None)
        store.content.add_items([make_item(points=7)])
        store.content.save_issue(make_issue(), vocabulary=Vocabulary(1, {"chip": 1}))
        assert store.content.past(at("2026-07-01")).vocabulary == Vocabulary(1, {"chip": 1})


def test_deliveries_of_an_older_database_are_kept_as_they_were(empty_url: str) -> None:
    moment = "'2026-06-01 08:00:00.000000'"
    with of_version(empty_url, "0008") as connection:
        connection.exec_driver_sql(
            "INSERT INTO issue (number, week, status, revision, window_start, window_end, timezone,"
            " title, stories, drafted_at, content_sha256, document) VALUES (3, '2026-W22',"
            f" 'sending', 1, {moment}, {moment}, 'UTC', 'A week', 1, {moment}, '', '{{}}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO batch (id, key, issue, recipients, state, attempts, first_attempt_at,"
            f" error) VALUES (9, 'recap/3/a', 3, '[]', 'done', 1, {moment}, '')"
        )
        connection.exec_driver_sql(
            "INSERT INTO delivery (issue, subscriber, state, batch, provider_id, error, at, fate,"
            f" fate_at) VALUES (3, 2, 'planned', NULL, '', '', {moment}, '', NULL),"
            f" (3, 1, 'sent', 9, 'id-1', '', {moment}, 'bounced', {moment})"
        )
    assert upgrade(empty_url) == REVISIONS[REVISIONS.index("0008") + 1 :]
    with connected(empty_url) as connection:
        found = connection.execute(sa.select(schema.delivery).order_by(sa.text("subscriber")))
        sent, planned = (row._asdict() for row in found)
    when = at("2026-06-01T08:00")
    assert sent == {
        "issue": 3, "subscriber": 1, "state": "sent", "batch": 9, "provider_id": "id-1",
        "error": "", "at": when, "fate": "bounced", "fate_at": when, "due_at": None,
    }  # fmt: skip
    untold = {"state": "planned", "batch": None, "provider_id": "", "fate": "", "fate_at": None}
    assert planned == {**sent, "subscriber": 2, **untold}


def test_tables_of_another_program_are_left_alone(empty_url: str, tmp_path: Path) -> None:
    target = Database(empty_url)
    if not target.is_sqlite:
        migrating.create_database(target)
    target.close()
    with connected(empty_url) as connection:
        connection.exec_driver_sql("CREATE TABLE issue (title text)")
    with pytest.raises(StoreError, match="tables of another program: issue"):
        upgrade(empty_url)
    with connected(empty_url) as connection:
        assert sa.inspect(connection).get_table_names() == ["issue"]


def test_a_failed_migration_leaves_nothing_behind(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: sa.Connection, _database: Database) -> None:
        raise StoreError("the power went off")

    with monkeypatch.context() as patched:
        patched.setattr(migrating, "_check_references", fail)
        with pytest.raises(StoreError, match="power"):
            upgrade(empty_url)
    with connected(empty_url) as connection:
        assert sa.inspect(connection).get_table_names() == []
    assert upgrade(empty_url) == REVISIONS


def test_a_broken_reference_stops_the_upgrade(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    shutil.copy(sqlite_template, path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO delivery (issue, subscriber, state, provider_id, error, at) "
            "VALUES (7, 7, 'planned', '', '', '2026-06-01 06:00:00.000000')"
        )
    database = Database(f"sqlite:///{path}")
    with (
        pytest.raises(StoreError, match="reference in table `delivery`"),
        database.write() as connection,
    ):
        migrating._check_references(connection, database)
    database.close()


def test_sqlite_is_set_up_to_lose_nothing(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with database.read() as connection:

        def setting(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert setting("journal_mode") == "wal"
        assert setting("synchronous") == 2
        assert setting("foreign_keys") == 1
        assert setting("busy_timeout") == 10_000
    database.close()


def test_opening_needs_no_alembic(sqlite_template: Path) -> None:
    program = (
        "import sys; from digest.store import open_store; "
        f"open_store('sqlite:///{sqlite_template}').close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
