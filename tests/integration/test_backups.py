"""Backups of both databases: made while others write, sound, private, counted, and put back."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from digest.errors import InputError, StateError, StoreError
from digest.pipeline import approving, highwater
from digest.pipeline.backups import back_up, restore
from digest.settings import Settings
from digest.store import Store, open_store, schema, transfer
from digest.store.copying import differing
from digest.store.database import Database
from digest.store.transfer import prepare
from tests.builders import NOW
from tests.builders_copies import fill_every_table
from tests.builders_sending import MemoryProvider, approved, join, send, settings_in


def nobody(what: str, rows: int) -> None:
    """Is told of each step."""


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_in(tmp_path, RECAP_DATABASE_URL=database_url)


@pytest.fixture
def elsewhere(tmp_path: Path, empty_url: str) -> Settings:
    """A project in another folder, without a database."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    url = empty_url if "postgres" in empty_url else f"sqlite:///{folder / 'recap.db'}"
    return settings_in(folder, RECAP_DATABASE_URL=url)


@pytest.fixture
def sqlite_elsewhere(tmp_path: Path) -> Settings:
    (tmp_path / "elsewhere").mkdir()
    return settings_in(tmp_path / "elsewhere")


def backed_up(settings: Settings, **options: object) -> Path:
    given = {"path": None, "now": NOW, "keep": None, "on_step": nobody, **options}
    return back_up(settings, **given).path  # type: ignore[arg-type]


def put_back(settings: Settings, path: Path, dry_run: bool = False) -> object:
    return restore(settings, path, dry_run=dry_run, on_step=nobody)


def test_a_backup_is_named_by_its_moment_and_only_this_user_may_read_it(
    sqlite_settings: Settings,
) -> None:
    made = back_up(sqlite_settings, None, now=NOW, keep=None, on_step=nobody)
    assert made.path == sqlite_settings.folder / "backups" / f"recap-{NOW:%Y-%m-%dT%H%M%SZ}.db"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert made.contents.count("subscriber") == 1
    assert made.size == made.path.stat().st_size
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]


def test_a_backup_is_put_back_with_equal_sums(
    database_url: str, settings: Settings, elsewhere: Settings
) -> None:
    database = Database(database_url)
    fill_every_table(database)
    database.close()
    made = back_up(settings, None, now=NOW, keep=None, on_step=nobody)
    back = restore(elsewhere, made.path, dry_run=False, on_step=nobody)
    assert back.contents.tables == made.contents.tables
    again = back_up(elsewhere, None, now=NOW, keep=None, on_step=nobody)
    assert differing(again.contents.tables, made.contents.tables) == ()
    assert back.migrations == ()
    with open_store(elsewhere.database_url) as store:
        assert store.installation.identity(NOW).backup_of


def test_a_database_that_was_put_back_sends_nothing_until_it_is_adopted(
    store: Store, settings: Settings, sqlite_elsewhere: Settings
) -> None:
    number = approved(store, settings)
    path = backed_up(settings)
    put_back(sqlite_elsewhere, path)
    with open_store(sqlite_elsewhere.database_url) as other:
        provider = MemoryProvider()
        with pytest.raises(StateError, match="put back from the backup of 2026-06-01"):
            send(other, sqlite_elsewhere, number, provider)
        assert provider.batches == []
        assert highwater.adopt(other, sqlite_elsewhere.folder, now=NOW) == (number,)
        approving.resume(other, number, now=NOW)
        assert send(other, sqlite_elsewhere, number, provider)["sent"] == 3
    assert send(store, settings, number, MemoryProvider())["sent"] == 3  # the original goes on


def test_what_others_write_meanwhile_is_whole_or_absent(store: Store, settings: Settings) -> None:
    number = approved(store, settings, readers=40)
    provider = MemoryProvider()
    provider.limits = provider.limits.__class__(mails=1)
    begun, made = threading.Event(), []
    provider.before = begun.set
    sender = threading.Thread(target=send, args=(store, settings, number, provider))
    sender.start()
    assert begun.wait(10)
    while sender.is_alive():
        made.append(backed_up(settings, path=settings.folder / f"{len(made)}.db"))
    sender.join()
    assert store.ledger.counts(number)["sent"] == 40
    for path in made:
        with sqlite3.connect(path) as backup:
            batches = backup.execute("SELECT count(*) FROM batch WHERE state = 'done'").fetchone()
            sent = backup.execute("SELECT count(*) FROM delivery WHERE state = 'sent'").fetchone()
            assert batches == sent
        backup.close()


def test_only_the_newest_of_its_own_naming_are_kept(sqlite_settings: Settings) -> None:
    first = backed_up(sqlite_settings)
    mine = first.with_name("before-the-move.db")
    mine.write_text("kept")
    second = backed_up(sqlite_settings, now=NOW + timedelta(days=1), keep=2)
    third = back_up(sqlite_settings, None, now=NOW + timedelta(days=2), keep=2, on_step=nobody)
    assert third.removed == (first,)
    assert sorted(first.parent.iterdir()) == sorted([mine, second, third.path])


def test_a_backup_that_is_dated_before_the_others_is_kept(sqlite_settings: Settings) -> None:
    later = backed_up(sqlite_settings, now=NOW + timedelta(days=1))
    made = back_up(sqlite_settings, None, now=NOW, keep=1, on_step=nobody)
    assert made.path.exists()
    assert made.removed == ()
    assert later.exists()


def test_a_file_is_never_written_over(sqlite_settings: Settings) -> None:
    path = sqlite_settings.folder / "mine.db"
    path.write_text("mine")
    with pytest.raises(InputError, match="there is a file"):
        backed_up(sqlite_settings, path=path)
    assert path.read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_told(sqlite_settings: Settings) -> None:
    (sqlite_settings.folder / "backups").write_text("a file")
    with pytest.raises(InputError, match="cannot be written"):
        backed_up(sqlite_settings)


