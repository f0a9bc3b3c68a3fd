"""Whether every text can be read on its ground, as browsers paint both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.lint.colours import BLACK, WHITE, Colour, contrast, over, read_colour
from digest.lint.contrast import check_contrast
from digest.lint.findings import parsed
from digest.lint.painting import painted
from tests.builders_lint import found, make_letter, page

DARK = '<meta name="color-scheme" content="light dark">'


def colours(body: str, head: str = "", scheme: str = "light") -> list[tuple[str, str]]:
    """The colour and ground of each run of text in the body."""
    html = page(body, head=head, footer="").replace("<h1>The week</h1>", "")
    return [
        (str(run.colour), str(run.ground)) for run in painted(parsed(html)) if run.scheme == scheme
    ]


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#fff", WHITE),
        ("#000000", BLACK),
        ("red", Colour(1, 0, 0)),
        ("rgb(255 0 0 / 50%)", Colour(1, 0, 0, 0.5)),
        ("hsl(120, 100%, 50%)", Colour(0, 1, 0)),
        ("transparent", Colour(0, 0, 0, 0)),
        ("currentcolor", None),
        ("banana", None),
        ("oklch(0.7 0.4 150)", None),
        ("url(x.png)", None),
    ],
)
def test_colours_are_read_as_css_writes_them(text, colour):
    assert read_colour(text) == colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#777", "#fff", 4.478),
        ("#767676", "#fff", 4.542),
        ("red", "red", 1),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(read_colour(one), read_colour(other)) == pytest.approx(ratio, abs=0.001)
    assert contrast(read_colour(other), read_colour(one)) == pytest.approx(ratio, abs=0.001)


def test_a_half_transparent_colour_is_mixed_with_its_ground():
    assert over(Colour(0, 0, 0, 0.5), WHITE) == Colour(0.5, 0.5, 0.5)


INK = "#000000"


@pytest.mark.parametrize(
    ("css", "body", "expected"),
    [
        ("", "<p>a</p>", (INK, "#ffffff")),
        ("", '<a href="https://a.example/">a</a>', ("#0000ee", "#ffffff")),
        ("", '<a name="x">a</a>', (INK, "#ffffff")),
        ("", '<p style="color:#111"><b>a</b></p>', ("#111111", "#ffffff")),
        ("", '<div bgcolor="#eee"><p>a</p></div>', (INK, "#eeeeee")),
        ("", '<div bgcolor="none"><p>a</p></div>', (INK, "#ffffff")),
        ("", '<p style="background:url(x.png) #ddd">a</p>', (INK, "#dddddd")),
        ("", '<p bgcolor="#eee" style="background:none">a</p>', (INK, "#ffffff")),
        ("", '<p style="background-color:nonsense;color:nonsense">a</p>', (INK, "#ffffff")),
        ("", '<p style="color:#111 #222">a</p>', (INK, "#ffffff")),
        ("", '<p style="color;x:y">a</p>', (INK, "#ffffff")),
        ("", '<p style="color:#111;color:#222">a</p>', ("#222222", "#ffffff")),
        ("", '<p style="color:#111!important;color:#222">a</p>', ("#111111", "#ffffff")),
        ("p{color:#111}", "<p>a</p>", ("#111111", "#ffffff")),
        ("p{color:#111}", '<p style="color:#222">a</p>', ("#222222", "#ffffff")),
        ("p{color:#111!important}", '<p style="color:#222">a</p>', ("#111111", "#ffffff")),
        (".x{color:#111}p{color:#222}", '<p class="x">a</p>', ("#111111", "#ffffff")),
        ("p{color:#111}p{color:#222}", "<p>a</p>", ("#222222", "#ffffff")),
        ("p{background-color:#eee}", '<p bgcolor="#ddd">a</p>', (INK, "#eeeeee")),
        ("a{color:inherit}", '<a href="https://a.example/">a</a>', (INK, "#ffffff")),
        ("p:::x,p{color:#111}", "<p>a</p>", (INK, "#ffffff")),
        ("v|p{color:#111}p{color:#222}", "<p>a</p>", ("#222222", "#ffffff")),
        ("p::first-line{color:#111}", "<p>a</p>", (INK, "#ffffff")),
        ("@font-face{src:url(x)}p{color:#111}", "<p>a</p>", ("#111111", "#ffffff")),
        ("/* p */p{margin:0;/* x */color: #111 }}", "<p>a</p>", ("#111111", "#ffffff")),
    ],
)
def test_the_cascade_is_that_of_a_browser(css, body, expected):
    assert colours(body, f"<style>{css}</style>") == [expected]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("screen", True),
        ("all and (min-width:480px)", True),
        ("only screen and (max-width: 480px)", False),
        ("(max-width:640px)", True),
        ("print", False),
        ("not print", True),
        ("print, screen", True),
        ("(prefers-color-scheme:light)", True),
        ("(prefers-color-scheme:dark)", False),
        ("(min-width:30em)", False),
        ("(pointer:coarse)", False),
    ],
)
def test_media_queries_are_asked_for_a_window_of_640_pixels(query, holds):
    expected = [("#111111" if holds else "#000000", "#ffffff")]
    assert colours("<p>a</p>", f"<style>@media {query}{{p{{color:#111}}}}</style>") == expected
    assert colours("<p>a</p>", f'<style media="{query}">p{{color:#111}}</style>') == expected


def test_queries_within_queries_must_all_hold():
    inner = "@media screen{@media print{p{color:#111}}}"
    assert colours("<p>a</p>", f"<style>{inner}</style>") == [("#000000", "#ffffff")]


def test_text_behind_elements_and_comments_has_the_look_of_what_holds_it():
    body = '<p style="color:#111"><b style="color:#222">a</b>b<!--[if mso]>x<![endif]-->c</p>'
    assert [one for one, _ in colours(body)] == ["#111111", "#111111", "#222222"]


@pytest.mark.parametrize(
    "body",
    [
        '<div style="display:none;color:#fff">Preheader<p>a</p></div>',
        "<p> &nbsp;&#847;&zwnj; </p>",
        "<style>p{}</style><script>var a</script>",
    ],
)
def test_what_nobody_sees_has_no_colour(body):
    assert colours(body) == []


def test_a_rule_may_show_what_another_hides():
    css = "<style>p{display:none}.x{display:block}</style>"
    assert len(colours('<p>a</p><p class="x">b</p>', css)) == 1


def test_dark_readers_get_the_dark_rules():
    css = "<style>@media (prefers-color-scheme:dark){p{color:#eee!important}}</style>"
    body = '<p style="color:#111">a</p>'
    assert colours(body, css + DARK, "dark") == [("#eeeeee", "#121212")]
    assert colours(body, css + DARK, "light") == [("#111111", "#ffffff")]


def test_a_mail_that_names_no_dark_scheme_keeps_the_light_defaults():
    link = '<a href="https://a.example/">a</a>'
    assert colours(link, "", "dark") == [("#0000ee", "#ffffff")]
    assert colours(link, DARK, "dark") == [("#9e9eff", "#121212")]
    other = '<meta name="viewport" content="dark">'
    assert colours(link, other, "dark") == [("#0000ee", "#ffffff")]


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ("#6d6d6d", []),
        ("#757575", [("warning", "contrast-margin")] * 2),
        ("#777777", [("error", "contrast")] * 2),
    ],
)
def test_text_that_is_too_pale_is_found_in_both_schemes(colour, expected):
    letter = make_letter(f'<p style="color:{colour}">Compiled from 12 sources.</p>')
    assert found(check_contrast, letter) == expected


def test_texts_of_one_pair_of_colours_share_a_finding_with_the_first_of_them():
    body = '<p style="color:#888">One</p><p style="color:#888">Two</p>'
    finding = next(iter(check_contrast(make_letter(body))))
    assert finding.place == "light scheme, “One” and 1 more"
    assert finding.message == "#888888 on #ffffff has a contrast of 3.54 to 1"


def test_what_fails_by_little_is_not_rounded_up():
    (finding, _) = check_contrast(make_letter('<p style="color:#777777">One</p>'))
    assert "4.47 to 1" in finding.message


@pytest.mark.parametrize(
    ("style", "way"),
    [
        ("color:#888;background:#fff", "make #888888 darker"),
        ("color:#666;background:#000", "make #666666 lighter"),
        ("color:#555;background:#444", "make #555555 lighter"),
        ("color:#999;background:#777", "make #999999 darker"),
        ("color:#fff;background:#ddd", "make #ffffff darker"),
    ],
)
def test_the_fix_says_which_way_a_colour_has_to_go(style, way):
    finding = next(iter(check_contrast(make_letter(f'<p style="{style}">One</p>'))))
    assert finding.fix == f"{way}: 4.5 to 1 or more, 5 to be safe"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_style_sheet_or_attribute_breaks_the_lint(css, style):
    document = parsed(page("<p>a</p>"))
    sheet = document.find(".//head/title")
    sheet.tag = "style"
    sheet.text = "".join(sign for sign in f"p{{color:red}}{css}" if sign.isprintable())
    document.find(".//p").set("style", "".join(sign for sign in style if sign.isprintable()))
    assert all(1 <= contrast(run.colour, run.ground) <= 21 for run in painted(document))


def test_a_dark_scheme_alone_may_fail():
    css = "<style>@media (prefers-color-scheme:dark){p{color:#333!important}}</style>"
    (finding,) = check_contrast(make_letter('<p style="color:#333">One</p>', head=css + DARK))
    assert finding.place.startswith("dark scheme, “One”")
