"""npm's own mjml makes the same mail of the same MJML; docs/reference/mjml.md lists what differs.

The cases below are the list: where one of the two compilers changes, a case here fails.
"""

from __future__ import annotations

import re

import pytest

from digest.dressing import compile_mjml
from tests.email.peer import per_cent_different, with_the_class_of_the_body_on_its_div
from tests.email.words import words_of_html

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def peer(node):
    """Takes MJML, gives what npm's mjml makes of it and says to it; each text once."""
    kept: dict[str, dict] = {}

    def render(source: str) -> dict:
        if source not in kept:
            kept[source] = node("mjml_peer.mjs", source)
        return kept[source]

    return render


def test_the_mjml_is_valid_to_those_who_define_it(peer, mail):
    assert peer(mail.source)["errors"] == []


def test_both_print_the_same_words(peer, mail):
    assert words_of_html(peer(mail.source)["html"]) == words_of_html(mail.html)


@pytest.mark.parametrize("width", [640, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_look_the_same(window, peer, mail, width, scheme):
    theirs = with_the_class_of_the_body_on_its_div(peer(mail.source)["html"])
    pictures = [
        window.see(html, width=width, scheme=scheme).picture for html in (mail.html, theirs)
    ]
    assert per_cent_different(*pictures) == 0


def test_pictures_are_compared_pixel_by_pixel(window):
    one, other = (
        window.see(f"<body style='margin:0;background:#fff'>{block}").picture
        for block in ("", "<div style='width:64px;height:80px;background:#fefefe'>")
    )
    assert per_cent_different(one, one) == 0
    assert per_cent_different(one, other) == pytest.approx(1.0)


def in_a_column(text: str) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>{text}</mj-column></mj-section></mj-body></mjml>"


def with_head(head: str) -> str:
    text = in_a_column('<mj-text css-class="a">x</mj-text>')
    return text.replace("<mjml>", f"<mjml><mj-head>{head}</mj-head>")


DIFFERENT = {
    "a line break between two inline elements is lost": (
        in_a_column("<mj-text><p><b>one</b>\n<i>two</i></p></mj-text>"),
        "<b>one</b><i>two</i>",
        "<b>one</b>\n<i>two</i>",
    ),
    "attribute values are written in escapes": (
        in_a_column(r'<mj-text><p title="a\b">x</p></mj-text>'),
        re.escape(r'title="a\\b"'),
        re.escape(r'title="a\b"'),
    ),
    "an inline style sheet stays in the head": (
        with_head('<mj-style inline="inline">.a{color:#123456}</mj-style>'),
        r'<style type="text/css">\s*.a\{color:#123456\}',
        'style="[^"]*color: ?#123456',
    ),
    "an image without alt text gets no empty one": (
        in_a_column('<mj-image src="https://chip-ledger.example/a.png" />'),
        r'<img\s(?![^>]*alt=)[^>]*src="https://chip-ledger.example/a.png"',
        r'<img\s[^>]*alt=""',
    ),
    "the role of a table is lost": (
        in_a_column('<mj-table role="presentation"><tr><td>x</td></tr></mj-table>'),
        "<table (?![^>]*role=)[^>]*><tr><td>x",
        'role="presentation"[^>]*>\\s*<tr><td>x',
    ),
    "the title of a button is lost": (
        in_a_column('<mj-button href="https://chip-ledger.example/" title="t">x</mj-button>'),
        r'<a\s(?![^>]*title=)[^>]*href="https://chip-ledger.example/"',
        r'<a\s[^>]*title="t"',
    ),
    "a gap of a wrapper is ignored": (
        "<mjml><mj-body><mj-wrapper gap='33px'><mj-section /><mj-section /></mj-wrapper></mj-body>"
        "</mjml>",
        "^(?!.*33px)",
        "33px",
    ),
    "an unknown tag goes to the reader": (
        in_a_column("<mj-foo>x</mj-foo>"),
        "<mj-foo>x",
        "^(?!.*mj-foo)",
    ),
    "text between components goes to the reader": (
        in_a_column("stray"),
        "stray",
        "^(?!.*stray)",
    ),
    "the class of the body stands on the div in it": (
        "<mjml><mj-body css-class='bd'><mj-section /></mj-body></mjml>",
        '<body(?![^>]*class)[^>]*>.*<div [^>]*class="bd"',
        r'<body\s+class="bd"',
    ),
}


@pytest.mark.parametrize("difference", DIFFERENT)
def test_a_difference_is_still_there(peer, difference):
    source, ours, theirs = DIFFERENT[difference]
    for html, pattern in ((compile_mjml(source), ours), (peer(source)["html"], theirs)):
        assert re.search(pattern, html, re.DOTALL), html[html.find("<body") :]


SILENT = {
    "an unknown tag": in_a_column("<mj-foo>x</mj-foo>"),
    "an unknown attribute": in_a_column('<mj-text colour="red">x</mj-text>'),
    "a value that is none": in_a_column('<mj-text font-size="banana">x</mj-text>'),
}


@pytest.mark.parametrize("fault", SILENT)
def test_a_fault_that_npm_reports_is_compiled_in_silence(peer, fault):
    assert peer(SILENT[fault])["errors"] != []
    assert compile_mjml(SILENT[fault]).rstrip().endswith("</html>")


REFUSED = {
    "selectors of HTML attributes": with_head(
        "<mj-html-attributes><mj-selector path='.a'>"
        "<mj-html-attribute name='data-id'>1</mj-html-attribute></mj-selector></mj-html-attributes>"
    ),
    "a bare less-than sign": in_a_column("<mj-text>3<4</mj-text>"),
    "a declaration before the document": f'<?xml version="1.0"?>{in_a_column("")}',
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_text_that_npm_takes_is_refused(peer, text):
    assert peer(REFUSED[text])["errors"] == []
    with pytest.raises(ValueError, match=r"\w"):
        compile_mjml(REFUSED[text])
