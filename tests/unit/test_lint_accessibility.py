"""Whether the mail can be used without seeing it."""

from __future__ import annotations

import pytest

from digest.lint.accessibility import check_document, check_images, check_link_texts
from tests.builders_lint import found, make_letter, page

SOUND = "<h2>Chips</h2><h3>Corvid tapes out</h3><h3>Kestrel follows</h3><h2>Rules</h2>"


def test_a_document_with_language_title_and_headings_in_order_is_sound():
    assert found(check_document, make_letter(SOUND)) == []


@pytest.mark.parametrize("language", ["en", "de", "pt-BR", "zh-Hant-TW"])
def test_a_language_is_named_by_its_code(language):
    assert found(check_document, make_letter(html=page(lang=language))) == []


@pytest.mark.parametrize("language", ["", "und", "English language", "e"])
def test_a_document_without_a_language_is_a_warning(language):
    letter = make_letter(html=page(lang=language))
    assert found(check_document, letter) == [("warning", "language")]


@pytest.mark.parametrize("title", ["<title></title>", "<title> &nbsp; </title>", ""])
def test_a_document_without_a_title_is_a_warning(title):
    html = page().replace("<title>The week</title>", title)
    assert found(check_document, make_letter(html=html)) == [("warning", "title")]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("<h1>Another</h1>", ["heading-first"]),
        ("<h3>Corvid tapes out</h3>", ["heading-skipped"]),
        ("<h2>Chips</h2><h4>Deep</h4>", ["heading-skipped"]),
        ("<h3> &#847;&zwnj; </h3>", []),
    ],
)
def test_headings_out_of_order_are_warnings(body, rules):
    assert found(check_document, make_letter(body)) == [("warning", rule) for rule in rules]


def test_a_document_without_the_first_heading_says_so_once():
    html = page("<h2>Chips</h2>").replace("<h1>The week</h1>", "")
    first, second = check_document(make_letter(html=html))
    assert first.message == "the document has 0 headings of the first level"
    assert (second.rule, second.message) == ("heading-skipped", "<h2> is the first")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ('<img src="https://a.example/x.png" alt="A chart of prices">', []),
        ('<img src="https://a.example/x.png" alt="" role="presentation">', []),
        ('<img src="https://a.example/x.png" alt=" ">', [("warning", "image-alt-empty")]),
        ('<img src="https://a.example/x.png">', [("error", "image-alt")]),
        ("<img>", [("error", "image-alt")]),
    ],
)
def test_a_picture_says_what_it_shows(image, expected):
    assert found(check_images, make_letter(image)) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("Corvid tapes out", []),
        ("Read more about Corvid", []),
        ('<img src="https://a.example/x.png" alt="Corvid">', []),
        ("", [("error", "link-text")]),
        ("&nbsp;&zwnj;", [("error", "link-text")]),
        ('<img src="https://a.example/x.png">', [("error", "link-text")]),
        ("Click here!", [("warning", "link-text-vague")]),
        ("read  more …", [("warning", "link-text-vague")]),
    ],
)
def test_a_link_says_where_it_leads(inside, expected):
    letter = make_letter(f'<a href="https://chip-ledger.example/a">{inside}</a>')
    assert found(check_link_texts, letter) == expected


def test_a_link_may_be_named_for_screen_readers_alone():
    letter = make_letter('<a href="https://a.example/" aria-label="The front page"></a>')
    assert found(check_link_texts, letter) == []


def test_an_anchor_that_is_no_link_needs_no_text():
    assert found(check_link_texts, make_letter('<a name="chips"></a>')) == []
