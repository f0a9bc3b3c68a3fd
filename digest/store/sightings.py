"""Parts what one fetch gave into new items, known ones and edited ones, and stores the new."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.identity import (
    BACKLOG,
    Keys,
    Known,
    Match,
    archived,
    keys_of,
    match_guid,
    match_text,
    remembered,
)
from digest.model import Item
from digest.store import rows, schema
from digest.store.database import chunks, found
from digest.store.edits import Change, Sighting, keep_edits

_REMEMBERED = (
    "id",
    "url",
    "url_key",
    "guid_key",
    "text_key",
    "title",
    "source",
    "published",
    "points",
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch of items, each part in the order (first_seen, url).

    Attributes:
        new: stored now, under the ids they have here.
        known: as they came; stored before, or first in the batch.
        changed: known by their source under another text, which is kept as a version.
        matches: for each of `known`, what it was known as and why.
    """

    new: tuple[Item, ...]
    known: tuple[Item, ...]
    changed: tuple[Change, ...] = ()
    matches: tuple[Match, ...] = ()


def sort_items(
    connection: Connection, items: Sequence[Item], *, at: datetime | None, fetched: bool
) -> Added:
    """Store what is new of a batch, and the edits of what is known; see `Collected.add_items`."""
    batch = sorted(items, key=_by_age)
    keys = keys_of(batch)
    matches = _matched(_Stored.of(connection, keys), batch, keys, fetched=fetched)
    new = _store_new(connection, batch, keys, matches, shown_at=at if fetched else None)
    seen = [
        Sighting(place, item, key, match)
        for place, (item, key, match) in enumerate(zip(batch, keys, matches, strict=True))
        if match is not None
    ]
    fresh = {key.url for key, match in zip(keys, matches, strict=True) if match is None}
    stored = [one for one in seen if one.match.known.keys.url not in fresh]
    changes = {} if at is None else keep_edits(connection, stored, at)
    known = [one for one in seen if one.place not in changes]
    return Added(
        new=new,
        known=tuple(one.item for one in known),
        changed=tuple(change for _, change in sorted(changes.items())),
        matches=tuple(one.match for one in known),
    )


def _store_new(
    connection: Connection,
    batch: Sequence[Item],
    keys: Sequence[Keys],
    matches: Sequence[Match | None],
    *,
    shown_at: datetime | None,
) -> tuple[Item, ...]:
    """Write the items that no match was found for, and return them as they are stored.

    Args:
        shown_at: when their sources showed them, and all that they have; None for a file.
    """
    fresh = [place for place, match in enumerate(matches) if match is None]
    new = _named(connection, [batch[place] for place in fresh])
    if shown_at is not None:
        new = _without_archives(connection, new, shown_at)
    if new:
        made = zip(new, fresh, strict=True)
        values = [rows.row_of_item(item, keys[place]) for item, place in made]
        connection.execute(sa.insert(schema.item), values)
    return tuple(new)


@dataclass(frozen=True, slots=True)
class _Stored:
    """The stored items that a batch may hold again, by each of their keys."""

    by_guid: dict[str, list[Known]]
    by_url: dict[str, Known]
    by_text: dict[str, list[Known]]

    @classmethod
    def of(cls, connection: Connection, keys: Sequence[Keys]) -> _Stored:
        """Asked key by key, only for what the key before did not settle: most items are old."""
        table = schema.item
        by_url = {
            known.keys.url: known
            for known in _known(connection, table.c.url_key, {key.url for key in keys})
        }
        settled = {(known.keys.url, known.keys.guid) for known in by_url.values()}
        guids = {key.guid for key in keys if (key.url, key.guid) not in settled}
        by_guid, by_text = defaultdict(list), defaultdict(list)
        for known in _known(connection, table.c.guid_key, guids):
            by_guid[known.keys.guid].append(known)
        texts = {key.text for key in keys if key.url not in by_url}
        for known in _known(connection, table.c.text_key, texts):
            by_text[known.keys.text].append(known)
        return cls(by_guid, by_url, by_text)


