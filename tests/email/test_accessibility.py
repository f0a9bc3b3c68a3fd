"""Everybody can read the mail: axe-core's WCAG 2.1 A and AA, and contrast measured once more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.email.looks import SCHEMES
from tests.email.words import without_styles

pytestmark = pytest.mark.ci

WCAG = {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa"}
OF_THE_CLIENT = {"landmark-one-main", "region"}
"""Good practice for pages: around a mail stands the client's own page, which has the landmarks."""

CONTRAST = 5.0


def violations(page, npm_tools) -> Iterator[str]:
    """What axe-core finds in the open mail, by rule and element."""
    page.add_script_tag(path=npm_tools / "node_modules" / "axe-core" / "axe.min.js")
    for found in page.evaluate("axe.run(document).then(told => told.violations)"):
        if WCAG & set(found["tags"]) or found["id"] not in OF_THE_CLIENT:
            for node in found["nodes"]:
                yield f"{found['id']}: {found['help']}: {node['html'][:200]}"


def pale(texts) -> list[str]:
    """The texts that stand out too little from their ground."""
    return [
        f"{text['contrast']:.2f}: {text['colour']} on {text['ground']}: {text['text']}"
        for text in texts
        if text["contrast"] < CONTRAST
    ]


@pytest.mark.parametrize("width", [640, 375])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_no_violation(window, npm_tools, mail, scheme, width):
    page = window.open(mail.html, width=width, scheme=scheme)
    assert list(violations(page, npm_tools)) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("cleared", [str, without_styles])
def test_every_text_stands_out_from_its_ground(window, mail, scheme, cleared):
    window.open(cleared(mail.html), scheme=scheme)
    assert pale(window.texts()) == []


def test_every_text_stands_out_where_outlook_com_has_marked_the_page_as_dark(window, mail):
    page = window.open(mail.html)
    for mark in ("data-ogsc", "data-ogsb"):
        page.evaluate("mark => document.documentElement.setAttribute(mark, '')", mark)
    assert pale(window.texts()) == []


FAULTY = """<!doctype html><html><head><title>A</title></head><body><h1>A</h1>
<p style="color:#888;background:rgba(255,255,255,.5)">pale</p><p style="opacity:.5">faint</p>
<p style="color:#333">dark</p><img src="x.png"><p style="display:none;color:#eee">hidden</p>
</body></html>"""


def test_faults_are_seen(window, npm_tools):
    page = window.open(FAULTY)
    assert [line.split(": ")[-1] for line in pale(window.texts())] == ["pale", "faint"]
    found = {line.partition(":")[0] for line in violations(page, npm_tools)}
    assert found == {"html-has-lang", "image-alt", "color-contrast"}


def test_the_contrast_of_grey_on_white_is_as_wcag_defines_it(window):
    window.open("<body style='background:#fff'><p style='color:#767676'>a")
    (text,) = window.texts()
    assert text["contrast"] == pytest.approx(4.54, abs=0.005)
