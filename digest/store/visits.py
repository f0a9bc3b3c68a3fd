"""Keeps how the sources have answered: their health, moves and mutes, and the hosts' pauses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import InputError, StateError, StoreError
from digest.model import Health, Pause, Validators
from digest.store import schema
from digest.store.database import Database

_PLAIN = (
    "tried_at", "good_at", "next_at", "new_at", "failures", "error", "moved_to", "moved_since",
    "moved_times", "muted_because", "items_seen", "last_count", "undated",
)  # fmt: skip
_COLLECTING = "recap collecting"


@dataclass(frozen=True, slots=True)
class Visit:
    """How one source has answered, and what follows from it.

    Attributes:
        name: of the source.
        health: from now on.
        pause: what its host asked for in the same answer.
        moved_to: its address from now on; "" leaves it as it is.
        mute: stop asking it.
    """

    name: str
    health: Health
    pause: Pause | None = None
    moved_to: str = ""
    mute: bool = False


class Visits:
    """The health of every source in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Be the one collector of this database until the block ends; a killed one lets go.

        Raises:
            StateError: another one is at work.
        """
        held = _hold_file if self._database.is_sqlite else _hold_row
        with held(self._database) as free:
            if not free:
                raise StateError(
                    f"another collector is at work on database {self._database.place}",
                    hint="it fetches the same sources; wait for it to end",
                )
            yield

    def healths(self) -> dict[str, Health]:
        """The health of each source by its name; a source that was never asked has none."""
        table, sources = schema.source_health, schema.source
        query = sa.select(sources.c.name, table).join(sources, sources.c.id == table.c.source)
        with self._database.read() as connection:
            found = {row.name: _health_of(row) for row in connection.execute(query)}
        return dict(sorted(found.items()))

    def told(self) -> dict[str, str]:
        """What was noted of the silences that operators were told of, by source; only those."""
        table, sources = schema.source_health, schema.source
        query = sa.select(sources.c.name, table.c.told).join(
            sources, sources.c.id == table.c.source
        )
        with self._database.read() as connection:
            return {
                row.name: row.told for row in connection.execute(query.where(table.c.told != ""))
            }

    def tell(self, notes: Mapping[str, str]) -> None:
        """Note of sources, by name, that operators were told of their silence."""
        table, sources = schema.source_health, schema.source
        with self._database.write() as connection:
            for name, note in sorted(notes.items()):
                ours = sa.select(sources.c.id).where(sources.c.name == name).scalar_subquery()
                change = sa.update(table).where(table.c.source == ours)
                connection.execute(change.values(told=note))

    def times_of(self, name: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """When the items of a source are from, of those that came in a span; unsorted."""
        table = schema.item
        when = sa.func.coalesce(table.c.published, table.c.first_seen, type_=schema.Moment)
        query = sa.select(when).where(
            table.c.source == name, table.c.entered_at >= since, when >= since, when <= until
        )
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def pauses(self) -> tuple[Pause, ...]:
        """What hosts have asked for, by host, whether it is over or not."""
        with self._database.read() as connection:
            found = [
                Pause(row.host, row.until, row.limited_at)
                for row in connection.execute(sa.select(schema.host_pause))
            ]
        return tuple(sorted(found, key=lambda pause: pause.host))

    def save(self, visits: Sequence[Visit]) -> None:
        """Keep how sources have answered, all or nothing; their items must be stored by now.

        Raises:
            InputError: no source has such a name; nothing was stored.
        """
        if not visits:
            return
        names = [visit.name for visit in visits]
        table = schema.source
        query = sa.select(table.c.name, table.c.id).where(table.c.name.in_(names))
        with self._database.write() as connection:
            ids: dict[str, int] = {row.name: row.id for row in connection.execute(query)}
            for name in names:
                if name not in ids:
                    raise InputError(
                        f"no source is called `{name}`",
                        hint="see the names with `recap sources list`",
                    )
            health = [_row(ids[visit.name], visit.health) for visit in visits]
            self._put(connection, schema.source_health, "source", health)
            for visit in visits:
                if visit.moved_to:
                    change = sa.update(table).where(table.c.name == visit.name)
                    connection.execute(change.values(url=visit.moved_to))
                if visit.mute:
                    change = sa.update(table).where(table.c.name == visit.name)
                    connection.execute(change.values(muted=True))
                if visit.pause is not None:
                    row = _row_of_pause(visit.pause)
                    self._put(connection, schema.host_pause, "host", [row])

    def _put(
        self, connection: Connection, table: sa.Table, key: str, rows: list[dict[str, Any]]
    ) -> None:
        """Insert or replace; a column that no row names stays as it is."""
        insert = self._database.insert(table)
        kept = {name: insert.excluded[name] for name in rows[0] if name != key}
        put = insert.on_conflict_do_update(index_elements=[key], set_=kept)
        connection.execute(put, rows)

    def forgive(self, name: str) -> None:
        """Forget the failures of a source and why it was muted: it may be asked again at once."""
        table = schema.source_health
        ours = sa.select(schema.source.c.id).where(schema.source.c.name == name)
        change = sa.update(table).where(table.c.source == ours.scalar_subquery())
        with self._database.write() as connection:
            connection.execute(change.values(muted_because="", failures=0, next_at=None))


def _row(source: int, health: Health) -> dict[str, Any]:
    given = health.validators
    return {
        "source": source,
        "etag": given.etag,
        "last_modified": given.last_modified,
        "validators_url": given.url,
        **{column: getattr(health, column) for column in _PLAIN},
    }


def _row_of_pause(pause: Pause) -> dict[str, Any]:
    """A pause's row; one without a limit leaves the time of the last limit as it is."""
    row = {"host": pause.host, "until": pause.until, "limited_at": pause.limited_at}
    return {name: value for name, value in row.items() if value is not None}


def _health_of(row: Any) -> Health:
    validators = Validators(row.etag, row.last_modified, row.validators_url)
    return Health(validators, **{column: getattr(row, column) for column in _PLAIN})


@contextmanager
def _hold_file(database: Database) -> Iterator[bool]:
    """A lock of its own file beside the database: the system lets go of it when we die."""
    import fcntl

    path = Path(f"{database.url.database}-collecting")
    try:
        file = path.open("w")
    except OSError as error:
        raise StoreError(
            f"{path}, which keeps a second collector out, cannot be written: {error.strerror}",
            hint="check the disk and your rights in the folder of the database",
        ) from error
    with file:
        free = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            free = False
        yield free


@contextmanager
def _hold_row(database: Database) -> Iterator[bool]:
    """A lock of the server's, held by a connection of its own."""
    key = int.from_bytes(hashlib.sha256(_COLLECTING.encode()).digest()[:8], signed=True)
    with database.autocommit() as connection:
        free = connection.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar_one()
        try:
            yield bool(free)
        finally:
            # The connection goes back to the pool with what it holds.
            if free:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