def test_a_backup_that_fails_leaves_nothing(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "differing", lambda *_: ("issue",))
    with pytest.raises(StoreError, match="issue did not arrive in"):
        backed_up(sqlite_settings)
    assert list((sqlite_settings.folder / "backups").iterdir()) == []


def test_a_database_that_holds_something_is_not_written_over(sqlite_settings: Settings) -> None:
    path = backed_up(sqlite_settings)
    with pytest.raises(StoreError, match=r"holds something already \(1 of consent_event, 1 of sub"):
        put_back(sqlite_settings, path)
    with pytest.raises(StoreError, match="holds something already"):
        put_back(sqlite_settings, path, dry_run=True)


def test_a_prepared_database_without_rows_is_filled(
    sqlite_settings: Settings, sqlite_elsewhere: Settings
) -> None:
    path = backed_up(sqlite_settings)
    with open_store(sqlite_elsewhere.database_url, create=True):
        pass
    put_back(sqlite_elsewhere, path)
    with open_store(sqlite_elsewhere.database_url) as other:
        assert other.audience.by_email("ada@post.example")


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    settings = settings_in(tmp_path)
    with open_store(settings.database_url, create=True) as store:
        join(store, "ada")
    return settings


def test_a_dry_run_looks_and_changes_nothing(
    sqlite_settings: Settings, sqlite_elsewhere: Settings
) -> None:
    path = backed_up(sqlite_settings)
    told = restore(sqlite_elsewhere, path, dry_run=True, on_step=nobody)
    assert told.contents.count("subscriber") == 1
    assert not (sqlite_elsewhere.folder / "recap.db").exists()


def damaged(path: Path) -> None:
    written = bytearray(path.read_bytes())
    written[8192:12288] = bytes(4096)
    path.write_bytes(written)


def no_backup(path: Path) -> None:
    path.write_text("a letter")


def strange(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE other (id)")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")


def loose(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("UPDATE recap_version SET version_num = version_num")
        other.execute(
            "INSERT INTO article (item, fetched_at, text, outcome) VALUES ('x', 1, '', '')"
        )


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (damaged, "damaged"),
        (no_backup, "not a database"),
        (strange, "no backup of a newsletter"),
        (newer, "which this program does not know"),
        (loose, "a reference of `article` leads nowhere"),
        (Path.unlink, "there is no backup"),
    ],
)
def test_a_file_that_is_no_sound_backup_is_refused(
    sqlite_settings: Settings, sqlite_elsewhere: Settings, spoil: Callable[[Path], None], told: str
) -> None:
    path = backed_up(sqlite_settings)
    spoil(path)
    with pytest.raises(StoreError, match=told):
        put_back(sqlite_elsewhere, path)
    assert not (sqlite_elsewhere.folder / "recap.db").exists()


def test_an_older_database_is_backed_up_as_it_is_and_brought_up_when_it_is_put_back(
    tmp_path: Path, sqlite_elsewhere: Settings, empty_url: str
) -> None:
    old = Database(empty_url, enforce_references=False)
    prepare(old, revision="0001", wal=False)
    with old.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO subscriber (email, email_key, name, status, asked_at, evidence)"
            " VALUES ('ada@post.example', 'ada@post.example', 'Ada', 'confirmed',"
            " '2026-06-01 08:00:00.000000', '')"
        )
    old.close()
    settings = settings_in(tmp_path, RECAP_DATABASE_URL=empty_url)
    path = backed_up(settings)
    written = path.read_bytes()
    back = restore(sqlite_elsewhere, path, dry_run=False, on_step=nobody)
    assert back.migrations[0] == "0002"
    assert path.read_bytes() == written
    with open_store(sqlite_elsewhere.database_url) as store:
        assert store.audience.by_email("ada@post.example")
        assert store.installation.identity(NOW).backup_of


def test_an_empty_database_has_nothing_to_back_up(tmp_path: Path, empty_url: str) -> None:
    settings = settings_in(tmp_path, RECAP_DATABASE_URL=empty_url)
    told = "holds no newsletter yet|there is no database"
    with pytest.raises(StoreError, match=told):
        backed_up(settings)
    assert not any(Path(tmp_path / "backups").glob("*"))
    assert not (tmp_path / "recap.db").exists()


def test_a_file_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    (tmp_path / "recap.db").touch()
    with pytest.raises(StoreError, match="holds no newsletter yet"):
        backed_up(settings_in(tmp_path))


def test_a_backup_copied_over_the_database_is_known_as_one(sqlite_settings: Settings) -> None:
    with open_store(sqlite_settings.database_url) as store:
        number = approved(store, sqlite_settings)
    path = backed_up(sqlite_settings)
    database = sqlite_settings.folder / "recap.db"
    database.with_name("recap.db-wal").unlink(missing_ok=True)
    database.write_bytes(path.read_bytes())  # the same file on the disk
    with (
        open_store(sqlite_settings.database_url) as store,
        pytest.raises(StateError, match="backup"),
    ):
        send(store, sqlite_settings, number, MemoryProvider())


def test_a_database_that_was_put_back_says_so_in_its_row(
    sqlite_settings: Settings, sqlite_elsewhere: Settings
) -> None:
    put_back(sqlite_elsewhere, backed_up(sqlite_settings))
    with open_store(sqlite_elsewhere.database_url) as store, store._database.read() as connection:
        noted = connection.execute(sa.select(schema.installation.c.place)).scalar_one()
    assert noted == f"backup {NOW:%Y-%m-%d %H:%M:%S} UTC"
