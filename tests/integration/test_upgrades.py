"""Databases of earlier versions are brought to this one: every row stays, and sends go on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from digest.errors import StateError
from digest.model import IssueStatus
from digest.pipeline import approving, highwater
from digest.pipeline.archiving import publish_all
from digest.pipeline.reconciling import Decision, reconcile
from digest.store import open_store, schema, upgrade
from digest.store.database import Database
from digest.store.schema import HEAD, INDEX, VERSION_TABLE, metadata
from tests import schemas
from tests.builders_sending import Clock, MemoryProvider, send, settings_in
from tests.integration.conftest import _named, _numbers
from tests.schemas.__main__ import SENT

CASES = [
    pytest.param(
        (revision, kind),
        id=f"{revision}-{kind}",
        marks=() if revision in (schemas.revisions()[0], HEAD) else pytest.mark.ci,
    )
    for revision in schemas.revisions()
    for kind in schemas.KINDS
]
FROZEN_SINCE = "0007"
"""An issue that was approved before has no frozen mail, and cannot go on."""
SAME_BYTES_SINCE = "0013"
"""Mails were made otherwise before: a batch that was under way waits for a person."""


@pytest.fixture(params=CASES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The schema and the address of a database that an earlier version left."""
    revision, kind = request.param
    text = schemas.path_of(revision, kind).read_text(encoding="utf-8")
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'recap.db'}"
        schemas.load(text, url)
        yield revision, url
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"dumped_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        schemas.load(text, _named(server, name))
        yield revision, _named(server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def counts(url: str) -> Counter[str]:
    """How many rows each of our tables has."""
    database = Database(url)
    found: Counter[str] = Counter()
    with database.read() as connection:
        for name in set(sa.inspect(connection).get_table_names()) & set(metadata.tables):
            query = sa.select(sa.func.count()).select_from(sa.table(name))
            found[name] = connection.execute(query).scalar_one()
    database.close()
    return found


def differences(url: str) -> list[object]:
    """Between the tables of a database and those that this version declares."""
    options = {
        "version_table": VERSION_TABLE,
        "compare_server_default": True,
        # The index of the archive is another kind of table on each database.
        "include_name": lambda name, *_: not str(name).startswith((INDEX, f"ix_{INDEX}")),
    }
    database = Database(url)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, metadata)
    database.close()
    return found


def taken_by_the_provider(url: str) -> dict[str, list[str]]:
    """The keys that it has seen, with the addresses of each: those of every batch there is."""
    database = Database(url)
    with database.read() as connection:
        rows = connection.execute(sa.select(schema.batch.c.key, schema.batch.c.recipients)).all()
    database.close()
    return {key: [one["email"] for one in json.loads(people)] for key, people in rows}


def test_an_upgrade_keeps_every_row_and_goes_on_with_the_issue(
    old: tuple[str, str], tmp_path: Path
) -> None:
    revision, url = old
    before, taken = counts(url), taken_by_the_provider(url)
    applied = upgrade(url)
    assert applied == schema.REVISIONS[schema.REVISIONS.index(revision) + 1 :]
    after = counts(url)
    assert {name: after[name] for name in before if name != "installation"} == {
        name: count for name, count in before.items() if name != "installation"
    }
    assert differences(url) == []
    settings = settings_in(tmp_path, RECAP_DATABASE_URL=url)
    provider, clock = MemoryProvider(), Clock(SENT + timedelta(hours=1))
    with open_store(url) as store:
        assert len(taken) == 2
        assert store.content.issue_row(1).status is IssueStatus.SENDING
        publish_all(store, settings)
        with pytest.raises(StateError, match=r"nothing is sent|has no approved mail"):
            send(store, settings, 1, provider, clock)  # it was put back from a dump
        highwater.adopt(store, tmp_path, now=clock.now)
        approving.resume(store, 1, now=clock.now)
        if revision < FROZEN_SINCE:
            with pytest.raises(StateError, match="has no approved mail"):
                send(store, settings, 1, provider, clock)
            assert provider.batches == []
            return
        sent = send(store, settings, 1, provider, clock)
        if revision < SAME_BYTES_SINCE:
            assert (sent["sent"], sent["unknown"]) == (3, 2)
            assert reconcile(store, 1, Decision.SENT, now=clock.now) == 2
        assert store.ledger.counts(1)["sent"] == 5
        assert store.content.issue_row(1).status is IssueStatus.SENT
        assert store.archive.issue(1) is not None
    for key, people in provider.batches:
        assert taken.setdefault(key, list(people)) == list(people)
    got = Counter(address for people in taken.values() for address in people)
    assert set(got.values()) == {1}
    assert len(got) == 5


def test_there_is_a_dump_of_this_schema() -> None:
    for kind in schemas.KINDS:
        path = schemas.path_of(HEAD, kind)
        assert path.exists(), f"there is no {path.name}: run `python -m tests.schemas`"


def test_dumps_are_small() -> None:
    for path in schemas.FOLDER.glob("*.sql"):
        assert path.stat().st_size < 300_000, path.name
