from __future__ import annotations

import pytest

from digest.lint.findings import parsed
from digest.lint.painting import painted
from digest.renditions import in_scheme, without_pictures
from tests.builders import make_issue
from tests.email.mails import mail_of

SHEET = (
    "<style>:root{color-scheme:light dark}"
    "@media screen and (prefers-color-scheme:dark){p{color:#fff!important}}"
    "@media (Prefers-Color-Scheme: LIGHT), print{p{color:#000}}"
    "@media (max-width:480px){p{color:red}}</style>"
)


def test_queries_are_answered_for_the_scheme_and_others_stay():
    dark = in_scheme(SHEET, "dark")
    assert "@media screen and (min-width:0px){p{color:#fff!important}}" in dark
    assert "@media (max-width:0px), print{p{color:#000}}" in dark
    assert "@media (max-width:480px){p{color:red}}" in dark
    assert "@media screen and (max-width:0px)" in in_scheme(SHEET, "light")


def test_a_query_within_another_is_answered_too():
    css = "<style>@media print{@media (prefers-color-scheme: dark){p{color:#fff}}}</style>"
    assert "@media print{@media (min-width:0px){" in in_scheme(css, "dark")


def test_the_query_of_a_whole_sheet_is_answered():
    sheet = '<style type="text/css" media="(prefers-color-scheme: dark)">p{color:#fff}</style>'
    assert 'media="(max-width:0px)"' in in_scheme(sheet, "light")


def test_the_schemes_that_the_document_takes_are_that_one_alone():
    html = (
        '<meta name="color-scheme" content="light dark" /><style>a{color-scheme : light dark;b:c}'
    )
    done = in_scheme(html + "</style>", "dark")
    assert '<meta name="color-scheme" content="dark" />' in done
    assert "".join(done.split()).endswith("<style>a{color-scheme:dark;b:c}</style>")


@pytest.mark.parametrize(
    "text",
    [
        "@media (prefers-color-scheme: dark) color-scheme: light dark",
        "&lt;style&gt;@media (prefers-color-scheme: dark){}&lt;/style&gt;",
    ],
)
def test_a_text_that_reads_like_a_rule_stays_as_it_is(text):
    html = f"{SHEET}<p>{text}</p>"
    assert in_scheme(html, "dark").endswith(f"<p>{text}</p>")


def test_a_mail_in_the_dark_is_painted_as_for_a_reader_who_prefers_it():
    html = mail_of(make_issue()).html
    pinned = [
        one.colour for one in painted(parsed(in_scheme(html, "dark"))) if one.scheme == "light"
    ]
    asked = [one.colour for one in painted(parsed(html)) if one.scheme == "dark"]
    assert pinned == asked


def test_without_pictures_their_texts_stay():
    html = '<p src="x"><img alt="Logo" src="https://a.example/l.png" srcset="b 2x" width="9"></p>'
    assert without_pictures(html) == '<p src="x"><img alt="Logo" width="9"></p>'
