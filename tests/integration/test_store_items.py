"""What the store does with sources and items, on both databases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from digest.errors import InputError, StoreError
from digest.model import Selectors, Source
from digest.store import Store, schema
from digest.store.database import Database
from tests.builders import at, make_item

END = at("2026-07-01")


def test_an_item_comes_back_equal(store: Store) -> None:
    item = make_item(
        title="Ünïcode ไทย 日本 🚀",
        remarks=("3 damaged runs repaired", "date unreadable"),
        language="th",
        sponsored=True,
        summary="a" * 20_000,
        points=2**40,
    )
    undated = make_item(published=None, summary="")
    store.content.add_items([item, undated])
    assert set(store.content.items(before=END)) == {item, undated}


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    bangkok = timezone(timedelta(hours=7))
    local = datetime(2026, 5, 27, 16, 30, 0, 123456, tzinfo=bangkok)
    store.content.add_items([make_item(published=local, first_seen=local)])
    (item,) = store.content.items(before=END)
    assert item.first_seen == local
    assert item.first_seen.tzinfo is UTC
    assert item.published is not None
    assert item.published.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no time zone"):
        store.content.add_items([make_item(first_seen=datetime(2026, 5, 27), published=None)])
    assert store.content.count_items() == 0


def test_an_address_that_is_known_is_not_stored_again(store: Store) -> None:
    first = make_item(url="https://chip-ledger.example/a", first_seen=at("2026-05-27T10:00"))
    later = make_item(url="https://chip-ledger.example/a", first_seen=at("2026-05-28T10:00"))
    store.content.add_items([first])
    added = store.content.add_items([later])
    assert (added.new, added.known) == ((), (later,))
    assert store.content.items(before=END) == (first,)


def test_of_two_with_one_address_the_first_seen_is_kept_in_any_order(store: Store) -> None:
    url = "https://chip-ledger.example/a"
    later = make_item(url=url, first_seen=at("2026-05-28T10:00"))
    earlier = make_item(url=url, first_seen=at("2026-05-27T10:00"))
    added = store.content.add_items([later, earlier])
    assert (added.new, added.known) == ((earlier,), (later,))


def test_an_id_of_another_address_is_derived_the_same_on_every_run(store: Store) -> None:
    first = make_item("a", url="https://one.example/", first_seen=at("2026-05-27T10:00"))
    second = make_item("a", url="https://two.example/", first_seen=at("2026-05-27T11:00"))
    third = make_item("a", url="https://three.example/", first_seen=at("2026-05-27T12:00"))
    in_batch = store.content.add_items([second, first]).new
    later = store.content.add_items([third]).new
    assert in_batch[0] == first
    assert in_batch[1].id.startswith("a-")
    assert later[0].id.startswith("a-")
    assert len({"a", in_batch[1].id, later[0].id}) == 3
    assert set(store.content.items(before=END)) == {*in_batch, *later}
    assert store.content.add_items([second, third]).new == ()


def test_a_derived_id_is_short_and_never_one_that_is_taken(store: Store) -> None:
    long = "x" * 64
    first = make_item(long, url="https://one.example/", first_seen=at("2026-05-27T10:00"))
    second = make_item(long, url="https://two.example/", first_seen=at("2026-05-27T11:00"))
    mark = hashlib.sha256(b"0 https://two.example/").hexdigest()[:16]
    squatter = make_item(f"{long[:47]}-{mark}", url="https://three.example/")
    store.content.add_items([squatter])
    stored = store.content.add_items([first, second]).new
    assert stored[0] == first
    assert len(stored[1].id) == 64
    assert stored[1].id not in (long, squatter.id)


def test_items_are_those_that_entered_in_the_half_open_span(store: Store) -> None:
    start, end = at("2026-05-25"), at("2026-06-01")
    moment = timedelta(microseconds=1)
    times = [start - moment, start, end - moment, end]
    items = [make_item(f"i{n}", first_seen=when, published=None) for n, when in enumerate(times)]
    store.content.add_items(items)
    assert store.content.items(since=start, before=end) == (items[1], items[2])
    assert store.content.items(before=end) == (items[0], items[1], items[2])


def test_an_item_enters_when_it_was_published_and_seen(store: Store) -> None:
    late = make_item("late", published=at("2026-05-20"), first_seen=at("2026-05-26"))
    early = make_item("early", published=at("2026-05-27"), first_seen=at("2026-05-19"))
    store.content.add_items([early, late])
    assert store.content.items(since=at("2026-05-25"), before=END) == (late, early)


def test_items_of_one_moment_are_in_the_order_of_their_ids(store: Store) -> None:
    ids = ["b", "B", "a", "ä", "-", "0"]
    store.content.add_items([make_item(name) for name in ids])
    assert [item.id for item in store.content.items(before=END)] == sorted(ids)


def test_an_address_may_be_longer_than_an_index_takes(store: Store) -> None:
    noise = "".join(f"{number:x}" for number in range(4000))
    item = make_item(url=f"https://chip-ledger.example/?{noise}")
    store.content.add_items([item])
    assert store.content.add_items([item]).known == (item,)
    assert store.content.items(before=END) == (item,)


def test_text_that_no_database_takes_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot hold a value"):
        store.content.add_items([make_item(title="half a \ud83d character")])
    assert store.content.count_items() == 0


def test_nothing_to_add_is_no_error(store: Store) -> None:
    assert store.content.add_items([]).new == ()
    assert store.content.items(before=END) == ()


def test_ten_thousand_items_are_added_in_one_go(store: Store) -> None:
    items = [make_item(f"n{number}") for number in range(10_000)]
    added = store.content.add_items(items)
    assert len(added.new) == store.content.count_items() == 10_000


def test_sources_come_back_by_name_and_only_new_names_are_added(store: Store) -> None:
    chips = Source("Chip Ledger", "https://chip-ledger.example/feed", group="Chips")
    wire = Source("Agent Wire", "https://agent-wire.example/feed", kind="jsonl", muted=True)
    moved = replace(chips, url="https://elsewhere.example/feed")
    assert store.content.add_sources([chips, wire, moved]) == (chips, wire)
    assert store.content.add_sources([moved]) == ()
    assert store.content.sources() == (wire, chips)


def test_the_selectors_of_a_page_are_kept(store: Store) -> None:
    page = Source("Lab", "https://lab.example/news", "page", selectors=Selectors("li", link="a"))
    store.content.add_sources([page])
    assert store.content.sources() == (page,)


def test_damaged_selectors_are_told_with_their_source(store: Store, database_url: str) -> None:
    page = Source("Lab", "https://lab.example/news", "page", selectors=Selectors("li"))
    store.content.add_sources([page])
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(sa.update(schema.source).values(selectors="{"))
    database.close()
    with pytest.raises(StoreError, match=r"source `Lab` in .* is damaged"):
        store.content.sources()


def test_a_source_can_be_muted_and_heard_again(store: Store) -> None:
    chips = Source("Chip Ledger", "https://chip-ledger.example/feed")
    store.content.add_sources([chips])
    store.content.set_muted("Chip Ledger", True)
    assert store.content.sources() == (replace(chips, muted=True),)
    store.content.set_muted("Chip Ledger", False)
    assert store.content.sources() == (chips,)


def test_muting_an_unknown_source_says_where_the_names_are(store: Store) -> None:
    with pytest.raises(InputError, match="`Chip Ledger`") as caught:
        store.content.set_muted("Chip Ledger", True)
    assert "recap sources list" in caught.value.hint
