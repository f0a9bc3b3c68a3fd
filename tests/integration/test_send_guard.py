"""A database that was copied sends nothing before somebody says so, and the original goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import psycopg
import pytest
import sqlalchemy as sa

from digest.errors import StateError
from digest.pipeline import approving, highwater
from digest.settings import Settings
from digest.store import Store, open_store, schema, upgrade
from digest.store.installation import agree
from tests.builders import NOW
from tests.builders_sending import MemoryProvider, approved, join, send, settings_in
from tests.postgres_server import running_base_backup

COPIED = "the database was copied or moved since an issue was approved in it"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_in(tmp_path, RECAP_DATABASE_URL=database_url)


@pytest.fixture
def folder(tmp_path: Path) -> Settings:
    """A project on SQLite, in a folder that can be copied."""
    (tmp_path / "original").mkdir()
    upgrade(f"sqlite:///{tmp_path / 'original' / 'recap.db'}")
    return settings_in(tmp_path / "original")


def sent_by(settings: Settings, number: int) -> int:
    with open_store(settings.database_url) as store:
        return send(store, settings, number, MemoryProvider())["sent"]


def refused(settings: Settings, number: int, told: str = COPIED) -> None:
    provider = MemoryProvider()
    with open_store(settings.database_url) as store, pytest.raises(StateError, match=told):
        send(store, settings, number, provider)
    assert provider.batches == []


def test_a_file_copied_before_the_first_batch_sends_nothing(
    folder: Settings, tmp_path: Path
) -> None:
    with open_store(folder.database_url) as store:
        number = approved(store, folder)
    (tmp_path / "copy").mkdir()
    for name in ("recap.db", "schedules.yaml"):
        shutil.copy2(folder.folder / name, tmp_path / "copy")
    refused(settings_in(tmp_path / "copy"), number)
    assert sent_by(folder, number) == 3


def test_a_folder_copied_before_the_first_batch_sends_nothing_until_adopted(
    folder: Settings, tmp_path: Path
) -> None:
    with open_store(folder.database_url) as store:
        number = approved(store, folder)
    shutil.copytree(folder.folder, tmp_path / "copy")
    copy = settings_in(tmp_path / "copy")
    refused(copy, number)
    with open_store(copy.database_url) as store:
        assert highwater.adopt(store, copy.folder, now=NOW) == (number,)
        approving.resume(store, number, now=NOW)
    assert sent_by(copy, number) == 3


def test_a_folder_that_is_copied_before_anything_was_approved_is_a_start_and_no_copy(
    folder: Settings, tmp_path: Path
) -> None:
    shutil.copytree(folder.folder, tmp_path / "copy")
    copy = settings_in(tmp_path / "copy")
    with open_store(copy.database_url) as store:
        number = approved(store, copy)
    assert sent_by(copy, number) == 3


def test_a_renamed_folder_sends_before_the_first_batch_too(
    folder: Settings, tmp_path: Path
) -> None:
    with open_store(folder.database_url) as store:
        number = approved(store, folder)
    folder.folder.rename(tmp_path / "renamed")
    assert sent_by(settings_in(tmp_path / "renamed"), number) == 3


def test_another_folder_with_the_same_database_sends_without_being_adopted(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    number = approved(store, settings, readers=4)
    provider = MemoryProvider()
    provider.limits = provider.limits.__class__(mails=1)
    send(store, settings, number, provider, stop=lambda: len(provider.batches) >= 1)
    (tmp_path / "machine").mkdir()
    other = settings_in(tmp_path / "machine", RECAP_DATABASE_URL=settings.database_url)
    assert sent_by(other, number) == 4
    assert (other.folder / highwater.FILE).exists()


def as_an_older_version_left_it(store: Store, settings: Settings, place: str) -> None:
    """Nothing is noted in the database, and the mark names the place in its own way."""
    with store._database.write() as connection:
        connection.execute(sa.update(schema.installation).values(place=""))
    mark = settings.folder / highwater.FILE
    kept = msgspec.json.decode(mark.read_bytes())
    mark.write_bytes(msgspec.json.encode({**kept, "place": place or kept["place"]}))


@pytest.mark.parametrize("place", ["", "server :/recap 16384"])
def test_a_database_of_an_older_version_goes_on(
    store: Store, settings: Settings, place: str
) -> None:
    number = approved(store, settings, readers=4)
    provider = MemoryProvider()
    provider.limits = provider.limits.__class__(mails=1)
    send(store, settings, number, provider, stop=lambda: len(provider.batches) >= 1)
    as_an_older_version_left_it(store, settings, place)
    assert send(store, settings, number, provider)["sent"] == 4


def test_a_copy_that_an_older_version_marked_is_known_by_its_mark(
    store: Store, settings: Settings
) -> None:
    number = approved(store, settings)
    provider = MemoryProvider()
    provider.limits = provider.limits.__class__(mails=1)
    send(store, settings, number, provider, stop=lambda: len(provider.batches) >= 1)
    as_an_older_version_left_it(store, settings, "file 1")
    refused(settings, number, "copied or moved since it last sent")
    (settings.folder / highwater.FILE).unlink()
    refused(settings, number, "batches up to 1 have left from this database, and none from")


def test_what_both_places_tell_has_to_agree() -> None:
    assert agree("database 5 system 7", "database 5 system 7")
    assert agree("database 5 system 7 written 3", "database 5 system 7")
    assert not agree("database 5 system 7", "database 6 system 7")
    assert not agree("database 5 system 7", "database 5 system 8")
    assert not agree("file 5", "database 5 system 7")


def test_a_role_that_may_ask_for_less_tells_less_and_agrees(postgres_server: str) -> None:
    url = postgres_server.replace("/postgres?", "/recap_guarded?")
    upgrade(url)
    name = postgres_server.replace("postgres@", "modest@").replace("/postgres?", "/recap_guarded?")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE modest LOGIN")
        connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO modest")
        with open_store(url) as ours, open_store(name) as theirs:
            mine, told = ours.installation.settle(NOW), theirs.installation.identity(NOW)
            assert set(told.place.split()[::2]) == {"database", "system"}
            assert agree(mine.place, told.place)
            connection.execute("REVOKE ALL ON FUNCTION pg_control_system() FROM PUBLIC")
            least = theirs.installation.identity(NOW).place
            assert set(least.split()[::2]) == {"database", "host"}
            assert agree(mine.place, least)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE recap_guarded WITH (FORCE)")
        connection.execute("DROP ROLE modest")


@pytest.mark.ci
def test_a_base_backup_put_up_beside_its_server_sends_nothing(
    postgres_server: str, tmp_path: Path
) -> None:
    url = postgres_server.replace("/postgres?", "/recap_based?")
    settings = settings_in(tmp_path, RECAP_DATABASE_URL=url)
    with open_store(url, create=True) as store:
        number = approved(store, settings)
    with running_base_backup(postgres_server) as address:
        copy = address.replace("/postgres?", "/recap_based?")
        refused(settings_in(tmp_path, RECAP_DATABASE_URL=copy), number)
    assert sent_by(settings, number) == 3
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP DATABASE recap_based WITH (FORCE)")


def test_an_approval_notes_where_the_database_lies(store: Store, settings: Settings) -> None:
    join(store, "ada")
    assert store.installation.identity(NOW).noted == ""
    approved(store, settings)
    here = store.installation.identity(NOW)
    assert here.noted == here.place != ""
