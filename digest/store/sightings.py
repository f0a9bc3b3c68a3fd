"""Parts what sources gave into new items, known ones and edited ones, and stores the new."""

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
    Memory,
    archives,
    keys_of,
    matched,
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
        outdone: what other sources brought earlier in the round, in whose place `new` stands.
    """

    new: tuple[Item, ...]
    known: tuple[Item, ...]
    changed: tuple[Change, ...] = ()
    matches: tuple[Match, ...] = ()
    outdone: tuple[Known, ...] = ()


@dataclass(slots=True)
class _Seen:
    """An item of a batch: its keys, and what it is known as; None for a new one.

    Attributes:
        rival: what another source brought under its address in this round, if nothing else is
            known of it; a new item takes the place of its rival.
    """

    item: Item
    keys: Keys
    match: Match | None
    rival: Known | None


def sort_items(
    connection: Connection,
    batches: Sequence[Sequence[Item]],
    *,
    at: datetime | None,
    fetched: bool,
    fresh: set[str] | None = None,
) -> tuple[Added, ...]:
    """Store what is new of each batch, and the edits of what is known; see `Collected`.

    Args:
        batches: each from a source of its own, unless there is only one.
        fresh: the keys of the addresses that were stored in the same round; those of the new
            items are added.
    """
    fresh = set() if fresh is None else fresh
    parts = _parted(connection, batches, fetched=fetched, fresh=fresh)
    seen = list(itertools.chain(*parts))
    stored = _store_new(connection, seen, shown_at=at if fetched else None)
    fresh.update(one.keys.url for one in seen if one.match is None)
    before = [
        Sighting(place, one.item, one.keys, one.match)
        for place, one in enumerate(seen)
        if one.match is not None and one.match.known.keys.url not in fresh
    ]
    changes = {} if at is None else keep_edits(connection, before, at)
    ends = itertools.accumulate(map(len, parts))
    return tuple(
        _added(dict(enumerate(part, end - len(part))), stored, changes)
        for part, end in zip(parts, ends, strict=True)
    )


def _added(seen: dict[int, _Seen], stored: dict[int, Item], changes: dict[int, Change]) -> Added:
    """What became of one batch; the items that were stored and the changes by their place."""
    known = [
        (one.item, one.match)
        for place, one in seen.items()
        if one.match is not None and place not in changes
    ]
    return Added(
        new=tuple(stored[place] for place in seen if place in stored),
        known=tuple(item for item, _ in known),
        changed=tuple(changes[place] for place in seen if place in changes),
        matches=tuple(match for _, match in known),
        outdone=tuple(
            one.rival for one in seen.values() if one.match is None and one.rival is not None
        ),
    )


def _parted(
    connection: Connection,
    batches: Sequence[Sequence[Item]],
    *,
    fetched: bool,
    fresh: Collection[str],
) -> list[list[_Seen]]:
    """What the items of each batch are, by age."""
    aged = [sorted(batch, key=_by_age) for batch in batches]
    keys = [keys_of(batch) for batch in aged]
    memory = _memory_of(connection, list(itertools.chain(*keys)), fresh)
    parts: list[list[_Seen]] = [[] for _ in batches]
    # Which source answers first is chance. By name, no batch is the rival of one before it.
    names = [batch[0].source if batch else "" for batch in aged]
    for place in sorted(range(len(aged)), key=names.__getitem__):
        matches = matched(memory, aged[place], keys[place], fetched=fetched)
        for item, key, match in zip(aged[place], keys[place], matches, strict=True):
            rival = memory.rivals.get(key.url)
            contested = match is None or match.known is rival
            parts[place].append(_Seen(item, key, match, rival if contested else None))
        for one in parts[place]:
            if one.match is None:
                memory.rivals[one.keys.url] = remembered(one.item, one.keys)
    return parts


def _store_new(
    connection: Connection, seen: Sequence[_Seen], *, shown_at: datetime | None
) -> dict[int, Item]:
    """Write the items that no match was found for; gives them as they are stored, by their place.

    Args:
        shown_at: when their sources showed them, and all that they have; None for a file.
    """
    new = {place: one for place, one in enumerate(seen) if one.match is None}
    free = [place for place, one in new.items() if one.rival is None]
    names = _named(connection, [new[place].item for place in free])
    stored = {
        **dict(zip(free, names, strict=True)),
        **{
            place: replace(one.item, id=one.rival.id)
            for place, one in new.items()
            if one.rival is not None
        },
    }
    if shown_at is not None:
        old = _archives(connection, seen, shown_at)
        for place, item in stored.items():
            if item.source in old and _is_undated(item, shown_at):
                stored[place] = replace(item, archived=True)
    table = schema.item
    made = {place: rows.row_of_item(item, new[place].keys) for place, item in stored.items()}
    if free:
        connection.execute(sa.insert(table), [made[place] for place in free])
    if taken := [row for place, row in made.items() if new[place].rival is not None]:
        columns: dict[str, sa.BindParameter[Any]] = {
            name: sa.bindparam(f"new_{name}") for name in taken[0] if name != "id"
        }
        change = sa.update(table).where(table.c.url_key == columns["url_key"]).values(columns)
        connection.execute(
            change, [{f"new_{name}": value for name, value in row.items()} for row in taken]
        )
    return stored


def _archives(connection: Connection, seen: Sequence[_Seen], shown_at: datetime) -> frozenset[str]:
    """The sources that have shown their archive, of which what another source keeps is a part."""
    undated = {
        (one.item.source, one.keys.url)
        for one in seen
        if (one.match is None or one.rival is not None) and _is_undated(one.item, shown_at)
    }
    at_once = Counter(source for source, _ in undated)
    large = sorted(source for source, count in at_once.items() if count > BACKLOG)
    table = schema.item
    known: Counter[str] = Counter()
    for chunk in chunks(large):
        query = sa.select(table.c.source, sa.func.count()).where(table.c.source.in_(chunk))
        for source, count in connection.execute(query.group_by(table.c.source)):
            known[source] = count
    return archives(at_once, known)


def _is_undated(item: Item, shown_at: datetime) -> bool:
    return item.published is None and item.first_seen >= shown_at


def _memory_of(connection: Connection, keys: Sequence[Keys], fresh: Collection[str]) -> Memory:
    """Asked key by key, only for what the key before did not settle: most items are old."""
    memory = Memory(defaultdict(list), {}, defaultdict(list), {})
    for known in _known(connection, "url_key", {key.url for key in keys}):
        (memory.rivals if known.keys.url in fresh else memory.by_url)[known.keys.url] = known
    settled = {(known.keys.url, known.keys.guid) for known in memory.by_url.values()}
    guids = {key.guid for key in keys if (key.url, key.guid) not in settled}
    for known in _known(connection, "guid_key", guids):
        memory.by_guid[known.keys.guid].append(known)
    texts = {key.text for key in keys if key.url not in memory.by_url}
    for known in _known(connection, "text_key", texts):
        memory.by_text[known.keys.text].append(known)
    return memory


def _known(connection: Connection, column: str, wanted: Collection[str]) -> Iterator[Known]:
    """What is stored under the keys, of which "" is none."""
    for chunk in chunks(sorted(key for key in wanted if key)):
        for row in connection.execute(_REMEMBERING[column], {"keys": chunk}):
            yield rows.known_of(row)


def _remembering(column: str) -> sa.Select[Any]:
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
    keys: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
    return sa.select(*columns, title).where(table.c[column].in_(keys))


_REMEMBERING = {name: _remembering(name) for name in ("url_key", "guid_key", "text_key")}


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
