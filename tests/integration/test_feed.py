"""Feeds of every format and with every fault, parsed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.clean import plain
from digest.errors import SourceError
from digest.sources.feed import parse_feed
from tests.builders_feeds import RSS_ITEM, atom, rss, rss_item

NOON = datetime(2026, 5, 5, 13, 4, 5, tzinfo=UTC)
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://lab.example/"><title>The Lab</title></channel>
<item rdf:about="https://lab.example/1"><title>A new chip</title>
<link>https://lab.example/1</link><dc:date>2026-05-05T13:04:05Z</dc:date>
<description>It is fast.</description></item></rdf:RDF>"""
CDF = """<CHANNEL HREF="https://lab.example/"><TITLE>The Lab</TITLE>
<ITEM HREF="https://lab.example/1" LASTMOD="x"><TITLE>A new chip</TITLE></ITEM></CHANNEL>"""
OLD_ATOM = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>The Lab</title><entry>
<title mode="escaped">A &lt;b&gt;new&lt;/b&gt; chip</title><id>1</id>
<link rel="alternate" type="text/html" href="https://lab.example/1"/>
<issued>2026-05-05T13:04:05Z</issued>
<summary mode="base64" type="text/plain">SXQgaXMgZmFzdC4=</summary>
</entry></feed>"""
ENTRY = """<entry><title>A new chip</title><id>tag:1</id>
<link rel="self" href="https://lab.example/self"/><link href="https://lab.example/1"/>
<published>2026-05-05T13:04:05Z</published><updated>2026-05-09T00:00:00Z</updated>
<summary>It is fast.</summary></entry>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Lab",
    "items": [
        {
            "id": 1,
            "url": "https://lab.example/1",
            "title": "A new chip",
            "content_html": "<p>It is fast.</p>",
            "date_published": "2026-05-05T13:04:05Z",
        }
    ],
}


def only_title(data: bytes, **about: str) -> str:
    """The title of the one item of a document."""
    (item,) = parse_feed(data, **about).items
    return item.title


@pytest.mark.parametrize(
    "data",
    [rss(), RDF.encode(), atom(ENTRY), OLD_ATOM.encode(), json.dumps(JSON_FEED).encode()],
    ids=["rss", "rdf", "atom", "atom-0.3", "json"],
)
def test_every_format_gives_the_same_item(data: bytes) -> None:
    feed = parse_feed(data)
    (item,) = feed.items
    assert feed.title == "The Lab"
    assert (item.title, item.summary) == ("A new chip", "It is fast.")
    assert (item.link, item.published) == ("https://lab.example/1", NOON)
    assert item.id


def test_a_cdf_channel_is_read() -> None:
    (item,) = parse_feed(CDF.encode()).items
    assert (item.title, item.link) == ("A new chip", "https://lab.example/1")


def test_a_lone_atom_entry_is_a_feed_of_one() -> None:
    data = ENTRY.replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">').encode()
    assert only_title(data) == "A new chip"


def test_a_feed_without_items_is_no_error() -> None:
    assert parse_feed(rss(" ")).items == ()


