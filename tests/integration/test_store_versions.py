"""Edits of items and items that come again, on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.identity import BACKLOG, keys_of
from digest.model import Item
from digest.store import Store, edits, open_store, rows, schema
from digest.store.database import Database
from digest.store.migrating import SCRIPTS, create_database
from tests.builders import at, make_item

MONDAY = at("2026-05-25T08:00")
HOUR = timedelta(hours=1)
END = at("2026-07-01")
URL = "https://chip-ledger.example/a"


def shown(title: str = "Northwind ships a chip", **fields: object) -> Item:
    """The item as its source shows it."""
    defaults = {"url": URL, "first_seen": MONDAY, "published": MONDAY - HOUR, "guid": "1"}
    return make_item("a", title, **{**defaults, **fields})


def title_before(store: Store, moment: object) -> list[str]:
    return [item.title for item in store.content.items(before=moment)]  # type: ignore[arg-type]


def test_an_edit_is_a_version_that_counts_from_when_it_was_seen(store: Store) -> None:
    store.content.add_items([shown()], at=MONDAY)
    added = store.content.add_items(
        [shown("Northwind ships two", summary="Two.", language="de", sponsored=True)],
        at=MONDAY + HOUR,
    )
    assert [(one.item.title, one.before) for one in added.changed] == [
        ("Northwind ships two", "Northwind ships a chip")
    ]
    assert title_before(store, MONDAY + HOUR) == ["Northwind ships a chip"]
    (now,) = store.content.items(since=MONDAY, before=END)
    assert (now.title, now.summary, now.language, now.sponsored) == (
        "Northwind ships two", "Two.", "de", True,
    )  # fmt: skip
    assert now.first_seen == MONDAY


def test_without_a_time_of_reading_nothing_is_an_edit(store: Store) -> None:
    store.content.add_items([shown()])
    added = store.content.add_items([shown("Northwind ships two")])
    assert (len(added.known), added.changed) == (1, ())
    assert title_before(store, END) == ["Northwind ships a chip"]


def test_an_edit_that_is_taken_back_is_a_version_too(store: Store) -> None:
    for hour, title in enumerate(("One title", "Two title", "One title", "One title")):
        added = store.content.add_items([shown(title)], at=MONDAY + hour * HOUR)
    assert added.changed == ()
    assert title_before(store, MONDAY + 2 * HOUR) == ["Two title"]
    assert title_before(store, END) == ["One title"]


def test_another_source_does_not_edit(store: Store) -> None:
    store.content.add_items([shown()], at=MONDAY)
    added = store.content.add_items([shown("As told", source="Agent Wire")], at=MONDAY + HOUR)
    assert (len(added.known), added.changed) == (1, ())


def test_a_summary_that_vanishes_is_kept(store: Store) -> None:
    store.content.add_items([shown(summary="The price.")], at=MONDAY)
    assert store.content.add_items([shown(summary="")], at=MONDAY + HOUR).changed == ()
    store.content.add_items([shown("Another title", summary="")], at=MONDAY + 2 * HOUR)
    (item,) = store.content.items(before=END)
    assert (item.title, item.summary) == ("Another title", "The price.")


def test_a_record_counts_from_its_own_later_sighting(store: Store) -> None:
    store.content.add_items([shown()], at=END)
    store.content.add_items([shown("Edited", first_seen=MONDAY + HOUR)], at=END)
    assert title_before(store, MONDAY + 2 * HOUR) == ["Edited"]


def test_an_older_reading_is_no_edit(store: Store) -> None:
    store.content.add_items([shown()], at=MONDAY)
    store.content.add_items([shown("Edited")], at=MONDAY + 2 * HOUR)
    assert store.content.add_items([shown("Older")], at=MONDAY + HOUR).changed == ()
    assert title_before(store, END) == ["Edited"]


def test_two_edits_of_one_moment_leave_the_last(store: Store) -> None:
    store.content.add_items([shown()], at=MONDAY)
    for title in ("First edit", "Second edit"):
        store.content.add_items([shown(title)], at=MONDAY + HOUR)
    assert title_before(store, END) == ["Second edit"]


def test_a_text_that_never_stays_the_same_keeps_a_limited_number(store: Store) -> None:
    store.content.add_items([shown()], at=MONDAY)
    for hour in range(1, edits.MOST_VERSIONS + 4):
        store.content.add_items([shown(f"Update {hour}")], at=MONDAY + hour * HOUR)
    with store._database.read() as connection:
        query = sa.select(sa.func.count()).select_from(schema.item_version)
        assert connection.execute(query).scalar_one() == edits.MOST_VERSIONS
    assert title_before(store, END) == [f"Update {edits.MOST_VERSIONS + 3}"]
    assert title_before(store, MONDAY + 3 * HOUR) == ["Update 2"]


def test_a_source_that_shows_an_item_twice_under_two_titles_edits_nothing(store: Store) -> None:
    both = [shown("Live: the launch"), shown("Northwind ships a chip", guid="2")]
    first = store.content.add_items(both, at=MONDAY)
    assert (len(first.new), len(first.known)) == (1, 1)
    for hour in range(1, 4):
        assert store.content.add_items(both, at=MONDAY + hour * HOUR).changed == ()


def test_points_are_the_latest(store: Store) -> None:
    store.content.add_items([shown(points=3)], at=MONDAY)
    assert store.content.add_items([shown(points=200)], at=MONDAY + HOUR).changed == ()
    store.content.add_items([shown()], at=MONDAY + 2 * HOUR)
    assert store.content.items(before=END)[0].points == 200


def test_an_item_is_known_by_what_it_was_called_last(store: Store) -> None:
    store.content.add_items([shown(guid="old")], at=MONDAY, fetched=True)
    store.content.add_items([shown(guid="new")], at=MONDAY + HOUR, fetched=True)
    moved = shown(guid="new", url="https://chip-ledger.example/moved", summary="Other.")
    assert store.content.add_items([moved], at=MONDAY + 2 * HOUR, fetched=True).new == ()


def test_words_are_not_compared_in_a_file(store: Store) -> None:
    store.content.add_items([shown(guid="")], at=MONDAY)
    moved = shown(guid="", url="https://chip-ledger.example/moved")
    assert len(store.content.add_items([moved], at=MONDAY).new) == 1


def test_two_addresses_of_a_moved_item_are_both_known(store: Store) -> None:
    store.content.add_items([shown(guid="")], at=MONDAY, fetched=True)
    moved = shown(guid="", url="https://chip-ledger.example/moved")
    added = store.content.add_items([moved, moved], at=MONDAY + HOUR, fetched=True)
    assert (added.new, len(added.known)) == ((), 2)


def test_an_archive_is_marked_by_what_is_known_of_the_source(store: Store) -> None:
    def undated(first: int, count: int) -> list[Item]:
        return [
            make_item(f"n{n}", published=None, first_seen=MONDAY)
            for n in range(first, first + count)
        ]

    many = BACKLOG + 1
    store.content.add_items(undated(0, many), at=MONDAY, fetched=True)
    assert all(item.archived for item in store.content.items(before=END))
    news = store.content.add_items(undated(many, many), at=MONDAY, fetched=True).new
    assert not any(item.archived for item in news)
    from_a_list = [
        make_item(f"l{n}", published=None, source="List", first_seen=MONDAY - HOUR)
        for n in range(many)
    ]
    added = store.content.add_items(from_a_list, at=MONDAY, fetched=True)
    assert not any(item.archived for item in added.new)
    from_a_file = [make_item(f"f{n}", published=None, source="File") for n in range(many)]
    assert not any(item.archived for item in store.content.add_items(from_a_file, at=MONDAY).new)


def test_the_same_items_in_any_order_give_the_same_tables(store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    items = [
        shown(),
        shown("As the wire tells it", source="Agent Wire", guid="x"),
        shown("Another", url="https://chip-ledger.example/b", guid="2", published=None),
        shown("Same guid", url="https://chip-ledger.example/c", guid="2"),
    ]
    later = [shown("Edited"), items[3]]
    found = set()
    for number, order in enumerate(itertools.islice(itertools.permutations(items), 0, 24, 7)):
        with open_store(f"sqlite:///{tmp_path / str(number)}.db", create=True) as other:
            other.content.add_items(order, at=MONDAY, fetched=True)
            other.content.add_items(later, at=MONDAY + HOUR, fetched=True)
            with other._database.read() as connection:
                found.add(
                    repr(
                        [
                            connection.execute(sa.select(table).order_by(*table.primary_key)).all()
                            for table in (schema.item, schema.item_version)
                        ]
                    )
                )
    assert len(found) == 1


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'recap.db'}", create=True) as opened:
        yield opened


_NUMBERS = itertools.count()
_FEED = st.lists(
    st.tuples(
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["One title", "Two title"]),
        st.sampled_from(["", "Text.", "word " * 50]),
        st.sampled_from([None, MONDAY, MONDAY - 48 * HOUR]),
        st.sampled_from(["Wire", "Ledger"]),
    ),
    max_size=6,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_FEED, _FEED, st.randoms(use_true_random=False))
def test_a_feed_that_stays_the_same_settles_within_three_fetches(
    sqlite_store: Store, before: list[tuple], feed: list[tuple], random: Random
) -> None:
    run = next(_NUMBERS)

    def items(rows: list[tuple], hour: int) -> list[Item]:
        return [
            make_item(
                title=title,
                url=f"https://host-{run}.example/{path}",
                guid=guid,
                summary=summary,
                published=published,
                source=f"{source} {run}",
                first_seen=MONDAY + hour * HOUR,
            )
            for guid, path, title, summary, published, source in rows
        ]

    sqlite_store.content.add_items(items(before, 0), at=MONDAY, fetched=True)
    first = sqlite_store.content.add_items(items(feed, 1), at=MONDAY + HOUR, fetched=True)
    assert len(first.new) + len(first.known) + len(first.changed) == len(feed)
    for hour in (2, 3, 4):
        again = items(feed, hour)
        random.shuffle(again)
        moment = MONDAY + hour * HOUR
        added = sqlite_store.content.add_items(again, at=moment, fetched=True)
    assert (added.new, added.changed) == ((), ())


def test_items_of_an_older_database_are_known_and_not_edited(empty_url: str) -> None:
    database = Database(empty_url)
    if not database.is_sqlite:
        create_database(database)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    old = shown(guid="")
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        row = rows.row_of_item(old, keys_of([old])[0])
        values = {name: row[name] for name in row if name not in _SINCE}
        connection.execute(sa.insert(schema.item.to_metadata(sa.MetaData())).values(values))
    database.close()
    with open_store(empty_url, create=True) as store:
        assert store.content.items(before=END) == (old,)
        added = store.content.add_items([shown()], at=MONDAY + HOUR, fetched=True)
        assert (len(added.known), added.new, added.changed) == (1, (), ())
        edited = store.content.add_items([shown("Edited")], at=MONDAY + 2 * HOUR, fetched=True)
        assert len(edited.changed) == 1


_SINCE = {"guid", "guid_key", "text_key", "archived"}
