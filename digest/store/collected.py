"""Keeps what was collected: the sources, and every item under its one address."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.errors import InputError
from digest.model import Item, Source
from digest.store import rows, schema
from digest.store.database import Database, rows_changed

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch of items, each part in the order (first_seen, url).

    Attributes:
        new: stored now, under the ids they have here.
        known: as they came; an item with that address was stored before, or first in the batch.
    """

    new: tuple[Item, ...]
    known: tuple[Item, ...]


class Collected:
    """The sources and items in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_items(self, items: Sequence[Item]) -> Added:
        """Store the items whose address is not known yet; known ones are never changed.

        The order of `items` does not matter: of two with one address the first seen is kept, and
        of two with one id the later gets an id derived from its address.

        Raises:
            StoreError: nothing was stored.
        """
        batch = sorted(items, key=_by_age)
        new: list[Item] = []
        known: list[Item] = []
        with self._database.write() as connection:
            self._database.lock(connection, schema.item)
            keys = [rows.url_key(item.url) for item in batch]
            seen = _found(connection, schema.item.c.url_key, keys)
            ids = _found(connection, schema.item.c.id, [item.id for item in batch])
            for item, key in zip(batch, keys, strict=True):
                if key in seen:
                    known.append(item)
                    continue
                fresh = _with_free_id(connection, item, ids)
                seen.add(key)
                ids.add(fresh.id)
                new.append(fresh)
            if new:
                connection.execute(sa.insert(schema.item), [rows.row_of_item(one) for one in new])
        return Added(tuple(new), tuple(known))

    def items(self, *, before: datetime, since: datetime | None = None) -> tuple[Item, ...]:
        """The items that entered in [since, before), by (entered_at, id).

        An item enters at the later of `published` and `first_seen`, so a report found late
        belongs to the week it was found in.
        """
        table = schema.item
        query = sa.select(table).where(table.c.entered_at < before)
        if since is not None:
            query = query.where(table.c.entered_at >= since)
        with self._database.read() as connection:
            found = [(row.entered_at, rows.item_of(row)) for row in connection.execute(query)]
        # Sorted here: the two databases collate ids differently.
        found.sort(key=lambda pair: (pair[0], pair[1].id))
        return tuple(item for _, item in found)

    def count_items(self) -> int:
        """How many items are stored."""
        with self._database.read() as connection:
            query = sa.select(sa.func.count()).select_from(schema.item)
            return connection.execute(query).scalar_one()

    def add_sources(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """Store the sources whose name is new, and return those; a known name is left as it is."""
        named: dict[str, Source] = {}
        for source in sources:
            named.setdefault(source.name, source)
        with self._database.write() as connection:
            self._database.lock(connection, schema.source)
            known = _found(connection, schema.source.c.name, list(named))
            new = tuple(source for name, source in named.items() if name not in known)
            if new:
                connection.execute(
                    sa.insert(schema.source), [rows.row_of_source(one) for one in new]
                )
        return new

    def sources(self) -> tuple[Source, ...]:
        """Every source, muted ones included, by name."""
        with self._database.read() as connection:
            found = [rows.source_of(row) for row in connection.execute(sa.select(schema.source))]
        return tuple(sorted(found, key=lambda source: source.name))

    def set_muted(self, name: str, muted: bool) -> None:
        """Stop, or go on, collecting from a source.

        Raises:
            InputError: no source has that name.
        """
        table = schema.source
        change = sa.update(table).where(table.c.name == name).values(muted=muted)
        with self._database.write() as connection:
            if rows_changed(connection, change) == 0:
                raise InputError(
                    f"no source is called `{name}`", hint="see the names with `recap sources list`"
                )


def _by_age(item: Item) -> tuple[datetime, str, str, str, str, str]:
    return (item.first_seen, item.url, item.id, item.title, item.summary, item.source)


def _found(connection: Connection, column: sa.Column[str], values: list[str]) -> set[str]:
    """Which of the values the column holds; asked in chunks, since a statement has limits."""
    found: set[str] = set()
    for start in range(0, len(values), _CHUNK):
        query = sa.select(column).where(column.in_(values[start : start + _CHUNK]))
        found.update(connection.execute(query).scalars())
    return found


def _with_free_id(connection: Connection, item: Item, taken: set[str]) -> Item:
    """The item itself, or with an id that no other address has, the same on every run."""
    if item.id not in taken:
        return item
    return replace(
        item,
        id=next(
            derived
            for derived in _derived_ids(item)
            if derived not in taken and not _found(connection, schema.item.c.id, [derived])
        ),
    )


def _derived_ids(item: Item) -> Iterator[str]:
    """Ids of at most 64 characters made of the item's own and its address, without end."""
    for attempt in itertools.count():
        mark = hashlib.sha256(f"{attempt} {item.url}".encode()).hexdigest()[:16]
        yield f"{item.id[:47]}-{mark}"
