"""Faults 40 to 42, 44 to 48, and 51: formats, lists, and what an item says of itself."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.errors import InputError
from digest.items import Refusal, clean_item
from digest.model import Item
from digest.sources import read_file
from digest.sources.feed import parse_feed
from digest.sources.parsed import ParsedItem
from tests.builders_feeds import rss, rss_item, write

NOW = datetime(2026, 5, 10, tzinfo=UTC)
NOON = datetime(2026, 5, 5, 13, 4, 5, tzinfo=UTC)
URL = "https://lab.example/feed.xml"


def only(data: bytes) -> ParsedItem:
    """The one item of a document."""
    (item,) = parse_feed(data, url=URL).items
    return item


def cleaned(data: bytes) -> list[Item | Refusal]:
    """What becomes of each item of a document."""
    return [clean_item(raw, now=NOW) for raw in parse_feed(data, url=URL).raw_items()]


def ids(data: bytes) -> list[str]:
    """The identities of a document's items."""
    made = cleaned(data)
    assert all(isinstance(item, Item) for item in made)
    return [item.id for item in made if isinstance(item, Item)]


# --- formats

FIELDS = "<title>A new chip</title><link>https://lab.example/1</link>"
TEXT = "<description>It is fast.</description>"
DATE = "<pubDate>Tue, 05 May 2026 13:04:05 GMT</pubDate>"
DC = "<dc:date>2026-05-05T13:04:05Z</dc:date>"
ENTRY = (
    '<entry><title>A new chip</title><link href="https://lab.example/1"/><id>1</id>'
    "{0}<summary>It is fast.</summary></entry>"
)
DOCUMENTS = {
    "rss-0.91": f'<rss version="0.91"><channel><title>The Lab</title><item>{FIELDS}{TEXT}{DATE}'
    "</item></channel></rss>",
    "rss-2.0": f'<rss version="2.0"><channel><title>The Lab</title><item>{FIELDS}{TEXT}{DATE}'
    "<guid>1</guid></item></channel></rss>",
    "rss-0.90": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns='
    '"http://my.netscape.com/rdf/simple/0.9/"><channel><title>The Lab</title></channel>'
    f"<item>{FIELDS}{TEXT}{DATE}</item></rdf:RDF>",
    "rss-1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns='
    '"http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    f"<title>The Lab</title></channel><item>{FIELDS}{TEXT}{DC}</item></rdf:RDF>",
    "atom-0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>The Lab</title>'
    + ENTRY.format("<issued>2026-05-05T13:04:05Z</issued>")
    + "</feed>",
    "atom-1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Lab</title>'
    + ENTRY.format("<published>2026-05-05T13:04:05Z</published>")
    + "</feed>",
    "cdf": '<CHANNEL HREF="https://lab.example/"><TITLE>The Lab</TITLE><ITEM HREF='
    '"https://lab.example/1" LASTMOD="2026-05-05T13:04:05Z"><TITLE>A new chip</TITLE>'
    "<ABSTRACT>It is fast.</ABSTRACT></ITEM></CHANNEL>",
    "json-1": '{"version": "https://jsonfeed.org/version/1", "title": "The Lab", "items": [{"id":'
    '"1", "url": "https://lab.example/1", "title": "A new chip", "content_text": "It is fast.",'
    '"date_published": "2026-05-05T13:04:05Z", "author": {"name": "Ada"}}]}',
    "json-1.1": '{"version": "https://jsonfeed.org/version/1.1", "title": "The Lab", "items": [{'
    '"id": "1", "url": "https://lab.example/1", "title": "A new chip", "content_html": "<p>It is'
    ' fast.</p>", "date_published": "2026-05-05T13:04:05Z", "authors": [{"name": "Ada"}]}]}',
    "news-sitemap": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n='
    '"http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://lab.example/1</loc><n:news>'
    "<n:publication><n:name>The Lab</n:name></n:publication><n:publication_date>"
    "2026-05-05T13:04:05Z</n:publication_date><n:title>A new chip</n:title></n:news></url>"
    "</urlset>",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_fault_40_every_format_gives_one_model(name: str) -> None:
    feed = parse_feed(DOCUMENTS[name].encode())
    (item,) = feed.items
    assert feed.title == "The Lab"
    assert (item.title, item.link) == ("A new chip", "https://lab.example/1")
    assert item.published == NOON
    assert item.summary == ("" if name == "news-sitemap" else "It is fast.")


def test_fault_41_json_feeds_with_odd_values() -> None:
    entries = [
        {"id": 7, "url": "/7", "title": 2026, "content_text": None, "authors": [[{"name": 1}]]},
        {"id": 8.5, "url": None, "external_url": "/8", "title": None, "summary": "A < b"},
        {"id": "https://lab.example/9", "url": {"a": 1}, "title": ["x"], "date_published": 0},
        {"id": True, "url": "", "title": False, "author": {"author": {"author": None}}},
        None,
        "text",
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": None, "items": entries}
    items = parse_feed(json.dumps(document).encode(), url=URL).items
    assert [item.id for item in items] == ["7", "8.5", "https://lab.example/9", ""]
    assert [item.link[-2:] for item in items] == ["/7", "/8", "/9", ""]
    assert [item.title for item in items] == ["2026", "", "", ""]
    assert items[1].summary == "A < b"


def test_fault_42_lists_of_sources(tmp_path: Path) -> None:
    content = """<opml><body><outline text="Labs"><outline text="Chips &amp; more">
    <outline text="A & B" xmlUrl="https://a.example/f"/></outline></outline>
    <outline text="Café" type="rss" xmlurl="https://c.example/f"/>
    <outline text="A & B" xmlUrl="https://a.example/f"/>
    <outline text="More" type="include" url="https://d.example/list.opml"/>
    <outline text="Cut" xmlUrl="https://e.example/f"/><outline text="of"""
    reading = read_file(write(tmp_path, "sources.opml", content))
    assert [(source.name, source.group) for source in reading.sources] == [
        ("A & B", "Chips & more"), ("Café", ""), ("Cut", ""),
    ]  # fmt: skip
    assert [record.reason for record in reading.records if isinstance(record, Refusal)] == [
        "a list of its own: import it"
    ]


def test_fault_42_a_list_of_fifty_megabytes(tmp_path: Path) -> None:
    line = '<outline text="A" xmlUrl="https://a.example/f"/>\n'
    path = write(tmp_path, "huge.opml", "<opml><body>" + line * (50_000_000 // len(line)))
    started = time.process_time()
    with pytest.raises(InputError, match="more than 10 MB"):
        read_file(path)
    assert time.process_time() - started < 2


# --- identity and links


def test_fault_44_no_guid() -> None:
    data = rss(rss_item("One", "https://lab.example/1"), rss_item("Two", "https://lab.example/2"))
    assert len(set(ids(data))) == 2
    assert ids(data) == ids(data)


def test_fault_45_the_same_guid_on_several_items() -> None:
    guid = "<guid isPermaLink='false'>post</guid>"
    data = rss(
        rss_item("One", "https://lab.example/1", guid),
        rss_item("Two", "https://lab.example/2", guid),
    )
    assert len(set(ids(data))) == 2


def test_fault_46_a_guid_that_changes_with_each_fetch() -> None:
    fetched = [
        ids(rss(rss_item(more=f"<guid isPermaLink='false'>{number}</guid>"))) for number in (1, 2)
    ]
    assert fetched[0] == fetched[1]


def test_fault_47_http_becomes_https() -> None:
    fetched = [
        ids(rss(rss_item(link=f"{start}lab.example/1", more=f"<guid>{start}lab.example/1</guid>")))
        for start in ("http://", "https://", "https://www.")
    ]
    assert fetched[0] == fetched[1] == fetched[2]


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("<link>/a</link>", "https://lab.example/a"),
        ("<link>a?b=1</link>", "https://lab.example/a?b=1"),
        ("<link xml:base='https://other.example/x/'>a</link>", "https://other.example/x/a"),
        ("<guid>https://lab.example/g</guid>", "https://lab.example/g"),
        ("<enclosure url='https://lab.example/a.mp3'/>", "https://lab.example/a.mp3"),
    ],
)
def test_fault_48_links_relative_or_elsewhere(fields: str, link: str) -> None:
    assert only(rss(f"<item><title>x</title>{fields}</item>")).link == link


def test_fault_48_a_relative_link_in_a_saved_file_is_one_of_the_site_it_names() -> None:
    (item,) = parse_feed(rss("<item><title>x</title><link>/a</link></item>")).items
    assert item.link == "https://lab.example/a"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ("", "no address (url)"),
        ("<link/><guid>word</guid>", "no address (url)"),
        ("<link>javascript:alert(1)</link>", "is not a web address"),
    ],
)
def test_fault_48_no_link_is_a_refusal_in_words(fields: str, reason: str) -> None:
    (refusal,) = cleaned(rss(f"<item><title>A new chip</title>{fields}</item>"))
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
    assert "A new chip" in refusal.subject


@pytest.mark.parametrize(
    "title",
    ["", "A new chip, " * 180 + "at last", "A NEW CHIP", "🚀🔥", "A new chip | The Lab"],
    ids=["none", "long", "capitals", "emoji", "site"],
)
def test_fault_51_titles_out_of_the_ordinary_are_handed_on_whole(title: str) -> None:
    item = only(rss(rss_item(title, more="<description>It is fast.</description>")))
    assert (item.title, item.summary) == (title, "It is fast.")


def test_fault_51_no_title_element_at_all() -> None:
    item = only(rss("<item><link>/1</link><description>It is fast.</description></item>"))
    assert (item.title, item.summary) == ("", "It is fast.")