# --- text that lenient parsers lose without a word


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("AT&T & co", "AT&T & co"),
        ("caf&eacute; &nbsp;x &mdash; y", "café x — y"),
        ("AT&amp;amp;T", "AT&T"),
        ("a \x00b\x08c", "a bc"),
        ("a &#0;&#x1F;b", "a b"),
        ("<![CDATA[R&D <b>bold</b>]]>", "R&D bold"),
        ("&lt;b&gt;bold&lt;/b&gt; &lt;script&gt;x()&lt;/script&gt;", "bold"),
        ("it&#146;s", "it’s"),
        ("๐Ÿ’ก bulb", "💡 bulb"),
        ("&unknown; x", "&unknown; x"),
        ("a &lt; b", "a < b"),
        ("The &lt;think&gt; token", "The <think> token"),
    ],
)
def test_no_text_of_a_title_is_lost(title: str, expected: str) -> None:
    assert only_title(rss(rss_item(title))) == expected


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", None),
        ("utf-32", None),
        ("utf-32-le", None),
        ("utf-32-be", None),
        ("cp1252", None),
        ("cp1252", "text/xml; charset=iso-8859-1"),
        ("cp1252", "text/xml; charset=no-such-thing"),
        ("cp1252", "text/xml; charset=utf-8"),
        ("utf-8", "text/xml; charset=iso-8859-1"),
    ],
)
def test_the_encoding_is_found(encoding: str, content_type: str | None) -> None:
    data = rss(rss_item("café – “x”")).decode().encode(encoding)
    assert parse_feed(data, content_type=content_type).items[0].title == "café – “x”"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("gb2312", "芯片"), ("shift_jis", "チップ"), ("koi8-r", "чип"), ("windows-874", "ชิป")],
)
def test_a_declared_encoding_is_believed(encoding: str, title: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    data = rss(rss_item(title), head=head).decode()
    assert only_title(data.encode(encoding.replace("windows-", "cp"))) == title


def test_a_wrong_declaration_is_not_believed() -> None:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    data = rss(rss_item("café – é"), head=head).decode().encode("cp1252")
    assert only_title(data) == "café – é"
    head = '<?xml version="1.0" encoding="iso-8859-1"?>'
    assert only_title(rss(rss_item("café"), head=head)) == "café"


def test_a_few_broken_bytes_do_not_spoil_a_declared_encoding() -> None:
    head = '<?xml version="1.0" encoding="gb2312"?>'
    data = rss(rss_item("芯片" * 80), head=head).decode().encode("gb2312")
    assert "芯片芯片" in only_title(data.replace(b"</title><link>", b"\xff</title><link>"))


def test_a_declared_encoding_that_explains_too_little_is_not_believed() -> None:
    head = '<?xml version="1.0" encoding="euc-jp"?>'
    data = rss(rss_item("é à ü " * 20), head=head).decode().encode("cp1252")
    assert only_title(data) == " ".join(["é à ü"] * 20)


# --- markup that is broken


def test_an_undeclared_prefix_is_no_obstacle() -> None:
    data = rss(rss_item(more='<dc:date>2026-05-05T13:04:05Z</dc:date><x:y z:a="1"/>'))
    assert parse_feed(data).items[0].published == NOON


@pytest.mark.parametrize(
    "junk", [b"\n\n  ", b"Warning: mysql_connect() in /x.php on line 3\n", b"\xef\xbb\xbf\n"]
)
def test_junk_before_the_document_is_skipped(junk: bytes) -> None:
    assert only_title(junk + rss()) == "A new chip"


def test_junk_after_the_document_is_skipped() -> None:
    assert only_title(rss() + b"<script>x()</script> junk & more") == "A new chip"


def test_a_document_cut_off_keeps_its_whole_items() -> None:
    data = rss(rss_item("One"), rss_item("Two"), rss_item("Three"))
    titles = [item.title for item in parse_feed(data[: data.index(b"Three") + 2]).items]
    assert titles[:2] == ["One", "Two"]


def test_the_fallback_reads_dates_and_links_by_our_own_rules() -> None:
    broken = "<item><title>A &lt;b&gt;chip&lt;/b&gt;</title><link>/1</link><b>"
    more = "<pubDate>Tue, 05 May 2026 15:04:05 CEST</pubDate><description>x</description></item>"
    (item,) = parse_feed(rss(broken + more), url="https://lab.example/feed").items
    assert (item.title, item.link, item.published) == ("A chip", "https://lab.example/1", NOON)


# --- links


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("<link>/a b</link>", "https://lab.example/a b"),
        ("<guid>https://lab.example/g</guid>", "https://lab.example/g"),
        ('<guid isPermaLink="false">https://lab.example/g</guid>', ""),
        ("<guid>word</guid>", ""),
        ('<enclosure url="https://lab.example/a.mp3"/>', "https://lab.example/a.mp3"),
        ('<enclosure length="1"/>', ""),
        ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="/a"/>', "https://lab.example/a"),
        ("<link>https://lab.example/\n  long</link>", "https://lab.example/long"),
        ("<link>//[bad</link>", "//[bad"),
        ("<link>javascript:x()</link>", "javascript:x()"),
    ],
)  # fmt: skip
def test_an_item_links_to_its_page(fields: str, link: str) -> None:
    data = rss(f"<item><title>x</title>{fields}</item>")
    assert parse_feed(data, url="https://lab.example/feed.xml").items[0].link == link


def test_an_rdf_item_without_a_link_has_its_own_address() -> None:
    data = RDF.replace("<link>https://lab.example/1</link>", "").encode()
    assert parse_feed(data).items[0].link == "https://lab.example/1"


def test_relative_links_follow_the_base() -> None:
    entry = '<entry xml:base="posts/"><title>x</title><link href="1"/></entry>'
    data = atom(entry, attributes='xml:base="https://lab.example/"')
    assert parse_feed(data).items[0].link == "https://lab.example/posts/1"


def test_an_atom_entry_prefers_the_page_and_never_links_to_its_id() -> None:
    links = (
        '<link type="application/pdf" href="/p"/><link type="text/html" href="/h"/>'
        '<link rel="alternate"/>'
    )
    assert parse_feed(atom(f"<entry>{links}</entry>")).items[0].link == "/h"
    assert parse_feed(atom("<entry><id>https://lab.example/1</id></entry>")).items[0].link == ""


