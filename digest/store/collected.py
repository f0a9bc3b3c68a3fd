"""Keeps what was collected: the sources, and every item under its one address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from digest.errors import InputError
from digest.model import Item, Source
from digest.store import rows, schema
from digest.store.database import Database, found, rows_changed
from digest.store.edits import versions_before
from digest.store.sightings import Added, sort_items


class Collected:
    """The sources and items in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_items(
        self, items: Sequence[Item], *, at: datetime | None = None, fetched: bool = False
    ) -> Added:
        """Store the items that are not known yet, and the edits of those that are.

        What is stored of a known item is never changed: `first_seen` stays, and an edited text is
        kept beside it as a version. The order of `items` does not matter: of two with one address
        the first seen is kept, and of two with one id the later gets an id derived from its
        address. How an item is known again: `digest.identity`.

        Args:
            at: when the items were read; an edit counts from then, or from the item's own
                `first_seen` where that is later than the stored one. None: nothing is an edit.
            fetched: all that their sources show now: an item that moved to another address is
                known by its words, and a source's archive is told from news.

        Raises:
            StoreError: nothing was stored.
        """
        with self._database.write() as connection:
            self._database.lock(connection, schema.item)
            (added,) = sort_items(connection, [items], at=at, fetched=fetched)
        return added

    def add_answers(
        self, answers: Sequence[Sequence[Item]], *, at: datetime, fresh: set[str] | None
    ) -> tuple[Added, ...]:
        """Store what several sources show now, all in one transaction; see `add_items`.

        In which order the sources of a round answer makes no difference: what the others bring
        is no memory for one of them, and of one new address the first source by name keeps it.

        Args:
            answers: what each source shows.
            at: when the round began, the same for all its answers.
            fresh: the keys of the addresses that were stored earlier in the round; those that are
                stored now are added. None where other processes have a part in the round: then
                they are those of all the items that were first seen at its beginning.

        Raises:
            StoreError: nothing was stored, and the round is over.
        """
        with self._database.write() as connection:
            self._database.lock(connection, schema.item)
            if fresh is None:
                table = schema.item
                query = sa.select(table.c.url_key).where(table.c.first_seen == at)
                fresh = set(connection.execute(query).scalars())
            return sort_items(connection, answers, at=at, fetched=True, fresh=fresh)

    def items(self, *, before: datetime, since: datetime | None = None) -> tuple[Item, ...]:
        """The items that entered in [since, before), by (entered_at, id), as they read by then.

        An item enters at the later of `published` and `first_seen`, so a report found late
        belongs to the week it was found in. Its text is that of its last version seen before
        `before`: an edit is no news, and what was edited later did not stand there yet.
        """
        table = schema.item
        query = sa.select(table).where(table.c.entered_at < before)
        if since is not None:
            query = query.where(table.c.entered_at >= since)
        with self._database.read() as connection:
            held = [(row.entered_at, rows.item_of(row)) for row in connection.execute(query)]
            versions = versions_before(connection, before, since)
        # Sorted here: the two databases collate ids differently.
        held.sort(key=lambda pair: (pair[0], pair[1].id))
        return tuple(replace(item, **versions.get(item.id, {})) for _, item in held)

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
            known = found(connection, schema.source.c.name, list(named))
            new = tuple(source for name, source in named.items() if name not in known)
            if new:
                connection.execute(
                    sa.insert(schema.source), [rows.row_of_source(one) for one in new]
                )
        return new

    def sources(self) -> tuple[Source, ...]:
        """Every source, muted ones included, by name.

        Raises:
            StoreError: what is stored of one is damaged.
        """
        place = self._database.place
        with self._database.read() as connection:
            result = connection.execute(sa.select(schema.source))
            held = [rows.source_of(row, place) for row in result]
        return tuple(sorted(held, key=lambda source: source.name))

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