def _known(
    connection: Connection, column: sa.Column[str], wanted: Collection[str]
) -> Iterator[Known]:
    """What is stored under the keys, of which "" is none."""
    for chunk in chunks(sorted(key for key in wanted if key)):
        for row in connection.execute(_remembering(column.in_(chunk))):
            yield rows.known_of(row)


def _remembering(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The columns to know an item by, with the title it came under and its latest one."""
    table, version = schema.item, schema.item_version
    latest = (
        sa.select(version.c.title)
        .where(version.c.item == table.c.id)
        .order_by(version.c.seen_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (table.c[name] for name in _REMEMBERED)
    title = sa.func.coalesce(latest, table.c.title).label("latest_title")
    return sa.select(*columns, title).where(where)


def _matched(
    stored: _Stored, batch: Sequence[Item], keys: Sequence[Keys], *, fetched: bool
) -> list[Match | None]:
    """What each item is known as; None for a new one.

    Words are compared last, and only with items that this batch does not hold: what a source
    shows twice at once is two items, and so is what a file lists under two addresses.
    """
    matches = [_by_name(stored, *pair) for pair in zip(batch, keys, strict=True)]
    held = {match.known.id for match in matches if match is not None}
    first = {
        key.url: _same_address(match.known)
        for key, match in zip(keys, matches, strict=True)
        if match is not None
    }
    for place, (item, key) in enumerate(zip(batch, keys, strict=True)):
        if matches[place] is not None:
            continue
        if key.url in first:
            matches[place] = first[key.url]
            continue
        others = stored.by_text.get(key.text, ()) if fetched and key.text else ()
        match = match_text(item, [one for one in others if one.id not in held])
        if match is not None:
            held.add(match.known.id)
        matches[place] = match
        first[key.url] = _same_address(match.known if match else remembered(item, key))
    return matches


def _by_name(stored: _Stored, item: Item, key: Keys) -> Match | None:
    """What an item is known as by what its source calls it, or else by its address."""
    same = stored.by_url.get(key.url)
    if same is not None and same.keys.guid == key.guid:
        return _same_address(same)
    match = match_guid(item, key, stored.by_guid.get(key.guid, ())) if key.guid else None
    return match or (_same_address(same) if same else None)


def _same_address(known: Known) -> Match:
    return Match(known, "its address is stored already")


def _named(connection: Connection, fresh: Sequence[Item]) -> list[Item]:
    """The new items, each under an id that no other address has, the same on every run."""
    ids = found(connection, schema.item.c.id, [item.id for item in fresh])
    named = []
    for item in fresh:
        given = item if item.id not in ids else replace(item, id=_free_id(connection, item, ids))
        ids.add(given.id)
        named.append(given)
    return named


def _free_id(connection: Connection, item: Item, taken: set[str]) -> str:
    return next(
        derived
        for derived in _derived_ids(item)
        if derived not in taken and not found(connection, schema.item.c.id, [derived])
    )


def _derived_ids(item: Item) -> Iterator[str]:
    """Ids of at most 64 characters made of the item's own and its address, without end."""
    for attempt in itertools.count():
        mark = hashlib.sha256(f"{attempt} {item.url}".encode()).hexdigest()[:16]
        yield f"{item.id[:47]}-{mark}"


def _without_archives(connection: Connection, new: list[Item], shown_at: datetime) -> list[Item]:
    """The new items, those marked that are no news since their source shows its archive."""
    undated = [one for one in new if one.published is None and one.first_seen >= shown_at]
    at_once = Counter(item.source for item in undated)
    large = sorted(source for source, count in at_once.items() if count > BACKLOG)
    table = schema.item
    known: Counter[str] = Counter()
    for chunk in chunks(large):
        query = sa.select(table.c.source, sa.func.count()).where(table.c.source.in_(chunk))
        for source, count in connection.execute(query.group_by(table.c.source)):
            known[source] = count
    old = archived(undated, known)
    return [replace(item, archived=True) if item.id in old else item for item in new]


def _by_age(item: Item) -> tuple[Any, ...]:
    """First seen first; among those of one moment a dated and fuller report stands for others."""
    return (
        item.first_seen,
        item.url,
        item.published is None,
        -len(item.summary),
        item.id,
        item.title,
        item.summary,
        item.source,
        item.guid,
    )
