"""Whatever comes in, a feed comes out or a SourceError in words, soon."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.clean import parse_date
from digest.errors import SourceError
from digest.items import Refusal, clean_item
from digest.model import Item
from digest.sources.feed import parse_feed
from tests.builders_feeds import atom, rss, rss_item

NOW = datetime(2026, 5, 10, tzinfo=UTC)
SECONDS = 1
ENTRY = (
    '<entry xml:base="/p/"><title type="html">A &lt;b&gt;chip&lt;/b&gt;</title><id>1</id>'
    '<link href="1"/><published>2026-05-05T13:04:05Z</published><summary>Fast.</summary></entry>'
)
RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns='
    b'"http://purl.org/rss/1.0/"><channel><title>Lab</title></channel><item rdf:about="/1">'
    b"<title>caf\xc3\xa9</title><link>/1</link></item></rdf:RDF>"
)
JSON = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "Lab", "items": [{"id": 1, "url":'
    b' "/1", "title": "A chip", "content_html": "<p>Fast.</p>", "authors": [{"name": "Ada"}]}]}'
)
SOUND = [rss(rss_item("AT&amp;T"), rss_item("芯片")), atom(ENTRY), RDF, JSON]
PIECES = [
    '<?xml version="1.0" encoding="', "utf-8", "utf-16", "gb2312", "unicode_escape", '"?>',
    "<!DOCTYPE rss [", '<!ENTITY a "&a;&b;">', "]>", "<!--", "-->", "<![CDATA[", "]]>", "<?pi",
    "<rss>", "</rss>", "<channel>", "</channel>", "<item>", "</item>", "<ITEM>", "<rdf:RDF>",
    '<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>", "<entry>", "</entry>", "<html>",
    "<title>", "</title>", '<title type="xhtml">', '<title mode="base64">', "<link>", "</link>",
    '<link href="', '"/>', "<guid>", "</guid>", "<pubDate>", "</pubDate>", "<dc:date>",
    "</dc:date>", "<description>", "</description>", "<media:group>", "</media:group>", "<urlset>",
    "<url>", "<loc>", "<n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>",
    "Tue, 05 May 2026 13:04:05 GMT", "https://lab.example/1", "//[x", "javascript:x()", "chip",
    "&", "&amp;", "&eacute;", "&#0;", "&#x110000;", "&nope;", "<", ">", '"', "é", "芯", "๐Ÿ’ก",
    "\x00", "\ufffe", "\ud800", " ", "\n",
]  # fmt: skip
CHARSETS = st.sampled_from(
    [None, "", "text/xml", "text/html; charset=", "a; charset=utf-8", "a; charset=koi8-r"]
) | st.text(max_size=12).map("text/xml; charset={}".format)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
NAMES = (
    "id url external_url title summary content_html content_text date_published date_modified"
    " author authors tags attachments"
).split()
ITEMS = st.dictionaries(st.sampled_from(NAMES), VALUES) | VALUES


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """What is loaded at its first use is loaded before a clock runs."""
    assert parse_date("5 mai 2026") is not None


def read_or_refused(data: bytes, content_type: str | None = None) -> bool:
    """Whether a feed came out, down to clean items, or a refusal in words; nothing else may be."""
    started = time.process_time()
    try:
        feed = parse_feed(data, content_type=content_type, url="https://lab.example/feed")
    except SourceError as error:
        return bool(error.problem and error.hint) and time.process_time() - started < SECONDS
    texts = [feed.title, *(t for i in feed.items for t in (i.title, i.summary, i.link, i.id))]
    made = [clean_item(raw, now=NOW) for raw in feed.raw_items()]
    return (
        all(isinstance(text, str) for text in texts)
        and all(item.published is None or item.published.tzinfo for item in feed.items)
        and all(isinstance(item, Item | Refusal) for item in made)
        and time.process_time() - started < SECONDS
    )


@settings(deadline=None)
@given(st.binary(max_size=300), CHARSETS)
def test_any_bytes(data: bytes, content_type: str | None) -> None:
    assert read_or_refused(data, content_type)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.binary(max_size=20), st.sampled_from(SOUND))
def test_any_damage_to_a_sound_feed(at: int, length: int, junk: bytes, data: bytes) -> None:
    assert read_or_refused(data[:at] + junk + data[at + length :])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), CHARSETS)
def test_any_soup_of_markup(pieces: list[str], content_type: str | None) -> None:
    assert read_or_refused("".join(pieces).encode("utf-8", "surrogatepass"), content_type)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20), st.sampled_from(SOUND), st.integers(0, 300))
def test_any_soup_within_a_sound_feed(pieces: list[str], data: bytes, at: int) -> None:
    soup = "".join(pieces).encode("utf-8", "surrogatepass")
    assert read_or_refused(data[:at] + soup + data[at:])


@settings(max_examples=200, deadline=None)
@given(VALUES, st.lists(ITEMS, max_size=4))
def test_any_values_in_a_json_feed(title: object, items: list[object]) -> None:
    document = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}
    data = json.dumps(document).encode()
    assert read_or_refused(data)
    objects = [item for item in items if isinstance(item, dict)]
    assert len(parse_feed(data).items) == len(objects)
