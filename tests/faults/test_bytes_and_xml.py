"""Faults 29 to 39, and 43: what the bytes and the markup of a feed can be."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.items import clean_item
from digest.model import Item
from digest.sources.feed import parse_feed
from digest.sources.parsed import ParsedItem
from tests.builders_feeds import atom, rss, rss_item, write

NOON = datetime(2026, 5, 5, 13, 4, 5, tzinfo=UTC)
URL = "https://lab.example/feed.xml"


def only(data: bytes, content_type: str | None = None) -> ParsedItem:
    """The one item of a document."""
    (item,) = parse_feed(data, content_type=content_type, url=URL).items
    return item


def titles(data: bytes) -> list[str]:
    """The titles of a document's items."""
    return [item.title for item in parse_feed(data, url=URL).items]


def declared(encoding: str, title: str) -> bytes:
    """A document in `encoding` that says so."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return rss(rss_item(title), head=head).decode().encode(encoding)


# --- bytes


@pytest.mark.parametrize(
    "encoding",
    ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_fault_29_byte_order_marks_and_wide_encodings(encoding: str) -> None:
    assert only(rss(rss_item("café – 芯片")).decode().encode(encoding)).title == "café – 芯片"


@pytest.mark.parametrize("title", ["café", "naïve “café” – résumé", "Größe 5 €"])
def test_fault_30_declared_utf_8_but_western(title: str) -> None:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    data = rss(rss_item(title), rss_item("plain"), head=head).decode().encode("cp1252")
    assert titles(data) == [title, "plain"]


def test_fault_30_one_western_byte_in_a_document_of_utf_8() -> None:
    data = rss(rss_item("naïve “café” – 芯片"), rss_item("caf@")).replace(b"@", b"\xe9")
    assert titles(data) == ["naïve “café” – 芯片", "café"]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("gb2312", "芯片发布"),
        ("big5", "晶片"),
        ("shift_jis", "チップ"),
        ("euc-jp", "新しいチップ"),
        ("euc-kr", "새로운 칩"),
        ("koi8-r", "новый чип"),
        ("windows-1251", "новый чип"),
        ("cp874", "ชิปใหม่"),
        ("iso-8859-9", "Şişli"),
    ],
)
@pytest.mark.parametrize(
    "header", [None, "text/xml; charset=iso-8859-1", "text/xml; charset=utf-8"]
)
def test_fault_31_the_header_against_the_declaration(
    encoding: str, title: str, header: str | None
) -> None:
    assert only(declared(encoding, title), header).title == title


@pytest.mark.parametrize("declaration", ["gb2312", "utf-16", "unicode_escape", "zlib", "klingon"])
def test_fault_31_a_declaration_that_lies(declaration: str) -> None:
    head = f'<?xml version="1.0" encoding="{declaration}"?>'
    assert only(rss(rss_item("新しい café"), head=head)).title == "新しい café"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("koi8-r", "Новый чип для центров обработки данных"),
        ("cp1251", "Новый чип для центров обработки данных"),
        ("gb18030", "新的芯片在周二发布 用于数据中心 速度提高了两倍"),
        ("big5", "新的晶片在週二發布 用於資料中心 速度提高了兩倍"),
        ("cp932", "新しいチップが火曜日に発表されました"),
        ("euc-kr", "새로운 칩이 화요일에 공개되었습니다"),
        ("cp874", "ชิปใหม่สำหรับศูนย์ข้อมูลเปิดตัวในวันอังคาร"),
    ],
)
def test_fault_31_an_encoding_that_nobody_names(encoding: str, title: str) -> None:
    item = rss_item(title, more=f"<description>{title}</description>")
    for before in ("", "A plain title. " * 20_000):
        data = rss(rss_item(before), item, head="").decode().encode(encoding)
        assert titles(data)[1] == title


@pytest.mark.parametrize(
    ("title", "read"),
    [
        (b"a \x00new\x08 chip\x1f", "a new chip"),
        (b"a new\xef\xbf\xbe chip\xef\xbf\xbf", "a new chip"),
        (b"a new &#0;&#8;&#xD800;&#xFFFE;chip", "a new chip"),
        (b"a new \xed\xa0\x80chip", None),
    ],
    ids=["control", "noncharacter", "reference", "surrogate"],
)
def test_fault_32_characters_that_xml_forbids(title: bytes, read: str | None) -> None:
    found = only(rss(rss_item("TITLE")).replace(b"TITLE", title)).title
    assert found == read if read else found.startswith("a new") and found.endswith("chip")


def test_fault_32_a_lone_surrogate_in_json() -> None:
    entry = {"id": 1, "url": "https://lab.example/1", "title": "a \ud800new chip"}
    data = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [entry]}).encode()
    (raw,) = parse_feed(data).raw_items()
    item = clean_item(raw, now=NOON)
    assert isinstance(item, Item)
    assert item.title == "a new chip"


# --- markup


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("AT&T & co", "AT&T & co"),
        ("R&D &c; x&", "R&D &c; x&"),
        ("caf&eacute; &nbsp;x &mdash; y", "café x — y"),
        ("<![CDATA[R&D caf&eacute;]]> & co", "R&D café & co"),
        ("AT&amp;amp;T", "AT&T"),
        ("Caf&amp;eacute;", "Café"),
        ("a &lt; b &nosuch;", "a < b &nosuch;"),
    ],
)
def test_fault_33_ampersands_and_entities(title: str, read: str) -> None:
    assert only(rss(rss_item(title, link="https://lab.example/?a=1&b=2"))).title == read
    assert only(rss(rss_item(title, link="https://lab.example/?a=1&b=2"))).link[-7:] == "a=1&b=2"


def test_fault_34_undeclared_and_unusual_prefixes() -> None:
    undeclared = '<dc:date>2026-05-05T13:04:05Z</dc:date><x:y z:a="1"/>'
    nested = '<g:x xmlns:g="urn:g"/><g:y/>'
    assert only(rss(rss_item(more=undeclared + nested))).published == NOON
    odd = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:v="http://search.yahoo.com/mrss/">'
        '<a:entry><a:title>A new chip</a:title><a:link href="/1"/>'
        "<v:group><v:description>It is fast.</v:description></v:group></a:entry></a:feed>"
    )
    item = only(odd.encode())
    assert (item.title, item.summary) == ("A new chip", "It is fast.")
    assert item.link == "https://lab.example/1"


@pytest.mark.parametrize(
    "junk",
    [
        b"\n\n \t",
        b"\xef\xbb\xbf\xef\xbb\xbf\n",
        b"Warning: mysql_connect() in <b>/srv/x.php</b> on line 3<br />\n",
        b"<script>if (a && b) { x() }</script>\n",
    ],
    ids=["blank", "marks", "warning", "script"],
)
def test_fault_35_junk_before_the_document(junk: bytes) -> None:
    assert titles(junk + rss()) == ["A new chip"]


@pytest.mark.parametrize(
    "junk", [b"<script>x()</script> & more", b"\x00\x00", b"</body></html>", b"<!-- 0.3 s"]
)
def test_fault_35_junk_after_the_document(junk: bytes) -> None:
    assert titles(rss() + junk) == ["A new chip"]
    assert titles(atom("<entry><title>A new chip</title></entry>") + junk) == ["A new chip"]


@pytest.mark.parametrize(
    "end",
    ["Thr", "Three</ti", "Three</title><link>https://la", "Three</title><description><![CDATA[x"],
)
def test_fault_36_cut_off_in_mid_item(end: str) -> None:
    whole = rss(rss_item("One"), rss_item("Two"), "<item><title>END").decode()
    data = (whole[: whole.index("END")] + end).encode()
    assert titles(data) == ["One", "Two"]
    assert parse_feed(data).title == "The Lab"


def test_fault_36_cut_off_in_the_middle_of_a_character() -> None:
    whole = rss(rss_item("ein Café"), rss_item("芯片"))
    assert titles(whole[: whole.index("片".encode()) + 1]) == ["ein Café"]


def test_fault_37_entity_bombs_and_files(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]>'
    with pytest.raises(SourceError, match="no real feed looks like this"):
        parse_feed(rss(rss_item("&e9;"), head=bomb))
    with pytest.raises(SourceError, match="has entities that multiply"):
        parse_feed(rss(rss_item("&e9;"), "<b>", head=bomb))
    secret = write(tmp_path, "secret", "SECRET")
    for kind in (f'f SYSTEM "file://{secret}"', '% f SYSTEM "http://127.0.0.1:9/x.dtd"'):
        for more in ("", "<b>"):
            data = rss(rss_item("x &f; y"), more, head=f"<!DOCTYPE rss [<!ENTITY {kind}>]>")
            assert all("SECRET" not in item.title for item in parse_feed(data).items)


MONSTERS = {
    "deep": lambda: rss(rss_item(more="<b>" * 200_000)),
    "deep-and-broken": lambda: rss("</x>", rss_item(more="<b>" * 200_000 + "</b>" * 200_000)),
    "deep-in-text": lambda: rss(
        rss_item(more=f"<description><![CDATA[{'<b>' * 200_000}]]></description>")
    ),
    "long": lambda: rss(rss_item("x" * 30_000_000)),
    "long-and-broken": lambda: rss("</x>", rss_item("x" * 30_000_000)),
    "comments": lambda: b"<!---->" * 400_000,
    "cdata": lambda: b"<rss>" + b"<![CDATA[" * 200_000,
    "prefixes": lambda: rss(*(f'<p{n}:a x="1"/>' for n in range(100_000)), "</b>"),
    "quoted-items": lambda: rss(
        "<item><description>" * 100 + "x y " * 2_000_000 + "</description></item>" * 100
    ),
    "many-items": lambda: (
        b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"{}," * 1_000_000 + b"{}]}"
    ),
}


@pytest.mark.parametrize("name", MONSTERS)
def test_fault_38_beyond_all_reason(name: str) -> None:
    data = MONSTERS[name]()
    started = time.process_time()
    with suppress(SourceError):
        assert len(parse_feed(data).items) <= 1_000
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("<title>&lt;b&gt;A&lt;/b&gt; new chip</title>", "A new chip"),
        ("<title><![CDATA[<i>A</i> new &amp; fast chip]]></title>", "A new & fast chip"),
        ("<title>A <b>new</b> chip</title>", "A new chip"),
        ("<title>A chip &lt;script&gt;alert(1)&lt;/script&gt;</title>", "A chip"),
        ("<title><![CDATA[A chip<script>alert(1)</script>]]></title>", "A chip"),
        ("<title>The &lt;think&gt; token</title>", "The <think> token"),
    ],
)
def test_fault_39_html_inside_a_title(title: str, read: str) -> None:
    assert only(rss(f"<item>{title}</item>")).title == read


def test_fault_39_xhtml_inside_a_title() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">A <b>chip</b><script>x()</script></div>'
    assert only(atom(f'<entry><title type="xhtml">{div}</title></entry>')).title == "A chip"
    assert only(atom("<entry><title>The &lt;b&gt; tag</title></entry>")).title == "The <b> tag"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("It’s a café — now".encode().decode("cp1252"), "It’s a café — now"),
        ("It’s a café".encode().decode("cp1252").encode().decode("cp1252"), "It’s a café"),
        ("๐Ÿ’ก A bulb ๐Ÿ“ฐ", "💡 A bulb 📰"),
        ("ชิปใหม่เปิดตัววันนี้", "ชิปใหม่เปิดตัววันนี้"),
        ("L’été à la crèche : « déjà vu »", "L’été à la crèche : « déjà vu »"),
        ("Chip mới ra mắt hôm nay tại Hà Nội", "Chip mới ra mắt hôm nay tại Hà Nội"),
    ],
    ids=["cp1252", "twice", "cp874", "thai", "french", "vietnamese"],
)
def test_fault_43_damaged_text_is_repaired_and_sound_text_stays(title: str, read: str) -> None:
    assert only(rss(rss_item(title))).title == read
