"""Files of items and of sources, read by what they hold."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.errors import InputError
from digest.items import RawItem, Refusal, clean_item
from digest.model import Item, Selectors, Source
from digest.sources import read_file
from digest.sources.opml import write_opml
from tests.builders_feeds import rss, rss_item, write

ONE = {"title": "One", "url": "https://lab.example/1"}
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def raw(path: Path) -> list[RawItem]:
    """The records of a file that are items."""
    return [record for record in read_file(path).records if isinstance(record, RawItem)]


def refusals(path: Path) -> list[Refusal]:
    """The records of a file that are refusals."""
    return [record for record in read_file(path).records if isinstance(record, Refusal)]


# --- JSONL and JSON


def test_a_line_is_an_item(tmp_path: Path) -> None:
    fields = {
        "id": 7, "summary": "s", "published": 1777986245, "first_seen": None, "source": "Lab",
    }  # fmt: skip
    (record,) = raw(write(tmp_path, "week.jsonl", [{**ONE, **fields, "more": [1]}]))
    assert record == RawItem(
        "7", "https://lab.example/1", "One", "s", "1777986245", None, "Lab", "line 1"
    )


def test_other_names_of_fields_are_known(tmp_path: Path) -> None:
    line = {"headline": "One", "link": "https://lab.example/1", "date": "2026-05-05"}
    (record,) = raw(write(tmp_path, "week.jsonl", [line]))
    assert (record.title, record.published, record.source) == ("One", "2026-05-05", "week")


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("points", 12, "12"),
        ("hn_score", 12.0, "12.0"),
        ("score", None, None),
        ("votes", [1], "[1]"),
    ],
)
def test_points_are_read_under_their_names_and_never_refused(
    tmp_path: Path, field: str, value: object, read: str | None
) -> None:
    (record,) = raw(write(tmp_path, "week.jsonl", [{**ONE, field: value}]))
    assert record.points == read


def test_points_are_a_column_of_a_table(tmp_path: Path) -> None:
    (record,) = raw(write(tmp_path, "week.csv", "title,url,score\nOne,https://lab.example/1,12\n"))
    assert record.points == "12"


def test_a_broken_line_among_ten_thousand_is_one_refusal(tmp_path: Path) -> None:
    lines = ['{"title": "One", "url": "https://lab.example/1"}'] * 10_000
    lines[4_999] = '{"title": "One", "url": '
    reading = read_file(write(tmp_path, "week.jsonl", "\n".join(lines)))
    assert len(reading.records) == 10_000
    assert reading.records[4_999] == Refusal(
        "line 5000", "broken JSON: Expecting value at column 24"
    )
    assert sum(isinstance(record, Refusal) for record in reading.records) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1]", "a list where an object belongs"),
        (b"3", "a number where an object belongs"),
        (b'{"title": ["x"]}', "`title` holds a list where text belongs"),
        (b'{"title": true}', "`title` holds a bool where text belongs"),
        (b'{"title": "\xff"}', "not UTF-8: byte 0xff at 11"),
        (b"[" * 100_000, "broken JSON: nested too deeply or a number too long"),
    ],
)
def test_a_line_that_is_no_item_is_refused_with_its_reason(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    good = b'{"title": "One", "url": "https://lab.example/1"}\n\n'
    path = write(tmp_path, "week.jsonl", good + line)
    assert refusals(path) == [Refusal("line 3", reason)]


def test_nul_bytes_and_a_mark_are_no_obstacle(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbf{"title": "O\x00ne", "url": "https://lab.example/1"}\n\x00\n'
    (record,) = raw(write(tmp_path, "week.jsonl", content))
    assert record.title == "One"


def test_a_title_of_five_megabytes_is_one_refusal(tmp_path: Path) -> None:
    path = write(tmp_path, "week.jsonl", [{**ONE, "title": "x" * 5_000_000}, ONE])
    made = [clean_item(record, now=NOW) for record in raw(path)]
    assert [type(result) for result in made] == [Refusal, Item]


def test_lines_of_json_are_known_under_any_name(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "week.txt", [ONE, ONE])).kind == "jsonl"
    assert read_file(write(tmp_path, "week.json", [ONE, ONE])).kind == "jsonl"


def test_a_file_without_one_object_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no item: broken JSON"):
        read_file(write(tmp_path, "week.jsonl", "hello\nworld\n"))


@pytest.mark.parametrize(
    "content", ['[{"title": "One"}]', '{"items": [{"title": "One"}]}', '[\n{"title": "One"}\n]']
)
def test_a_json_list_is_read(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, "week.json", content)
    assert read_file(path).kind == "json"
    assert raw(path)[0].title == "One"


def test_a_json_feed_is_read(tmp_path: Path) -> None:
    content = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "A<b"}]}'
    (record,) = raw(write(tmp_path, "feed.json", content))
    assert (record.title, record.source) == ("A&lt;b", "feed")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"title": "One"}', "neither a JSON Feed nor a list of items"),
        ("3", "neither a JSON Feed nor a list of items"),
        ('[{"title": }]', "is broken JSON: Expecting value .line 1."),
        (b'["\xff"]', "is broken JSON: it cannot be decoded"),
        ('{"title": \n 1', "is broken JSON"),
    ],
)
def test_json_of_another_kind_is_an_input_error(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_file(write(tmp_path, "week.json", content))


# --- CSV


def test_a_table_is_read_as_text(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "week.csv",
        'Title,Link,Pub Date\n"NA, again",https://lab.example/1,20260505\n007,,\nshort\n',
    )
    assert read_file(path).kind == "csv"
    one, two, three = raw(path)
    assert (one.title, one.url, one.published) == ("NA, again", "https://lab.example/1", "20260505")
    assert (two.title, two.url, two.position) == ("007", "", "row 2")
    assert three.url == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_in_any_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = f"title{separator}url\ncafé – x{separator}https://lab.example/1\n"
    (record,) = raw(write(tmp_path, "week.csv", text.encode(encoding)))
    assert (record.title, record.url) == ("café – x", "https://lab.example/1")


def test_a_row_with_too_many_fields_is_a_refusal(tmp_path: Path) -> None:
    path = write(tmp_path, "week.csv", "title,url\na,b\nc,d,e\nf,g\n")
    assert [record.title for record in raw(path)] == ["a", "f"]
    assert refusals(path) == [Refusal("line 3", "3 fields where the first line names 2")]


def test_empty_fields_at_the_end_of_each_row_are_no_obstacle(tmp_path: Path) -> None:
    assert raw(write(tmp_path, "week.csv", "title,url\na,b,\nc,d,\n"))[0].url == "b"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("titel,link\na,b\n", r"no column `title`; its columns are: titel, link"),
        ("a,b\na,b\n", r"no column `title` and no column `url`"),
        ('title,url\n"never closed,b\n', "is no readable CSV"),
        ("title,url\na,b,c\nd,e,f\n", "rows with more fields than its first line names"),
    ],
)
def test_a_table_that_cannot_be_read_is_an_input_error(
    tmp_path: Path, content: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_file(write(tmp_path, "week.csv", content))


def test_a_table_is_known_by_its_columns_under_any_name(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "week.txt", 'url;"title"\nb;a\n')).kind == "csv"


def test_a_table_of_nul_bytes_keeps_the_rest(tmp_path: Path) -> None:
    (record,) = raw(write(tmp_path, "week.csv", "title,url\nO\x00ne,https://lab.example/1\n"))
    assert record.title == "One"


# --- feeds


def test_a_feed_file_gives_items_under_its_title(tmp_path: Path) -> None:
    path = write(tmp_path, "saved.dat", b"\n junk " + rss(rss_item("A & B")))
    reading = read_file(path)
    assert reading.kind == "feed"
    assert raw(path)[0].source == "The Lab"


def test_a_feed_without_a_title_is_named_by_its_file(tmp_path: Path) -> None:
    assert raw(write(tmp_path, "lab.xml", rss(title="")))[0].source == "lab"


# --- OPML


def test_opml_lists_sources_with_their_groups(tmp_path: Path) -> None:
    content = """<opml><body><outline text="Labs"><outline text="Chips">
    <outline title="A & B" xmlurl="https://a.example/f"/></outline></outline>
    <outline text="C" type="rss" xmlUrl="https://c.example/f"/>
    <outline xmlUrl="https://d.example/f"/></body></opml>"""
    reading = read_file(write(tmp_path, "sources.xml", content))
    assert reading.kind == "opml"
    assert reading.sources == (
        Source("A & B", "https://a.example/f", "feed", "Chips"),
        Source("C", "https://c.example/f"),
        Source("d.example", "https://d.example/f"),
    )


def test_what_opml_lists_twice_or_wrongly_is_refused(tmp_path: Path) -> None:
    content = """<opml><body><outline text="A" xmlUrl="https://a.example/f"/>
    <outline text="B" xmlUrl="http://www.a.example/f/"/>
    <outline text="C" xmlUrl="file:///etc/passwd"/>
    <outline text="D" type="include" url="https://d.example/list.opml"/></body></opml>"""
    path = write(tmp_path, "s.opml", content)
    assert [source.name for source in read_file(path).sources] == ["A"]
    assert [(refusal.subject, refusal.reason) for refusal in refusals(path)] == [
        ("B", "http://www.a.example/f/ is listed twice"),
        ("C", "`file:///etc/passwd` is not a web address"),
        ("D", "a list of its own: import it"),
    ]


def test_sources_of_one_name_are_told_apart(tmp_path: Path) -> None:
    content = "".join(
        f'<outline text="Blog" xmlUrl="https://{host}"/>'
        for host in ("a.example/1", "b.example/1", "b.example/2")
    )
    reading = read_file(write(tmp_path, "s.opml", f"<opml><body>{content}</body></opml>"))
    names = [source.name for source in reading.sources]
    assert names == ["Blog", "Blog (b.example)", "Blog (b.example 2)"]


def test_an_empty_list_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lists no source"):
        read_file(write(tmp_path, "s.opml", "<opml><body></body></opml>"))


def test_written_opml_is_read_back(tmp_path: Path) -> None:
    sources = (
        Source("<A> & \"B\" 'é'", "https://a.example/f?x=1&y=2", group="Labs & more"),
        Source("C", "https://c.example/f"),
    )
    text = write_opml(sources, title="Mine & yours")
    assert text == write_opml(reversed(sources), title="Mine & yours")
    assert set(read_file(write(tmp_path, "s.opml", text)).sources) == set(sources)


def test_the_kind_and_the_selectors_of_a_source_survive_opml(tmp_path: Path) -> None:
    selectors = Selectors("main > article", 'h2[class="t"]', "a.more", "p", "time")
    sources = (
        Source("Page", "https://a.example/news", "page", "Labs", selectors=selectors),
        Source("Short", "https://b.example/news", "page", selectors=Selectors("li")),
        Source("Hacker News", "https://c.example/s?a=1&b=2", "hackernews"),
        Source("Lines", "https://d.example/items.jsonl", "jsonl"),
    )
    text = write_opml(sources)
    assert (
        'type="page" text="Short" title="Short" xmlUrl="https://b.example/news" select="li"' in text
    )
    assert set(read_file(write(tmp_path, "s.opml", text)).sources) == set(sources)


def test_attributes_of_ours_are_known_in_any_case_and_other_types_are_feeds(tmp_path: Path) -> None:
    content = """<opml><body>
    <outline text="A" TYPE="Page" xmlurl=" https://a.example/" SELECT="li"/>
    <outline text="B" type="atom" xmlUrl="https://b.example/f" select="li"/></body></opml>"""
    page, feed = read_file(write(tmp_path, "s.opml", content)).sources
    assert (page.kind, page.selectors) == ("page", Selectors("li"))
    assert feed == Source("B", "https://b.example/f")


@pytest.mark.parametrize(
    ("select", "reason"),
    [("", "a page needs a selector that finds its items"), ("li[", "`li[` is no CSS selector: ")],
)
def test_a_page_without_good_selectors_is_refused(tmp_path: Path, select: str, reason: str) -> None:
    outline = f'<outline text="A" type="page" xmlUrl="https://a.example/" select="{select}"/>'
    path = write(tmp_path, "s.opml", f"<opml><body>{outline}</body></opml>")
    assert read_file(path).sources == ()
    (refusal,) = refusals(path)
    assert refusal.reason.startswith(reason)


# --- what is not accepted


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.7", "looks like a PDF"),
        ("a.html", b"<!doctype html><p>x", "looks like an HTML page"),
        ("a.xml", b"<a><b/></a>", r"`.*a\.xml` is no feed: it looks like XML with the root <a>"),
        ("a.txt", b"hello world", "looks like text that begins with `hello world`"),
        ("a.png", b"\x89PNG\x00\x00\x00", "looks like binary data"),
        ("a.csv", b" \n\x00", "is empty"),
        ("a.json", b"x", "is broken JSON"),
    ],
)
def test_another_kind_of_file_is_named(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_file(write(tmp_path, name, content))
    assert caught.value.hint


def test_a_missing_file_a_folder_and_a_strange_name_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_file(tmp_path / "nothing.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_file(str(tmp_path))
    with pytest.raises(InputError, match="cannot be read"):
        read_file("a\x00b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_an_input_error(tmp_path: Path) -> None:
    path = write(tmp_path, "week.csv", "title,url\n")
    path.chmod(stat.S_IWUSR)
    with pytest.raises(InputError, match="cannot be read"):
        read_file(path)


# --- real weeks


@pytest.mark.shared
@pytest.mark.parametrize(
    ("week", "items", "addresses"), [("2026-W22", 753, 743), ("2026-W30", 864, 858)]
)
def test_a_real_week_is_read_whole(shared: Path, week: str, items: int, addresses: int) -> None:
    records = raw(shared / "data" / "ai_weeks" / week / "items.jsonl")
    made = [clean_item(record, now=NOW) for record in records]
    good = [result for result in made if isinstance(result, Item)]
    assert len(good) == len(made) == items
    assert len({item.url for item in good}) == addresses
