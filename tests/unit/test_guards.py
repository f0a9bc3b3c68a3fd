"""What MJML and HTML must not hold, found before a reader sees it."""

from __future__ import annotations

import pytest

from digest.guards import check_html, check_mjml, compiler_problem


def mjml(inside: str) -> str:
    column = f"<mj-column>{inside}</mj-column>"
    return f"<mjml><mj-body>\n<mj-section>{column}</mj-section></mj-body></mjml>"


def test_sound_mjml_has_no_problem():
    assert check_mjml(mjml('<mj-text color="#123456"><p>Hello &#39;you&#39;</p></mj-text>')) == ()


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<mj-text>a < b</mj-text>", "line 2"),
        ("<mj-foo>x</mj-foo>", "<mj-foo> is not allowed in <mj-column>"),
        ('<mj-text font-size="banana">x</mj-text>', "<mj-text> has font-size=`banana`"),
        ('<mj-text onclick="x">x</mj-text>', "unknown attribute `onclick`"),
        ("stray words", "text stands directly in <mj-column>"),
        ("<mj-text><mj-text>x</mj-text></mj-text>", "<mj-text> stands inside <mj-text>"),
        (f"<mj-text>{'<div>' * 60}x{'</div>' * 60}</mj-text>", "nested more than 40 deep"),
        ('<mj-image src="javascript:x" />', "<mj-image> has src=`javascript:x`"),
    ],
)
def test_what_the_compiler_would_pass_on_is_found(inside, problem):
    assert any(problem in found for found in check_mjml(mjml(inside)))


def test_a_document_without_a_body_is_refused():
    assert "one <mj-body>" in check_mjml("<mjml><mj-head></mj-head></mjml>")[0]


def test_another_document_is_refused():
    assert "not <mjml>" in check_mjml("<html></html>")[0]


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<html><p>cut off", "does not end with </html>"),
        ("<p>{{ name }}</p></html>", "`{{` is left"),
        ("<mj-foo></mj-foo></html>", "`<mj-foo` is left"),
        ("<p>\x92</p></html>", "U+0092"),
        (r'<p title="a\u{200d}b"></p></html>', "a tag was damaged"),
        (r'<p title="say \"hi\""></p></html>', "a tag was damaged"),
    ],
)
def test_damaged_html_is_found(html, problem):
    assert any(problem in found for found in check_html(html))


def test_a_backslash_in_text_is_no_damage():
    assert check_html(r"<p>C:\new\{x}</p></html>") == ()


def test_a_missing_text_or_link_is_named():
    found = check_html("<p>One</p></html>", texts=["One", "Two"], links=["https://a.example/"])
    assert found == ("the text `Two` is missing", "the link https://a.example/ is missing")


def test_a_text_is_found_however_it_is_escaped():
    html = '<p>It&#x27;s <b>all</b> fine</p><a href="https://a.example/?a=1&#38;b=2">x</a></html>'
    assert check_html(html, texts=["It's all fine"], links=["https://a.example/?a=1&b=2"]) == ()


def test_the_compilers_byte_position_becomes_a_line():
    source = "<mjml>\nü ü\n<bad>"
    assert compiler_problem("unexpected element at position 13:16", source).startswith("line 3:")


def test_a_compiler_message_without_a_position_stays():
    assert compiler_problem("unable to find mjml element", "") == "unable to find mjml element"