# --- texts and dates


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("<title>The &lt;video&gt; tag</title>", "The <video> tag"),
        ('<title type="html">The &lt;b&gt;tag&lt;/b&gt;</title>', "The tag"),
        (
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b> &lt; c</div>'
            "</title>",
            "a b < c",
        ),
        ('<title type="application/x">bm90IGJhc2U2NA</title>', "bm90IGJhc2U2NA"),
    ],
)
def test_atom_says_what_its_text_is(title: str, expected: str) -> None:
    feed = parse_feed(atom(f"<entry>{title}</entry>"))
    assert feed.items[0].title == expected
    assert plain(feed.raw_items()[0].title or "") == expected


def test_the_text_of_a_video_is_found_in_its_media_group() -> None:
    space = "http://search.yahoo.com/mrss/"
    group = f'<m:group xmlns:m="{space}"><m:description>It is fast.</m:description></m:group>'
    assert parse_feed(atom(f"<entry>{group}</entry>")).items[0].summary == "It is fast."


def test_an_edited_entry_keeps_the_date_of_its_publication() -> None:
    assert parse_feed(atom(ENTRY)).items[0].published == NOON


def test_an_unreadable_date_is_kept_as_written() -> None:
    data = rss(rss_item(more="<pubDate>soon</pubDate>"))
    feed = parse_feed(data)
    assert feed.items[0].published is None
    assert feed.raw_items("Lab")[0].published == "soon"


def test_raw_items_carry_the_source_and_no_foreign_id() -> None:
    (raw,) = parse_feed(rss()).raw_items()
    assert (raw.source, raw.id, raw.position) == ("The Lab", None, "item 1")


def test_json_feed_tolerates_odd_values() -> None:
    entries = [
        {"id": "https://lab.example/9", "title": None, "content_text": "a < b"},
        {"id": True, "external_url": "/x", "title": "T", "authors": [{"name": []}]},
        "junk",
    ]
    document = {"home_page_url": "https://lab.example", "items": entries}
    one, two = parse_feed(json.dumps(document).encode()).items
    assert (one.link, one.title, one.summary) == ("https://lab.example/9", "", "a < b")
    assert (two.id, two.link) == ("", "https://lab.example/x")


# --- what is no feed, or an attack


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "an empty document"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "an HTML page"),
        (b"<html><title>Just a moment...</title></html>", "a challenge page for browsers"),
        (b'{"a": 1}', "JSON that is no JSON Feed"),
        (b'{"a":', "JSON that is no JSON Feed"),
        (b"[" * 100_000, "JSON that is no JSON Feed"),
        (b"%PDF-1.7 x", "a PDF"),
        (b"<opml><body/></opml>", "an OPML list of feeds"),
        (b"<urlset><url/></urlset>", "XML with the root <urlset>"),
        (b"hello world", "text that begins with `hello world`"),
        (b"\x00\x01\x02\x03\x04", "binary data"),
    ],
)
def test_what_is_no_feed_is_named(data: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_feed(data, url="https://lab.example/feed")
    assert caught.value.problem == f"https://lab.example/feed is no feed: it looks like {words}"


def test_entities_are_never_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    doctype = f'<!DOCTYPE rss [<!ENTITY a "boom"><!ENTITY f SYSTEM "file://{secret}">]>'
    data = rss(rss_item("x &a; &f; y"), head=doctype)
    title = only_title(data)
    assert "SECRET" not in title
    assert title.startswith("x")
    assert title.endswith("y")


def test_an_entity_bomb_is_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]>'
    with pytest.raises(SourceError, match="no real feed looks like this"):
        parse_feed(rss(rss_item("&e9;"), head=doctype))


def test_a_document_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        parse_feed(rss(rss_item(more="<b>" * 200_000)))


def test_a_long_broken_document_is_refused() -> None:
    with pytest.raises(SourceError, match="is broken XML of"):
        parse_feed(rss(rss_item("x" * 2_000_001 + "</b>")))


# --- real feeds


@pytest.mark.shared
def test_real_feeds_parse_as_two_other_parsers_agree(shared: Path) -> None:
    folder = shared / "data" / "feeds"
    wanted = equal = 0
    for line in (folder / "expect.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        try:
            items = parse_feed((folder / expected["file"]).read_bytes()).items
        except SourceError:
            assert expected["confidence"] == "not_a_feed_or_empty", expected["file"]
            continue
        if expected["confidence"] != "consensus":
            continue
        assert len(items) == expected["n_items"], expected["file"]
        for want, item in zip(expected["items"], items, strict=True):
            wanted += 3
            equal += _letters(want["title"]) == _letters(item.title)
            equal += (want["link"] or "") == item.link
            date = item.published.isoformat().replace("+00:00", "Z") if item.published else None
            equal += want.get("published") == date
    assert wanted > 3_000
    assert equal >= 0.999 * wanted


def _letters(text: str | None) -> str:
    return re.sub(r"\s", "", plain(text or ""))


def test_one_good_item_of_a_feed_is_plain() -> None:
    assert parse_feed(rss(RSS_ITEM)).items[0].title_html == "A new chip"
