"""How an item is known again, key by key."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from digest.identity import archives, keys_of, match_guid, match_text, remembered, url_key
from digest.model import Item
from tests.builders import at, make_item

DAY = at("2026-05-27")
BASE = make_item("a", "Northwind ships a chip", url="https://one.example/a/1", guid="1")


def keys(*items: Item):  # type: ignore[no-untyped-def]
    return keys_of(items)


def known(item: Item):  # type: ignore[no-untyped-def]
    return remembered(item, keys_of([item])[0])


def like(**fields: object) -> Item:
    """The base item with other fields."""
    names = ("id", "title", "url", "guid", "summary", "source", "published")
    return make_item(**{**{name: getattr(BASE, name) for name in names}, **fields})


def test_every_key_is_a_hash_and_a_missing_guid_has_none() -> None:
    (one,) = keys(like(guid=""))
    assert one.guid == ""
    assert one.url == url_key("https://one.example/a/1")
    assert len(one.text) == 64


def test_a_guid_counts_within_its_source() -> None:
    one, other = keys(BASE, like(source="Agent Wire"))
    assert one.guid != other.guid


def test_a_guid_that_is_an_address_survives_the_move_to_https() -> None:
    old, new = (
        keys(like(guid=f"{scheme}://one.example/?p=1#c2"))[0] for scheme in ("http", "https")
    )
    assert old.guid == new.guid
    assert keys(like(guid="http://[broken"))[0].guid


def test_a_guid_used_twice_in_a_batch_counts_with_its_address() -> None:
    one, other = keys(BASE, like(url="https://one.example/a/2"))
    assert one.guid != other.guid
    assert one.guid != keys(BASE)[0].guid


def test_the_text_is_title_and_summary_or_else_title_and_path() -> None:
    assert keys(BASE)[0].text == keys(like(url="https://two.example/b"))[0].text
    bare = keys(like(summary=""), like(summary="", url="https://two.example/a/1"))
    assert bare[0].text == bare[1].text
    assert keys(like(summary="", url="https://one.example/"))[0].text == ""
    assert keys(like(summary="", url="https://one.example"))[0].text == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Northwind ships two", "summary": "Other.", "published": DAY},
        {"url": "https://one.example/b", "summary": "Other.", "published": DAY},
        {"url": "https://one.example/b", "title": "Northwind ships two", "summary": "Other."},
    ],
)
def test_a_guid_is_believed_where_something_else_agrees(fields: dict[str, object]) -> None:
    item = like(**fields)
    match = match_guid(item, keys(item)[0], [known(BASE)])
    assert match is not None
    assert match.known.id == "a"
    assert ("under the address" in match.reason) is ("url" in fields)


@pytest.mark.parametrize("published", [DAY, None])
def test_a_guid_where_nothing_agrees_is_another_item(published: object) -> None:
    item = like(url="https://one.example/b", title="Other", summary="Other.", published=published)
    assert match_guid(item, keys(item)[0], [known(BASE)]) is None


def test_of_two_with_a_guid_the_one_with_the_address_is_meant() -> None:
    other = known(like(id="0", url="https://one.example/b"))
    match = match_guid(BASE, keys(BASE)[0], [other, known(BASE)])
    assert match is not None
    assert match.known.id == "a"


def test_the_same_short_text_on_another_day_and_path_is_another_edition() -> None:
    edition = like(url="https://one.example/b", published=BASE.published + timedelta(days=7))
    assert match_text(edition, [known(BASE)]) is None
    assert match_text(like(url="https://one.example/b"), [known(BASE)]) is not None
    assert match_text(like(url="https://two.example/a/1", published=DAY), [known(BASE)]) is not None
    assert match_text(like(url="https://one.example/b", published=None), [known(BASE)]) is not None


def test_the_same_long_text_is_the_same_article_whatever_its_date() -> None:
    long = like(summary="word " * 60)
    moved = like(summary="word " * 60, url="https://two.example/b", published=at("2026-01-01"))
    assert match_text(moved, [known(long)]) is not None
    assert match_text(moved, []) is None


def test_more_undated_items_at_once_than_a_source_can_have_news_are_its_archive() -> None:
    def shows_archive(undated: int, known: int) -> bool:
        return archives(Counter(Wire=undated), Counter(Wire=known)) == {"Wire"}

    assert not shows_archive(30, 0)
    assert shows_archive(31, 0)
    assert not shows_archive(60, 30)
    assert shows_archive(61, 30)
