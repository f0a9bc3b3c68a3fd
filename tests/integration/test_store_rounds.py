"""The answers of one round are stored alike, in whatever order and groups they come."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from digest.model import Item
from digest.store import Store, open_store, schema
from tests.builders import at, make_item

MONDAY = at("2026-05-25")
TUESDAY = at("2026-05-26")
SUMMARY = "The company gave the date, the price and the size of the order. " * 4


def shown(source: str, name: str, on: int = 25, **fields: object) -> Item:
    """What a source shows of an article; the id follows from the address, as a feed's does."""
    return make_item(
        id=f"id-of-{name}",
        title=str(fields.pop("title", f"{name} as told by {source}")),
        url=f"https://lab.example/{name}",
        source=source,
        first_seen=at(f"2026-05-{on}"),
        **{"published": None, "guid": f"{source} {name}", **fields},
    )


def before() -> list[list[Item]]:
    """What was shown on Monday: two articles that the sources move or edit on Tuesday."""
    return [
        [shown("Agent Wire", "old", summary=SUMMARY), shown("Agent Wire", "edited")],
        [shown("Chip Ledger", "moved", title="A new chip", summary=SUMMARY)],
    ]


def answers() -> list[list[Item]]:
    """Four sources that print some of the same addresses, two of them their whole archive."""
    archive = [shown("Beta Daily", f"b{number}", on=26) for number in range(30)]
    large = [shown("Delta Post", f"d{number}", on=26) for number in range(30)]
    return [
        [
            shown("Agent Wire", "shared", on=26, points=3),
            shown("Agent Wire", "edited", on=26, title="Edited since"),
            shown("Agent Wire", "lent", on=26, published=TUESDAY),
        ],
        [*archive, shown("Beta Daily", "shared", on=26)],
        [
            shown("Chip Ledger", "shared", on=26, published=TUESDAY),
            # What it showed at another address on Monday; Delta Post prints this one, too.
            shown("Chip Ledger", "lent", on=26, title="A new chip", summary=SUMMARY, guid=""),
            shown("Chip Ledger", "edited", on=26),
        ],
        [*large, shown("Delta Post", "lent", on=26), shown("Delta Post", "lent", on=26)],
        [],
    ]


def rows_of(store: Store) -> list[tuple[object, ...]]:
    with store._database.read() as connection:
        return [
            tuple(row)
            for table in (schema.item, schema.item_version)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        ]


def stored(store: Store, groups: Sequence[Sequence[list[Item]]]) -> list[tuple[object, ...]]:
    """Every row after Monday, and after a round of Tuesday that came in such groups."""
    store.content.add_answers(before(), at=MONDAY, fresh=set())
    fresh: set[str] = set()
    for group in groups:
        store.content.add_answers(group, at=TUESDAY, fresh=fresh)
    return rows_of(store)


def test_whatever_the_order_of_answers_the_same_rows_are_stored(
    sqlite_template: Path, tmp_path: Path
) -> None:
    found = []
    for seed in range(20):
        chance = random.Random(seed)
        given = answers()
        for answer in given:
            chance.shuffle(answer)
        chance.shuffle(given)
        cut = chance.randrange(len(given) + 1)
        path = shutil.copy(sqlite_template, tmp_path / f"{seed}.db")
        with open_store(f"sqlite:///{path}") as store:
            found.append(stored(store, [given[:cut], given[cut:]]))
    assert all(rows == found[0] for rows in found)


def test_of_two_sources_with_one_new_address_the_first_by_name_keeps_it(store: Store) -> None:
    late, early = shown("Chip Ledger", "a"), shown("Agent Wire", "a")
    fresh: set[str] = set()
    (added,) = store.content.add_answers([[late]], at=MONDAY, fresh=fresh)
    assert (added.new, added.outdone) == ((late,), ())
    (added,) = store.content.add_answers([[early]], at=MONDAY, fresh=fresh)
    assert added.new == (early,)
    assert [known.source for known in added.outdone] == ["Chip Ledger"]
    (added,) = store.content.add_answers([[shown("Beta Daily", "a")]], at=MONDAY, fresh=fresh)
    assert [match.known.source for match in added.matches] == ["Agent Wire"]
    assert store.content.items(before=TUESDAY + timedelta(days=9)) == (early,)


def test_in_the_next_round_an_address_stays_with_its_source(store: Store) -> None:
    late, early = shown("Chip Ledger", "a"), shown("Agent Wire", "a", on=26)
    store.content.add_answers([[late]], at=MONDAY, fresh=set())
    (added,) = store.content.add_answers([[early]], at=TUESDAY, fresh=set())
    assert (added.new, added.known, added.outdone) == ((), (early,), ())
    assert store.content.items(before=TUESDAY + timedelta(days=9)) == (late,)


@pytest.mark.parametrize("turned", [False, True])
def test_an_address_that_another_source_keeps_counts_for_an_archive(
    store: Store, turned: bool
) -> None:
    lent = [
        [shown("Agent Wire", "b0", on=26)],
        [shown("Beta Daily", f"b{n}", 26) for n in range(31)],
    ]
    fresh: set[str] = set()
    for answer in reversed(lent) if turned else lent:
        store.content.add_answers([answer], at=TUESDAY, fresh=fresh)
    items = store.content.items(before=TUESDAY + timedelta(days=9))
    assert {item.source for item in items if item.archived} == {"Beta Daily"}
    assert sum(item.archived for item in items) == 30
