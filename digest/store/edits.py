"""Keeps the versions of an item: the text that its own source gave it later, and since when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from digest.identity import Keys, Match
from digest.model import Item
from digest.store import schema
from digest.store.database import chunks

MOST_VERSIONS = 50
"""Of one item; a text that never stays the same replaces the last of them."""

FIELDS = ("title", "summary", "language", "sponsored")
"""What a version has of its own; everything else of an item stays as it was first seen."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A known item as a batch shows it: its place there, what it was known by, and as what."""

    place: int
    item: Item
    keys: Keys
    match: Match


@dataclass(frozen=True, slots=True)
class Change:
    """An item as it came with an edited text, and the title that it had before."""

    item: Item
    before: str


def keep_edits(connection: Connection, seen: Sequence[Sighting], at: datetime) -> dict[int, Change]:
    """Store the versions that a batch shows of stored items, and what they are known by now.

    Only an item's own source edits it. Where the batch shows an item twice, the one that is
    stored already stands for it.

    Returns:
        The changes by their place in the batch.
    """
    shown: dict[str, Sighting] = {}
    for one in seen:
        known = one.match.known
        if one.item.source == known.source and (
            known.id not in shown or one.keys.text == known.keys.text
        ):
            shown[known.id] = one
    _keep_keys(connection, shown.values())
    changes: dict[int, Change] = {}
    versions: list[dict[str, Any]] = []
    for stored in _stored(connection, [id for id, one in shown.items() if _differs(one)]):
        version = _version(shown[stored.id].item, stored, at)
        if version is None:
            continue
        if stored.versions and (
            stored.versions >= MOST_VERSIONS or version["seen_at"] == stored.seen_at
        ):
            _forget_last(connection, stored)
        versions.append(version)
        changes[shown[stored.id].place] = Change(shown[stored.id].item, stored.title)
    if versions:
        connection.execute(sa.insert(schema.item_version), versions)
    return changes


def versions_before(
    connection: Connection, before: datetime, since: datetime | None
) -> dict[str, dict[str, Any]]:
    """The fields that were edited by `before` of the items that entered in the span, by id."""
    version, table = schema.item_version, schema.item
    query = (
        sa.select(version)
        .join(table, table.c.id == version.c.item)
        .where(table.c.entered_at < before, version.c.seen_at < before)
        .order_by(version.c.seen_at)
    )
    if since is not None:
        query = query.where(table.c.entered_at >= since)
    return {
        row.item: {name: getattr(row, name) for name in FIELDS} for row in connection.execute(query)
    }


def _keep_keys(connection: Connection, shown: Collection[Sighting]) -> None:
    """Know the items by what they are called now, and count the points that they have now."""
    changed = []
    for one in shown:
        known, keys = one.match.known, one.keys
        points = known.points if one.item.points is None else one.item.points
        guid = keys.guid or known.keys.guid
        if (guid, keys.text, points) != (known.keys.guid, known.keys.text, known.points):
            changed.append(
                {"known": known.id, "guid_now": guid, "text_now": keys.text, "points_now": points}
            )
    if changed:
        table = schema.item
        change = sa.update(table).where(table.c.id == sa.bindparam("known"))
        change = change.values(
            guid_key=sa.bindparam("guid_now"),
            text_key=sa.bindparam("text_now"),
            points=sa.bindparam("points_now"),
        )
        connection.execute(change, changed)


def _differs(one: Sighting) -> bool:
    known = one.match.known
    return one.item.title != known.titles[1] or one.keys.text != known.keys.text


def _stored(connection: Connection, ids: Sequence[str]) -> list[Any]:
    """How items read now: id, title, summary, seen_at, first_seen, and how many versions."""
    table, version = schema.item, schema.item_version
    last = (
        sa.select(
            version.c.item,
            sa.func.max(version.c.seen_at).label("seen_at"),
            sa.func.count().label("versions"),
        )
        .group_by(version.c.item)
        .subquery()
    )
    joined = table.outerjoin(last, last.c.item == table.c.id).outerjoin(
        version, (version.c.item == table.c.id) & (version.c.seen_at == last.c.seen_at)
    )
    columns = (
        table.c.id,
        table.c.first_seen,
        sa.func.coalesce(version.c.title, table.c.title).label("title"),
        sa.func.coalesce(version.c.summary, table.c.summary).label("summary"),
        sa.func.coalesce(version.c.seen_at, table.c.first_seen).label("seen_at"),
        sa.func.coalesce(last.c.versions, 0).label("versions"),
    )
    found: list[Any] = []
    for chunk in chunks(sorted(ids)):
        query = sa.select(*columns).select_from(joined).where(table.c.id.in_(chunk))
        found += sorted(connection.execute(query), key=lambda row: row.id)
    return found


def _version(item: Item, stored: Any, at: datetime) -> dict[str, Any] | None:
    """The row of an item's new version; None where it reads as it is stored, or is older."""
    summary = item.summary or stored.summary
    moment = item.first_seen if stored.first_seen < item.first_seen <= at else at
    if (item.title, summary) == (stored.title, stored.summary) or moment < stored.seen_at:
        return None
    return {
        "item": stored.id,
        "seen_at": moment,
        "title": item.title,
        "summary": summary,
        "language": item.language,
        "sponsored": item.sponsored,
    }


def _forget_last(connection: Connection, stored: Any) -> None:
    """Make room: another version takes the place of the last one."""
    version = schema.item_version
    where = (version.c.item == stored.id) & (version.c.seen_at == stored.seen_at)
    connection.execute(sa.delete(version).where(where))
